import {readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import type {PostfixConfiguration} from '../../../src/mailserver/read/configuration.ts';
import {readMainCf} from '../../../src/mailserver/read/main-cf.ts';
import {readMasterCf} from '../../../src/mailserver/read/master-cf.ts';
import {isPostconfOutput, readPostconf} from '../../../src/mailserver/read/postconf-output.ts';

/** What postconf 3.7.11 printed for the two files in fixtures/postfix. */
const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const read = (...names: string[]) => readPostconf(names.map(fixture).join(''));
const main = ({main}: PostfixConfiguration): string[] => (main ?? []).map(({name, value}) => `${name} = ${value}`);
const services = ({services}: PostfixConfiguration): string[] =>
	(services ?? []).map(({name, type, command, options, stray}) =>
		[`${name}/${type} ${command}`, ...options.map(option => `${option.name}=${option.value}`), ...stray].join(' '),
	);

test('main.cf as postconf prints it is main.cf as it is read', t => {
	const files = readMainCf(fixture('postfix/main.cf'), 'main.cf');
	const last = new Map(files.main.map(({name, value}) => [name, value]));
	// postconf leaves out what no program has.
	for (const name of ['smtpd_tls_security_levl', 'relay_password']) last.delete(name);
	t.deepEqual(
		main(read('postconf-n.txt')),
		[...last].map(([name, value]) => `${name} = ${value}`).sort((a, b) => (a < b ? -1 : 1)),
	);
	t.deepEqual(main(read('postconf-nf.txt')), main(read('postconf-n.txt')));
	t.is(read('postconf-n.txt').directory, '/etc/postfix');
});

test('master.cf as postconf prints it is master.cf as it is read', t => {
	const files = readMasterCf(fixture('postfix/master.cf'), 'master.cf').services;
	const expected = services({...read('postconf-n.txt'), services: files});
	t.deepEqual(services(read('postconf-M.txt')), expected);
	t.deepEqual(services(read('postconf-Mf.txt')), expected);
	t.true(read('postconf-M.txt').services?.every(service => service.place.line === null));
});

test('an option that postconf has taken apart at its letters is put together, and reported as glued', t => {
	const glued = read('postconf-M.txt').services?.flatMap(({options}) => options.filter(({form}) => form === 'glued'));
	t.deepEqual(
		glued?.map(({name, value}) => [name, value]),
		[['smtpd_tls_protocols', '!SSLv3']],
	);
	t.deepEqual(services(readPostconf('25 inet n - n - - smtpd -o x_ -o ne=1 -o broken\n')), ['25/inet smtpd ne=1']);
});

test('the outputs may follow one another in any order', t => {
	const parts = ['postconf-n.stderr.txt', 'postconf-n.txt', 'postconf-M.txt', 'postconf-P.txt', 'postconf-d.txt'];
	const whole = read(...parts);
	t.deepEqual(whole.version, {major: 3, minor: 7, patch: 11});
	t.is(whole.defaults?.get('smtpd_tls_protocols'), '>=TLSv1');
	t.deepEqual(main(whole), main(read('postconf-n.txt')));
	t.deepEqual(services(whole), services(read('postconf-M.txt')));
	fc.assert(
		fc.property(fc.shuffledSubarray(parts, {minLength: parts.length}), order => {
			const again = read(...order);
			t.deepEqual(main(again), main(whole));
			t.deepEqual(services(again), services(whole));
			t.deepEqual([again.version, again.defaults?.size], [whole.version, whole.defaults?.size]);
		}),
		{numRuns: 20},
	);
});

test('copied from a terminal, with its prompts, they are read the same', t => {
	const text = `admin@mail:~$ sudo postconf -n\n${fixture('postconf-n.txt')}[root@mail ~]# postconf -M\n${fixture('postconf-M.txt')}`;
	t.deepEqual(main(readPostconf(text)), main(read('postconf-n.txt')));
	t.deepEqual(services(readPostconf(text)), services(read('postconf-M.txt')));
});

test('postconf without options shows what differs from the defaults', t => {
	const all = read('postconf.txt');
	t.is(all.defaults, null);
	t.deepEqual(
		main(all).filter(line => /tls_(?:protocols|security_level|loglevel)/.test(line)),
		[
			'smtp_tls_security_level = may',
			'smtpd_tls_loglevel = 1 # only one',
			'smtpd_tls_protocols = !SSLv2, !SSLv3',
			'smtpd_tls_security_level = may',
		],
	);
	t.false(main(all).some(line => line.startsWith('smtpd_tls_mandatory_protocols')));
});

test('the defaults alone set nothing', t => {
	const defaults = read('postconf-d.txt');
	t.is(defaults.main, null);
	t.is(defaults.services, null);
	t.true((defaults.defaults?.size ?? 0) > 800);
});

test('with -P alone the services and their options are known, their programs guessed', t => {
	t.deepEqual(services(read('postconf-P.txt')), [
		'submission/inet smtpd smtpd_tls_mandatory_protocols=$mua_tls, !TLSv1.3 smtpd_tls_security_level=encrypt syslog_name=postfix/submission',
		'465/inet smtpd ls=!SSLv3 smtpd_tls_wrappermode=yes',
		'dovecot/unix dovecot x_y=z',
	]);
	t.deepEqual(services(readPostconf('relay/unix/smtp_tls_security_level = may\nx/unix/lmtp_tls_loglevel = 1\n')), [
		'relay/unix smtp smtp_tls_security_level=may',
		'x/unix lmtp lmtp_tls_loglevel=1',
	]);
});

test('what postconf says on standard error is sorted, reported once, and shows no password', t => {
	const {warnings} = read('postconf-n.stderr.txt');
	t.deepEqual(
		warnings.map(({kind, text}) => `${kind}: ${text.replace('/etc/postfix/', '')}`),
		[
			'overriding: main.cf, line 11: overriding earlier entry: smtp_tls_security_level=dane',
			'overriding: main.cf, line 6: overriding earlier entry: smtp_tls_security_level=may',
			'undefined: main.cf: undefined parameter: nosuch',
			'unused: main.cf: unused parameter: relay_password=***',
			'unused: main.cf: unused parameter: smtpd_tls_security_levl=encrypt',
			'unused: master.cf: unused parameter: ls=!SSLv3',
			'unused: master.cf: unused parameter: x_y=z',
		],
	);
	const deprecated =
		'/usr/sbin/postconf: warning: /etc/postfix/main.cf: support for parameter "smtpd_use_tls" will be removed; instead, specify "smtpd_tls_security_level"\n';
	t.is(readPostconf(deprecated).warnings[0]?.kind, 'deprecated');
	t.is(readPostconf('postconf: fatal: open /etc/postfix/main.cf: Permission denied\n').warnings[0]?.kind, 'other');
});

test('faults that are still to be seen after folding are found', t => {
	t.deepEqual(
		read('postconf-n.txt', 'postconf-M.txt').faults.map(({kind, subject, text}) => `${kind} ${subject}: ${text}`),
		[
			'swallowed-line smtp_tls_policy_maps: smtpd_tls_auth_only = yes',
			'trailing-comment smtpd_tls_loglevel: # only one',
			'broken-option 465/inet: -o smtpd_tls_security_level = none',
		],
	);
});

test('output of postconf is distinguished from other text', t => {
	for (const name of ['postconf-n.txt', 'postconf-M.txt', 'postconf-P.txt', 'postconf-d.txt', 'postconf-n.stderr.txt'])
		t.true(isPostconfOutput(fixture(name)), name);
	t.true(isPostconfOutput('mail_version = 3.7.11\n'));
	t.false(isPostconfOutput(''));
	t.false(isPostconfOutput('Nov 24 15:11:57 mail postfix/smtpd[1]: connect from unknown[192.0.2.1]\n'));
	t.false(isPostconfOutput('<html>\n<p>name = value\n</html>\n'));
});

test('any text is read', t => {
	const line = fc.oneof(
		fc.string(),
		fc.constantFrom(
			'a_b = c',
			' d',
			'smtps inet n - n - - smtpd',
			'  -o a=b',
			'x/inet/y = z',
			'postconf: warning: x',
			'$ postconf',
			'\r',
			'/inet/ = ',
		),
	);
	fc.assert(
		fc.property(fc.array(line), lines => {
			const {main, services, form} = readPostconf(lines.join('\n'));
			t.is(form, 'postconf');
			t.true(main === null || main.length > 0);
			t.true(services === null || services.length > 0);
		}),
	);
});
