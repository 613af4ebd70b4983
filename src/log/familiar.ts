import type {Daemon, Host} from './entry.ts';
import type {Head} from './head-positions.ts';

/**
 * Heads that look like the one before, told from the bytes: the same minute, the same machine, a tag seen before. In a big
 * file that is nearly every line, and a line that is then known to be none of ours is never made a string at all.
 * Anything else goes the long way through `head.ts`, so both ways give the same result.
 */
export type Familiar = {
	/** Learns from a line that went the long way; `line` is the whole line as it stood in the file. */
	learn(line: string, head: Head, daemon: Daemon): void;
	/** The tag of the line between two positions, with time, pid and `textAt` (a position in `bytes`) in `head`; or undefined. */
	match(bytes: Uint8Array, from: number, to: number, head: Head): Daemon | undefined;
	/** A new source may be of another year. */
	forget(): void;
};

type Slot = {hash: number; name: Uint8Array; daemon: Daemon};

const slotCount = 512;
const longest = 4096;

export function createFamiliar(): Familiar {
	/** `2026-11-24T08:40:` or `Nov 24 08:40:`; empty when nothing was learned. */
	let minute: Uint8Array = new Uint8Array(0);
	let minuteTime = 0;
	/** What stands between the seconds' fraction and the tag: the zone, a blank, the host, a blank. */
	let middle: Uint8Array = new Uint8Array(0);
	let host: Host | undefined;
	const slots: Array<Slot | undefined> = new Array(slotCount).fill(undefined);

	return {
		forget() {
			minute = new Uint8Array(0);
		},
		learn(line, head, daemon) {
			if (head.line !== line || head.hostAt < 0 || Number.isNaN(head.time)) return;
			const length = /^(?:\d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d )\d\d:\d\d:(?=[0-5]\d)/.exec(line)?.[0].length;
			if (length === undefined) return;
			const fraction = /^\d\d(?:\.\d+)?/.exec(line.slice(length, length + 16))?.[0] ?? '';
			const between = line.slice(length + fraction.length, head.tagAt);
			// A second stamp, a facility word or the like between them is not for the short way.
			if (!/^(?:Z|[+-]\d\d:?\d\d)? \S+ $/.test(between)) return;
			minute = Buffer.from(line.slice(0, length), 'latin1');
			minuteTime = Math.floor(head.time / 1000) * 1000 - Number(fraction.slice(0, 2)) * 1000;
			middle = Buffer.from(between, 'latin1');
			host = daemon.host;
			const name = Buffer.from(line.slice(head.tagAt, head.tagEnd), 'latin1');
			const hash = hashOf(name);
			slots[hash & (slotCount - 1)] = {hash, name, daemon};
		},
		match(bytes, from, to, head) {
			const {length} = minute;
			if (length === 0 || to - from > longest || to - from < length + middle.length + 8) return undefined;
			// From the end: where two lines differ, they mostly differ in the minute.
			for (let at = length - 1; at >= 0; at--) if (bytes[from + at] !== minute[at]) return undefined;
			let at = from + length;
			const tens = byte(bytes, at) - 48;
			const ones = byte(bytes, at + 1) - 48;
			if (!(tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9)) return undefined;
			at += 2;
			let ms = 0;
			if (bytes[at] === 46) {
				let scale = 100;
				for (at++; ; at++) {
					const digit = byte(bytes, at) - 48;
					if (!(digit >= 0 && digit <= 9)) break;
					ms += digit * scale;
					scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
				}
			}
			const middleLength = middle.length;
			for (let index = 0; index < middleLength; index++) if (bytes[at + index] !== middle[index]) return undefined;
			at += middleLength;
			const tagAt = at;
			let hash = 0;
			let code = byte(bytes, at);
			while (code !== 58 && code !== 91 && code !== 32 && at < to) {
				hash = (Math.imul(hash, 31) + code) | 0;
				code = byte(bytes, ++at);
			}
			const slot = slots[hash & (slotCount - 1)];
			if (!slot || slot.hash !== hash || slot.daemon.host !== host || slot.name.length !== at - tagAt) return undefined;
			for (let index = slot.name.length - 1; index >= 0; index--)
				if (bytes[tagAt + index] !== slot.name[index]) return undefined;
			let pid = -1;
			if (code === 91) {
				pid = 0;
				for (at++; ; at++) {
					const digit = byte(bytes, at) - 48;
					if (!(digit >= 0 && digit <= 9)) break;
					pid = pid * 10 + digit;
				}
				if (bytes[at] !== 93 || bytes[at + 1] !== 58 || pid > 9_999_999_999) return undefined;
				at++;
			} else if (code !== 58) return undefined;
			// Solaris puts `[ID …]` before the text.
			if (bytes[at + 1] !== 32 || (bytes[at + 2] === 91 && bytes[at + 3] === 73) || at + 2 > to) return undefined;
			head.time = minuteTime + (tens * 10 + ones) * 1000 + ms;
			head.pid = pid;
			head.textAt = at + 2;
			return slot.daemon;
		},
	};
}

function byte(bytes: Uint8Array, at: number): number {
	return bytes[at] ?? 0;
}

function hashOf(name: Uint8Array): number {
	let hash = 0;
	for (const code of name) hash = (Math.imul(hash, 31) + code) | 0;
	return hash;
}
