import test from 'ava';
import {finds, passes} from './expectations.ts';
import {found, linted} from './linted.ts';

const submission = (...options: string[]) => ({master: ['submission inet n - y - - smtpd', ...options].join('\n  ')});

test(
	'A blank in an option kills the service',
	finds,
	'blank-in-o',
	submission('-o smtpd_tls_security_level = encrypt'),
	{
		severity: 'error',
		service: 'submission/inet',
		line: 8,
		fix: ['-o smtpd_tls_security_level=encrypt'],
	},
);
test('So it does behind a comma', finds, 'blank-in-o', submission('-o smtpd_tls_mandatory_protocols=!SSLv2, !SSLv3'), {
	fix: ['-o smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3'],
});
test('In braces blanks are allowed', passes, 'blank-in-o', submission('-o { smtpd_tls_security_level = encrypt }'));

test(
	'A comment behind a value belongs to it',
	finds,
	'trailing-comment',
	{main: 'smtpd_tls_auth_only = yes   # always\n'},
	{
		severity: 'error',
		service: 'main.cf',
	},
);
test(
	'A comment behind an option is an argument',
	finds,
	'trailing-comment',
	submission('-o smtpd_tls_security_level=encrypt # always'),
	{
		service: 'submission/inet',
	},
);
test('A comment on a line of its own is one', passes, 'trailing-comment', {
	main: '# always\nsmtpd_tls_auth_only = yes\n',
});

test(
	'An option in the first column is a service',
	finds,
	'lost-indentation',
	{
		master: 'submission inet n - y - - smtpd\n-o smtpd_tls_security_level=encrypt\n',
	},
	{severity: 'error', line: 8},
);
test('An option behind blanks is one', passes, 'lost-indentation', submission('-o smtpd_tls_security_level=encrypt'));

test(
	'A service with a column too few is none',
	finds,
	'bad-service-line',
	{master: '465 inet n - y - smtpd\n'},
	{severity: 'error'},
);
test('A whole service is one', passes, 'bad-service-line', {master: '465 inet n - y - - smtpd\n'});

test(
	'An indented line of main.cf is swallowed by the one before',
	finds,
	'swallowed-line',
	{
		main: 'smtpd_tls_loglevel = 1\n smtp_tls_loglevel = 1\n',
	},
	{severity: 'error', service: 'main.cf', says: /part of the value of smtpd_tls_loglevel/},
);
test('A value may go on in the next line', passes, 'swallowed-line', {
	main: 'smtpd_tls_protocols = !SSLv2,\n  !SSLv3\n',
});

test(
	'A line without a sign stops every program',
	finds,
	'missing-equals',
	{main: 'smtpd_tls_loglevel 1\n'},
	{severity: 'error'},
);
test('A line with one does not', passes, 'missing-equals', {main: 'smtpd_tls_loglevel=1\n'});

test(
	'Options of a service that is commented out go to the one above',
	finds,
	'orphan-continuation',
	{
		master: '465 inet n - y - - smtpd\n#submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n',
	},
	{severity: 'error', service: '465/inet', says: /goes to the service above/},
);
test('Commented out with its options it is gone', passes, 'orphan-continuation', {
	master: '465 inet n - y - - smtpd\n#submission inet n - y - - smtpd\n#  -o smtpd_tls_security_level=encrypt\n',
});

test('postconf would break a glued option', finds, 'glued-option', submission('-osmtpd_tls_auth_only=yes'), {
	severity: 'warn',
	line: 8,
});
test('An option with a blank behind -o is safe', passes, 'glued-option', submission('-o smtpd_tls_auth_only=yes'));

