import {didYouMean} from '../text/nearest.ts';

/**
 * What TLS itself is: versions, cipher suites, groups. Words of logs, policies and users come in, and facts go out. It
 * must not know sessions, policies or mail, and touches nothing outside. /
 */

/** Protocol versions, oldest first, in the spelling of OpenSSL, which Postfix and Dovecot log. */
export const protocols = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type Protocol = (typeof protocols)[number];

/** SSL 2, SSL3.0, TLSv1_2, tls1.3, TLS 1.2, 1.2 …: what GnuTLS, Java and people write. */
const spelling = /^(?:(ssl|tls)[ _-]?v?[ _-]?)?([1-3])(?:[._]([0-3]))?$/i;

/** A protocol in OpenSSL's spelling from any spelling in use, or `null` when the word names none (`unknown`, `QUICv1`). */
export function protocolOf(word: string): Protocol | null {
	if ((protocols as readonly string[]).includes(word)) return word as Protocol;
	const found = spelling.exec(word.trim());
	if (found === null) return null;
	const family = found[1]?.toLowerCase() ?? 'tls';
	const minor = found[3] ?? '0';
	if (family === 'ssl') return found[2] !== '1' && minor === '0' ? (`SSLv${found[2]}` as Protocol) : null;
	if (found[2] !== '1') return null;
	return minor === '0' ? 'TLSv1' : (`TLSv1.${minor}` as Protocol);
}

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareProtocols(a: Protocol, b: Protocol): number {
	return protocols.indexOf(a) - protocols.indexOf(b);
}

/** The protocol a person typed; throws an `Error` whose sentence names the right words. */
export function parseProtocol(word: string): Protocol {
	const protocol = protocolOf(word);
	if (protocol !== null) return protocol;
	throw new Error(
		`"${word}" is no TLS version${didYouMean(word, protocols) || ';'} write one of ${protocols.join(', ')}.`,
	);
}
