import {writeFileSync} from 'node:fs';

/**
 * Debian's OpenSSL allows TLS 1.0 and 1.1 only at security level 0 (SSL_CTX_set_security_level(3)); the admin of a server
 * opens them so, through `import_environment = … OPENSSL_CONF=FILE`.
 */
export function writeOpensslSettings(file: string): string {
	writeFileSync(
		file,
		`openssl_conf = settings
[settings]
ssl_conf = libraries
[libraries]
system_default = everything
[everything]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
`,
	);
	return file;
}
