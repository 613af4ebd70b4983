import {type StampKnown, stampKnown} from './stamp-shapes.ts';

/**
 * The head of a line, as positions in `line` so that nothing is copied before a line is known to matter.
 * One object is used over and over.
 */
export type Head = {
	/** The line the positions refer to: the innermost one, without container layers. */
	line: string;
	/** ms since 1970 UTC; NaN when the framing bears no date. */
	time: number;
	/** -1 when the framing has no host. */
	hostAt: number;
	hostEnd: number;
	tagAt: number;
	tagEnd: number;
	/** -1 when the framing has no process id. */
	pid: number;
	textAt: number;
	/** Where in `line` the stamp begins of a head that says all by itself, whatever stands around it; -1 where it does not. */
	aloneAt: number;
};

/** A head that was not read yet. */
export function emptyHead(): Head {
	return {line: '', time: Number.NaN, hostAt: -1, hostEnd: -1, tagAt: 0, tagEnd: 0, pid: -1, textAt: 0, aloneAt: -1};
}

/** How the head of a line was found, for whoever explains the line: nothing of it is kept where nobody does. */
export type HeadTrace = {
	/** What was taken off, from the outside in. */
	layers: Array<{readonly what: string; readonly text: string}>;
	/** How the innermost part was read. */
	shape: string | null;
	/** The stamp that gave the time, as it was written, and how much of a moment it writes down. */
	stamp: string | null;
	known: StampKnown;
};

/** A trace of a line that was not read yet. */
export function emptyTrace(): HeadTrace {
	return {layers: [], shape: null, stamp: null, known: stampKnown.nothing};
}

/** Decimal digits between two positions, -1 when there is anything else. */
export function digitsAt(line: string, from: number, to: number): number {
	if (to <= from || to - from > 10) return -1;
	let value = 0;
	for (let at = from; at < to; at++) {
		const code = line.charCodeAt(at) - 48;
		if (!(code >= 0 && code <= 9)) return -1;
		value = value * 10 + code;
	}
	return value;
}
