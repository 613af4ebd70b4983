/** What a server may say before TLS: no honest one comes near. */
const mostBytes = 65_536;
const mostLines = 500;
const mostOfLine = 8192;

/** Lines of a server cut from its bytes, up to a bound. */
export type Lines = {
	/**
	 * Takes bytes in; gives the whole lines in them, without their ends. `flood` when the server has said more than any honest
	 * one does, `tls` when what it says first is a TLS record.
	 */
	take(bytes: Buffer): string[] | 'flood' | 'tls';
	/** Bytes that stand behind the last whole line. */
	rest(): number;
};

export function createLines(): Lines {
	let held = Buffer.alloc(0);
	let bytes = 0;
	let lines = 0;
	return {
		take(more) {
			const first = bytes === 0;
			bytes += more.length;
			// Alert or handshake, major version 3 (RFC 8446 section 5.1).
			if (first && (more[0] === 0x15 || more[0] === 0x16) && (more[1] ?? 3) === 3) return 'tls';
			if (bytes > mostBytes) return 'flood';
			held = Buffer.concat([held, more]);
			const found: string[] = [];
			for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
				if (end > mostOfLine) return 'flood';
				found.push(held.toString('utf8', 0, end > 0 && held[end - 1] === 13 ? end - 1 : end));
				held = held.subarray(end + 1);
			}
			lines += found.length;
			return lines > mostLines || held.length > mostOfLine ? 'flood' : found;
		},
		rest: () => held.length,
	};
}
