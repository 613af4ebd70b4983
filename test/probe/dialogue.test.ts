import test from 'ava';
import fc from 'fast-check';
import {dialogue, type Step} from '../../src/probe/dialogue.ts';
import {
	type Circumstances,
	connectFailure,
	endsProbe,
	type Failure,
	failureMessage,
	handshakeFailure,
	isRefusal,
} from '../../src/probe/failure.ts';
import {startTlsWords} from '../../src/probe/target.ts';

/** Leads a dialogue through lines; gives what was said and how it ended. */
function lead(protocol: (typeof startTlsWords)[number], lines: readonly string[]) {
	const said: string[] = [];
	let state = dialogue(protocol);
	for (const line of lines) {
		const step: Step = state(line);
		if (step.do === 'secure') return {said, end: 'secure'};
		if (step.do === 'give-up') return {said, end: step.failure.kind, goodbye: step.goodbye};
		if (step.do === 'say') said.push(step.line);
		state = step.next;
	}
	return {said, end: 'waiting'};
}

test('a reply of many lines is one reply', t => {
	const lines = ['220-a', '220-b', '220 c', '250-x', '250-starttls', '250 y', '220-ready', '220 go'];
	t.deepEqual(lead('smtp', lines), {said: ['EHLO tlsaudit', 'STARTTLS'], end: 'secure'});
	t.is(lead('smtp', lines.slice(0, 2)).end, 'waiting');
	t.is(lead('smtp', ['220', '250 STARTTLS', '220']).end, 'secure');
});

test('STARTTLS counts only as a keyword of its own', t => {
	for (const line of ['250 XSTARTTLS', '250 AUTH STARTTLS', '250 STARTTLSX'])
		t.is(lead('smtp', ['220 hi', line]).end, 'not-advertised');
	t.is(lead('imap', ['* OK', '* CAPABILITY XSTARTTLSY', 'a OK']).end, 'not-advertised');
	t.is(lead('pop3', ['+OK', '+OK', 'XSTLS', '.']).end, 'not-advertised');
});

test('IMAP: what is untagged in between is passed over', t => {
	const lines = ['* OK hi', '* CAPABILITY IMAP4rev1 STARTTLS', '* 1 EXISTS', 'a OK', '* OK note', 'b OK'];
	t.deepEqual(lead('imap', lines), {said: ['a CAPABILITY', 'b STARTTLS'], end: 'secure'});
	t.is(lead('imap', ['* OK hi', '* BYE']).end, 'turned-away');
	t.is(lead('imap', ['* OK hi', 'a BAD what']).end, 'hello-refused');
});

test('POP3: a server without CAPA is asked for STLS all the same', t => {
	t.deepEqual(lead('pop3', ['+OK', '-ERR', '+OK']), {said: ['CAPA', 'STLS'], end: 'secure'});
	t.is(lead('pop3', ['-ERR busy']).end, 'turned-away');
	t.is(lead('pop3', ['+OK', 'what']).end, 'hello-refused');
});

test('SMTP: a server that refuses the greeting gets QUIT', t => {
	t.deepEqual(lead('smtp', ['220 hi', '504 no']), {said: ['EHLO tlsaudit'], end: 'hello-refused', goodbye: 'QUIT'});
	t.is(lead('smtp', ['220 hi', '421 late']).end, 'turned-away');
	t.is(lead('smtp', ['554 no']).end, 'turned-away');
	t.is(lead('smtp', ['SSH-2.0-x']).end, 'other-protocol');
});

test('whatever a server says, nothing is said but the few words that lead to TLS', t => {
	const words = [
		'220 a',
		'220-a',
		'250 STARTTLS',
		'250-a',
		'454 b',
		'* OK',
		'* CAPABILITY STARTTLS',
		'a OK',
		'b OK',
		'+OK',
	];
	const line = fc.oneof(fc.string(), fc.constantFrom(...words, '-ERR', '.', 'STLS', '* PREAUTH', '* BYE'));
	const allowed = new Set('EHLO tlsaudit,LHLO tlsaudit,STARTTLS,a CAPABILITY,b STARTTLS,CAPA,STLS'.split(','));
	fc.assert(
		fc.property(fc.constantFrom(...startTlsWords), fc.array(line), (protocol, lines) => {
			const {said} = lead(protocol, lines);
			return said.length <= 2 && said.every(word => allowed.has(word));
		}),
	);
	t.pass();
});

