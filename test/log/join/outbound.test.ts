import test from 'ava';
import type {Session} from '../../../src/model/session.ts';
import {sessionsOf} from '../fixture/sessions-of.ts';

const tls = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519';
const relay = 'mx.dest.example[192.0.2.20]:25';
const end = '[192.0.2.20]:25';

/** Lines of a host at moments of one second each, `tag[pid]: text`. */
function read(...lines: readonly string[]): Session[] {
	return sessionsOf(
		lines.map(
			(line, index) => `${new Date(Date.UTC(2026, 10, 29, 11) + index * 100).toISOString()} mx postfix/${line}`,
		),
	).sessions;
}

const sent = (id: string, fields = '') =>
	`${id}: to=<a@dest.example>, relay=${relay}${fields}, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 Ok)`;
const established = (trust = 'Trusted') => `${trust} TLS connection established to ${relay}: ${tls}`;
const reused = `Trusted TLS connection reused to ${relay}: ${tls}`;

test('a process that goes on to its next message does not take back what it released', t => {
	const sessions = read(
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`smtp[2]: ${reused}`,
		`smtp[1]: ${sent('4F8C328AB02').replaceAll('192.0.2.20', '192.0.2.77')}`,
		`smtp[2]: ${sent('4F8C328AB03', ', conn_use=2')}`,
	);
	t.deepEqual(sessions.map(({peerIp, outcome, messages, reused: uses}) => [peerIp, outcome, messages, uses]).sort(), [
		['192.0.2.20', 'encrypted', 2, 1],
		['192.0.2.77', 'plaintext', 1, 0],
	]);
});

test('a connection is taken up again by a process of its own service alone', t => {
	const sessions = read(
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`relay/smtp[2]: ${reused}`,
		`relay/smtp[2]: ${sent('4F8C328AB02', ', conn_use=4')}`,
	);
	t.deepEqual(
		sessions.map(({tag, startedAt, messages, reused: uses}) => [tag, startedAt === null, messages, uses]).sort(),
		[
			['postfix/relay/smtp', true, 1, 3],
			['postfix/smtp', false, 1, 0],
		],
	);
});

test('a connection that turned out dead keeps its messages, and the new one is another session', t => {
	const sessions = read(
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`smtp[2]: ${reused}`,
		`smtp[2]: ${established()}`,
		`smtp[2]: ${sent('4F8C328AB02')}`,
	);
	t.deepEqual(sessions.map(({pid, messages, reused: uses}) => [pid, messages, uses]).sort(), [
		[1, 1, 0],
		[2, 1, 0],
	]);
});

test('a DISCONNECT ends what was given up before what is cached', t => {
	const sessions = read(
		`tlsproxy[9]: CONNECT to ${end}`,
		`tlsproxy[9]: ${established()}`,
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`tlsproxy[9]: CONNECT to ${end}`,
		`tlsproxy[9]: ${established()}`,
		`smtp[2]: ${established()}`,
		`smtp[2]: 4F8C328AB02: to=<a@dest.example>, relay=${relay}, delay=0.1, delays=0/0/0.1/0, dsn=4.7.5, status=deferred (Server certificate not verified)`,
		`tlsproxy[9]: DISCONNECT ${end}`,
		`smtp[3]: ${reused}`,
		`smtp[3]: ${sent('4F8C328AB03', ', conn_use=2')}`,
		`tlsproxy[9]: DISCONNECT ${end}`,
	);
	t.deepEqual(sessions.map(({pid, messages, failure, endedAt}) => [pid, messages, failure, endedAt]).sort(), [
		[1, 2, null, Date.UTC(2026, 10, 29, 11) + 1100],
		[2, 0, 'certificate-not-verified', Date.UTC(2026, 10, 29, 11) + 800],
	]);
});

