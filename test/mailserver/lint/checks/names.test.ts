// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references in the language of main.cf.
import test from 'ava';
import fc from 'fast-check';
import {finds, passes} from './expectations.ts';
import {found} from './linted.ts';

const unknown = 'unknown-parameter';

for (const line of [
	'mua_client_restrictions = permit_sasl_authenticated, reject',
	'mua_sender_restrictions = reject_sender_login_mismatch, permit_sasl_authenticated, reject',
	'submission_recipient_restrictions = permit_sasl_authenticated,reject',
	'smtps_smtpd_tls_mandatory_protocols = TLSv1',
	'submissions_tls_protocols = >=TLSv1.2',
	'my_tls_policy_maps = hash:/etc/postfix/x',
	'smtpd_tls_protocols_old = TLSv1',
	'policy_restrictions = reject',
	'mta_smtpd_sasl_auth_enable = no',
])
	test(`A name of one's own is at most never used: ${line}`, t => {
		const [finding, ...others] = found(unknown, {main: `${line}\n`});
		t.is(finding?.severity, 'info');
		t.deepEqual(finding?.fix, []);
		t.is(others.length, 0);
	});

for (const value of [
	'$mua_client_restrictions',
	'${mua_client_restrictions}',
	'$(mua_client_restrictions)',
	'${mua_client_restrictions?yes}',
	'${{$mua_client_restrictions} == {x} ? {reject} : {permit}}',
	'${smtpd_helo_required?{$mua_client_restrictions}:{reject}}',
])
	test(`Where it is referred to it is used: ${value}`, passes, unknown, {
		main: 'mua_client_restrictions = reject\n',
		master: `submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  -o {smtpd_client_restrictions = ${value}}\n`,
	});
test('An option may have a name of its own too', passes, unknown, {
	master:
		'submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  -o { mine = reject }\n  -o smtpd_client_restrictions=$mine\n',
});
test("Classes of restrictions are names of one's own, wherever they are declared", passes, unknown, {
	main: 'strict_senders = reject\n',
	master:
		'submission inet n - y - - smtpd\n  -o smtpd_tls_security_level=encrypt\n  -o smtpd_restriction_classes=strict_senders\n',
});

test('No restriction, table, file or switch of access is ever written from a guess', t => {
	const right = fc.constantFrom(
		'smtpd_client_restrictions',
		'smtpd_recipient_restrictions',
		'smtpd_relay_restrictions',
		'smtpd_sasl_auth_enable',
		'smtpd_tls_security_level',
		'smtp_tls_policy_maps',
		'smtpd_tls_cert_file',
		'smtpd_tls_req_ccert',
		'smtpd_tls_wrappermode',
		'mynetworks',
	);
	const slip = fc.record({right, at: fc.nat(30), letter: fc.constantFrom('', 'x', 's', '_')});
	fc.assert(
		fc.property(slip, ({right: name, at, letter}) => {
			const place = at % name.length;
			const wrong = `${name.slice(0, place)}${letter}${name.slice(place + 1)}`;
			for (const {fix} of found(unknown, {main: `${wrong} = reject\n`}))
				t.false(
					fix.some(line => line.startsWith('postconf')),
					wrong,
				);
		}),
	);
});
test(
	'A list is renamed where it lets nothing more in',
	finds,
	unknown,
	{main: 'smtp_tls_protcols = >=TLSv1.2\n'},
	{
		severity: 'error',
		fix: ['postconf -X smtp_tls_protcols', "postconf -e 'smtp_tls_protocols=>=TLSv1.2'"],
	},
);
test('Not where it would', t => {
	const [finding] = found(unknown, {main: 'smtpd_tls_mandatory_protocol = !SSLv2\n'});
	t.false(finding?.fix.some(line => line.startsWith('postconf')));
});
test('Nor where the right name is there already', t => {
	const [finding] = found(unknown, {main: 'smtpd_tls_ciphrs = medium\nsmtpd_tls_ciphers = high\n'});
	t.false(finding?.fix.some(line => line.startsWith('postconf')));
});

for (const [name, since] of [
	['smtp_tlsrpt_enable', '3.10'],
	['smtp_tlsrpt_socket_name', '3.10'],
	['tls_required_enable', '3.10'],
	['smtp_tls_enforce_sts_mx_patterns', '3.10.5'],
	['requiretls_enable', '3.11'],
	['smtp_requiretls_policy', '3.11'],
	['smtpd_tls_trace_size_limit', '3.12'],
	['tls_trace_rate_limit', '3.12'],
] as const) {
	test(`${name} is known from ${since} on`, passes, unknown, {main: `${name} = yes\n`, version: since});
	test(
		`${name} does nothing before`,
		finds,
		unknown,
		{main: `${name} = yes\n`, version: '3.9.1'},
		{
			says: new RegExp(`it came with ${since}`),
		},
	);
}

const silent = 'loglevel-0';
test('Traces are no part of the log', passes, silent, {main: 'smtpd_tls_loglevel = 1,trace\n', version: '3.12.0'});
test(
	'A release that does not know them logs nothing at all',
	finds,
	silent,
	{main: 'smtpd_tls_loglevel = 1,trace\n'},
	{
		severity: 'warn',
	},
);

const family = 'smtp-smtpd-confusion';
const local = (...options: string[]) => ({
	master: ['127.0.0.1:10025 inet n - n - - smtpd', ...options.map(option => `-o ${option}`)].join('\n  '),
});
test(
	'What is inert beside the right one is a note',
	finds,
	family,
	local('smtp_tls_security_level=none', 'smtpd_tls_security_level=none'),
	{
		severity: 'info',
		fix: ['postconf -PX 127.0.0.1:10025/inet/smtp_tls_security_level'],
	},
);
test('So it is where main.cf says the same', finds, family, local('smtp_tls_security_level=may'), {severity: 'info'});
test('Alone it does not do what it says', finds, family, local('smtp_tls_security_level=encrypt'), {severity: 'error'});
test(
	'The other way round too',
	finds,
	family,
	{
		master: 'scan unix - - n - 2 smtp\n  -o smtpd_tls_security_level=none\n  -o smtp_tls_security_level=none\n',
	},
	{severity: 'info', service: 'scan/unix'},
);
