import {cpSync} from 'node:fs';
import {must} from './programs.ts';
import type {Site} from './site.ts';

/** His service, character for character. */
export const foundingService = `smtps     inet  n       -       y       -       -       smtpd
  -o syslog_name=postfix/smtps
  -o smtpd_tls_wrappermode=yes
  -o smtpd_tls_security_level=encrypt
  -o smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1
  -o smtpd_sasl_auth_enable=yes
`;

/** The rest of main.cf is Debian's; of its TLS section he had commented out all but the certificate. */
export function foundingMain({rsa, importOpenssl}: Site): string {
	return `smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
biff = no
append_dot_mydomain = no
readme_directory = no

# TLS parameters
smtpd_tls_cert_file=${rsa.cert}
smtpd_tls_key_file=${rsa.key}
smtpd_tls_loglevel = 1
#smtpd_use_tls=yes
#smtpd_tls_security_level=may
#smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1
#smtpd_tls_session_cache_database = btree:\${data_directory}/smtpd_scache
#smtp_tls_CApath=/etc/ssl/certs
#smtp_tls_security_level=may
#smtp_tls_session_cache_database = btree:\${data_directory}/smtp_scache

# OpenSSL of Debian speaks TLS 1.0 only so.
${importOpenssl}
inet_interfaces = all
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.org
virtual_transport = discard:
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
`;
}

/**
 * Puts the instance where an admin has it: the commands that are printed as a fix say nothing of another directory, so in
 * this world /etc/postfix is the instance's own. Debian's other files there come along.
 */
export async function coverEtcPostfix(configuration: string): Promise<void> {
	cpSync('/etc/postfix', configuration, {recursive: true, force: false});
	await must('mount', ['--bind', configuration, '/etc/postfix']);
}