/** A line of tlsproxy or smtp so many seconds after the first. */
const after = (seconds: number, line: string) =>
	`${new Date(Date.UTC(2026, 10, 29, 11) + seconds * 1000).toISOString()} mx postfix/${line}`;

test('a DISCONNECT that may have been of either of two idle connections ends the one that is not taken up again', t => {
	const {sessions} = sessionsOf([
		after(0, `tlsproxy[9]: CONNECT to ${end}`),
		after(0, `tlsproxy[9]: ${established()}`),
		after(0, `smtp[1]: ${established()}`),
		after(1, `tlsproxy[9]: CONNECT to ${end}`),
		after(1, `tlsproxy[9]: ${established()}`),
		after(1, `smtp[2]: ${established()}`),
		after(2, `smtp[2]: ${sent('4F8C328AB02')}`),
		after(3, `smtp[1]: ${sent('4F8C328AB01')}`),
		after(3, `smtp[1]: ${reused}`),
		after(3, `smtp[1]: ${sent('4F8C328AB03', ', conn_use=2')}`),
		after(5, `tlsproxy[9]: DISCONNECT ${end}`),
		after(15, `smtp[3]: ${reused}`),
		after(15, `smtp[3]: ${sent('4F8C328AB04', ', conn_use=2')}`),
		after(16, `tlsproxy[9]: DISCONNECT ${end}`),
	]);
	t.deepEqual(
		sessions.map(({startedAt, endedAt, messages, reused: uses}) => [startedAt, endedAt, messages, uses]).sort(),
		[
			[Date.UTC(2026, 10, 29, 11), Date.UTC(2026, 10, 29, 11, 0, 5), 2, 1],
			[Date.UTC(2026, 10, 29, 11, 0, 1), Date.UTC(2026, 10, 29, 11, 0, 16), 2, 1],
		],
	);
});

test('a handshake that failed waits for the line of the library and for the one that names its message', t => {
	const {sessions} = sessionsOf([
		after(0, `smtp[1]: SSL_connect error to ${relay}: -1`),
		after(5, 'smtp[2]: connect to other.example[192.0.2.9]:25: Connection refused'),
		after(11, 'smtp[2]: connect to other.example[192.0.2.9]:25: Connection refused'),
		after(
			12,
			'smtp[1]: warning: TLS library problem: error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_lib.c:1997:',
		),
		after(18, 'smtp[2]: connect to other.example[192.0.2.9]:25: Connection refused'),
		after(
			24,
			`smtp[1]: 4F8C328AB01: to=<a@dest.example>, relay=${relay}, delay=24, delays=0/0/24/0, dsn=4.7.5, status=deferred (Cannot start TLS: handshake failure)`,
		),
	]);
	t.deepEqual(
		sessions.map(({outcome, failure, deliveries}) => [outcome, failure, deliveries]),
		[['failed', 'unsupported-protocol', 'dest.example 0 1 0']],
	);
});

test('two instances that do the same handshake at the same moment are two sessions', t => {
	const at = '2026-11-29T11:00:00Z mx';
	const {sessions} = sessionsOf([
		`${at} postfix-in/tlsproxy[8]: CONNECT to [192.0.2.99]:25`,
		`${at} postfix-out/tlsproxy[9]: ${established()}`,
		`${at} postfix-in/smtp[1]: ${established()}`,
		`${at} postfix-in/smtp[1]: ${sent('4F8C328AB01')}`,
		`${at} postfix-out/smtp[2]: ${established()}`,
		`${at} postfix-out/smtp[2]: ${sent('4F8C328AB02')}`,
	]);
	t.deepEqual(sessions.map(({tag, pid, messages}) => [tag, pid, messages]).sort(), [
		['postfix-in/smtp', 1, 1],
		['postfix-out/smtp', 2, 1],
	]);
});

