import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {password, users} from './cast.ts';
import type {Identity} from './certificates.ts';
import {must, startDaemon, until} from './programs.ts';

export type Dovecot = {
	stop(): Promise<void>;
};

export type DovecotOptions = {
	readonly identity: Identity;
	/** Postfix's queue: sockets for logins and for deliveries are made there. */
	readonly queue: string;
	/** OpenSSL's configuration. */
	readonly openssl: string;
};

/** Dovecot of Debian's package with everything below `folder`, on the usual ports; every TLS version is allowed. */
export async function startDovecot(folder: string, {identity, queue, openssl}: DovecotOptions): Promise<Dovecot> {
	const file = join(folder, 'dovecot.conf');
	const mail = join(folder, 'mail');
	mkdirSync(mail, {recursive: true});
	await must('chown', ['-R', 'postfix', mail]);
	writeFileSync(join(folder, 'passwd'), users.map(user => `${user}:{PLAIN}${password}::::::\n`).join(''));
	writeFileSync(
		file,
		`base_dir = ${folder}/run
state_dir = ${folder}/state
protocols = imap pop3 lmtp
listen = *
import_environment = TZ CORE_OUTOFMEM CORE_ERROR OPENSSL_CONF=${openssl}
syslog_facility = mail
ssl = yes
ssl_cert = <${identity.cert}
ssl_key = <${identity.key}
ssl_dh = </usr/share/dovecot/dh.pem
ssl_min_protocol = TLSv1
ssl_cipher_list = ALL:@SECLEVEL=0
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
login_log_format_elements = user=<%u> method=%m rip=%r rport=%b lip=%l lport=%a mpid=%e %c %k session=<%{session}>
mail_location = maildir:${mail}/%n
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n ${folder}/passwd
}
userdb {
  driver = static
  args = uid=postfix gid=postfix home=${mail}/%n
}
service auth {
  unix_listener ${queue}/private/auth {
    mode = 0666
    user = postfix
  }
}
service lmtp {
  unix_listener ${queue}/private/dovecot-lmtp {
    mode = 0666
    user = postfix
  }
  inet_listener lmtp {
    address = 192.0.2.24
    port = 24
  }
}
`,
	);
	const daemon = startDaemon('dovecot', ['-F', '-c', file]);
	await until(
		'Dovecot listens',
		() => existsSync(join(queue, 'private/auth')) && existsSync(join(folder, 'run/login')),
	);
	return {stop: () => daemon.end()};
}
