import type {Clock} from './clock.ts';
import {type Event, eventOf, type Fields} from './event.ts';
import {
	addField,
	addToRecord,
	csvHeader,
	csvRecord,
	exportField,
	jsonRecord,
	logfmtRecord,
	opensRecord,
	verboseStart,
	withoutColour,
} from './event-forms.ts';
import type {FramingPattern, Moment} from './framing-pattern.ts';
import {emptyHead, type Head, type HeadKind, readStructured} from './head-positions.ts';
import {type HeadState, restartHead} from './head-state.ts';
import {createHeadTracer, emptyTrace, type HeadTrace} from './head-trace.ts';
import {
	afterMarks,
	ahead,
	cellBehind,
	harmless,
	hostWord,
	inQuotes,
	isMail,
	labels,
	levelWord,
	mayBeginHead,
	mayHoldHead,
	meaningOf,
	openingMarks,
	priority,
	separators,
	severityEnd,
} from './head-words.ts';
import {createMonthNames} from './month-names.ts';
import {createStampReader, type Stamp} from './stamp.ts';
import {epochTime, type StampKnown, stampKnown} from './stamp-shapes.ts';
import {programOfTag} from './tag.ts';
import {ownCopy} from './text.ts';

/*
 * In: one line of a log. Out: the head of Postfix or Dovecot in it: time, host, tag, pid, and where the text begins.
 * It knows nothing of what the text says. Three ways, tried in this order: the shape of nearly every line (stamp, host,
 * tag); a record of named fields (JSON, CSV, journald); words taken off from the left until a tag of a mail program is
 * there. A text that begins with a head of its own is read again: the inner head is the one that the program wrote.
 */

const space = 32;
const tab = 9;
const colon = 58;
const underscore = 95;
const comma = 44;
const brace = 123;
const recordMark = 30;
const tooLong = 4096;
const cutMark = '\u0000\u0000';
/** Words in front of a stamp, and between the last stamp and the tag: more are no head. */
const mostWords = 10;
/** A shipper reads a line soon after it was written, but for old files: then the line's own stamp is right, ms. */
const lateBy = 26 * 3_600_000;

export type HeadReader = {
	head: Head;
	read(line: string): HeadKind;
	/** The input is over: a record that nothing ended, or undefined. */
	rest(): HeadKind | undefined;
	/** The line given last only showed that a record is over: it is to be read again. */
	mustReadAgain(): boolean;
	/** A head of the usual shape in the line given last that was passed over, as its program is none of mail. */
	passedOver(): Head | undefined;
	/** A new source begins: what was learned of the one before does not hold for it. */
	restart(): void;
};

/** What an outer layer says of a line. */
type Outer = {readonly time: number; readonly known: StampKnown; readonly host: string | undefined};
const nothingKnown: Outer = {time: Number.NaN, known: stampKnown.nothing, host: undefined};

/** `journalctl -o verbose` indents further lines of a field. */
const fieldGoesOn = '        ';

/** What words in front of a text came to. */
type Taken = 'mail' | 'other' | Exclude<HeadKind, 'ok'>;
/** Where to go on; `host` is what the word says of it, null that what was taken for one is none. */
type Step = {readonly at: number; readonly host?: string | null};

/**
 * Makes a reader of line heads in every framing of syslog files, journald, containers, log shippers and Dovecot's own files. With
 * `trace` it writes down how it found the head of the current line. One closure: it fills one `Head` over and over, so
 * that no line costs an object.
 */