const unknown = 'unknown-parameter';
test(
	'A misspelt parameter does nothing',
	finds,
	unknown,
	{main: 'smtpd_tls_security_levl = encrypt\n'},
	{
		severity: 'error',
		service: 'main.cf',
		says: /smtpd_tls_security_level is the nearest/,
		fix: ['if smtpd_tls_security_level is meant, write it for smtpd_tls_security_levl in main.cf line 11'],
	},
);
test('So it does as an option', finds, unknown, submission('-o smtpd_tls_wrapermode=yes'), {
	service: 'submission/inet',
	fix: ['postconf -PX submission/inet/smtpd_tls_wrapermode', "postconf -P 'submission/inet/smtpd_tls_wrappermode=yes'"],
});
test('lmtpd is no program', finds, unknown, {main: 'lmtpd_tls_security_level = may\n'}, {severity: 'error'});
test(
	'A parameter of a later release does nothing either',
	finds,
	unknown,
	{
		main: 'smtpd_tls_chain_files = /k.pem,/c.pem\n',
		version: '3.3.0',
	},
	{says: /it came with 3\.4/, fix: ['postconf -X smtpd_tls_chain_files']},
);
test(
	'A misspelt parameter that does not bear on TLS is information',
	finds,
	unknown,
	{main: 'mailbox_size_limt = 0\n'},
	{
		severity: 'info',
	},
);
test(
	'What postconf said of unused names counts where the files are not given',
	finds,
	unknown,
	{
		more: {
			form: 'postconf',
			warnings: [
				{kind: 'unused', text: 'warning: /etc/postfix/main.cf: unused parameter: smtp_tls_protcols=>=TLSv1.2'},
			],
		},
	},
	{says: /smtp_tls_protocols/},
);
test('A name that a value refers to is the administrator’s own', passes, unknown, {
	main: 'users_tls_level = encrypt\n',
	...submission('-o smtpd_tls_security_level=$users_tls_level'),
});
test('Names by transport, by table and of restriction classes are known', passes, unknown, {
	main: 'slow_destination_rate_delay = 1s\nalias_maps = ldap:users\nusers_server_host = ldap.example.com\nsmtpd_restriction_classes = strict\nstrict = reject\nlmtp_connect_timeout = 5s\n',
});
test('In a release newer than the list only what looks misspelt is', passes, unknown, {
	main: 'brand_new_thing_of_tomorrow = yes\n',
	version: '3.11.6',
});

test(
	'A reference to nothing is nothing',
	finds,
	'undefined-reference',
	{main: 'smtpd_tls_security_level = $users_level\n'},
	{
		severity: 'error',
		service: 'smtp/inet',
		says: /\$users_level is defined nowhere.*no TLS/,
	},
);
test(
	'postconf reports it too',
	finds,
	'undefined-reference',
	{
		more: {
			form: 'postconf',
			warnings: [{kind: 'undefined', text: 'warning: /etc/postfix/main.cf: undefined parameter: users_level'}],
		},
	},
	{service: 'main.cf'},
);
test('A reference to something is something', passes, 'undefined-reference', {
	main: 'users_level = may\nsmtpd_tls_security_level = $users_level\n',
});

test(
	'Of two lines of one name the last counts',
	finds,
	'duplicate-entry',
	{
		main: 'smtp_tls_security_level = encrypt\nsmtp_tls_security_level = may\n',
	},
	{
		severity: 'warn',
		line: 11,
		fix: ['postconf -X smtp_tls_security_level', "postconf -e 'smtp_tls_security_level=may'"],
	},
);
test(
	'Two lines that say the same are information',
	finds,
	'duplicate-entry',
	{
		main: 'smtp_tls_security_level = may\nsmtp_tls_security_level = may\n',
	},
	{severity: 'info'},
);
test(
	'postconf reports duplicates too',
	finds,
	'duplicate-entry',
	{
		more: {
			form: 'postconf',
			warnings: [
				{
					kind: 'overriding',
					text: 'warning: /etc/postfix/main.cf, line 9: overriding earlier entry: smtp_tls_security_level=may',
				},
			],
		},
	},
	{severity: 'warn'},
);
test('One line of a name is enough', passes, 'duplicate-entry', {});

