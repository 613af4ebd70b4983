/** What a summary says after the peer: the part that is alike in thousands of lines. */
export type HandshakeText = {
	protocol: string;
	cipher: string;
	bits: number | null;
	keyExchange: string | null;
	serverSignature: string | null;
	serverDigest: string | null;
	clientSignature: string | null;
	clientDigest: string | null;
};

/** A text that says nothing. */
export const noHandshake: Readonly<HandshakeText> = {
	protocol: '',
	cipher: '',
	bits: null,
	keyExchange: null,
	serverSignature: null,
	serverDigest: null,
	clientSignature: null,
	clientDigest: null,
};

/**
 * Reads `TLSv1.3 with cipher NAME (128/128 bits) key-exchange …`. The tail is read word by word, and unknown words are
 * passed over.
 */
export function readHandshake(text: string): HandshakeText {
	const protocolEnd = text.indexOf(' with cipher ');
	const protocol = text.slice(0, protocolEnd);
	const cipherAt = protocolEnd + 13;
	let cipherEnd = text.indexOf(' ', cipherAt);
	if (cipherEnd < 0) cipherEnd = text.length;
	const cipher = text.slice(cipherAt, cipherEnd);
	const handshake = {...noHandshake, protocol: protocol === 'TLSv1.0' ? 'TLSv1' : protocol, cipher};
	if (text.charCodeAt(cipherEnd + 1) === 40) {
		handshake.bits = keyBits(/^\d{1,10}/.exec(text.slice(cipherEnd + 2, cipherEnd + 12))?.[0]);
		const tailAt = text.indexOf(')', cipherEnd);
		if (tailAt >= 0 && tailAt + 1 < text.length) readTail(text, tailAt + 1, handshake);
	}
	return handshake;
}

/** No cipher has longer keys. */
const mostBits = 65_535;

/** The length of a key in bits; null for digits that are no key's length. */
export function keyBits(digits: string | undefined): number | null {
	const bits = Number(digits ?? Number.NaN);
	return bits <= mostBits ? bits : null;
}

const tailFields = new Map<
	string,
	'keyExchange' | 'serverSignature' | 'serverDigest' | 'clientSignature' | 'clientDigest'
>([
	['key-exchange', 'keyExchange'],
	['server-signature', 'serverSignature'],
	['server-digest', 'serverDigest'],
	['client-signature', 'clientSignature'],
	['client-digest', 'clientDigest'],
]);

/** ` key-exchange X (…) server-signature Y (…) server-digest Z …`: each piece optional, brackets kept with their word. */
function readTail(text: string, from: number, into: HandshakeText): void {
	let at = from + 1;
	while (at < text.length) {
		const nameEnd = text.indexOf(' ', at);
		if (nameEnd < 0) return;
		const field = tailFields.get(text.slice(at, nameEnd));
		at = nameEnd + 1;
		if (!field) continue;
		let end = text.indexOf(' ', at);
		if (end < 0) end = text.length;
		if (text.charCodeAt(end + 1) === 40) {
			const close = text.indexOf(')', end);
			if (close > 0) end = close + 1;
		}
		into[field] = text.slice(at, end);
		at = end + 1;
	}
}