test('a level that is undecided or refused proves no transport', t => {
	const outcomes = [
		'may',
		'may?',
		'may:none',
		'none',
		'dane:encrypt',
		'dane?',
		'!encrypt',
		'unknown?',
		'may/requiretls:none',
	].map(level => [
		level,
		read(`smtp[1]: ${sent('4F8C328AB01', `, delay=0, delays=0/0/0/0, tls=${level}`)}`)[0]?.outcome,
	]);
	t.deepEqual(outcomes, [
		['may', 'encrypted'],
		['may?', null],
		['may:none', 'plaintext'],
		['none', 'plaintext'],
		['dane:encrypt', 'encrypted'],
		['dane?', null],
		['!encrypt', null],
		['unknown?', null],
		['may/requiretls:none', 'encrypted'],
	]);
});

const eof =
	'warning: TLS library problem: error:0A000126:SSL routines::unexpected eof while reading:../ssl/record/rec_layer_s3.c:322:';
const refusedOurs =
	'warning: TLS library problem: error:0A000418:SSL routines::tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1586:SSL alert number 48:';

test('after a handshake the end of the input is no failure, an alert is, and so is a connection that was lost', t => {
	const [good] = read(`smtp[1]: ${established()}`, `smtp[1]: ${sent('4F8C328AB01')}`, `smtp[1]: ${eof}`);
	t.like(good, {outcome: 'encrypted', messages: 1, failure: null, alert: null});
	const [unsent] = read(`smtp[1]: ${established()}`, `smtp[1]: ${eof}`);
	t.like(unsent, {outcome: 'encrypted', failure: null, alert: null});
	const [refused] = read(`smtp[1]: ${established()}`, `smtp[1]: ${refusedOurs}`);
	t.like(refused, {outcome: 'encrypted', failure: 'peer-rejected-certificate', alert: 'unknown ca (48)'});
	const [lost] = read(
		`smtp[1]: ${established()}`,
		`smtp[1]: ${eof}`,
		`smtp[1]: 4F8C328AB01: to=<a@dest.example>, relay=${relay}, delay=1, delays=0/0/1/0, dsn=4.4.2, status=deferred (lost connection with ${relay.slice(0, -3)} while sending end of data -- message may be sent more than once)`,
	);
	t.like(lost, {outcome: 'encrypted', failure: 'lost-connection', alert: null});
	const [failed] = read(`smtp[1]: SSL_connect error to ${relay}: -1`, `smtp[1]: ${eof}`);
	t.like(failed, {outcome: 'failed', failure: 'lost-connection', alert: 'unexpected eof while reading (294)'});
});

test('inbound and in tlsproxy the end of the input after a handshake is no failure either', t => {
	const client = 'a.example[192.0.2.4]';
	const summary = `Anonymous TLS connection established from ${client}: ${tls}`;
	const counted = `disconnect from ${client} ehlo=2 starttls=1 mail=1 rcpt=1 data=1 commands=6`;
	for (const lines of [[summary, eof], [eof]]) {
		const [one] = read(...[`connect from ${client}`, ...lines, counted].map(line => `smtpd[1]: ${line}`));
		t.like(one, {outcome: 'encrypted', failure: null, alert: null});
	}
	const [broken] = read(
		...[
			`connect from ${client}`,
			`SSL_accept error from ${client}: -1`,
			eof,
			`disconnect from ${client} ehlo=1 starttls=0/1 commands=1/2`,
		].map(line => `smtpd[1]: ${line}`),
	);
	t.like(broken, {outcome: 'failed', failure: 'lost-connection'});
	const of = (endpoint: string, ...lines: string[]) => lines.map(line => `tlsproxy[1]: ${line} ${endpoint}`);
	const proxied = read(
		...of('[192.0.2.4]:2000', 'CONNECT from'),
		`tlsproxy[1]: Anonymous TLS connection established from [192.0.2.4]:2000: ${tls}`,
		`tlsproxy[1]: ${eof}`,
		...of('[192.0.2.4]:2000', 'DISCONNECT'),
		...of('[192.0.2.5]:2000', 'CONNECT from', 'DISCONNECT'),
	);
	t.deepEqual(
		proxied.map(({peerIp, outcome, failure}) => [peerIp, outcome, failure]),
		[
			['192.0.2.4', 'encrypted', null],
			['192.0.2.5', null, null],
		],
	);
});