const of = (code: string, message = code): Error => Object.assign(new Error(message), {code});
const alert = (number: number): Failure =>
	handshakeFailure(of('ERR_SSL_X', `error:0A:SSL routines:ssl3_read_bytes:x:rec.c:1601:SSL alert number ${number}\n`));

test('an alert is the server’s refusal, but not one about our name or our certificate', t => {
	t.deepEqual(alert(70), {kind: 'refused', alert: 'protocol version'});
	t.deepEqual(alert(40), {kind: 'refused', alert: 'handshake failure'});
	t.deepEqual(alert(99), {kind: 'refused', alert: 'number 99'});
	t.deepEqual(alert(112), {kind: 'unknown-name'});
	t.deepEqual(alert(116), {kind: 'client-certificate'});
	t.true(isRefusal(alert(71)));
	t.false(isRefusal(alert(116)));
});

test('what OpenSSL will not send, what the network does and what a server writes in plaintext are no refusals', t => {
	const kinds = {
		ERR_SSL_NO_CIPHERS_AVAILABLE: 'local',
		ERR_SSL_NO_CIPHER_MATCH: 'local',
		ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'local',
		ERR_OSSL_EVP_INVALID_DIGEST: 'local',
		ERR_SSL_WRONG_VERSION_NUMBER: 'plaintext',
		EPIPE: 'handshake-cut',
		ETIMEDOUT: 'handshake-timeout',
		ERR_SSL_BAD_SIGNATURE: 'broken-off',
	};
	for (const [code, kind] of Object.entries(kinds)) {
		t.is(handshakeFailure(of(code)).kind, kind as Failure['kind'], code);
		t.false(isRefusal(handshakeFailure(of(code))));
	}
	t.is(handshakeFailure(Object.assign(of('ECONNRESET'), {syscall: 'read'})).kind, 'handshake-cut');
	t.is(handshakeFailure(of('ECONNRESET')).kind, 'handshake-closed');
	t.true(isRefusal(handshakeFailure(of('ERR_SSL_UNSUPPORTED_PROTOCOL'))));
	t.is(connectFailure(of('ECONNREFUSED')).kind, 'connection-refused');
	t.is(connectFailure(of('ETIMEDOUT')).kind, 'connect-timeout');
	t.deepEqual(connectFailure(of('EHOSTUNREACH')), {kind: 'unreachable', code: 'EHOSTUNREACH'});
});

test('a fault of one handshake lets the probe go on, one of the whole server ends it', t => {
	t.false(endsProbe({kind: 'refused', alert: 'x'}, false));
	t.false(endsProbe({kind: 'handshake-cut'}, false));
	t.true(endsProbe({kind: 'not-advertised'}, true));
	t.true(endsProbe({kind: 'plaintext'}, false));
	t.false(endsProbe({kind: 'plaintext'}, true));
});

test('every fault has a sentence of its own on one line that says what to do', t => {
	const about: Circumstances = {
		where: 'mail.example.org:587',
		host: 'mail.example.org',
		starttls: 'smtp',
		offered: 'RC4 in TLSv1',
		timeout: 10_000,
		within: 120_000,
		connections: 40,
	};
	const said = ['starttls-refused', 'hello-refused', 'turned-away', 'other-protocol'] as const;
	const bare = [
		...['other-version', 'unknown-name', 'client-certificate', 'connection-refused', 'connect-timeout'],
		...[
			'handshake-timeout',
			'handshake-cut',
			'handshake-closed',
			'dialogue-cut',
			'silent',
			'not-advertised',
			'preauthenticated',
		],
		...['tls-from-start', 'plaintext', 'injected', 'flood', 'connections-used', 'time-used', 'stopped', 'local'],
	];
	const faults: Failure[] = [
		{kind: 'refused', alert: 'protocol version'},
		{kind: 'broken-off', reason: 'bad signature'},
		{kind: 'unresolved', code: 'ENOTFOUND'},
		{kind: 'unreachable', code: 'ENETUNREACH'},
		...said.map(kind => ({kind, said: '500 no'})),
		...bare.map(kind => ({kind}) as Failure),
	];
	const sentences = faults.map(fault => failureMessage(fault, about));
	t.is(new Set(sentences).size, faults.length);
	for (const each of sentences) t.regex(each, /^[^\n]{20,240}$/);
	t.regex(failureMessage({kind: 'plaintext'}, {...about, starttls: null}), /say --starttls smtp, imap or pop3/);
	t.regex(failureMessage({kind: 'local'}, about), /^the local OpenSSL cannot offer RC4 in TLSv1/);
	t.notRegex(failureMessage({kind: 'local'}, about), /refused/);
});
