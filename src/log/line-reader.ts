import type {Coverage} from '../tls/coverage.ts';
import {createAccount} from './account.ts';
import {words} from './byte-pattern.ts';
import {createClock} from './clock.ts';
import {loginWordAt, readDovecot} from './dovecot.ts';
import {createFamiliar} from './familiar.ts';
import {createHeadReader, type HeadKind} from './head.ts';
import type {LineState} from './line-state.ts';
import {readLogger, readMaster} from './logger.ts';
import {createNames, type LineTag} from './names.ts';
import {createNewlineFinder} from './newline.ts';
import {readPostscreen} from './postscreen.ts';
import type {Bytes, ReaderOptions, SourceInfo} from './reader-options.ts';
import {define, kindAt, lineAt, none, type Out, put, type Records, record, recordSize} from './records.ts';
import {readSmtp} from './smtp.ts';
import {readSmtpd} from './smtpd.ts';
import {createProgramMemory, type Program} from './tag.ts';
import {createTextRoom, standsIn, stringOf, type Text, viewOf, wholeText} from './text.ts';
import {readTlsproxy} from './tlsproxy.ts';
import {createWords} from './words.ts';

/** Lines in, records out: all that is known of text ends here. Nothing in it grows without bound, nothing throws on a line. */
export type LineReader = {
	/** The following lines come from this source. */
	open(source: SourceInfo): void;
	/** One line, without its newline. */
	line(text: string): void;
	/** Whole lines, each ended by a newline, between two positions: the same as `line` for each, and faster. */
	block(bytes: Bytes, from: number, to: number): void;
	/** The input is over. */
	end(): void;
	/** Hands over what was written since the last time. */
	flush(): void;
	/** What is known of the lines; the joiner knows the rest. */
	readonly coverage: Coverage;
	/** Lines of the source at hand. */
	readonly lineNumber: number;
	/** Time of the line given last, ms since 1970 UTC; null where it has none. */
	readonly lineTime: number | null;
};

type Known = 'understood' | 'irrelevant' | 'foreign' | 'unknown';

/** What is done with the lines of a tag that was seen before: some are counted without a look at the text, or with one at its first letters. */
type Way = 'irrelevant' | 'foreign' | 'dovecot' | 'read';

function wayOf(program: Program): Way {
	if (program === 'other') return 'irrelevant';
	return program === 'foreign' || program === 'dovecot' ? program : 'read';
}

/** The log's time is told at least that often, ms, when nothing else is. */
const tellEvery = 1000;
const rememberedLogins = 512;
/** Longer ones are cut, the long way. */
const longestLine = 4096;

