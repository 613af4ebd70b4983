import test from 'ava';
import fc from 'fast-check';
import {readMainCf} from '../../../src/mailserver/read/main-cf.ts';

const read = (text: string) => readMainCf(text, 'main.cf');
const settings = (text: string): string[] => read(text).main.map(({name, value}) => `${name} = ${value}`);
const faults = (text: string): string[] =>
	read(text).faults.map(({kind, place, subject, text: words}) => `${kind} ${place.line} ${subject}: ${words}`);

test('a value goes on in the lines that begin with a blank, whatever is skipped between them', t => {
	const {main, faults} = read('mydestination = a,\n   b\n# comment\n\n \t\n\tc  d\n # another\nmyorigin=x\n');
	t.deepEqual(main, [
		{name: 'mydestination', value: 'a, b c d', place: {file: 'main.cf', line: 1}},
		{name: 'myorigin', value: 'x', place: {file: 'main.cf', line: 8}},
	]);
	t.deepEqual(faults, []);
});

test('duplicates stay, in their order', t => {
	t.deepEqual(
		read('smtp_tls_loglevel = 0\nx_y=\nsmtp_tls_loglevel = 1\n').main.map(({value, place}) => [value, place.line]),
		[
			['0', 1],
			['', 2],
			['1', 3],
		],
	);
});

test('lines may end as on Windows, and the last may not end at all', t => {
	t.deepEqual(settings('a_b = 1,\r\n  2\r\n\r\nc_d =\r\ne_f = x'), ['a_b = 1, 2', 'c_d = ', 'e_f = x']);
});

test('a comment behind a value is part of the value, and a fault', t => {
	const text = 'smtpd_tls_security_level = may   # only may\nsmtpd_tls_loglevel = 1\n';
	t.deepEqual(settings(text)[0], 'smtpd_tls_security_level = may # only may');
	t.deepEqual(faults(text), ['trailing-comment 1 smtpd_tls_security_level: # only may']);
});

test('a comment behind one line of a list is found on its line and ends with it', t => {
	t.deepEqual(faults('a_b =\n  permit_mynetworks, # local\n  reject\n'), ['trailing-comment 2 a_b: # local']);
});

test('a hash sign that is no comment is left alone', t => {
	for (const text of [
		'recipient_delimiter = #\n',
		'smtpd_banner = $myhostname ESMTP#1\n',
		'smtpd_client_restrictions = check_client_access inline:{ { # = x } }\n',
		'debugger_command = PATH=/bin; export PATH; # stop\n',
	])
		t.deepEqual(faults(text), [], text);
});

test('a parameter that begins with a blank is swallowed by the one before', t => {
	const text =
		'smtp_tls_policy_maps = hash:/etc/postfix/tls_policy\n smtpd_tls_auth_only = yes\n\trelayhost=[mx.example]\n';
	t.deepEqual(settings(text), [
		'smtp_tls_policy_maps = hash:/etc/postfix/tls_policy smtpd_tls_auth_only = yes relayhost=[mx.example]',
	]);
	t.deepEqual(faults(text), [
		'swallowed-line 2 smtp_tls_policy_maps: smtpd_tls_auth_only = yes',
		'swallowed-line 3 smtp_tls_policy_maps: relayhost=[mx.example]',
	]);
});

test('continuations that rightly hold an equals sign are not taken for swallowed', t => {
	for (const text of [
		'postscreen_dnsbl_sites = zen.example=127.0.0.2*3\n  bl.example=127.0.0.[1..5]*2\n',
		'smtpd_milters = { inet:127.0.0.1:8891,\n  connect_timeout=10s, default_action=accept }\n',
		'import_environment = MAIL_CONFIG\n  tz_name=Europe\n',
		`a_b = $${'{{$compatibility_level}'}\n  == {3.6} ? {x} : {y}}\n`,
	])
		t.deepEqual(faults(text), [], text);
});

test('a file that begins with a blank loses its first line, with all that continues it', t => {
	const text = '  smtpd_tls_loglevel = 1\n# c\n  more\nmyhostname = a.example\n';
	t.deepEqual(settings(text), ['myhostname = a.example']);
	t.deepEqual(faults(text), ['orphan-continuation 1 smtpd_tls_loglevel: smtpd_tls_loglevel = 1 more']);
});

test('a line without an equals sign, or without a name, is a fault', t => {
	t.deepEqual(faults('smtpd_tls_loglevel 1\n= x\nmy host = y\na_b = c\n'), [
		'missing-equals 1 smtpd_tls_loglevel: smtpd_tls_loglevel 1',
		'missing-equals 2 =: = x',
		'missing-equals 3 my: my host = y',
	]);
});

test('a byte order mark belongs to the first name, as for Postfix', t => {
	t.deepEqual(settings('\ufeffa_b = c\n'), ['\ufeffa_b = c']);
	t.deepEqual(faults('\ufeff# comment\na_b = c\n'), ['missing-equals 1 \ufeff#: \ufeff# comment']);
});

test('any text is read, and every line that assigns is found', t => {
	const line = fc.oneof(
		fc.string(),
		fc.constantFrom(
			'# c',
			'',
			' ',
			'a_b = 1',
			' a_b = 1',
			'\tx',
			'=',
			'{',
			'$',
			'\r',
			'a_b={',
			'\u0000',
			'\u00a0x = 1',
		),
	);
	fc.assert(
		fc.property(fc.array(line), lines => {
			const {main, faults} = read(lines.join('\n'));
			for (const {place} of [...main, ...faults])
				t.true((place.line ?? 0) >= 1 && (place.line ?? 0) <= lines.join('\n').split('\n').length);
		}),
	);
});

test('what is printed and read again is the same', t => {
	const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/);
	const value = fc.array(fc.stringMatching(/^[!-~]{1,12}$/), {maxLength: 6}).map(words => words.join(' '));
	fc.assert(
		fc.property(fc.array(fc.tuple(name, value)), assignments => {
			const text = assignments.map(([left, right]) => `${left} = ${right.replaceAll(' ', '\n  ')}\n`).join('');
			const again = read(assignments.map(([left, right]) => `${left} = ${right}\n`).join(''));
			// A word that begins with # at the beginning of a line is a comment there.
			if (!/^\s*#/m.test(text))
				t.deepEqual(
					read(text).main.map(setting => setting.value),
					assignments.map(([, right]) => right),
				);
			t.deepEqual(
				again.main.map(setting => [setting.name, setting.value]),
				assignments,
			);
		}),
	);
});
