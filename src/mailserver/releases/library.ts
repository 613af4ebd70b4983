// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references in the language of main.cf.
import type {DefaultHistory} from './postfix-version.ts';

const always = (value: string, since = '2.2') => [[since, value]] as const;
/** What 3.8 leaves out of every grade. */
const dropped = '!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5';

/** Defaults of the parameters of the TLS library itself, and of those that TLS leans on (mail_params.h 2.2 to 3.11). */
export const libraryDefaults: Readonly<Record<string, DefaultHistory>> = {
	tls_high_cipherlist: [
		['2.3', '!EXPORT:!LOW:!MEDIUM:ALL:+RC4:@STRENGTH'],
		['2.3.4', 'ALL:!EXPORT:!LOW:!MEDIUM:+RC4:@STRENGTH'],
		['3.1', 'aNULL:-aNULL:HIGH:@STRENGTH'],
		['3.8', `aNULL:-aNULL:HIGH:${dropped}:@STRENGTH`],
	],
	tls_medium_cipherlist: [
		['2.3', '!EXPORT:!LOW:ALL:+RC4:@STRENGTH'],
		['2.3.4', 'ALL:!EXPORT:!LOW:+RC4:@STRENGTH'],
		['3.1', 'aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH'],
		['3.8', `aNULL:-aNULL:HIGH:MEDIUM:${dropped}:+RC4:@STRENGTH`],
	],
	tls_low_cipherlist: [
		['2.3', '!EXPORT:ALL:+RC4:@STRENGTH'],
		['2.3.4', 'ALL:!EXPORT:+RC4:@STRENGTH'],
		['3.1', 'aNULL:-aNULL:HIGH:MEDIUM:LOW:+RC4:@STRENGTH'],
		['3.8', ''],
	],
	tls_export_cipherlist: [
		['2.3', 'ALL:+RC4:@STRENGTH'],
		['3.1', 'aNULL:-aNULL:HIGH:MEDIUM:LOW:EXPORT:+RC4:@STRENGTH'],
		['3.8', ''],
	],
	tls_null_cipherlist: [
		['2.3', '!aNULL:eNULL+kRSA'],
		['2.4', 'eNULL:!aNULL'],
		['3.8', 'eNULL:!kDH:!kECDH:!aDSS:!MD5:!aNULL'],
	],
	tls_preempt_cipherlist: always('no', '2.8'),
	tls_eecdh_auto_curves: [
		['3.2', 'X25519 X448 prime256v1 secp521r1 secp384r1'],
		['3.8', 'X25519 X448 prime256v1 secp384r1 secp521r1'],
		// With OpenSSL 3.5 and later; the row above with older ones.
		['3.11', '?X25519MLKEM768:DEFAULT'],
	],
	tls_eecdh_strong_curve: always('prime256v1', '2.6'),
	tls_eecdh_ultra_curve: always('secp384r1', '2.6'),
	tls_ffdhe_auto_groups: [
		['3.8', 'ffdhe2048 ffdhe3072'],
		['3.11', ''],
	],
	tls_append_default_CA: always('no', '2.4.15 2.5.11 2.6.8 2.7.2 2.8.0'),
	tls_config_file: always('default', '3.5.20 3.6.10 3.7.6 3.8.1 3.9.0'),
	tls_config_name: always('', '3.5.20 3.6.10 3.7.6 3.8.1 3.9.0'),
	tls_daemon_random_bytes: always('32'),
	tls_dane_digests: always('sha512 sha256', '2.11'),
	tls_dane_digest_agility: [
		['2.11', 'on'],
		['3.6', null],
	],
	tls_dane_trust_anchor_digest_enable: [
		['2.11', 'yes'],
		['3.6', null],
	],
	tls_disable_workarounds: always('', '2.8'),
	tls_ssl_options: always('', '2.11'),
	tls_fast_shutdown_enable: always('yes', '3.6.4 3.7.0'),
	tls_legacy_public_key_fingerprints: always('no', '2.9.5'),
	tls_server_sni_maps: always('', '3.4'),
	tls_session_ticket_cipher: [['3.0', 'aes-256-cbc']],
	tls_wildcard_matches_multiple_labels: always('yes', '2.11'),
	// How many files of traces all programs together write; nothing here asks for its default.
	tls_trace_rate_limit: always('', '3.12'),
	tls_random_bytes: always('32'),
	tls_random_source: always('dev:/dev/urandom'),
	tls_random_exchange_name: [
		['2.2', '${config_directory}/prng_exch'],
		['2.5', '${data_directory}/prng_exch'],
	],
	tls_random_prng_update_period: always('3600s'),
	tls_random_reseed_period: always('3600s'),
	tlsmgr_service_name: always('tlsmgr', '2.11'),
	compatibility_level: always('0', '3.0'),
	syslog_name: [
		['2.2', 'postfix'],
		['2.6', '${multi_instance_name:postfix}${multi_instance_name?$multi_instance_name}'],
		['3.0', '${multi_instance_name?{$multi_instance_name}:{postfix}}'],
	],
	multi_instance_name: always('', '2.6'),
	known_tcp_ports: always('lmtp=24, smtp=25, smtps=submissions=465, submission=587', '3.6'),
	inet_interfaces: always('all'),
	relayhost: always(''),
	stress: always('', '2.5'),
	master_service_disable: always('', '2.6'),
	disable_dns_lookups: always('no'),
};
