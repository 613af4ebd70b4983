import type {Clock} from './clock.ts';
import {emptyHead, type Head} from './head-positions.ts';
import {createStampReader, type Stamp} from './stamp.ts';
import {readStructured} from './structured-head.ts';
import {afterContainerName, exportField, fromJournal, fromJson, withoutColour} from './wrapping.ts';

/**
 * `ok`: there is a tag and a text. `repeated`: «last message repeated N times», N in `pid`. `part`: a piece of a CRI
 * line or of a journald export record, the rest follows. `foreign`: no syslog line, but known as harmless (blank, journalctl header). `malformed`: no head, or an
 * impossible date.
 */
export type HeadKind = 'ok' | 'repeated' | 'part' | 'foreign' | 'malformed';

const space = 32;
const colon = 58;
const tooLong = 4096;
const mostFields = 100;
const cutMark = '\u0000\u0000';

export type HeadReader = {
	head: Head;
	read(line: string): HeadKind;
	/** The input is over: a record that nothing ended, or undefined. */
	rest(): HeadKind | undefined;
};

/** Makes a reader of line heads in every framing of syslog files, journald, containers and Dovecot's own log files. */
/** Pieces of a line that wait for the rest, as plain data. */
export type HeadState = {
	/** CRI cuts lines at 16 KiB into pieces marked P; only one container writes at a time in one file. */
	parts: string;
	/** `journalctl -o export` spreads a record over lines. */
	record: Record<string, string> | null;
};