test(
	'A switch that asks for TLS beside a level that takes it away',
	finds,
	'deprecated-switches',
	{
		main: 'smtpd_use_tls = yes\nsmtpd_tls_security_level = none\n',
	},
	{
		severity: 'error',
		service: 'main.cf',
		fix: ["postconf -e 'smtpd_tls_security_level=may'", 'postconf -X smtpd_use_tls'],
	},
);
test(
	'A switch beside a level is but clutter',
	finds,
	'deprecated-switches',
	{main: 'smtpd_use_tls = yes\n'},
	{
		severity: 'info',
		fix: ['postconf -X smtpd_use_tls'],
	},
);
test(
	'A switch in place of a level becomes one',
	finds,
	'deprecated-switches',
	{
		wholeMain: 'smtp_enforce_tls = yes\nsmtp_tls_enforce_peername = no\n',
	},
	{
		severity: 'info',
		fix: ["postconf -e 'smtp_tls_security_level=encrypt'", 'postconf -X smtp_enforce_tls smtp_tls_enforce_peername'],
	},
);
test('A level alone says it', passes, 'deprecated-switches', {});

test(
	'The old table is not read beside the new one',
	finds,
	'per-site-ignored',
	{
		main: 'smtp_tls_per_site = hash:/etc/postfix/per_site\nsmtp_tls_policy_maps = hash:/etc/postfix/tls_policy\n',
	},
	{severity: 'warn', fix: ['postconf -X smtp_tls_per_site']},
);
test('Alone it is read', passes, 'per-site-ignored', {main: 'smtp_tls_per_site = hash:/etc/postfix/per_site\n'});

test(
	'A name that 3.7 changed and did not heed',
	finds,
	'proxy-client-renamed',
	{main: 'tlsproxy_client_level = may\n'},
	{
		severity: 'warn',
		fix: ["postconf -e 'tlsproxy_client_security_level=may'", 'postconf -X tlsproxy_client_level'],
	},
);
test('Later patches heed it', passes, 'proxy-client-renamed', {
	main: 'tlsproxy_client_level = may\n',
	version: '3.7.16',
});

const family = 'smtp-smtpd-confusion';
test('An option of the client on a server', finds, family, submission('-o smtp_tls_security_level=encrypt'), {
	severity: 'error',
	service: 'submission/inet',
	fix: ['postconf -PX submission/inet/smtp_tls_security_level'],
});
test(
	'Wrapper mode of the server for a relay host',
	finds,
	family,
	{
		main: 'relayhost = [mx.example.com]:465\nsmtpd_tls_wrappermode = yes\n',
	},
	{service: 'main.cf', says: /smtp_tls_wrappermode/},
);
test(
	'The authorities of the server for a client that checks',
	finds,
	family,
	{
		main: 'relayhost = [mx.example.com]:587\nsmtp_tls_security_level = verify\nsmtpd_tls_CAfile = /etc/ssl/certs/ca-certificates.crt\n',
	},
	{fix: ["postconf -e 'smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt'"]},
);
test(
	'The certificate of the client for a server',
	finds,
	family,
	{
		wholeMain: 'smtpd_tls_security_level = may\nsmtp_tls_cert_file = /c.pem\n',
	},
	{fix: ["postconf -e 'smtpd_tls_cert_file=/c.pem'"]},
);
test('Each to its own', passes, family, submission('-o smtpd_tls_security_level=encrypt'));

test(
	'A level and no certificate',
	finds,
	'no-certificate',
	{wholeMain: 'smtpd_tls_security_level = may\n'},
	{
		severity: 'error',
		fix: ['in main.cf, with the names of your files: smtpd_tls_chain_files = KEYFILE, FULLCHAIN'],
	},
);
test('No certificate may be meant', passes, 'no-certificate', {
	wholeMain: 'smtpd_tls_security_level = may\nsmtpd_tls_cert_file = none\n',
});

