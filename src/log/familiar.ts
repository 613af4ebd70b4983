import {type BytePattern, bytePattern, standsAt, words} from './byte-pattern.ts';
import type {Head} from './head-positions.ts';
import type {LineHost, LineTag} from './names.ts';

/**
 * Heads that look like one before, told from the bytes: the same minute, a machine and a tag seen before. In a big file that
 * is nearly every line, and a line that is then known to be none of ours is never made a string at all. Anything else goes
 * the long way through `head.ts`, so both ways give the same result.
 */
export type Familiar<Way> = {
	/** Learns from a line that went the long way; `line` is the whole line as it stood in the file. */
	learn(line: string, head: Head, tag: LineTag, way: Way): void;
	/**
	 * The tag of the line that begins at `from` and ends somewhere before the end of the buffer, with time, pid and `textAt` (a
	 * position in `bytes`) in `head`; or undefined.
	 */
	match(bytes: Uint8Array, view: DataView, from: number, head: Head): FamiliarTag<Way> | undefined;
	/** A new source may be of another year. */
	forget(): void;
};

/** A tag on a machine; `way` is what the reader said of its lines. */
type FamiliarTag<Way> = {
	readonly tag: LineTag;
	readonly way: Way;
	readonly name: BytePattern;
	/** Another one that begins alike. */
	readonly next: FamiliarTag<Way> | undefined;
};

/** What stands between the seconds' fraction and the tag: the zone, a blank, the host, a blank. */
type Middle = {readonly pattern: BytePattern; readonly host: LineHost};

const slotCount = 512;
/** Tags in all, and machines, that are remembered: more are noise. */
const mostTags = 1024;
const mostMachines = 16;
/** Room for any head that is remembered, with all that is looked at behind it. */
const longestHead = 512;
const longestMiddle = 200;
const longestTag = 100;
const mostDigits = 12;

const postfix = words('postfix/');
const post = postfix.fours[0] ?? 0;
const fix = postfix.fours[1] ?? 0;

/** Where tags that begin alike are kept: most begin with «postfix/», so what follows tells them apart. */
function slotAt(view: DataView, at: number): number {
	let key = view.getInt32(at, true);
	if (key === post && view.getInt32(at + 4, true) === fix)
		key = view.getInt32(at + 8, true) ^ (view.getUint8(at + 12) << 7);
	return (Math.imul(key, 0x9e37_79b1) >>> 16) & (slotCount - 1);
}

/** Makes the memory of heads; `Way` is the reader's own word for what is to be done with the lines of a tag. */
export function createFamiliar<Way>(): Familiar<Way> {
	/** `2026-11-24T08:40:` or `Nov 24 08:40:`; undefined when nothing was learned. */
	let minute: BytePattern | undefined;
	let minuteTime = 0;
	let middles: Middle[] = [];
	const slots: Array<FamiliarTag<Way> | undefined> = new Array(slotCount).fill(undefined);
	let tags = 0;

	function addTag(tag: LineTag, name: BytePattern, way: Way): void {
		if (tags >= mostTags) {
			slots.fill(undefined);
			tags = 0;
		}
		const bytes = new DataView(new ArrayBuffer(longestTag + 16));
		// What follows a tag is the bracket of its pid, or a colon: a short one is looked for with it.
		for (const follows of '[:') {
			for (const [index, code] of Buffer.from(`${tag.tag.name}${follows}`).entries()) bytes.setUint8(index, code);
			const slot = slotAt(bytes, 0);
			let known = slots[slot];
			while (known !== undefined && known.tag !== tag) known = known.next;
			if (known !== undefined) continue;
			slots[slot] = {tag, name, way, next: slots[slot]};
			tags++;
		}
	}

	function middleAt(view: DataView, at: number): Middle | undefined {
		const last = middles[0];
		if (last === undefined || standsAt(last.pattern, view, at)) return last;
		const index = middles.findIndex(({pattern}) => standsAt(pattern, view, at));
		const found = middles[index];
		if (found === undefined) return undefined;
		// The next line is likely of the same machine.
		middles[index] = last;
		middles[0] = found;
		return found;
	}

	return {
		forget() {
			minute = undefined;
			middles = [];
		},
		learn(line, head, tag, way) {
			if (head.line !== line || head.hostAt < 0 || Number.isNaN(head.time)) return;
			const length = /^(?:\d{4}-\d\d-\d\dT|[A-Z][a-z]{2} [ \d]\d )\d\d:\d\d:(?=[0-5]\d)/.exec(line)?.[0].length;
			if (length === undefined) return;
			const fraction = /^\d\d(?:\.\d+)?/.exec(line.slice(length, length + 16))?.[0] ?? '';
			const between = line.slice(length + fraction.length, head.tagAt);
			// A second stamp, a facility word or the like between them is not for the short way.
			if (!/^(?:Z|[+-]\d\d:?\d\d)? [!-~]+ $/.test(between) || between.length > longestMiddle) return;
			const name = /^[!-~]{4,100}$/.test(tag.tag.name) ? bytePattern(tag.tag.name) : undefined;
			const pattern = bytePattern(between);
			if (!name || !pattern) return;
			const text = line.slice(0, length);
			const known = bytePattern(text);
			const time = Math.floor(head.time / 1000) * 1000 - Number(fraction.slice(0, 2)) * 1000;
			// Other zones may be under way beside this one: what is learned holds for one time only.
			if (!minute || !known || time !== minuteTime || known.fours.some((four, index) => four !== minute?.fours[index]))
				middles = [];
			minute = known;
			minuteTime = time;
			if (!middles.some(({host, pattern}) => host === tag.host && pattern.length === between.length))
				middles = [{pattern, host: tag.host}, ...middles.slice(0, mostMachines - 1)];
			addTag(tag, name, way);
		},
		// One pass over the head, less than 0.1 µs a line: what is alike is compared four bytes at a time, what is not is read as digits.
		match(bytes, view, from, head) {
			if (minute === undefined || from + longestHead > bytes.length || !standsAt(minute, view, from)) return undefined;
			let at = from + minute.length;
			const tens = byte(bytes, at) - 48;
			const ones = byte(bytes, at + 1) - 48;
			if (!(tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9)) return undefined;
			at += 2;
			let ms = 0;
			if (bytes[at] === 46) {
				const first = at + 1;
				let scale = 100;
				for (at = first; at < first + mostDigits; at++) {
					const digit = byte(bytes, at) - 48;
					if (!(digit >= 0 && digit <= 9)) break;
					ms += digit * scale;
					scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
				}
			}
			const middle = middleAt(view, at);
			if (middle === undefined) return undefined;
			const tagAt = at + middle.pattern.length;
			let tag = slots[slotAt(view, tagAt)];
			for (; tag !== undefined; tag = tag.next) {
				at = tagAt + tag.name.length;
				if ((bytes[at] === 91 || bytes[at] === 58) && tag.tag.host === middle.host && standsAt(tag.name, view, tagAt))
					break;
			}
			if (tag === undefined) return undefined;
			let pid = -1;
			if (bytes[at] === 91) {
				pid = 0;
				const first = at + 1;
				for (at = first; at <= first + 10; at++) {
					const digit = byte(bytes, at) - 48;
					if (!(digit >= 0 && digit <= 9)) break;
					pid = pid * 10 + digit;
				}
				if (bytes[at] !== 93 || bytes[at + 1] !== 58 || at === first || at - first > 10) return undefined;
				at++;
			}
			// Solaris puts `[ID …]` before the text.
			if (bytes[at + 1] !== 32 || (bytes[at + 2] === 91 && bytes[at + 3] === 73)) return undefined;
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
