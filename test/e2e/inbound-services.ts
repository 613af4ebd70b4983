import {ownAddress, ownDomain, screenedAddress} from './cast.ts';
import type {Site} from './site.ts';

/** main.cf of the server that clients of every kind connect to. */
export function inboundMain({importOpenssl, rsa, ecdsa, authority}: Site, sniMap: string): string {
	return `${importOpenssl}
inet_interfaces = ${ownAddress}, ${screenedAddress}, 127.0.0.1
mynetworks = 192.0.2.0/24
virtual_mailbox_domains = ${ownDomain}
virtual_transport = lmtp:unix:private/dovecot-lmtp
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_chain_files = ${rsa.key}, ${rsa.cert}, ${ecdsa.key}, ${ecdsa.cert}
smtpd_tls_CAfile = ${authority.file}
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_protocols =
smtpd_tls_mandatory_protocols =
smtpd_tls_ciphers = null
smtpd_tls_mandatory_ciphers = null
tls_null_cipherlist = ALL:eNULL
tls_server_sni_maps = ${sniMap}
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_starttls_timeout = 20s
postscreen_greet_wait = 1s
postscreen_greet_action = enforce
postscreen_pipelining_enable = yes
postscreen_pipelining_action = enforce
postscreen_cache_map = btree:$data_directory/postscreen_cache
`;
}

/** master.cf: the usual services, and one for each rare thing under the number of its port. */
export const inboundMaster = `${ownAddress}:smtp inet n - y - - smtpd
127.0.0.1:smtp inet n - y - - smtpd
${ownAddress}:submission inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
${ownAddress}:smtps inet n - y - - smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
${ownAddress}:2525 inet n - y - - smtpd
  -o syslog_name=postfix/2525
  -o smtpd_tls_ask_ccert=yes
${ownAddress}:2526 inet n - y - - smtpd
  -o syslog_name=postfix/2526
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_req_ccert=yes
${ownAddress}:2527 inet n - y - - smtpd
  -o syslog_name=postfix/2527
  -o smtpd_tls_protocols=>=TLSv1.2
  -o smtpd_tls_ciphers=high
${ownAddress}:2528 inet n - y - - smtpd
  -o syslog_name=postfix/2528
  -o smtpd_tls_chain_files=
${ownAddress}:2529 inet n - y - - smtpd
  -o syslog_name=postfix/2529
  -o smtpd_starttls_timeout=1s
${ownAddress}:2530 inet n - y - - smtpd
  -o syslog_name=postfix/2530
  -o smtpd_client_port_logging=yes
  -o smtpd_sasl_auth_enable=yes
${screenedAddress}:smtp inet n - y - 1 postscreen
smtpd pass - - y - - smtpd
dnsblog unix - - y - 0 dnsblog
tlsproxy unix - - y - 0 tlsproxy
`;
