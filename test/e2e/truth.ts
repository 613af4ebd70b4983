import type {CipherNameAndProtocol, TLSSocket} from 'node:tls';
import type {Row} from './tlsaudit.ts';

/** A TLS session as one of its ends saw it. */
export type SeenTls = {readonly protocol: string; readonly cipher: string; readonly bits: number};

/** Key bits by the name of the suite (OpenSSL's names; RFC 5246 appendix C). */
function keyBits(cipher: string): number {
	if (/NULL/.test(cipher)) return 0;
	return /256|CHACHA20/.test(cipher.replace(/SHA\d+$/, '')) ? 256 : 128;
}

/** What node's end knows of the session. */
export function seenTls(socket: TLSSocket): SeenTls {
	const cipher: CipherNameAndProtocol = socket.getCipher();
	return {protocol: socket.getProtocol() ?? '', cipher: cipher.name, bits: keyBits(cipher.name)};
}

/** Where rows are not what was wanted, a sentence each; only the columns that `want` names are compared. `any` is any word. */
export function differences(about: string, got: readonly Row[], want: readonly Row[]): string[] {
	if (got.length !== want.length) return [`${about}: ${got.length} sessions in place of ${want.length}`];
	return want.flatMap((row, index) =>
		Object.keys(row)
			.filter(key => (row[key] === 'any' ? typeof got[index]?.[key] !== 'string' : got[index]?.[key] !== row[key]))
			.map(key => `${about}: ${key} is ${got[index]?.[key]}, should be ${row[key]}`),
	);
}
