import fc from 'fast-check';

/**
 * Configurations as administrators write them, put together from parts: sound ones, mistakes of every kind that the lint knows,
 * and odd forms of text. Files as text, since postconf edits text.
 */

export type Files = {readonly main: string; readonly master: string};

/** `name = value` in one of the values, or not at all; `odds` is how often it is there, of ten. */
function setting(name: string, values: readonly string[], odds = 4): fc.Arbitrary<readonly string[]> {
	return fc
		.tuple(fc.integer({min: 1, max: 100}), fc.constantFrom(...values))
		.map(([draw, value]) => (draw > odds * 10 ? [] : [`${name} = ${value}`.trimEnd()]));
}

const lists = [
	'!SSLv2,!SSLv3',
	'!SSLv2, !SSLv3, !TLSv1, !TLSv1.1',
	'>=TLSv1',
	'>=TLSv1.2',
	'>=TLSv1.3',
	'TLSv1.2',
	'TLSv1',
	'TLSv1.2 TLSv1.3',
	'!TLSv1.1',
	'!SSLv2,!SSLv3,!TLSv1.1',
	'TLSv1_2',
	'>=TLSv1.3,!TLSv1.3',
	'<=TLSv1.2',
	'$floor',
	'',
];
const grades = ['high', 'medium', 'low', 'null', 'HIGH:!aNULL', 'export'];
const exclusions = ['aNULL, RC4, 3DES', 'RC4', '!RC4', 'aNULL', 'MD5,DES,ADH,RC4,PSD,SRP,3DES,eNULL,aNULL', ''];
const yesNo = ['yes', 'no', 'yes', 'no', 'Yes'];
const serverLevels = ['may', 'may', 'encrypt', 'none', '', 'dane', 'secure', 'MAY', '$level_of_ours', 'may # for all'];
const clientLevels = [
	'may',
	'may',
	'dane',
	'encrypt',
	'none',
	'',
	'dane-only',
	'verify',
	'secure',
	'dnae',
	'fingerprint',
];

const certificates = fc.constantFrom(
	['smtpd_tls_cert_file = /etc/ssl/mail.pem', 'smtpd_tls_key_file = /etc/ssl/private/mail.key'],
	[
		'smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem',
		'smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key',
	],
	['smtpd_tls_chain_files = /etc/ssl/private/mail.key, /etc/ssl/fullchain.pem'],
	['smtpd_tls_chain_files = /etc/ssl/fullchain.pem, /etc/ssl/private/mail.key'],
	['smtpd_tls_cert_file = /etc/letsencrypt/live/mail.example.org/cert.pem'],
	['smtpd_tls_cert_file = /etc/letsencrypt/live/mail.example.org/fullchain.pem'],
	[
		'smtpd_tls_chain_files = /etc/ssl/private/mail.key, /etc/ssl/fullchain.pem',
		'smtpd_tls_cert_file = /etc/ssl/old.pem',
		'smtpd_tls_key_file = /etc/ssl/old.key',
	],
	['smtpd_tls_eccert_file = /etc/ssl/ec.pem', 'smtpd_tls_eckey_file = /etc/ssl/ec.key'],
	['smtpd_tls_cert_file = /etc/ssl/mail.pem', 'smtpd_tls_key_file = /etc/ssl/private/mail.key'],
	['smtpd_tls_cert_file = /etc/ssl/mail.pem', 'smtpd_tls_key_file = /etc/ssl/private/mail.key'],
	[],
);

const serverPart = fc
	.tuple(
		setting('smtpd_tls_security_level', serverLevels, 8),
		setting('smtpd_tls_protocols', lists),
		setting('smtpd_tls_mandatory_protocols', lists),
		setting('smtpd_tls_ciphers', grades, 2),
		setting('smtpd_tls_mandatory_ciphers', grades, 3),
		setting('smtpd_tls_exclude_ciphers', exclusions, 3),
		setting('smtpd_tls_mandatory_exclude_ciphers', exclusions, 2),
		setting('smtpd_use_tls', yesNo, 2),
		setting('smtpd_enforce_tls', yesNo, 1),
		setting('smtpd_tls_auth_only', yesNo),
		setting('smtpd_sasl_auth_enable', yesNo),
		setting('smtpd_tls_ask_ccert', yesNo, 1),
		setting('smtpd_tls_req_ccert', yesNo, 1),
		setting('smtpd_tls_wrappermode', ['yes', 'no'], 1),
		setting('smtpd_tls_loglevel', ['0', '1', '2', '4'], 6),
		setting('smtpd_tls_received_header', yesNo),
		setting('smtpd_tls_eecdh_grade', ['strong', 'auto', 'ultra'], 1),
		setting('smtpd_tls_dh1024_param_file', ['/etc/ssl/dh2048.pem'], 1),
		setting('tls_high_cipherlist', ['ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384'], 1),
	)
	.map(parts => parts.flat());