const live = '/etc/letsencrypt/live/mail.example.com';
test(
	'The key must be first',
	finds,
	'certificate-not-loadable',
	{
		main: `smtpd_tls_chain_files = ${live}/fullchain.pem, ${live}/privkey.pem\n`,
	},
	{severity: 'error', fix: [`postconf -e 'smtpd_tls_chain_files=${live}/privkey.pem,${live}/fullchain.pem'`]},
);
test(
	'A certificate of certbot wants its key',
	finds,
	'certificate-not-loadable',
	{
		wholeMain: `smtpd_tls_security_level = may\nsmtpd_tls_cert_file = ${live}/fullchain.pem\n`,
	},
	{fix: [`postconf -e 'smtpd_tls_key_file=${live}/privkey.pem'`]},
);
test('Key and chain in order', passes, 'certificate-not-loadable', {
	main: `smtpd_tls_chain_files = ${live}/privkey.pem, ${live}/fullchain.pem\n`,
});

test(
	'cert.pem has no intermediate certificate',
	finds,
	'chain-incomplete-or-expired',
	{
		wholeMain: `smtpd_tls_security_level = may\nsmtpd_tls_cert_file = ${live}/cert.pem\nsmtpd_tls_key_file = ${live}/privkey.pem\n`,
	},
	{severity: 'error', fix: [`postconf -e 'smtpd_tls_cert_file=${live}/fullchain.pem'`]},
);
test('fullchain.pem has', passes, 'chain-incomplete-or-expired', {
	wholeMain: `smtpd_tls_security_level = may\nsmtpd_tls_cert_file = ${live}/fullchain.pem\nsmtpd_tls_key_file = ${live}/privkey.pem\n`,
});

test(
	'Old certificate parameters beside the new one are ignored',
	finds,
	'chain-files-and-legacy',
	{
		main: 'smtpd_tls_cert_file = /c.pem\nsmtpd_tls_key_file = /k.pem\n',
	},
	{severity: 'warn', fix: ['postconf -X smtpd_tls_cert_file smtpd_tls_key_file']},
);
test('The new one alone', passes, 'chain-files-and-legacy', {});

test(
	'TLS needs tlsmgr',
	finds,
	'tlsmgr-missing',
	{wholeMaster: 'smtp inet n - y - - smtpd\nsmtp unix - - y - - smtp\n'},
	{severity: 'error'},
);
test('tlsmgr is there', passes, 'tlsmgr-missing', {});

test(
	'Without a log level nothing can be proved',
	finds,
	'loglevel-0',
	{main: 'smtpd_tls_loglevel = 0\n'},
	{
		severity: 'warn',
		service: 'main.cf',
		fix: ["postconf -e 'smtpd_tls_loglevel=1'"],
	},
);
test(
	'One service can be silent',
	finds,
	'loglevel-0',
	submission('-o smtpd_tls_security_level=encrypt', '-o smtpd_tls_loglevel=0'),
	{
		service: 'submission/inet',
		fix: ["postconf -P 'submission/inet/smtpd_tls_loglevel=1'"],
	},
);
test('Level 1 is enough', passes, 'loglevel-0', {});
test('Level 4 may log passwords', finds, 'loglevel-debug', {main: 'smtp_tls_loglevel = 4\n'}, {severity: 'warn'});
test('Level 1 is not for debugging', passes, 'loglevel-debug', {});

test('Secrets are not shown', t => {
	const findings = linted({
		main: 'smtp_sasl_password_maps = static:user:Geheim99\nsmtp_sasl_password_maps = static:user:Geheim98\nldap_bind_pww = Geheim97\nsmtp_sasl_pasword_maps = static:user:Geheim96 # Geheim95\n  smtp_x_tls_pass = Geheim94\n',
		master: 'submission inet n - y - - smtpd\n  -o smtpd_sasl_passwd = Geheim93\n',
	});
	t.true(
		found('duplicate-entry', {
			main: 'smtp_sasl_password_maps = static:user:a\nsmtp_sasl_password_maps = static:user:b\n',
		}).length === 1,
	);
	t.true(findings.length > 3);
	t.notRegex(JSON.stringify(findings), /Geheim/);
});

test('What another program than one of Postfix is given is its own affair', passes, 'blank-in-o', {
	master: 'plesk_saslauthd unix y y y - 1 plesk_saslauthd status=5 listen=6 dbpath=/plesk/passwd.db',
});
