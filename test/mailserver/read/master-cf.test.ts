import test from 'ava';
import fc from 'fast-check';
import {readMasterCf} from '../../../src/mailserver/read/master-cf.ts';

const read = (text: string) => readMasterCf(text, 'master.cf');
const options = (text: string): string[] =>
	read(text).services.flatMap(service => service.options.map(({name, value, form}) => `${form} ${name}=${value}`));
const faults = (text: string): string[] =>
	read(text).faults.map(({kind, place, subject, text: words}) => `${kind} ${place.line} ${subject}: ${words}`);
const smtps = 'smtps     inet  n       -       n       -       -       smtpd\n';

test('a service has eight columns and its options, each with its place', t => {
	const {services, faults} = read(
		`# comment\n${smtps}  -o smtpd_tls_wrappermode=yes\n#  -o x=y\n  -o smtpd_client_restrictions=$mua,reject -v\n`,
	);
	t.deepEqual(faults, []);
	t.deepEqual(services, [
		{
			name: 'smtps',
			type: 'inet',
			columns: ['n', '-', 'n', '-', '-'],
			command: 'smtpd',
			options: [
				{name: 'smtpd_tls_wrappermode', value: 'yes', form: 'plain', place: {file: 'master.cf', line: 3}},
				{name: 'smtpd_client_restrictions', value: '$mua,reject', form: 'plain', place: {file: 'master.cf', line: 5}},
			],
			stray: [],
			place: {file: 'master.cf', line: 2},
		},
	]);
});

test('an option may be in braces, be glued to its letter, or follow other letters', t => {
	t.deepEqual(options(`${smtps}  -o { a = b, c } -o {d=e} -of=g -vo h=i -o j= -v -o {k=\n  {l} m}\n`), [
		'braces a=b, c',
		'braces d=e',
		'glued f=g',
		'plain h=i',
		'plain j=',
		'braces k={l} m',
	]);
});

test('blanks around the equals sign break an option, and those behind it still count', t => {
	const text = `${smtps}  -o smtpd_tls_security_level = encrypt\n  -o smtpd_sasl_auth_enable=yes\n`;
	t.deepEqual(options(text), ['plain smtpd_sasl_auth_enable=yes']);
	t.deepEqual(read(text).services[0]?.stray, ['=', 'encrypt']);
	t.deepEqual(faults(text), ['broken-option 2 smtps/inet: -o smtpd_tls_security_level = encrypt']);
});

test('a blank in a value breaks it', t => {
	const text = `${smtps}  -o smtpd_tls_protocols=!SSLv2, !SSLv3,\n    !TLSv1\n  -o a=b\n`;
	t.deepEqual(options(text), ['plain smtpd_tls_protocols=!SSLv2,', 'plain a=b']);
	t.deepEqual(read(text).services[0]?.stray, ['!SSLv3,', '!TLSv1']);
	t.deepEqual(faults(text), ['broken-option 2 smtps/inet: -o smtpd_tls_protocols=!SSLv2, !SSLv3, !TLSv1']);
});

test('a comment behind an option reaches to the end of its line', t => {
	const text = `${smtps}  -o a=b # not -o c=d\n  -o e=f\n`;
	t.deepEqual(options(text), ['plain a=b', 'plain e=f']);
	t.deepEqual(faults(text), ['trailing-comment 2 smtps/inet: # not -o c=d']);
});

test('an option in braces that is not closed, or goes on behind them, is broken', t => {
	t.deepEqual(faults(`${smtps}  -o { a = b\n  -o c=d\n`), ['broken-option 2 smtps/inet: -o { a = b -o c=d']);
	t.deepEqual(faults(`${smtps}  -o {a=b}c\n`), ['broken-option 2 smtps/inet: -o {a=b}c']);
	t.deepEqual(faults(`${smtps}  -o\n`), ['broken-option 2 smtps/inet: -o']);
});

