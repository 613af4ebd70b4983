import test from 'ava';
import fc from 'fast-check';
import {place, readTarget} from '../../src/probe/target.ts';

test('a port says how TLS usually begins', t => {
	const usual = (port: string) => readTarget(`mail.example.org:${port}`, undefined).starttls;
	t.deepEqual(['25', '587', 'smtp', 'submission'].map(usual), ['smtp', 'smtp', 'smtp', 'smtp']);
	t.deepEqual(['143', 'imap', '110', 'pop3', '24', 'lmtp'].map(usual), [
		'imap',
		'imap',
		'pop3',
		'pop3',
		'lmtp',
		'lmtp',
	]);
	t.deepEqual(['465', '993', '995', 'smtps', 'submissions', 'imaps', 'pop3s', '2525'].map(usual), Array(8).fill(null));
	t.true(readTarget('mail.example.org:25', undefined).usual);
});

test('the flag for STARTTLS overrides the port', t => {
	t.like(readTarget('mail.example.org:2525', 'smtp'), {starttls: 'smtp', usual: false, speaks: 'smtp'});
	t.like(readTarget('mail.example.org:587', 'none'), {starttls: null, usual: false, speaks: 'smtp'});
	t.like(readTarget('mail.example.org:993', undefined), {starttls: null, speaks: 'imap'});
	t.is(readTarget('mail.example.org:2525', undefined).speaks, null);
});

test('names, addresses and IPv6 in brackets are hosts', t => {
	t.like(readTarget('[2001:db8::1]:SMTPS', undefined), {host: '2001:db8::1', port: 465});
	t.is(place('2001:db8::1', 465), '[2001:db8::1]:465');
	t.like(readTarget('192.0.2.1:993', undefined), {host: '192.0.2.1', port: 993});
	t.is(readTarget('mail.example.org.:993', undefined).host, 'mail.example.org');
	t.is(readTarget('bücher.example:993', undefined).host, 'xn--bcher-kva.example');
});

test('a target that means nothing has a sentence that says what to write', t => {
	const wrong = (text: string) => t.throws(() => readTarget(text, undefined))?.message ?? '';
	t.regex(wrong('mail.example.org'), /names no port; write HOST:PORT/);
	t.regex(wrong(''), /names no port/);
	t.regex(wrong('2001:db8::1'), /needs brackets; write \[2001:db8::1\]:465/);
	t.regex(wrong('2001:db8::1:465'), /(?:needs|have) brackets/);
	t.regex(wrong('[mail.example.org]:465'), /no IPv6 address/);
	t.regex(wrong('mail.example.org:imasp'), /"imasp" is no port.*imaps/);
	t.regex(wrong('mail.example.org:0'), /"0" is no port; write 1 to 65535/);
	t.regex(wrong('mail.example.org:65536'), /no port/);
	t.regex(wrong('mail.example.org:toString'), /no port/);
	t.regex(wrong(':465'), /no host name/);
	t.regex(wrong('a b:465'), /no host name/);
	t.regex(wrong('-x:465'), /no host name/);
});

test('any text is a target or one sentence', t => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]a-z0-9.:%-]{0,40}$/)), text => {
			try {
				const {host, port} = readTarget(text, undefined);
				t.true(host !== '' && port > 0 && port < 65_536);
			} catch (error) {
				t.regex((error as Error).message, /^".*: |^".*" (?:names no port|is no)/s);
			}
		}),
	);
});
