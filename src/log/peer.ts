import {mostPort, portIn, type Text, wordOf} from './lines/text.ts';

const unknownWord = Buffer.from('unknown');

/** The other end as Postfix writes it: `name[addr]`, `name[addr]:port`, `[addr]:port` (log section «peer text»). */
export type Peer = {
	/** null for `unknown` and for texts without a name. */
	readonly host: string | null;
	/** null for `unknown`; for a unix socket the path is in `socket` instead. */
	readonly ip: string | null;
	/** null when not logged. */
	readonly port: number | null;
	/** A path such as `private/dovecot-lmtp`: no network connection. */
	readonly socket: boolean;
};

/** A peer of our client, which is known by its very text; `endpoint` is its `[addr]:port`. */
export type Relay = Peer & {readonly text: string; readonly endpoint: string};

/** Reads a whole text as a peer. The address is in the last pair of brackets; IPv6 is without brackets of its own. */
export function readPeer(text: Text): Peer {
	const {bytes, at, end} = text;
	let close = end - 1;
	while (close >= at && bytes[close] !== 93) close--;
	let open = close;
	while (open >= at && bytes[open] !== 91) open--;
	if (open < at) return {host: known(wordOf(text, at, end)), ip: null, port: null, socket: false};
	const ip = close > open + 1 ? known(wordOf(text, open + 1, close)) : null;
	return {
		host: open > at && !isUnknown(text, at, open) ? wordOf(text, at, open) : null,
		ip,
		port: close + 2 < end ? portIn(text, close + 2, end) : null,
		socket: ip?.includes('/') === true,
	};
}

/** The same for a peer that is known by its text. */
export function readRelay(text: Text): Relay {
	const peer = readPeer(text);
	return {...peer, text: wordOf(text, text.at, text.end), endpoint: `[${peer.ip ?? ''}]:${peer.port ?? ''}`};
}

/** The peer of an endpoint, `[addr]:port`, when nothing else of its line is kept any more. */
export function peerOfEndpoint(endpoint: string): Peer {
	const close = endpoint.lastIndexOf(']');
	const open = close < 0 ? -1 : endpoint.lastIndexOf('[', close);
	if (open < 0) return {host: known(endpoint), ip: null, port: null, socket: false};
	const ip = known(endpoint.slice(open + 1, close));
	const port = Number(/^\d{1,10}/.exec(endpoint.slice(close + 2))?.[0] ?? Number.NaN);
	return {
		host: known(endpoint.slice(0, open)),
		ip,
		port: port <= mostPort ? port : null,
		socket: ip?.includes('/') === true,
	};
}

/** Whether a text says «unknown»: half of all peers have no name, and for that no string is made. */
function isUnknown({bytes}: Text, from: number, to: number): boolean {
	if (to - from !== unknownWord.length) return false;
	for (let at = 0; at < unknownWord.length; at++) if (bytes[from + at] !== unknownWord[at]) return false;
	return true;
}

/** «unknown» is what Postfix writes for want of a name or an address. */
function known(word: string): string | null {
	return word === '' || word === 'unknown' ? null : word;
}

/** 127.0.0.1 and ::1: the host talking to itself (content filters, webmail on the same host). */
export function isLoopback(ip: string | null): boolean {
	return ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1';
}