test('the arguments of pipe and spawn are their own', t => {
	const text =
		'dovecot unix - n n - - pipe -o a=b flags=DRhu user=v:v argv=/usr/lib/dovecot/deliver -f sender -o x # y\n' +
		'policy unix - n n - 0 spawn user=nobody argv=/usr/bin/policy\n';
	t.deepEqual(options(text), ['plain a=b']);
	t.deepEqual(
		read(text).services.map(service => service.stray),
		[[], []],
	);
	t.deepEqual(faults(text), []);
});

test('an option that lost its indentation is named with the service it was meant for', t => {
	const text = `${smtps}-o smtpd_tls_wrappermode=yes\nrelay unix - - n - - smtp\n`;
	t.deepEqual(faults(text), ['lost-indentation 2 smtps/inet: -o smtpd_tls_wrappermode=yes']);
	t.deepEqual(
		read(text).services.map(service => service.name),
		['smtps', 'relay'],
	);
});

test('options below a service that is commented out join the one above, which is reported', t => {
	const text = `submission inet n - n - - smtpd\n  -o a=b\n#${smtps}#  -o c=d\n  -o smtpd_tls_wrappermode=yes\n  -o e=f\n`;
	t.deepEqual(options(text), ['plain a=b', 'plain smtpd_tls_wrappermode=yes', 'plain e=f']);
	t.deepEqual(faults(text), ['orphan-continuation 5 submission/inet: -o smtpd_tls_wrappermode=yes']);
});

test('a comment between options is no service', t => {
	t.deepEqual(faults(`${smtps}# was inet n - once\n  -o a=b\n#  -o c=d\n  -o e=f\n`), []);
});

test('services of the same name and type stay, in their order', t => {
	t.deepEqual(
		read(`${smtps}${smtps}  -o a=b\n`).services.map(({place, options}) => [place.line, options.length]),
		[
			[1, 0],
			[2, 1],
		],
	);
});

test('a line that is no service is a fault', t => {
	t.deepEqual(faults('smtp inet n - n - smtpd\nsmtp tcp n - n - - smtpd\nsmtp inet q - n - - smtpd\n  -o a=b\n'), [
		'bad-service 1 smtp: smtp inet n - n - smtpd',
		'bad-service 2 smtp: smtp tcp n - n - - smtpd',
		'bad-service 3 smtp: smtp inet q - n - - smtpd -o a=b',
	]);
	t.deepEqual(faults(`  -o a=b\n${smtps}`), ['orphan-continuation 1 : -o a=b']);
});

test('lines may end as on Windows', t => {
	const {services, faults} = read('smtps inet n - n - - smtpd\r\n  -o a=b\r\n');
	t.deepEqual(faults, []);
	t.is(services[0]?.command, 'smtpd');
	t.is(services[0]?.options[0]?.value, 'b');
});

test('any text is read', t => {
	const line = fc.oneof(
		fc.string(),
		fc.constantFrom('', '#', '  -o', '-o', '  -o a=b', '  -o { a', ' } ', 'smtp inet n - n - - smtpd', '  a = b', '#x'),
		fc.constantFrom('x pass - - - - - smtpd -o', '#y inet n - n - - smtpd', '  --', '  -', '  -vo', '\t{}{', '\r'),
	);
	fc.assert(
		fc.property(fc.array(line), lines => {
			for (const {place} of read(lines.join('\n')).faults) t.true((place.line ?? 0) >= 1);
		}),
	);
});

test('a service printed and read again is the same', t => {
	const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
	const value = fc.stringMatching(/^[!-z|~]{0,12}$/);
	fc.assert(
		fc.property(fc.array(fc.tuple(name, value)), pairs => {
			const text = smtps + pairs.map(([left, right]) => `  -o ${left}=${right}\n`).join('');
			t.deepEqual(
				read(text).services[0]?.options.map(option => [option.name, option.value]),
				pairs,
			);
			t.deepEqual(read(text).faults, []);
		}),
	);
});
