/**
 * What must not be printed of a configuration. A value is replaced where its name says that it is a secret (`harmless`); a
 * finding, which quotes faulty lines and misspelt names, leaves out whatever may hold one (`mayHoldSecret`).
 */

/**
 * Names whose values are secrets: bind_pw, mysql_password, secret, smtp_sasl_password. Names of files and maps are
 * none.
 */
const secretName =
	/(?:^|_)(?:password|passwd|passphrase|pass|pw|bindpw|secret|secrets|token|api_?key|dbpassword|key_password|nonce)$/i;

/** Names whose values are the paths of files, although they sound like secrets. */
const nameOfFile = /(?:_file|_files|_dir|_path|_maps|_map|_program|_CAfile|_CApath)$/;

/** Words in running text that assign a secret: `password=x`, `pass: x`, `dn_pw = x`. */
const assigned =
	/((?:^|[\s,;{?&])[A-Za-z0-9_-]*(?:password|passwd|passphrase|secret|bind_?pw|dn_?pw|_pw|token|api_?key|\bpass)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;}&]+)/gi;

/** `scheme://user:password@host`, `user:password@host`. */
const inAddress = /((?:^|[\s,;{=/"'])[^\s:/@,;{="']+:)([^\s@/]+)(@)/g;

/** Armoured keys. */
const armoured = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;

const veil = '***';

/** Whether a setting of that name holds a secret. */
export function isSecret(name: string): boolean {
	return secretName.test(name) && !nameOfFile.test(name);
}

/** Words by which a name sounds like a secret's, misspelt ones too. */
const secretSound = /pas{1,2}w?|_pw|secret|credential/i;

/** Whether a parameter holds, or may hold, a secret: of such a one a finding shows only the name, in commands too. */
export function mayHoldSecret(name: string, value: string): boolean {
	return secretSound.test(name) || isSecret(name) || /\bstatic:/i.test(value) || harmless(name, value) !== value;
}

/** Whether a table of that parameter holds passwords: its contents are not read into findings. */
export function holdsPasswords(parameter: string): boolean {
	return /_sasl_password_maps$/.test(parameter);
}

/**
 * A value as it may be printed: passwords, keys and tokens are replaced by `***`, whether the name says that all of it is
 * secret or they are within (`proxy:mysql:…`, `ldap://user:password@host`, inline and static tables of passwords).
 */
export function harmless(name: string, value: string): string {
	if (value === '') return value;
	if (isSecret(name)) return veil;
	const text = holdsPasswords(name) ? value.replace(/\b(inline|static):(?:\{[\s\S]*\}|\S+)/g, `$1:${veil}`) : value;
	return text
		.replace(armoured, veil)
		.replace(inAddress, `$1${veil}$3`)
		.replace(assigned, (_, before: string) => `${before}${veil}`);
}