export function createHeadReader(clock: Clock, state: HeadState): HeadReader {
	const readStamp = createStampReader(clock);
	const stamp: Stamp = {time: Number.NaN, end: -1, impossible: false};
	const head = emptyHead();

	function read(raw: string): HeadKind {
		let line = raw;
		if (line.length > tooLong) {
			if (line.endsWith(cutMark)) return 'malformed';
			// A copy: a slice would keep the whole of a very long line alive for as long as a session lasts.
			if (line.charCodeAt(0) !== 123) line = Buffer.from(line.slice(0, tooLong), 'utf8').toString('utf8');
		}
		if (line.charCodeAt(line.length - 1) === 13) line = line.slice(0, -1);
		const first = line.charCodeAt(0);
		if (state.record || first === 95) {
			const kind = exported(line);
			if (kind) return kind;
		}
		// Most lines begin with a month or a year: nothing to take off.
		if (!((first >= 48 && first <= 57) || (first >= 65 && first <= 90))) line = withoutEdge(line);
		head.time = Number.NaN;
		return framed(line, 0);
	}

	function exported(line: string): HeadKind | undefined {
		if (state.record && line === '') return rest();
		const field = exportField(line);
		if (!field || (!state.record && field[0] !== '__CURSOR' && field[0] !== '__REALTIME_TIMESTAMP')) return undefined;
		state.record ??= {};
		if (Object.keys(state.record).length < mostFields) state.record[field[0]] = field[1].slice(0, tooLong);
		return 'part';
	}

	function rest(): HeadKind | undefined {
		if (!state.record) return undefined;
		const inner = fromJournal(state.record);
		state.record = null;
		if (!inner) return 'foreign';
		head.time = inner.time;
		return framed(inner.line.slice(0, tooLong), 0);
	}

	/** Byte order mark, NUL padding of a crashed file system, colour. */
	function withoutEdge(line: string): string {
		let at = 0;
		if (line.charCodeAt(0) === 0xfeff) at = 1;
		else if (line.startsWith('\u00ef\u00bb\u00bf')) at = 3;
		while (line.charCodeAt(at) === 0) at++;
		if (at > 0 && at === line.length) return '\u0000';
		return withoutColour(at === 0 ? line : line.slice(at));
	}

	function framed(line: string, from: number): HeadKind {
		readStamp(line, from, stamp);
		if (stamp.end >= 0) {
			if (stamp.impossible) return 'malformed';
			// An outer stamp (container) was read before: it has the year and the zone.
			if (Number.isNaN(head.time)) head.time = stamp.time;
			return afterStamp(line, stamp.end);
		}
		const first = line.charCodeAt(from);
		if (first === 60) return afterPriority(line, from);
		if (from > 0) return tagged(line, from, -1, -1);
		if (line.trim() === '' || line.startsWith('-- ')) return line.includes('\u0000') ? 'malformed' : 'foreign';
		if (first === 123 || line.startsWith('data: {')) return json(line.slice(first === 123 ? 0 : 6));
		if (first >= 48 && first <= 57) {
			// octet-counted transport: `123 <22>1 …`
			const open = line.indexOf(' <');
			if (open > 0 && open < 7) return framed(line, open + 1);
		}
		const inner = afterContainerName(line);
		if (inner > 0) return framed(line, inner);
		return tagged(line, 0, -1, -1);
	}

	function json(line: string): HeadKind {
		const inner = fromJson(line);
		if (!inner) return 'malformed';
		head.time = inner.time;
		const long = inner.line.length > tooLong ? inner.line.slice(0, tooLong) : inner.line;
		return framed(long, 0);
	}

	/** `<22>` then RFC 5424 (`1 `), or RFC 3164 / RFC 3339. */
	function afterPriority(line: string, from: number): HeadKind {
		const close = line.indexOf('>', from);
		if (close < 0 || close > from + 4) return 'malformed';
		if (line.charCodeAt(close + 1) === 49 && line.charCodeAt(close + 2) === space) return structured(line, close + 3);
		return framed(line, close + 1);
	}

	function structured(line: string, from: number): HeadKind {
		let at = from + 1;
		if (line.charCodeAt(from) !== 45) {
			readStamp(line, from, stamp);
			if (stamp.end < 0 || stamp.impossible) return 'malformed';
			if (Number.isNaN(head.time)) head.time = stamp.time;
			at = stamp.end;
		}
		return readStructured(line, at + 1, head) ? 'ok' : 'malformed';
	}

	function afterStamp(line: string, from: number): HeadKind {
		let at = from;
		while (line.charCodeAt(at) === space) at++;
		const code = line.charCodeAt(at);
		if (code === 115 && (line.startsWith('stdout ', at) || line.startsWith('stderr ', at))) return cri(line, at + 7);
		// A second stamp: a container's log of a syslog file.
		const month = code >= 65 && code <= 90 && line.charCodeAt(at + 3) === space;
		if (month || (code >= 48 && code <= 57 && line.charCodeAt(at + 4) === 45)) {
			readStamp(line, at, stamp);
			if (stamp.end >= 0) {
				at = stamp.end;
				while (line.charCodeAt(at) === space) at++;
			}
		}
		// FreeBSD syslogd -v: `<mail.info> `
		if (code === 60) {
			const close = line.indexOf('> ', at);
			if (close > 0) at = close + 2;
		}
		// The first word is the host, or, where the framing has none, the tag.
		const end = line.indexOf(' ', at);
		if (end < 0) return 'foreign';
		if (line.charCodeAt(end - 1) === colon) return tagged(line, at, -1, -1);
		return tagged(line, end + 1, at, end);
	}

	function cri(line: string, at: number): HeadKind {
		const part = line.charCodeAt(at) === 80;
		const text = line.slice(at + 2);
		if (part) {
			state.parts = (state.parts + text).slice(0, tooLong);
			return 'part';
		}
		const whole = state.parts === '' ? text : (state.parts + text).slice(0, tooLong);
		state.parts = '';
		return framed(whole, 0);
	}

	/** `tag[pid]: text`, perhaps after a facility word (busybox, AIX). */
	function tagged(line: string, from: number, hostAt: number, hostEnd: number): HeadKind {
		let at = from;
		let end = line.indexOf(' ', at);
		if (end < 0) end = line.length;
		if (line.charCodeAt(end - 1) !== colon) {
			if (hostAt >= 0 && line.startsWith('last message repeated ', at)) return repeated(line, at + 22, hostAt, hostEnd);
			if (hostAt < 0) return head.time > 0 ? 'foreign' : 'malformed';
			const next = line.indexOf(' ', end + 1);
			if (next < 0 || line.charCodeAt(next - 1) !== colon) return 'foreign';
			at = end + 1;
			end = next;
		}
		head.line = line;
		head.hostAt = hostAt;
		head.hostEnd = hostEnd;
		head.tagAt = at;
		let tagEnd = end - 1;
		head.pid = -1;
		if (line.charCodeAt(tagEnd - 1) === 93) {
			let pid = 0;
			let scale = 1;
			let open = tagEnd - 2;
			for (; open > at; open--) {
				const value = line.charCodeAt(open) - 48;
				if (!(value >= 0 && value <= 9)) break;
				pid += value * scale;
				scale *= 10;
			}
			if (line.charCodeAt(open) === 91 && open > at && scale > 1 && scale <= 1e10) {
				head.pid = pid;
				tagEnd = open;
			}
		}
		head.tagEnd = tagEnd;
		let text = end + 1;
		// Solaris: `[ID 197553 mail.info] `
		if (line.charCodeAt(text) === 91 && line.startsWith('[ID ', text)) {
			const close = line.indexOf('] ', text);
			if (close > 0) text = close + 2;
		}
		head.textAt = text > line.length ? line.length : text;
		return tagEnd > at ? 'ok' : 'malformed';
	}

	function repeated(line: string, at: number, hostAt: number, hostEnd: number): HeadKind {
		head.line = line;
		head.hostAt = hostAt;
		head.hostEnd = hostEnd;
		head.pid = Number.parseInt(line.slice(at, at + 9), 10) || 0;
		return 'repeated';
	}

	return {head, read, rest};
}
