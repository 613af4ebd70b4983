import type {Clock} from './clock.ts';
import {createStampReader, type Stamp} from './stamp.ts';
import {afterContainerName, exportField, fromJournal, fromJson, withoutColour} from './wrapping.ts';

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
};

/**
 * `ok`: there is a tag and a text. `repeated`: «last message repeated N times», N in `pid`. `part`: a piece of a CRI
 * line or of a journald export record, the rest follows. `foreign`: no syslog line, but known as harmless (blank, journalctl header). `malformed`: no head, or an
 * impossible date.
 */
export type HeadKind = 'ok' | 'repeated' | 'part' | 'foreign' | 'malformed';

const space = 32;
const colon = 58;
const tooLong = 4096;
const cutMark = '\u0000\u0000';

export type HeadReader = {
	head: Head;
	read(line: string): HeadKind;
	/** The input is over: a record that nothing ended, or undefined. */
	rest(): HeadKind | undefined;
};

/** Makes a reader of line heads in every framing of syslog files, journald, containers and Dovecot's own log files. */
export function createHeadReader(clock: Clock): HeadReader {
	const readStamp = createStampReader(clock);
	const stamp: Stamp = {time: Number.NaN, end: -1, impossible: false};
	const head: Head = {
		line: '',
		time: Number.NaN,
		hostAt: -1,
		hostEnd: -1,
		tagAt: 0,
		tagEnd: 0,
		pid: -1,
		textAt: 0,
	};
	// CRI cuts lines at 16 KiB into pieces marked P; only one container writes at a time in one file.
	let parts = '';
	// `journalctl -o export` spreads a record over lines.
	let record: Record<string, string> | undefined;

	function read(raw: string): HeadKind {
		let line = raw;
		if (line.length > tooLong) {
			if (line.endsWith(cutMark)) return 'malformed';
			// A copy: a slice would keep the whole of a very long line alive for as long as a session lasts.
			if (line.charCodeAt(0) !== 123) line = Buffer.from(line.slice(0, tooLong), 'utf8').toString('utf8');
		}
		if (line.charCodeAt(line.length - 1) === 13) line = line.slice(0, -1);
		const first = line.charCodeAt(0);
		if (record || first === 95) {
			const kind = exported(line);
			if (kind) return kind;
		}
		// Most lines begin with a month or a year: nothing to take off.
		if (!((first >= 48 && first <= 57) || (first >= 65 && first <= 90))) line = withoutEdge(line);
		head.time = Number.NaN;
		return framed(line, 0);
	}

	function exported(line: string): HeadKind | undefined {
		if (record && line === '') return rest();
		const field = exportField(line);
		if (!field || (!record && field[0] !== '__CURSOR' && field[0] !== '__REALTIME_TIMESTAMP')) return undefined;
		record ??= {};
		record[field[0]] = field[1];
		return 'part';
	}

	function rest(): HeadKind | undefined {
		if (!record) return undefined;
		const inner = fromJournal(record);
		record = undefined;
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
		if (line.charCodeAt(close + 1) === 49 && line.charCodeAt(close + 2) === space) return rfc5424(line, close + 3);
		return framed(line, close + 1);
	}

	/** STAMP HOST APP PROCID MSGID SD TEXT, `-` for nil (RFC 5424 section 6). */
	function rfc5424(line: string, from: number): HeadKind {
		let at = from;
		if (line.charCodeAt(at) === 45) at += 1;
		else {
			readStamp(line, at, stamp);
			if (stamp.end < 0 || stamp.impossible) return 'malformed';
			if (Number.isNaN(head.time)) head.time = stamp.time;
			at = stamp.end;
		}
		const host = at + 1;
		const app = line.indexOf(' ', host) + 1;
		const proc = line.indexOf(' ', app) + 1;
		const id = line.indexOf(' ', proc) + 1;
		const data = line.indexOf(' ', id) + 1;
		if (app <= 0 || proc <= 0 || id <= 0 || data <= 0) return 'malformed';
		let text = data;
		if (line.charCodeAt(text) === 91) {
			while (line.charCodeAt(text) === 91) text = structuredEnd(line, text);
			if (text < 0) return 'malformed';
		} else text++;
		while (line.charCodeAt(text) === space) text++;
		if (line.charCodeAt(text) === 0xfeff) text++;
		else if (line.startsWith('\u00ef\u00bb\u00bf', text)) text += 3;
		head.line = line;
		head.hostAt = line.charCodeAt(host) === 45 && app - host === 2 ? -1 : host;
		head.hostEnd = app - 1;
		head.tagAt = app;
		head.tagEnd = proc - 1;
		head.pid = number(line, proc, id - 1);
		head.textAt = text;
		return 'ok';
	}

	function structuredEnd(line: string, from: number): number {
		for (let at = from + 1; at < line.length; at++) {
			const code = line.charCodeAt(at);
			if (code === 92) at++;
			else if (code === 93) return at + 1;
		}
		return -1;
	}

	function afterStamp(line: string, from: number): HeadKind {
		let at = from;
		while (line.charCodeAt(at) === space) at++;
		if (line.startsWith('stdout ', at) || line.startsWith('stderr ', at)) return cri(line, at + 7);
		const code = line.charCodeAt(at);
		// A second stamp: a container's log of a syslog file.
		if (line.charCodeAt(at + 3) === space || (code >= 48 && code <= 57 && line.charCodeAt(at + 4) === 45)) {
			readStamp(line, at, stamp);
			if (stamp.end >= 0) {
				at = stamp.end;
				while (line.charCodeAt(at) === space) at++;
			}
		}
		// FreeBSD syslogd -v: `<mail.info> `
		if (line.charCodeAt(at) === 60) {
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
			parts = (parts + text).slice(0, tooLong);
			return 'part';
		}
		const whole = parts === '' ? text : (parts + text).slice(0, tooLong);
		parts = '';
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
			const open = line.lastIndexOf('[', tagEnd - 2);
			if (open > at) {
				head.pid = number(line, open + 1, tagEnd - 1);
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

/** Decimal digits between two positions, -1 when there is anything else. */
function number(line: string, from: number, to: number): number {
	if (to <= from || to - from > 10) return -1;
	let value = 0;
	for (let at = from; at < to; at++) {
		const code = line.charCodeAt(at) - 48;
		if (!(code >= 0 && code <= 9)) return -1;
		value = value * 10 + code;
	}
	return value;
}
