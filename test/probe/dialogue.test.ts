import test from 'ava';
import fc from 'fast-check';
import {dialogue, type Step} from '../../src/probe/dialogue.ts';
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