const clientPart = fc
	.tuple(
		setting('smtp_tls_security_level', clientLevels, 7),
		setting('smtp_dns_support_level', ['dnssec', 'enabled'], 4),
		setting('smtp_tls_protocols', lists, 3),
		setting('smtp_tls_mandatory_protocols', lists, 3),
		setting('smtp_tls_ciphers', grades, 2),
		setting('smtp_tls_exclude_ciphers', exclusions, 2),
		setting('smtp_use_tls', yesNo, 2),
		setting('smtp_enforce_tls', yesNo, 1),
		setting('smtp_tls_wrappermode', ['yes', 'no'], 1),
		setting('smtp_tls_loglevel', ['0', '1', '3'], 5),
		setting('smtp_tls_CAfile', ['/etc/ssl/certs/ca-certificates.crt'], 3),
		setting('smtp_tls_cert_file', ['/etc/ssl/mail.pem'], 1),
		setting('smtp_sasl_auth_enable', yesNo, 2),
		setting('smtp_sasl_security_options', ['noanonymous', 'noplaintext', ''], 2),
		setting(
			'relayhost',
			['', '[relay.example.net]:587', '[relay.example.net]:465', '[relay.example.net]', '[127.0.0.1]:2525'],
			5,
		),
		setting(
			'content_filter',
			['smtp-amavis:[127.0.0.1]:10024', 'smtp-amavis:[127.0.0.1]:10024', 'smtp:[127.0.0.1]:10024'],
			2,
		),
		setting('mailbox_transport', ['lmtp:unix:private/dovecot-lmtp'], 2),
		setting('relay_domains', ['a.example'], 2),
		setting('relay_transport', ['relay:[10.0.0.3]', 'smtp:[10.0.0.3]'], 2),
		setting('virtual_transport', ['smtp:[10.0.0.4]'], 1),
		setting(
			'transport_maps',
			[
				'inline:{{scanner.lan=smtp:[10.0.0.7]}}',
				'inline:{{scanner.lan=relay:[10.0.0.7]}}',
				'hash:/etc/postfix/transport',
			],
			1,
		),
		setting('lmtp_tls_security_level', ['may', 'none'], 1),
		setting('tlsproxy_tls_security_level', ['may', 'encrypt'], 1),
		setting('postscreen_tls_security_level', ['may', 'none'], 1),
	)
	.map(parts => parts.flat());

/** Who may send, names that are misspelt or one's own, and lines that stand twice or have gone wrong. */
const oddPart = fc
	.tuple(
		setting(
			'smtpd_recipient_restrictions',
			['permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination'],
			3,
		),
		setting('smtpd_relay_restrictions', ['permit_mynetworks permit_sasl_authenticated defer_unauth_destination'], 6),
		setting('mua_client_restrictions', ['permit_sasl_authenticated, reject'], 2),
		setting('smtpd_client_restriction', ['permit_sasl_authenticated, reject'], 1),
		setting('smtpd_tls_securty_level', ['may', 'encrypt'], 0.2),
		setting('smtp_tls_protcols', ['!SSLv2, !SSLv3'], 0.2),
		setting('floor', ['>=TLSv1.2'], 8),
		setting('level_of_ours', ['may'], 8),
		setting('inet_interfaces', ['all', 'loopback-only', '192.0.2.10'], 3),
		setting('inet_protocols', ['ipv4', 'ipv4', 'ipv4', 'ipv4', 'all\n smtp_tls_loglevel = 1'], 2),
		setting('smtpd_tls_session_cache_database', ['btree:$data_directory/smtpd_scache'], 4),
		setting('smtpd_banner', ['$myhostname ESMTP it\'s "$(id)" `id`; ready'], 3),
		setting('smtpd_tls_protocols', lists, 1),
		setting('smtpd_tls_loglevel', ['1'], 1),
		setting('smtp_tls_security_level', ['may', 'dane'], 1),
	)
	.map(parts => parts.flat());

const main = fc
	.tuple(certificates, serverPart, clientPart, oddPart)
	.chain(([certificate, ...rest]) => {
		const lines = ['compatibility_level = 3.6', 'myhostname = mail.example.org', ...certificate, ...rest.flat()];
		return fc.tuple(fc.shuffledSubarray(lines, {minLength: lines.length}), fc.integer({min: 0, max: 9}));
	})
	.map(([lines, draw]) => {
		const text = ['# main.cf', ...lines].join('\n');
		return draw === 0 ? text : `${text}\n`;
	});

/** An option of a service, in one of the forms of master.cf; odd ones are rare. */
function option(name: string, values: readonly string[], odds = 4): fc.Arbitrary<readonly string[]> {
	return fc
		.tuple(fc.integer({min: 1, max: 100}), fc.constantFrom(...values), fc.integer({min: 0, max: 79}))
		.map(([draw, value, form]) => {
			if (draw > odds * 10) return [];
			if (form === 0) return [`-o${name}=${value.replaceAll(' ', '')}`];
			if (form === 1) return [`-o ${name} = ${value}`];
			if (form < 10 || value.includes(' ')) return [`-o { ${name} = ${value} }`];
			return [`-o ${name}=${value}`];
		});
}

