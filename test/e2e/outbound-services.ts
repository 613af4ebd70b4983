import type {Identity} from './certificates.ts';
import type {Site} from './site.ts';

/** When mail that was put off is tried again: not before `backoff`, and then when the queue is scanned, every `scan`. */
export type Retries = {readonly backoff: string; readonly scan: string};

type Tables = {readonly policies: string; readonly transports: string; readonly level: string};

/** main.cf of the server that sends to destinations of every kind. */
export function outboundMain(
	{importOpenssl, authority}: Site,
	client: Identity,
	{policies, transports, level}: Tables,
	{backoff, scan}: Retries,
) {
	return `${importOpenssl}
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = none
transport_maps = ${transports}
smtp_dns_support_level = dnssec
smtp_tls_security_level = ${level}
smtp_tls_policy_maps = ${policies}
smtp_tls_loglevel = 1
smtp_tls_CAfile = ${authority.file}
smtp_tls_fingerprint_digest = sha256
smtp_tls_chain_files = ${client.key}, ${client.cert}
lmtp_tls_security_level = may
lmtp_tls_policy_maps = $smtp_tls_policy_maps
lmtp_tls_loglevel = 1
lmtp_tls_CAfile = $smtp_tls_CAfile
lmtp_tls_chain_files = $smtp_tls_chain_files
minimal_backoff_time = ${backoff}
maximal_backoff_time = ${backoff}
queue_run_delay = ${scan}
smtp_connection_cache_time_limit = 1s
default_destination_concurrency_limit = 1
`;
}

export const outboundMaster = `127.0.0.1:smtp inet n - y - - smtpd
reuse unix - - y - - smtp
  -o syslog_name=postfix/reuse
  -o smtp_tls_connection_reuse=yes
  -o smtp_connection_cache_destinations=static:all
wrapped unix - - y - - smtp
  -o syslog_name=postfix/wrapped
  -o smtp_tls_wrappermode=yes
broken unix - - y - - smtp
  -o syslog_name=postfix/broken
  -o smtp_tls_CAfile=/nowhere/authorities.pem
tlsproxy unix - - n - 0 tlsproxy
`;
