/** The other end as Postfix writes it: `name[addr]`, `name[addr]:port`, `[addr]:port` (log section «peer text»). */
export type Peer = {
	/** null for `unknown` and for texts without a name. */
	host: string | null;
	/** null for `unknown`; for a unix socket the path stands in `socket` instead. */
	ip: string | null;
	/** null when not logged. */
	port: number | null;
	/** A path such as `private/dovecot-lmtp`: no network connection. */
	socket: boolean;
};

/** Position just after the peer text that begins at `from`: the bracket, and a port if one follows. */
export function peerEnd(text: string, from: number): number {
	const close = text.indexOf(']', from);
	if (close < 0) {
		// Postfix 2.3 and 2.4 clients write the bare host name.
		let end = from;
		for (; end < text.length; end++) {
			const code = text.charCodeAt(end);
			if (code === 58 || code === 32 || code === 44) break;
		}
		return end;
	}
	let end = close + 1;
	if (text.charCodeAt(end) === 58) {
		if (text.startsWith(':unknown', end)) return end + 8;
		let digits = end + 1;
		while (isDigit(text.charCodeAt(digits))) digits++;
		if (digits > end + 1) end = digits;
	}
	return end;
}

/**
 * Reads the peer text between two positions. The address stands in the last pair of brackets; IPv6 is bare in it. Looked for
 * letter by letter: `lastIndexOf` leaves compiled code, which took longer than all the rest.
 */
export function readPeer(text: string, from: number, to: number): Peer {
	let close = to - 1;
	while (close >= from && text.charCodeAt(close) !== 93) close--;
	let open = close;
	while (open >= from && text.charCodeAt(open) !== 91) open--;
	if (open < from) return {host: word(text, from, to), ip: null, port: null, socket: false};
	const ip = word(text, open + 1, close);
	return {
		host: word(text, from, open),
		ip,
		port: close + 2 < to ? numberAt(text, close + 2, to) : null,
		socket: ip?.includes('/') === true,
	};
}

/** The digits at a position as a number, at most ten of them; null when there are none. */
export function numberAt(text: string, from: number, to: number): number | null {
	const most = Math.min(to, from + 10);
	let value = 0;
	let at = from;
	for (; at < most && isDigit(text.charCodeAt(at)); at++) value = value * 10 + text.charCodeAt(at) - 48;
	return at > from ? value : null;
}

function word(text: string, from: number, to: number): string | null {
	if (to <= from) return null;
	const value = text.slice(from, to);
	return value === 'unknown' ? null : value;
}

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

/** 127.0.0.1 and ::1: the machine talking to itself (content filters, webmail on the same host). */
export function isLoopback(ip: string | null): boolean {
	return ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1';
}