export function createHeadReader(
	clock: Clock,
	state: HeadState,
	framing?: FramingPattern,
	trace?: HeadTrace,
): HeadReader {
	const months = createMonthNames(state.months);
	const readStamp = createStampReader(clock, months);
	const stamp: Stamp = {time: Number.NaN, end: -1, impossible: false, known: stampKnown.nothing};
	const head = emptyHead();
	let lastHost = '\u0000';
	/** The current line before it was cut. */
	let whole = '';
	let readAgain = false;
	let passed: Head | undefined;
	const {traceLayer, traceShape, traceStamp, traceSoFar, traceBack} = createHeadTracer(trace);

	function read(raw: string): HeadKind {
		let line = raw.charCodeAt(raw.length - 1) === 13 ? raw.slice(0, -1) : raw;
		whole = line;
		readAgain = false;
		passed = undefined;
		if (line.length > tooLong) {
			if (line.endsWith(cutMark)) return 'malformed';
			// A copy: a slice would keep the whole of a very long line alive for as long as a session lasts.
			line = Buffer.from(line.slice(0, tooLong), 'utf8').toString('utf8');
		}
		head.time = Number.NaN;
		if (trace) Object.assign(trace, emptyTrace());
		const first = line.charCodeAt(0);
		if (state.json.depth > 0 || state.record || first === underscore) {
			const kind = goneOn(line);
			if (kind) return kind;
		}
		if (framing) {
			const framed = framing.read(line, clock, months);
			if (framed) {
				traceShape('the pattern of --framing');
				return fromEvent(framed.event, framed.moment);
			}
		}
		// Most lines begin with a month or a year: nothing to take off.
		if (!((first >= 48 && first <= 57) || (first >= 65 && first <= 90))) line = withoutEdge(line);
		return framed(line, nothingKnown);
	}

	/** A line while a record is not complete yet, or one that begins a record of journald; undefined when it is another line. */
	function goneOn(line: string): HeadKind | undefined {
		if (state.json.depth > 0) {
			const added = addToRecord(state.json, line);
			if (added === 'more') return 'part';
			if (added === null) return 'malformed';
			if (added !== 'none') return fromRecord(added, nothingKnown, 'JSON record over several lines');
			return ended('malformed');
		}
		if (!state.record) {
			const field = exportField(line);
			if (!field || (field[0] !== '__CURSOR' && field[0] !== '__REALTIME_TIMESTAMP')) return undefined;
			state.record = {};
			addField(state.record, field);
			return 'part';
		}
		if (line === '') return rest();
		const field = exportField(line.trimStart());
		if (field) addField(state.record, field);
		else if (!line.startsWith(fieldGoesOn)) return ended(rest() ?? 'foreign');
		return 'part';
	}

	/** The line only shows that a record is over: what the record was. */
	function ended(kind: HeadKind): HeadKind {
		state.json = {text: '', depth: 0};
		readAgain = true;
		return kind;
	}

	function rest(): HeadKind | undefined {
		if (state.json.depth > 0) {
			state.json = {text: '', depth: 0};
			return 'malformed';
		}
		if (!state.record) return undefined;
		const {record} = state;
		state.record = null;
		return eventOf(record) ? fromRecord(record, nothingKnown, 'record of journald') : 'foreign';
	}

	/** Byte order mark, NUL padding of a crashed file system, the mark before a record (RFC 7464), colour. */
	function withoutEdge(line: string): string {
		let at = 0;
		if (line.charCodeAt(0) === 0xfeff) at = 1;
		else if (line.startsWith('\u00ef\u00bb\u00bf')) at = 3;
		while (line.charCodeAt(at) === 0) at++;
		if (at > 0 && at === line.length) return '\u0000';
		if (line.charCodeAt(at) === recordMark) at++;
		const rest = withoutColour(at === 0 ? line : line.slice(at));
		if (trace && rest.length < line.length) traceLayer('marks, padding or colour', line.slice(0, Math.max(at, 1)));
		return rest;
	}

	function framed(line: string, outer: Outer): HeadKind {
		return ordinary(line, 0, outer) ?? unusual(line, outer);
	}

	function isHost(line: string, at: number, end: number): boolean {
		if (end - at === lastHost.length && line.startsWith(lastHost, at)) return true;
		const word = line.slice(at, end);
		if (!hostWord.test(word) || levelWord.test(word)) return false;
		// A copy: a slice would keep the line alive.
		lastHost = ownCopy(word);
		return true;
	}

	/** The shape of nearly every line: `stamp host tag[pid]: text`, or RFC 5424. Undefined when it is another. */
	function ordinary(line: string, from: number, outer: Outer): HeadKind | undefined {
		readStamp(line, from, stamp);
		if (stamp.end < 0) return line.charCodeAt(from) === 60 ? afterPriority(line, from, outer) : undefined;
		if (stamp.impossible) return 'malformed';
		let at = stamp.end;
		while (line.charCodeAt(at) === space) at++;
		const hostEnd = line.indexOf(' ', at);
		if (hostEnd < 0 || !isHost(line, at, hostEnd)) return undefined;
		let end = line.indexOf(' ', hostEnd + 1);
		if (end < 0) end = line.length;
		if (line.charCodeAt(end - 1) !== colon) return repeatedLine(line, hostEnd + 1, at, hostEnd, outer);
		if (!readTagAt(line, hostEnd + 1, end)) return undefined;
		if (mayBeginHead(line, head.textAt) && mayHoldHead(line.slice(head.tagAt, head.tagEnd))) return undefined;
		head.hostAt = at;
		head.hostEnd = hostEnd;
		head.time = timeIn(outer);
		if (trace && isBetter(outer)) traceStamp(line.slice(from, stamp.end), stamp.known);
		traceShape('syslog: stamp, host, tag');
		if (stamp.known === stampKnown.all || outer.known === stampKnown.nothing) head.aloneAt = from;
		return 'ok';
	}

	/** Whether the stamp that was read last says more than the layer around it; of two equals the inner one is Postfix's own. */
	function isBetter({time, known}: Outer): boolean {
		return stamp.known >= known || (stamp.known > stampKnown.nothing && Math.abs(stamp.time - time) > lateBy);
	}

	const timeIn = (outer: Outer): number => (isBetter(outer) ? stamp.time : outer.time);

	/** `last message repeated N times` (syslogd), which has no tag. */
	function repeatedLine(line: string, at: number, hostAt: number, hostEnd: number, outer: Outer): HeadKind | undefined {
		if (!line.startsWith('last message repeated ', at)) return undefined;
		head.line = line;
		head.hostAt = hostAt;
		head.hostEnd = hostEnd;
		head.pid = Number.parseInt(line.slice(at + 22, at + 31), 10) || 0;
		head.time = timeIn(outer);
		traceShape('syslog: stamp, host, and no tag');
		return 'repeated';
	}

	/** `tag[pid]:` between two positions; false when it is none. The text begins behind it. */
	function readTagAt(line: string, from: number, end: number): boolean {
		let tagEnd = line.charCodeAt(end - 1) === colon ? end - 1 : end;
		head.pid = -1;
		if (line.charCodeAt(tagEnd - 1) === 93) {
			let pid = 0;
			let scale = 1;
			let open = tagEnd - 2;
			for (; open > from; open--) {
				const value = line.charCodeAt(open) - 48;
				if (!(value >= 0 && value <= 9)) break;
				pid += value * scale;
				scale *= 10;
			}
			if (line.charCodeAt(open) === 91 && open > from && scale > 1 && scale <= 1e10) {
				head.pid = pid;
				tagEnd = open;
			}
		}
		head.line = line;
		head.aloneAt = -1;
		head.tagAt = from;
		head.tagEnd = tagEnd;
		let text = end;
		while (line.charCodeAt(text) === space) text++;
		// Solaris: `[ID 197553 mail.info] `
		if (line.charCodeAt(text) === 91 && line.startsWith('[ID ', text)) {
			const close = line.indexOf('] ', text);
			if (close > 0) text = close + 2;
		}
		head.textAt = text;
		return tagEnd > from;
	}

	/** `<22>1 …` (RFC 5424 section 6); undefined when it is another line with a priority. */
	function afterPriority(line: string, from: number, outer: Outer): HeadKind | undefined {
		const close = line.indexOf('>', from);
		if (close < from + 2 || close > from + 4) return undefined;
		if (line.charCodeAt(close + 1) !== 49 || line.charCodeAt(close + 2) !== space) return undefined;
		return structured(line, close + 3, outer);
	}

	/** RFC 5424 from the stamp on; undefined when a part is missing. */
	function structured(line: string, from: number, outer: Outer): HeadKind | undefined {
		let at = from + 1;
		if (line.charCodeAt(from) === 45) {
			stamp.time = Number.NaN;
			stamp.known = stampKnown.nothing;
		} else {
			readStamp(line, from, stamp);
			if (stamp.end < 0) return undefined;
			if (stamp.impossible) return 'malformed';
			at = stamp.end;
		}
		if (!readStructured(line, at + 1, head)) return undefined;
		const time = timeIn(outer);
		if (trace && isBetter(outer)) traceStamp(line.slice(from, at), stamp.known);
		traceShape('RFC 5424: stamp, host, app-name, process id');
		if (mayBeginHead(line, head.textAt)) {
			const host = head.hostAt < 0 ? outer.host : line.slice(head.hostAt, head.hostEnd);
			const known = Math.max(stamp.known, outer.known) as StampKnown;
			const before = traceSoFar();
			if (trace) traceLayer('RFC 5424 header', line.slice(0, head.textAt));
			if (takenOff(line, head.textAt, {time, known, host}) === 'mail') return 'ok';
			traceBack(before);
			readStructured(line, at + 1, head);
		}
		head.time = time;
		return 'ok';
	}

	/** Lines of any other shape. */
	function unusual(line: string, outer: Outer): HeadKind {
		const first = line.charCodeAt(0);
		const last = line.charCodeAt(line.length - 1);
		if (!(first > space) && line.trim() === '') return line.includes('\u0000') ? 'malformed' : 'foreign';
		// The rest of what a line may be is not asked of a record on a line.
		const record = first === brace && !state.csv ? jsonRecord(line) : undefined;
		if (record) return fromRecord(record, outer, 'JSON record');
		if (harmless.test(line)) return 'foreign';
		const fields = logfmtRecord(line);
		if (fields) return fromRecord(fields, outer, 'record of logfmt or LTSV');
		if (state.csv) {
			const row = csvRecord(state.csv, line);
			if (row) return fromRecord(row, outer, 'row of CSV');
		}
		// `journalctl -o verbose` ends the first line of a record with a bracket.
		const verbose = last === 93 ? verboseStart(line) : undefined;
		if (verbose) {
			state.record = verbose;
			return 'part';
		}
		if ((last === brace || last === comma) && opensRecord(line) && jsonRecord(line.trim()) === undefined)
			if (addToRecord(state.json, line) === 'more') return 'part';
		// Columns have no addresses in their names, which nearly every line has.
		const header = /\[[^\]]*[\d.:]/.test(line) ? undefined : csvHeader(line);
		if (header) {
			state.csv = header;
			return 'foreign';
		}
		const kind = takenOff(withoutColour(line), 0, outer);
		return kind === 'mail' || kind === 'other' ? 'ok' : kind;
	}

	/** The rest of a line where a stamp, a host and the tag of a mail program follow one another; undefined where they do not. */
	function mailLine(line: string, from: number, outer: Outer): 'mail' | undefined {
		const before = traceSoFar();
		if (ordinary(line, from, outer) !== 'ok') return undefined;
		if (isMail(line.slice(head.tagAt, head.tagEnd))) return 'mail';
		traceBack(before);
		if (head.aloneAt >= 0) passed = {...head};
		return undefined;
	}

	/** Whether a stamp of RFC 3164 or RFC 3339 may begin there: then the rest of the line is likely of the usual shape. */
	function startsStamp(line: string, at: number): boolean {
		return line.charCodeAt(at + 3) === space || (line.charCodeAt(at + 4) === 45 && line.charCodeAt(at + 7) === 45);
	}

	/** The position behind a stamp at a position, in brackets or quotes or not; -1 when there is none. */
	function stampEnd(line: string, at: number): number {
		for (let from = at; from < at + 3; from++) {
			readStamp(line, from, stamp, true);
			if (stamp.end >= 0) return afterMarks(line, stamp.end);
			if (!openingMarks.includes(line.charAt(from))) return -1;
		}
		return -1;
	}

	/**
	 * A line in quotes, or in a cell in quotes, from the stamp behind the quote on: what follows the closing one is none of
	 * it. Undefined where no quote opens, or where it closes behind the stamp.
	 */
	function unquoted(line: string, at: number): string | undefined {
		return line.charAt(stamp.end) === line.charAt(at) ? undefined : inQuotes(line, at);
	}

	/**
	 * Takes words off from the left until there is a tag. `mail`: a mail program's. `other`: another program's, whose
	 * text is its own affair. Free text is never searched: what peers send follows a tag.
	 */
	function takenOff(line: string, from: number, outer: Outer): Taken {
		let layer = outer;
		let stamped = false;
		let at = from;
		for (let words = 0; words < mostWords && at < line.length; words++) {
			while (line.charCodeAt(at) === space || line.charCodeAt(at) === tab) at++;
			if (startsStamp(line, at) && mailLine(line, at, layer)) return 'mail';
			const behind = stampEnd(line, at);
			if (behind >= 0) {
				if (stamp.impossible) return 'malformed';
				const inner = unquoted(line, at);
				if (inner !== undefined) {
					if (trace) traceLayer('quotes', line.charAt(at));
					return takenOff(inner, 0, layer);
				}
				const cell = cellBehind(line, stamp.end, behind);
				if (trace) traceLayer('stamp', line.slice(at, behind));
				if (trace && isBetter(layer)) traceStamp(line.slice(at, stamp.end), stamp.known);
				const {time, known} = isBetter(layer) ? stamp : layer;
				// Words in front of the first stamp are no host.
				layer = {time, known, host: stamped ? layer.host : outer.host};
				if (cell !== undefined) return takenOff(cell, 0, layer);
				stamped = true;
				words = 0;
				at = behind;
				continue;
			}
			const step = line.charCodeAt(at) === brace ? braceAt(line, at, layer) : wordAt(line, at, layer, stamped);
			if (typeof step === 'string') return step;
			if (trace) traceLayer(step.host ? 'host' : 'words', line.slice(at, step.at).trim());
			at = step.at;
			if (step.host !== undefined) layer = {...layer, host: step.host ?? undefined};
		}
		head.time = layer.time;
		return stamped || layer.known > stampKnown.nothing ? 'foreign' : 'malformed';
	}

	/** A JSON object up to the line's end, or the labels that Loki puts in front of a line (`{job="mail"} `). */
	function braceAt(line: string, at: number, layer: Outer): Taken | Step {
		const long = line.length === tooLong && whole.length > tooLong && whole.startsWith(line);
		const record = jsonRecord((long ? whole : line).slice(at));
		if (record) return takenFrom(fromRecord(record, layer, 'JSON record'));
		labels.lastIndex = at;
		return labels.test(line) ? {at: labels.lastIndex} : 'malformed';
	}

	/** One word in front of a tag, or the tag. */
	function wordAt(line: string, at: number, layer: Outer, stamped: boolean): Taken | Step {
		let end = at;
		while (end < line.length && !separators.includes(line.charAt(end))) end++;
		// A separator where a word would begin; what precedes `mail-1  | ` is a container's name.
		if (end === at)
			return line.charAt(at) === '|' && line.charAt(at - 1) === ' ' ? {at: at + 1, host: null} : {at: at + 1};
		const word = line.slice(at, end);
		priority.lastIndex = at;
		if ((word.includes('<') || line.charCodeAt(end + 1) === 60) && priority.test(line)) return {at: priority.lastIndex};
		if (word === '1') {
			const kind = structured(line, end + 1, layer);
			if (kind) return takenFrom(kind);
		}
		if (stamped && (word === 'stdout' || word === 'stderr') && /^ [FP] /.test(line.slice(end, end + 3)))
			return containerLine(line, end + 1, layer);
		const meaning = meaningOf(word);
		if (meaning.level) return {at: end};
		const behindSeverity = meaning.facility ? severityEnd(line, end) : -1;
		if (behindSeverity > 0) return {at: behindSeverity};
		if (meaning.tag) return tagAt(line, at, end, layer, stamped);
		// `grep -H` and `grep -n` put the file's name and the line's number in front, with a dash where `-C` asks for the lines around.
		if (!stamped)
			for (let mark = 0; mark < word.length; mark++)
				if (ahead.includes(word.charAt(mark)) && stampEnd(line, at + mark + 1) >= 0) return {at: at + mark + 1};
		if (meaning.host !== undefined) return {at: end, host: meaning.host};
		return stamped && word.includes('"') ? 'foreign' : {at: end};
	}

	/** `tag[pid]:`, of a mail program or of another, in which case the text may yet be a line of one. */
	function tagAt(line: string, at: number, end: number, layer: Outer, stamped: boolean): Taken | Step {
		if (!readTagAt(line, at, end)) return {at: end};
		const name = line.slice(head.tagAt, head.tagEnd);
		const program = programOfTag(name);
		const mail = program !== 'foreign' && program !== 'logger';
		if (!mail && line.charCodeAt(end - 1) !== colon) return {at: end};
		if (separators.includes(line.charAt(end))) readCell(end);
		const {textAt, pid} = head;
		const opens = stamped || layer.known > stampKnown.nothing ? mayBeginHead(line, textAt) : beginsLine(line, textAt);
		if (opens && (mail ? mayHoldHead(name) : true)) {
			const before = traceSoFar();
			if (trace) traceLayer('tag', line.slice(at, end));
			const inner = takenOff(line, textAt, layer);
			if (inner === 'mail') return inner;
			// In front of any stamp it was no tag at all (`data: `, `[0] mail: `).
			if (!mail && !stamped && pid < 0 && layer.known === stampKnown.nothing) return inner;
			traceBack(before);
			readTagAt(line, at, end);
			if (separators.includes(line.charAt(end))) readCell(end);
		}
		setHost(layer.host);
		head.time = layer.time;
		traceShape('tag behind the words that were taken off');
		return mail ? 'mail' : 'other';
	}

	/** The text of the head where it is a cell of its own, in quotes or not. */
	function readCell(end: number): void {
		let at = end;
		while (separators.includes(head.line.charAt(at)) && at < head.line.length) at++;
		const inner = at > end && head.line.charAt(end) !== ' ' ? inQuotes(head.line, at) : undefined;
		head.textAt = at;
		if (inner !== undefined) head.line = head.line.slice(0, at) + inner;
	}

	/** In front of the first stamp: whether a stamp or a record follows. */
	function beginsLine(line: string, at: number): boolean {
		return line.charCodeAt(at) === brace || stampEnd(line, at) >= 0;
	}

	/** Puts a host in front of the tag of the head, where it may stand anywhere in the line or in another layer. */
	function setHost(host: string | undefined): void {
		head.hostAt = -1;
		head.hostEnd = -1;
		if (host === undefined) return;
		const shift = host.length + 1 - head.tagAt;
		head.line = `${host} ${head.line.slice(head.tagAt)}`;
		head.hostAt = 0;
		head.hostEnd = host.length;
		head.tagAt += shift;
		head.tagEnd += shift;
		head.textAt += shift;
	}

	/** The rest of a line in CRI's format, from its mark on: `F` a whole line or its last piece, `P` a piece. */
	function containerLine(line: string, at: number, layer: Outer): Taken {
		const text = line.slice(at + 2);
		if (trace) traceLayer('stream and mark of the container runtime', line.slice(at - 7, at + 1).trim());
		if (line.charCodeAt(at) === 80) {
			state.parts = (state.parts + text).slice(0, tooLong);
			return 'part';
		}
		const joined = state.parts === '' ? text : (state.parts + text).slice(0, tooLong);
		state.parts = '';
		return takenFrom(framed(joined, {...layer, host: undefined}));
	}

	function takenFrom(kind: HeadKind): Taken {
		if (kind !== 'ok') return kind;
		return isMail(head.line.slice(head.tagAt, head.tagEnd)) ? 'mail' : 'other';
	}

	function fromRecord(record: Fields, outer: Outer, what: string): HeadKind {
		if (trace) traceLayer(what, Object.keys(record).join(', '));
		traceShape('the named fields of a record');
		const event = eventOf(record);
		return event ? fromEvent(event, momentOfFields(event), outer) : 'malformed';
	}

	/** The first of the times that can be read; undefined when none can. */
	function momentOfFields({times}: Event): Moment | undefined {
		for (const text of times) {
			const dated = text.charCodeAt(4) === 45;
			const number = !dated && /^\d{9,20}(?:\.\d+)?$/.test(text) ? epochTime(Number(text)) : undefined;
			if (number !== undefined) {
				if (trace) traceStamp(text, stampKnown.all);
				return {time: number, known: stampKnown.all};
			}
			if (stampEnd(text, 0) >= 0 && !stamp.impossible) {
				if (trace) traceStamp(text, stamp.known);
				return {time: stamp.time, known: stamp.known};
			}
		}
		return undefined;
	}

	/** A line from named parts; the text may be a whole line, whose own head then wins. */
	function fromEvent(event: Event, moment: Moment | undefined, outer = nothingKnown): HeadKind {
		const {time, known} = moment && moment.known >= outer.known ? moment : outer;
		const layer = {time, known, host: event.host ?? outer.host};
		const message = event.message.trimStart().slice(0, tooLong);
		const {tag} = event;
		// What a program of Postfix or Dovecot writes begins with no stamp: such a text is a whole line.
		if (tag === undefined || mayBeginHead(message, 0) || /^<\d{1,3}>/.test(message)) {
			const before = traceSoFar();
			const inner = mailLine(message, 0, layer) ?? takenOff(withoutColour(message), 0, layer);
			if (inner !== 'mail' && tag !== undefined) traceBack(before);
			if (inner === 'mail' && head.pid < 0) head.pid = event.pid;
			if (inner === 'mail' || inner === 'part') return inner === 'mail' ? 'ok' : inner;
			if (tag === undefined) return inner === 'other' ? 'ok' : inner;
		}
		head.line = `${tag}: ${message}`;
		head.aloneAt = -1;
		head.tagAt = 0;
		head.tagEnd = tag.length;
		head.textAt = tag.length + 2;
		head.pid = event.pid;
		setHost(layer.host);
		head.time = time;
		return 'ok';
	}

	return {
		head,
		read,
		rest,
		mustReadAgain: () => readAgain,
		passedOver: () => passed,
		restart: () => restartHead(state),
	};
}
