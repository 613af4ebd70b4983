/*
 * What a file of TLS holds, by its name. The files themselves are never opened: a private key is nobody's business.
 */

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A certificate or a chain of them: `fullchain.pem`, `mail.crt`, `cert.pem`. */
export function isChainName(path: string): boolean {
	const name = baseName(path);
	return /chain|bundle|cert|\.(?:crt|cer|ca|pub)$/i.test(name) && !isKeyName(path);
}

/** A private key alone: `privkey.pem`, `mail.key`, `server-key.pem`, or what lies in a folder `private` by a name that says nothing. */
export function isKeyName(path: string): boolean {
	const name = baseName(path);
	if (/\.key$|(?:^|[._-]|priv|private|ssl|tls|server)[_-]?key\d*(?:[._-]|$)/i.test(name)) return true;
	return path.includes('/private/') && !/chain|bundle|cert|\.(?:crt|cer|pem)$/i.test(name);
}

/** certbot's links, of which it is known what each holds (`/etc/letsencrypt/live/NAME/`). */
export function certbotFile(path: string): 'fullchain' | 'cert' | 'privkey' | null {
	const name = /\/live\/[^\s,]*\/(fullchain|cert|privkey)\.pem$/.exec(path)?.[1];
	return name === 'fullchain' || name === 'cert' || name === 'privkey' ? name : null;
}
