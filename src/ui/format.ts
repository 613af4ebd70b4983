import stringWidth from 'string-width';

/** C0 and C1 controls, marks that turn the writing direction, lone surrogates: what a log could do to a terminal. */
const unsafe =
	/[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const narrowOnly =
	/^[\u0020-\u007E\u2014\u2018-\u201D\u2022\u2026\u2190-\u2193\u2500-\u259F\u25B2\u25B6\u25BC\u2714\u2718\u00B7\u00D7\u203A]*$/;
const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'});

/** Text of a log as a terminal may see it: each unsafe character becomes a replacement mark, a tab a blank. */
export function harmless(text: string): string {
	return text.replaceAll('\t', ' ').replaceAll(unsafe, '\uFFFD');
}

/** Columns a text takes on the terminal. */
export function width(text: string): number {
	return narrowOnly.test(text) ? text.length : stringWidth(text);
}

/** The first `room` columns of a text; wide characters are never cut in two. */
export function head(text: string, room: number): string {
	if (width(text) <= room) return text;
	if (narrowOnly.test(text)) return text.slice(0, Math.max(0, room));
	let kept = '';
	let used = 0;
	for (const {segment} of graphemes.segment(text)) {
		const next = used + stringWidth(segment);
		if (next > room) break;
		kept += segment;
		used = next;
	}
	return kept;
}

/** A text cut to `room` columns, the cut shown. */
export function shortened(text: string, room: number): string {
	if (room <= 0) return '';
	return width(text) <= room ? text : `${head(text, room - 1)}…`;
}

/** A text in exactly `room` columns: filled up with blanks, or cut. */
export function fitted(text: string, room: number, right = false): string {
	const short = shortened(text, room);
	const blanks = ' '.repeat(Math.max(0, room - width(short)));
	return right ? blanks + short : short + blanks;
}

/** Words folded into lines of at most `room` columns; a word that is longer is cut in pieces. */
export function folded(text: string, room: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (let word of text.split(' ')) {
		while (width(word) > room) {
			const piece = head(word, line === '' ? room : room - width(line) - 1);
			if (piece === '') {
				lines.push(line);
				line = '';
				continue;
			}
			lines.push(line === '' ? piece : `${line} ${piece}`);
			line = '';
			word = word.slice(piece.length);
		}
		if (line === '') line = word;
		else if (width(line) + 1 + width(word) <= room) line += ` ${word}`;
		else {
			lines.push(line);
			line = word;
		}
	}
	return [...lines, line];
}

/** Count with thousands apart: `12,345`. */
export function count(value: number): string {
	return value.toLocaleString('en-US');
}

/** Count that fits into `room` columns: `12,345`, else `12.3k`, `4.56M`. */
export function compact(value: number, room: number): string {
	const whole = count(value);
	if (whole.length <= room) return whole;
	for (const [unit, size] of [
		['k', 1e3],
		['M', 1e6],
		['G', 1e9],
		['T', 1e12],
	] as const) {
		if (value >= size * 1000) continue;
		const digits = value / size >= 100 ? 0 : value / size >= 10 ? 1 : 2;
		for (let cut = digits; cut >= 0; cut -= 1) {
			const text = `${(Math.floor((value / size) * 10 ** cut) / 10 ** cut).toFixed(cut)}${unit}`;
			if (text.length <= room) return text;
		}
	}
	return '#'.repeat(Math.max(0, room));
}

/** Part of a whole in percent; `<1%` rather than a zero that is none, `>99%` rather than all of them. */
export function percent(part: number, whole: number): string {
	if (whole === 0 || part === 0) return '';
	const value = (100 * part) / whole;
	if (value < 1) return '<1%';
	if (value > 99 && value < 100) return '>99%';
	return `${Math.round(value)}%`;
}

/** A span of time in words people use: `90 s`, `5 min`, `3 h`, `12 d`. */
export function span(ms: number): string {
	if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
	if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
	if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
	return `${Math.round(ms / 86_400_000)} d`;
}

/** How moments are written. */
export type Moments = {
	/** `2026-10-12 08:21:40`. */
	readonly full: (ms: number | null) => string;
	/** `08:21:40` on the day of `near`, else `10-12 08:21`. */
	readonly brief: (ms: number | null, near: number | null) => string;
	/** The zone's name: `UTC`, `Europe/Berlin`. */
	readonly zone: string;
};

/** Moments as wall time of a zone, for whatever is not a moment a blank text. */
export function createMoments(zone: string): Moments {
	const format = new Intl.DateTimeFormat('sv-SE', {
		timeZone: zone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
	});
	const full = (ms: number | null): string =>
		ms === null || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15 ? '' : format.format(ms);
	return {
		zone,
		full,
		brief(ms, near) {
			const text = full(ms);
			const day = text.slice(0, 10);
			if (day === full(near).slice(0, 10)) return text.slice(11);
			return day.slice(0, 4) === full(near).slice(0, 4) ? text.slice(5, 16) : text.slice(0, 10);
		},
	};
}
