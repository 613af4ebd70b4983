// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references in the language of main.cf.
import type {DefaultHistory} from './postfix-version.ts';
import {byCompatibility36, excludingSslv2, withoutSslv3} from './server.ts';

const always = (value: string, since = '2.2') => [[since, value]] as const;

/**
 * Defaults of the client parameters that lmtp(8) has too, without their prefix (mail_params.h 2.2 to 3.11). `PREFIX`
 * in a value means `smtp` or `lmtp`.
 */
const shared: Readonly<Record<string, readonly (readonly [since: string, value: string])[]>> = {
	use_tls: always('no'),
	enforce_tls: always('no'),
	tls_enforce_peername: always('yes'),
	tls_per_site: always(''),
	tls_policy_maps: always('', '2.3'),
	tls_wrappermode: always('no', '3.0'),
	tls_protocols: [
		['2.6', '!SSLv2'],
		[withoutSslv3, '!SSLv2, !SSLv3'],
		['3.6', '>=TLSv1'],
	],
	tls_mandatory_protocols: [
		['2.3', 'SSLv3, TLSv1'],
		[excludingSslv2, '!SSLv2'],
		[withoutSslv3, '!SSLv2, !SSLv3'],
		['3.6', '>=TLSv1'],
	],
	tls_ciphers: [
		['2.6', 'export'],
		[withoutSslv3, 'medium'],
	],
	tls_mandatory_ciphers: always('medium', '2.3'),
	tls_exclude_ciphers: always('', '2.3'),
	tls_mandatory_exclude_ciphers: always('', '2.3'),
	tls_loglevel: always('0'),
	tls_note_starttls_offer: always('no'),
	tls_cert_file: always(''),
	tls_key_file: always('$PREFIX_tls_cert_file'),
	tls_dcert_file: always(''),
	tls_dkey_file: always('$PREFIX_tls_dcert_file'),
	tls_eccert_file: always('', '2.6'),
	tls_eckey_file: always('$PREFIX_tls_eccert_file', '2.6'),
	tls_chain_files: always('', '3.4'),
	tls_CAfile: always(''),
	tls_CApath: always(''),
	tls_trust_anchor_file: always('', '2.11'),
	tls_scert_verifydepth: [
		['2.2', '5'],
		['2.6', '9'],
	],
	tls_verify_cert_match: always('hostname', '2.3'),
	tls_fingerprint_cert_match: always('', '2.5'),
	tls_fingerprint_digest: [
		['2.5', 'md5'],
		['3.6', byCompatibility36],
	],
	tls_session_cache_database: always(''),
	tls_session_cache_timeout: always('3600s'),
	tls_block_early_mail_reply: always('no', '2.7'),
	tls_force_insecure_host_tlsa_lookup: always('no', '2.11'),
	tls_connection_reuse: always('no', '3.4'),
	tls_servername: always('', '3.4'),
	tls_enable_rpk: always('no', '3.9'),
	starttls_timeout: always('300s'),
	dns_support_level: always('', '2.11'),
	host_lookup: always('dns'),
	dns_resolver_options: always('', '2.8'),
	sasl_auth_enable: always('no'),
	sasl_password_maps: always(''),
	sasl_security_options: always('noplaintext, noanonymous'),
	sasl_tls_security_options: always('$PREFIX_sasl_security_options'),
	sasl_tls_verified_security_options: always('$PREFIX_sasl_tls_security_options'),
};

function withPrefix(prefix: 'smtp' | 'lmtp'): Record<string, DefaultHistory> {
	return Object.fromEntries(
		Object.entries(shared).map(([name, history]) => [
			`${prefix}_${name}`,
			history.map(([since, value]) => [since, value.replace('PREFIX', prefix)] as const),
		]),
	);
}

/** Of lmtp(8), 2.3 and later read parameters of its own. */
export const clientDefaults: Readonly<Record<string, DefaultHistory>> = {
	...withPrefix('smtp'),
	...withPrefix('lmtp'),
	lmtp_tls_security_level: always('', '2.3'),
	lmtp_tls_secure_cert_match: always('nexthop', '2.3'),
	smtp_tls_security_level: [
		['2.3', ''],
		['3.11', '${{$compatibility_level} <level {3.11} ? {} : {may}}'],
	],
	smtp_tls_secure_cert_match: always('nexthop, dot-nexthop', '2.3'),
	// Meant to be dane only where the level is; the comparison made it `may` for dane asked for by the policy table.
	smtp_tls_dane_insecure_mx_policy: [
		['3.1', 'dane'],
		['3.2.21 3.3.16 3.4.19 3.5.9 3.6.0', '${{$smtp_tls_security_level} == {dane} ? {dane} : {may}}'],
		['3.6.17 3.7.13 3.8.8 3.9.2 3.10.0', 'dane'],
	],
	smtp_log_tls_feature_status: always('yes', '3.11'),
	smtp_tlsrpt_enable: always('no', '3.10'),
	smtp_tlsrpt_socket_name: always('', '3.10'),
	smtp_tlsrpt_skip_reused_handshakes: [
		['3.10', 'yes'],
		['3.11', 'no'],
	],
	smtp_tls_enforce_sts_mx_patterns: always('yes', '3.10.5'),
	requiretls_enable: always('yes', '3.11'),
	requiretls_esmtp_header: always('yes', '3.11'),
	requiretls_redact_dsn: always('yes', '3.11'),
	// Its default is a table that nothing here asks.
	smtp_requiretls_policy: always('', '3.11'),
	smtp_tls_trace_size_limit: always('102400', '3.12'),
	lmtp_tls_trace_size_limit: always('102400', '3.12'),
	tls_required_enable: always('yes', '3.10'),
	ignore_mx_lookup_error: always('no'),
	minimal_backoff_time: [
		['2.2', '1000s'],
		['2.4', '300s'],
	],
};

/** Defaults of the client side of tlsproxy(8), which serves smtp(8) with smtp_tls_connection_reuse (3.4). */
export const proxyClientDefaults: Readonly<Record<string, DefaultHistory>> = {
	...Object.fromEntries(
		[
			'cert_file',
			'key_file',
			'dcert_file',
			'dkey_file',
			'eccert_file',
			'eckey_file',
			'chain_files',
			'CAfile',
			'CApath',
			'fingerprint_digest',
			'loglevel',
			'per_site',
			'scert_verifydepth',
		].map(name => [`tlsproxy_client_${name}`, always(`$smtp_tls_${name}`, '3.4')]),
	),
	tlsproxy_client_use_tls: always('$smtp_use_tls', '3.4'),
	tlsproxy_client_enforce_tls: always('$smtp_enforce_tls', '3.4'),
	tlsproxy_client_loglevel_parameter: always('smtp_tls_loglevel', '3.4'),
	// Renamed in 3.7; there the old names have no default any more.
	tlsproxy_client_level: [
		['3.4', '$smtp_tls_security_level'],
		['3.7', null],
	],
	tlsproxy_client_policy: [
		['3.4', '$smtp_tls_policy_maps'],
		['3.7', null],
	],
	tlsproxy_client_security_level: always('${tlsproxy_client_level:$smtp_tls_security_level}', '3.7'),
	tlsproxy_client_policy_maps: always('${tlsproxy_client_policy:$smtp_tls_policy_maps}', '3.7'),
};
