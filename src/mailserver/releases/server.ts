// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references in the language of main.cf.
import type {DefaultHistory} from './postfix-version.ts';

/** Where the lists lost SSLv3 and the optional grade left `export` (mail_params.h at each tag). */
export const withoutSslv3 = '2.9.14 2.10.8 2.11.6 3.0.2';
/** Where the mandatory lists turned from naming to excluding. */
export const excludingSslv2 = '2.6.15 2.7.9 2.8.10 2.9.2 2.10.0';

export const byCompatibility36 = '${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}';

const always = (value: string, since = '2.2') => [[since, value]] as const;

/** Defaults of smtpd(8) that bear on TLS, by the release they came with (mail_params.h 2.2 to 3.11). */
export const serverDefaults: Readonly<Record<string, DefaultHistory>> = {
	smtpd_use_tls: always('no'),
	smtpd_enforce_tls: always('no'),
	smtpd_tls_security_level: always('', '2.3'),
	smtpd_tls_wrappermode: always('no'),
	smtpd_tls_auth_only: always('no'),
	smtpd_tls_protocols: [
		['2.6', ''],
		[withoutSslv3, '!SSLv2, !SSLv3'],
		['3.6', '>=TLSv1'],
	],
	smtpd_tls_mandatory_protocols: [
		['2.3', 'SSLv3, TLSv1'],
		[excludingSslv2, '!SSLv2'],
		[withoutSslv3, '!SSLv2, !SSLv3'],
		['3.6', '>=TLSv1'],
	],
	smtpd_tls_ciphers: [
		['2.6', 'export'],
		[withoutSslv3, 'medium'],
	],
	smtpd_tls_mandatory_ciphers: always('medium', '2.3'),
	smtpd_tls_exclude_ciphers: always('', '2.3'),
	smtpd_tls_mandatory_exclude_ciphers: always('', '2.3'),
	smtpd_tls_ask_ccert: always('no'),
	smtpd_tls_req_ccert: always('no'),
	smtpd_tls_ccert_verifydepth: [
		['2.2', '5'],
		['2.6', '9'],
	],
	smtpd_tls_loglevel: always('0'),
	smtpd_tls_received_header: always('no'),
	smtpd_tls_cert_file: always(''),
	smtpd_tls_key_file: always('$smtpd_tls_cert_file'),
	smtpd_tls_dcert_file: always(''),
	smtpd_tls_dkey_file: always('$smtpd_tls_dcert_file'),
	smtpd_tls_eccert_file: always('', '2.6'),
	smtpd_tls_eckey_file: always('$smtpd_tls_eccert_file', '2.6'),
	smtpd_tls_chain_files: always('', '3.4'),
	smtpd_tls_CAfile: always(''),
	smtpd_tls_CApath: always(''),
	smtpd_tls_dh1024_param_file: always(''),
	smtpd_tls_dh512_param_file: always(''),
	smtpd_tls_eecdh_grade: [
		['2.6', 'none'],
		['2.8', 'strong'],
		['3.2', 'auto'],
	],
	smtpd_tls_fingerprint_digest: [
		['2.5', 'md5'],
		['3.6', byCompatibility36],
	],
	smtpd_tls_always_issue_session_ids: always('yes', '2.3'),
	smtpd_tls_session_cache_database: always(''),
	smtpd_tls_session_cache_timeout: always('3600s'),
	smtpd_tls_enable_rpk: always('no', '3.9'),
	smtpd_client_new_tls_session_rate_limit: always('0', '2.3'),
	smtpd_starttls_timeout: [
		['2.2', '300s'],
		['2.8', '${stress?10}${stress:300}s'],
		['3.0', '${stress?{10}:{300}}s'],
	],
	smtpd_tls_trace_size_limit: always('102400', '3.12'),
	postscreen_tls_trace_size_limit: always('102400', '3.12'),
	smtpd_sasl_auth_enable: always('no'),
	smtpd_sasl_security_options: always('noanonymous'),
	smtpd_sasl_tls_security_options: always('$smtpd_sasl_security_options'),
	smtpd_client_port_logging: always('no', '2.5'),
	smtpd_hide_client_session: always('no', '3.10'),
};

/** Defaults of postscreen(8) and of the server side of tlsproxy(8): they follow smtpd's (RELEASE_NOTES 2.8). */
export const proxyDefaults: Readonly<Record<string, DefaultHistory>> = {
	postscreen_tls_security_level: always('$smtpd_tls_security_level', '2.8'),
	postscreen_use_tls: always('$smtpd_use_tls', '2.8'),
	postscreen_enforce_tls: always('$smtpd_enforce_tls', '2.8'),
	tlsproxy_tls_security_level: always('$smtpd_tls_security_level', '2.8'),
	tlsproxy_use_tls: always('$smtpd_use_tls', '2.8'),
	tlsproxy_enforce_tls: always('$smtpd_enforce_tls', '2.8'),
	tlsproxy_watchdog_timeout: always('10s', '2.8'),
	tlsproxy_service_name: always('tlsproxy', '2.8'),
	...Object.fromEntries(
		Object.entries({
			protocols: '2.8',
			mandatory_protocols: '2.8',
			ciphers: '2.8',
			mandatory_ciphers: '2.8',
			exclude_ciphers: '2.8',
			mandatory_exclude_ciphers: '2.8',
			ask_ccert: '2.8',
			req_ccert: '2.8',
			ccert_verifydepth: '2.8',
			loglevel: '2.8',
			cert_file: '2.8',
			key_file: '2.8',
			dcert_file: '2.8',
			dkey_file: '2.8',
			eccert_file: '2.8',
			eckey_file: '2.8',
			chain_files: '3.4',
			CAfile: '2.8',
			CApath: '2.8',
			dh1024_param_file: '2.8',
			dh512_param_file: '2.8',
			eecdh_grade: '2.8',
			fingerprint_digest: '2.8',
			always_issue_session_ids: '2.8',
			enable_rpk: '3.9',
		}).map(([name, since]) => [`tlsproxy_tls_${name}`, always(`$smtpd_tls_${name}`, since)]),
	),
};
