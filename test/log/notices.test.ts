import test from 'ava';
import {sessionsOf} from './fixture/sessions-of.ts';

test('a service that goes on without TLS is reported once, with the place in the log', t => {
	const warning = "warning: No server certs available. TLS won't be enabled";
	const {coverage, sessions} = sessionsOf([
		`Nov 24 08:40:05 mx1 postfix/smtpd[811]: ${warning}`,
		`Nov 24 08:40:05 mx1 postfix/smtpd[812]: ${warning}`,
		`Nov 24 08:40:06 mx1 postfix/submission/smtpd[813]: ${warning}`,
	]);
	t.deepEqual(sessions, []);
	t.deepEqual(coverage.notices, [
		'mx1 postfix/smtpd has switched TLS off and offers none; see test.log, line 1.',
		'mx1 postfix/submission/smtpd has switched TLS off and offers none; see test.log, line 3.',
	]);
});

test('a client that goes on without TLS is reported once for each tag, and delivers in plaintext', t => {
	const {coverage, sessions} = sessionsOf([
		'Jun  3 14:46:24 mx postfix/smtp[1567]: warning: cannot load Certificate Authority data, CAfile="/etc/ssl/x": disabling TLS support',
		'Jun  3 14:46:25 mx postfix/smtp[1568]: warning: no entropy for TLS key generation: disabling TLS support',
		'Jun  3 14:46:25 mx postfix/relay/lmtp[1569]: warning: TLS has been selected, but TLS support is not compiled in',
		'Jun  3 14:46:26 mx postfix/smtp[1568]: 4F1A0B: to=<x@example.net>, relay=mx.example.net[203.0.113.5]:25, delay=1, delays=0/0/0.2/0.2, dsn=2.0.0, status=sent (250 Ok)',
		// A process that never said so.
		'Jun  3 14:46:27 mx postfix/smtp[1570]: 4F1A0C: to=<x@example.net>, relay=mx.example.net[203.0.113.5]:25, delay=1, delays=0/0/0.2/0.2, dsn=2.0.0, status=sent (250 Ok)',
		// Hours later the number is another process's.
		'Jun  3 19:46:27 mx postfix/smtp[1568]: 4F1A0D: to=<x@example.net>, relay=mx.example.net[203.0.113.5]:25, delay=1, delays=0/0/0.2/0.2, dsn=2.0.0, status=sent (250 Ok)',
	]);
	t.deepEqual(
		sessions.map(({pid, outcome}) => [pid, outcome]),
		[
			[1568, 'plaintext'],
			[1570, null],
			[1568, null],
		],
	);
	t.deepEqual(coverage.notices, [
		'mx postfix/smtp has switched TLS off and uses none; see test.log, line 1.',
		'mx postfix/relay/lmtp has switched TLS off and uses none; see test.log, line 3.',
	]);
	t.is(coverage.notUnderstood, 0);
});

test('a delivery near lost lines is not judged by the absence of a summary', t => {
	const delivery = (id: string, time: string) =>
		`Nov 24 ${time} mx1 postfix/smtp[812]: ${id}: to=<x@example.net>, relay=mx.example.net[203.0.113.5]:25, delay=1, delays=0/0/0.2/0.2, dsn=2.0.0, status=sent (250 Ok)`;
	const {coverage, sessions} = sessionsOf([
		'Nov 24 08:00:00 mx1 postfix/smtp[811]: Trusted TLS connection established to a.example.net[203.0.113.9]:25: TLSv1.2 with cipher AES128-SHA (128/128 bits)',
		delivery('4F1A0B', '08:10:00'),
		'Nov 24 08:20:00 mx1 rsyslogd: imuxsock[pid 812]: begin to drop messages due to rate-limiting',
		delivery('4F1A0C', '08:20:05'),
		delivery('4F1A0D', '08:30:00'),
	]);
	t.deepEqual(
		sessions.filter(session => session.messages > 0).map(session => session.outcome),
		['plaintext', null, 'plaintext'],
	);
	t.is(coverage.notices.length, 1);
});
