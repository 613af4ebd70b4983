import test from 'ava';
import {sessionsOf} from './fixture/sessions-of.ts';

const end = '[198.51.100.7]:37865';
const screened = (port: number) => [
	`Nov 24 08:40:05 mx1 postfix/postscreen[700]: CONNECT from ${end} to [192.0.2.10]:${port}`,
	`Nov 24 08:40:05 mx1 postfix/postscreen[700]: PASS OLD ${end}`,
];
const session = (tag: string, pid: number) => [
	`Nov 24 08:40:05 mx1 ${tag}[${pid}]: connect from unknown[198.51.100.7]`,
	`Nov 24 08:40:06 mx1 ${tag}[${pid}]: Anonymous TLS connection established from unknown[198.51.100.7]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)`,
	`Nov 24 08:40:07 mx1 ${tag}[${pid}]: disconnect from unknown[198.51.100.7] ehlo=2 starttls=1 quit=1 commands=4`,
];

function portsOf(lines: string[]) {
	return sessionsOf(lines).sessions.map(({pid, port, portSource}) => [pid, port, portSource]);
}

test('a client that postscreen passes on and that submits in the same moment is passed on to the one port only', t => {
	const smtps = session('postfix/smtps/smtpd', 811);
	const submission = session('postfix/submission/smtpd', 812);
	t.deepEqual(portsOf([...screened(25), ...smtps, ...submission, ...session('postfix/smtpd', 813)]), [
		[811, 465, 'service'],
		[812, 587, 'service'],
		[813, 25, 'log'],
	]);
});

test('a service that postscreen passes on to may bear any name but that of another port', t => {
	t.deepEqual(portsOf([...screened(2525), ...session('postfix/smtpd', 811)]), [[811, 2525, 'log']]);
	t.deepEqual(portsOf([...screened(2525), ...session('postfix/smtp/smtpd', 811)]), [[811, 2525, 'log']]);
	t.deepEqual(portsOf([...screened(2525), ...session('postfix/2525/smtpd', 811)]), [[811, 2525, 'log']]);
	t.deepEqual(portsOf([...screened(25), ...session('postfix/screened/smtpd', 811)]), [[811, 25, 'log']]);
});