function service(
	columns: string,
	parts: readonly fc.Arbitrary<readonly string[]>[],
	odds = 10,
): fc.Arbitrary<readonly string[]> {
	return fc
		.tuple(fc.integer({min: 1, max: 10}), fc.tuple(...parts))
		.map(([draw, options]) => (draw > odds ? [] : [columns, ...options.flat().map(one => `  ${one}`)]));
}

const serverOptions = [
	option('smtpd_tls_security_level', ['may', 'encrypt', 'none', 'secure', 'encrpyt'], 5),
	option(
		'smtpd_tls_protocols',
		lists.filter(value => value !== ''),
		2,
	),
	option('smtpd_tls_mandatory_protocols', lists, 2),
	option('smtpd_tls_mandatory_ciphers', grades, 1),
	option('smtpd_tls_mandatory_exclude_ciphers', exclusions, 1),
	option('smtpd_sasl_auth_enable', yesNo, 4),
	option('smtpd_tls_auth_only', yesNo, 2),
	option('smtpd_tls_req_ccert', yesNo, 1),
	option('smtpd_tls_loglevel', ['0', '1', '2'], 1),
	option('smtp_tls_security_level', ['encrypt'], 0.3),
	option('smtpd_tls_wrapermode', ['yes'], 0.1),
	option('smtpd_client_restrictions', ['$mua_client_restrictions', 'permit_sasl_authenticated,reject'], 2),
	option('smtpd_enforce_tls', yesNo, 1),
	option('content_filter', ['', 'smtp:[127.0.0.1]:10026'], 1),
];
const tags = ['postfix/submission', 'postfix/submissions', 'postfix/smtps', 'postfix/$service_name'];
const wrapper = (odds: number) => option('smtpd_tls_wrappermode', ['yes', 'yes', 'yes', 'no'], odds);

const mx = fc.oneof(
	{weight: 4, arbitrary: service('smtp      inet  n       -       y       -       -       smtpd', serverOptions)},
	{
		weight: 1,
		arbitrary: fc
			.tuple(
				service('smtp      inet  n       -       y       -       1       postscreen', []),
				service('smtpd     pass  -       -       y       -       -       smtpd', serverOptions),
				service(
					'tlsproxy  unix  -       -       y       -       0       tlsproxy',
					[option('tlsproxy_tls_protocols', lists, 2)],
					9,
				),
			)
			.map(parts => parts.flat()),
	},
);

const transports = fc
	.tuple(
		service('tlsmgr    unix  -       -       y       1000?   1       tlsmgr', [], 9),
		service('smtp      unix  -       -       y       -       -       smtp', [
			option('smtp_tls_security_level', ['may', 'encrypt', 'none'], 1),
			option('smtp_tls_mandatory_protocols', lists, 1),
			option('smtpd_tls_security_level', ['may'], 1),
		]),
		service('relay     unix  -       -       y       -       -       smtp', [
			option('syslog_name', ['postfix/$service_name'], 5),
		]),
		service(
			'smtp-amavis unix -     -       n       -       2       smtp',
			[option('smtp_tls_security_level', ['none', 'may'], 3)],
			5,
		),
		service('lmtp      unix  -       -       y       -       -       lmtp', [option('flags', ['O'], 1)]),
		service('pickup    unix  n       -       y       60      1       pickup', []),
		service(
			'127.0.0.1:10025 inet n  -       n       -       -       smtpd',
			[
				option('smtpd_tls_security_level', ['none', 'may'], 4),
				option('content_filter', [''], 6),
				option('smtpd_sasl_auth_enable', ['no'], 3),
			],
			4,
		),
		service(
			'maildrop  unix  -       n       n       -       -       pipe\n  flags=DRXhu user=vmail argv=/usr/bin/maildrop -d $recipient',
			[],
		),
	)
	.map(parts => parts.flat());

const master = fc
	.tuple(
		mx,
		fc
			.constantFrom('submission', '587', '192.0.2.10:submission', '[::1]:587')
			.chain(name =>
				service(
					`${name} inet n       -       y       -       -       smtpd`,
					[option('syslog_name', tags, 6), wrapper(1), ...serverOptions],
					7,
				),
			),
		fc
			.constantFrom('smtps', 'submissions', '465')
			.chain(name =>
				service(
					`${name}     inet  n       -       y       -       -       smtpd`,
					[option('syslog_name', tags, 6), wrapper(9), ...serverOptions],
					6,
				),
			),
		fc
			.constantFrom('2525', '1025', '588', 'smtps', 'smtp')
			.chain(name => service(`${name} inet n       -       y       -       -       smtpd`, serverOptions, 1)),
		transports,
		fc.integer({min: 0, max: 9}),
	)
	.map(([...parts]) => {
		const end = parts.pop() === 0 ? '' : '\n';
		return `# master.cf\n${(parts as (readonly string[])[]).flat().join('\n')}${end}`;
	});

/** Both files of an installation. */
export const configurationFiles: fc.Arbitrary<Files> = fc.noBias(fc.record({main, master}));
