import {type BytePattern, bytePattern, standsAt} from './byte-pattern.ts';
import type {Head} from './head-positions.ts';
import type {LineHost, LineTag} from './names.ts';

/**
 * Heads that look like the one before, told from the bytes: the same minute, the same machine, a tag seen before. In a big
 * file that is nearly every line, and a line that is then known to be none of ours is never made a string at all.
 * Anything else goes the long way through `head.ts`, so both ways give the same result.
 */
export type Familiar<Way> = {
	/** Learns from a line that went the long way; `line` is the whole line as it stood in the file. */
	learn(line: string, head: Head, tag: LineTag, way: Way): void;
	/** The tag of the line between two positions, with time, pid and `textAt` (a position in `bytes`) in `head`; or undefined. */
	match(bytes: Uint8Array, view: DataView, from: number, to: number, head: Head): FamiliarTag<Way> | undefined;
	/** A new source may be of another year. */
	forget(): void;
};

/** A tag on a machine; `way` is what the reader said of its lines. */
type FamiliarTag<Way> = {
	readonly tag: LineTag;
	readonly way: Way;
	readonly hash: number;
	readonly name: BytePattern;
};

const slotCount = 512;
const longest = 4096;
/** Blank, tag of one letter, colon, blank: what follows the pattern in any line. */
const leastTail = 8;

/** Makes the memory of heads; `Way` is the reader's own word for what is to be done with the lines of a tag. */
export function createFamiliar<Way>(): Familiar<Way> {
	/** `2026-11-24T08:40:` or `Nov 24 08:40:`; undefined when nothing was learned. */
	let minute: BytePattern | undefined;
	let minuteTime = 0;
	/** What stands between the seconds' fraction and the tag: the zone, a blank, the host, a blank. */
	let middle: BytePattern = {length: 0, fours: new Int32Array(0), first: 0};
	let host: LineHost | undefined;
	const slots: Array<FamiliarTag<Way> | undefined> = new Array(slotCount).fill(undefined);

	return {
		forget() {
			minute = undefined;
		},
		learn(line, head, lineTag, way) {
			if (head.line !== line || head.hostAt < 0 || Number.isNaN(head.time)) return;
			const length = /^(?:\d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d )\d\d:\d\d:(?=[0-5]\d)/.exec(line)?.[0].length;
			if (length === undefined) return;
			const fraction = /^\d\d(?:\.\d+)?/.exec(line.slice(length, length + 16))?.[0] ?? '';
			const between = line.slice(length + fraction.length, head.tagAt);
			// A second stamp, a facility word or the like between them is not for the short way.
			if (!/^(?:Z|[+-]\d\d:?\d\d)? [!-~]+ $/.test(between)) return;
			const tag = line.slice(head.tagAt, head.tagEnd);
			const name = /^[!-~]+$/.test(tag) ? bytePattern(tag) : undefined;
			const known = bytePattern(between);
			if (!name || !known) return;
			minute = bytePattern(line.slice(0, length));
			minuteTime = Math.floor(head.time / 1000) * 1000 - Number(fraction.slice(0, 2)) * 1000;
			middle = known;
			host = lineTag.host;
			const hash = hashOf(tag);
			slots[hash & (slotCount - 1)] = {hash, name, tag: lineTag, way};
		},
		// One pass over the head, 0.1 µs a line: what is alike is compared four bytes at a time, what is not is read as digits.
		match(bytes, view, from, to, head) {
			if (minute === undefined) return undefined;
			const {length} = minute;
			if (to - from > longest || to - from < length + middle.length + leastTail) return undefined;
			if (!standsAt(minute, view, from)) return undefined;
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
			if (at + middle.length + leastTail > bytes.length || !standsAt(middle, view, at)) return undefined;
			at += middle.length;
			const tagAt = at;
			let hash = 0;
			let code = byte(bytes, at);
			while (code !== 58 && code !== 91 && code !== 32 && at < to) {
				hash = (Math.imul(hash, 31) + code) | 0;
				code = byte(bytes, ++at);
			}
			const tag = slots[hash & (slotCount - 1)];
			if (tag === undefined || tag.hash !== hash || tag.tag.host !== host || tag.name.length !== at - tagAt)
				return undefined;
			if (!standsAt(tag.name, view, tagAt)) return undefined;
			let pid = -1;
			if (code === 91) {
				pid = 0;
				const first = at + 1;
				for (at = first; ; at++) {
					const digit = byte(bytes, at) - 48;
					if (!(digit >= 0 && digit <= 9)) break;
					pid = pid * 10 + digit;
				}
				if (bytes[at] !== 93 || bytes[at + 1] !== 58 || at === first || at - first > 10) return undefined;
				at++;
			} else if (code !== 58) return undefined;
			// Solaris puts `[ID …]` before the text.
			if (bytes[at + 1] !== 32 || (bytes[at + 2] === 91 && bytes[at + 3] === 73) || at + 2 > to) return undefined;
			head.time = minuteTime + (tens * 10 + ones) * 1000 + ms;
			head.pid = pid;
			head.textAt = at + 2;
			return tag;
		},
	};
}

function byte(bytes: Uint8Array, at: number): number {
	return bytes[at] ?? 0;
}

function hashOf(name: string): number {
	let hash = 0;
	for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
	return hash;
}