/** Makes a reader. `full` takes a batch of records and gives room for the next. It goes on from `state` and keeps it current. */
export function createLineReader(
	options: ReaderOptions,
	state: LineState,
	first: Records,
	full: (records: Records) => Records,
): LineReader {
	const {coverage} = state;
	const account = createAccount(coverage);
	const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
	const clock = createClock({zone, year: options.year, now: options.now}, state.clock);
	const {head, read, rest} = createHeadReader(clock, state.head);
	const out: Out = {records: first, daemon: none, pid: none, line: 0, time: Number.NaN, times: 1, told: 0, flush};
	const memory = createWords(out);
	const familiar = createFamiliar<Way>();
	const names = createNames(out, () => familiar.forget());
	const programs = createProgramMemory(state.programs);
	const textOf = createTextRoom();
	let source = '';
	let lineNumber = 0;
	let blocks = false;
	let tag: LineTag | undefined;

	function flush(): void {
		if (out.records.used > 0) out.records = full(out.records);
	}

	/** Counts the line, with the pieces before it. */
	function tally(known: Exclude<Known, 'unknown'> | 'malformed'): void {
		const lines = 1 + state.parts;
		state.parts = 0;
		coverage.lines += lines;
		if (known === 'understood') coverage.understood += lines;
		else if (known === 'irrelevant') coverage.irrelevant += lines;
		else if (known === 'foreign') coverage.foreign += lines;
		else coverage.malformed += lines;
	}

	/** Whether the connection was told of already: the same line, come in twice. */
	function seen(id: string): boolean {
		const {logins} = state;
		// Also where no line bears a time.
		if (Object.is(logins.get(id), out.time)) return true;
		if (logins.size >= rememberedLogins)
			for (const login of logins.keys()) {
				logins.delete(login);
				if (logins.size <= rememberedLogins / 2) break;
			}
		logins.set(id, out.time);
		return false;
	}

	function client(text: Text): Known {
		if (!readSmtp(out, text, memory)) return 'unknown';
		const {ints, used} = out.records;
		const last = used - recordSize;
		const failed =
			last >= 0 && ints[last + kindAt] === record.clientHandshakeFailed && ints[last + lineAt] === out.line;
		state.failedOn = failed && tag ? {host: tag.host.name} : null;
		return 'understood';
	}

	function take(program: Program, text: Text): Known {
		switch (program) {
			case 'smtpd':
				return readSmtpd(out, text, memory) ? 'understood' : 'unknown';
			case 'smtp':
			case 'lmtp':
				return client(text);
			case 'tlsproxy':
				return readTlsproxy(out, text, memory) ? 'understood' : 'unknown';
			case 'postscreen':
				return readPostscreen(out, text, memory) ? 'understood' : 'unknown';
			case 'foreign':
				// Dovecot under another instance name.
				return readDovecot(out, text, memory, undefined, seen) === 'understood' ? 'understood' : 'foreign';
			case 'dovecot':
				return readDovecot(out, text, memory, undefined, seen);
			case 'dovecot-login':
				return readDovecot(out, text, memory, tag?.tag.name.slice(0, -6), seen);
			case 'logger':
				readLogger(out, wholeText(text), account.notice);
				return 'foreign';
			case 'master':
				readMaster(out, wholeText(text));
				return 'irrelevant';
			case 'other':
				return 'irrelevant';
			case 'cut':
				return 'unknown';
		}
	}

	/** The line at hand is one of this tag. */
	function begin(at: LineTag): void {
		tag = at;
		out.daemon = at.number;
		out.pid = head.pid;
		out.line = lineNumber;
		out.time = Math.floor(head.time);
		out.times = 1;
	}

	/** Tells the time if nothing else of the line was told, and nothing for a while. */
	function tell(host: LineTag['host']): void {
		const {time} = out;
		if (out.told !== lineNumber) {
			if (!(time - state.toldTime >= tellEvery) && (host.known || Number.isNaN(time))) return;
			put(out, record.time);
		}
		if (Number.isNaN(time)) return;
		host.known = true;
		if (time > state.toldTime) state.toldTime = time;
	}

	function mailLine(at: LineTag, text: Text): void {
		begin(at);
		out.times = unfold(text);
		const {program} = at.tag;
		const actual = program === 'cut' ? programs.of(at.key, head.pid, wholeText(text)) : program;
		const known = take(actual, text);
		out.times = 1;
		if (known === 'unknown') account.unknown(wholeText(text), source, lineNumber);
		tally(known === 'unknown' ? 'irrelevant' : known);
		tell(at.host);
	}

	function syslogLine(raw: string): void {
		const at = names.find(head.line, head.hostAt, head.hostEnd, head.tagAt, head.tagEnd);
		const {program} = at.tag;
		if (blocks) familiar.learn(raw, head, at, wayOf(program));
		if (program === 'other') tally('irrelevant');
		else {
			const text = textOf(head.line, head.textAt);
			if (program === 'foreign' && loginWordAt(text) < 0) tally('foreign');
			else mailLine(at, text);
		}
	}

	/** «last message repeated N times», without a tag: of the last failure, if that was the last that was told. */
	function again(): void {
		const host = names.host(head.line, head.hostAt, head.hostEnd);
		const counts = state.failedOn !== null && state.failedOn.host === host.name;
		if (counts) put(out, record.again, Math.min(head.pid, 1000));
		tally(counts ? 'understood' : 'foreign');
	}

	function count(kind: Exclude<HeadKind, 'part'>, raw: string): void {
		if (kind === 'ok') syslogLine(raw);
		else if (kind === 'repeated') again();
		else tally(kind);
	}

	/** A record that the end of its source cut off. */
	function finishRecord(): void {
		if (state.parts === 0) return;
		// Its last line was counted as a piece, not as the line that ends it.
		state.parts--;
		const kind = rest();
		count(kind === undefined || kind === 'part' ? 'malformed' : kind, '');
	}

	function line(raw: string): void {
		lineNumber++;
		const kind = read(raw);
		if (kind === 'part') state.parts++;
		else count(kind, raw);
	}

	/** Lines with familiar heads are dealt with as bytes; what is no text of ours is counted only. */
	function block(bytes: Bytes, from: number, to: number): void {
		blocks = true;
		const text: Text = {bytes, view: viewOf(bytes), at: 0, end: 0};
		const newlineFrom = createNewlineFinder(bytes, to);
		let irrelevant = 0;
		let foreign = 0;
		let at = from;
		while (at < to) {
			const known = state.parts === 0 ? familiar.match(bytes, text.view, at, head) : undefined;
			const end = newlineFrom(known === undefined ? at : head.textAt - 1);
			if (end < 0) break;
			if (known === undefined || end - at > longestLine) line(stringOf(text, at, end));
			else {
				const {way} = known;
				lineNumber++;
				text.at = head.textAt;
				if (way === 'irrelevant') irrelevant++;
				else if (way === 'foreign' && loginWordAt(text) < 0) foreign++;
				// «m»: rsyslog's «message repeated», with any text in it.
				else if (way === 'dovecot' && bytes[head.textAt] !== 109 && loginWordAt(text) < 0) {
					irrelevant++;
					begin(known.tag);
					tell(known.tag.host);
				} else {
					text.end = bytes[end - 1] === 13 ? end - 1 : end;
					mailLine(known.tag, text);
				}
			}
			at = end + 1;
		}
		coverage.irrelevant += irrelevant;
		coverage.foreign += foreign;
		coverage.lines += irrelevant + foreign;
	}

	return {
		coverage,
		get lineNumber() {
			return lineNumber;
		},
		get lineTime() {
			return Number.isNaN(head.time) ? null : Math.floor(head.time);
		},
		open(info) {
			if (!info.line) finishRecord();
			source = info.name;
			lineNumber = info.line ?? 0;
			out.told = -1;
			const text = textOf(source, 0);
			define(out, record.source, 0, text, text.at, text.end);
			familiar.forget();
			if (!info.line) clock.restart(info.modified);
		},
		line,
		block,
		end: finishRecord,
		flush,
	};
}

const repeated = words('message repeated ');

/** `message repeated N times: [ text]` (rsyslog): narrows to the text, which may itself end in a bracket, and gives how often it stands for. */
function unfold(text: Text): number {
	if (text.bytes[text.at] !== 109 || !standsIn(text, repeated, text.at)) return 1;
	const match = /^message repeated (\d{1,6}) times: \[ ?/.exec(wholeText(text));
	if (!match) return 1;
	text.at += match[0].length;
	if (text.end > text.at && text.bytes[text.end - 1] === 93) text.end--;
	return Number(match[1]);
}