test('a certificate that does not verify bears the reason that was logged, with a summary and without one', t => {
	const deferred = `4F8C328AB01: to=<a@dest.example>, relay=${relay}, delay=1, delays=0/0/1/0, dsn=4.7.5, status=deferred (Server certificate not verified)`;
	const skipped = `4F8C328AB01: Server certificate not verified`;
	for (const [logged, alert] of [
		['num=62:hostname mismatch', 'hostname mismatch (62)'],
		['num=62:Hostname mismatch', 'hostname mismatch (62)'],
		['num=65:No matching DANE TLSA records', 'no matching DANE TLSA records (65)'],
		['num=18:self signed certificate', 'self-signed certificate (18)'],
		['num=99:something new', 'something new (99)'],
		['certificate has expired', 'certificate has expired (10)'],
		['untrusted issuer /C=US/CN=Old: Root', 'untrusted issuer'],
	] as const) {
		const line = `smtp[1]: server certificate verification failed for ${relay}: ${logged}`;
		for (const rest of [[deferred], [established('Untrusted'), deferred], [established('Untrusted'), skipped]]) {
			const [session] = read(line, ...rest.map(text => `smtp[1]: ${text}`));
			t.like(session, {outcome: 'encrypted', failure: 'certificate-not-verified', alert}, `${logged} ${rest}`);
		}
	}
	// Where nothing is enforced the certificate is no reason.
	const [sound] = read(
		`smtp[1]: certificate verification failed for ${relay}: untrusted issuer /CN=Foo`,
		`smtp[1]: ${established('Untrusted')}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
	);
	t.like(sound, {outcome: 'encrypted', failure: null, alert: null, messages: 1});
	// Nor is that of another host.
	const [other] = read(
		`smtp[1]: server certificate verification failed for mx2.dest.example[192.0.2.21]:25: num=62:hostname mismatch`,
		`smtp[1]: ${established('Untrusted')}`,
		`smtp[1]: ${deferred}`,
	);
	t.like(other, {failure: 'certificate-not-verified', alert: null});
});

test('under a tag that is cut at its slash, mail to port 24 goes to a mailbox: that is the port of LMTP', t => {
	const line = (pid: number, text: string) => `<22>1 2026-11-30T07:33:14.620886+00:00 mx postfix ${pid} - -  ${text}`;
	const to = (host: string, port: number) => `${host}.example.net[203.0.113.55]:${port}`;
	const summary = (verb: string, server: string) =>
		`Trusted TLS connection ${verb} to ${server}: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)`;
	const sent = (id: number, server: string, use = '') =>
		`82D832AA22${id}: to=<info@example.net>, relay=${server},${use} delay=0.1, delays=0/0.1/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)`;
	const {sessions} = sessionsOf([
		line(234, summary('established', to('mailbox', 24))),
		line(234, sent(1, to('mailbox', 24))),
		line(234, summary('reused', to('mailbox', 24))),
		line(234, sent(2, to('mailbox', 24), ' conn_use=2,')),
		line(235, sent(3, to('mailbox', 24))),
		line(236, summary('established', to('mx', 25))),
		line(236, sent(4, to('mx', 25))),
		line(237, sent(5, to('mx', 2424))),
	]);
	t.deepEqual(
		sessions.map(({pid, hop, service, port, messages}) => `${pid} ${hop} ${service} ${port} ${messages}`).sort(),
		['234 delivery lmtp 24 2', '235 delivery lmtp 24 1', '236 relay-out smtp 25 1', '237 relay-out smtp 2424 1'],
	);
});
