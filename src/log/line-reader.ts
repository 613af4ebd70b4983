import {type Coverage, emptyCoverage} from '../model/coverage.ts';
import * as numbers from '../scan/numbers.ts';
import {guessFrom, isBetweenRecords, type LineGuess, type LineOutcome} from './ahead/outcome.ts';
import {createCoverageRecorder} from './coverage-recorder.ts';
import {learnHead} from './head-cache.ts';
import type {LineState} from './line-state.ts';
import {createClock, systemZone} from './lines/clock.ts';
import {framingPattern} from './lines/framing-pattern.ts';
import {createHeadReader} from './lines/head.ts';
import type {Head, HeadKind} from './lines/head-positions.ts';
import type {HeadTrace} from './lines/head-trace.ts';
import {createProgramMemory, type Program, type Tag} from './lines/tag.ts';
import {createNames, type LineTag} from './names.ts';
import type {Bytes, ReaderOptions, SourceInfo} from './reader-options.ts';
import {type Records, record} from './records.ts';
import {acquireScanner, lineKinds, type Place, programNumber, type Scanner} from './scanner.ts';

/** Lines in, records out: all that is known of text ends here. Nothing in it grows without bound, nothing throws on a line. */
export type LineReader = {
	/** The following lines come from this source. */
	open(source: SourceInfo): void;
	/** Whole lines, each ended by a newline, between two positions. */
	block(bytes: Bytes, from: number, to: number): void;
	/** The input is over; nothing is read any more. */
	end(): void;
	/** Hands over what was written since the last time, and brings the state up to date. */
	flush(): void;
	/** The following block of a source is read by a guess of what is in front of it; its records go into `room`. */
	ahead(guess: LineGuess, name: string, room: Records): void;
	/** What came of that block; null where it depends on more than was guessed. Its records are handed over. */
	outcome(): LineOutcome | null;
	/** What is known of the lines; the joiner knows the rest. */
	readonly coverage: Coverage;
	/** Lines of the current source. */
	readonly lineNumber: number;
	/** Time of the line given last, ms since 1970 UTC; null where it has none. */
	readonly lineTime: number | null;
};

type Known = NonNullable<(typeof lineKinds)[number]>;
/** What a line counts as in the coverage. */
export type CountedAs = Exclude<Known, 'unknown'> | 'malformed';

/** Gets what the reader finds out about the lines that it reads in detail, to explain them by. */
export type LineObserver = {
	/** While it is true, lines take the slow path, which can be traced, and none takes the scanner's fast one. */
	readonly inDetail: boolean;
	readonly trace: HeadTrace;
	/** A head was read; `part` is a piece of a line or record that goes on. */
	framed(line: number, kind: HeadKind, head: Head): void;
	/** Who wrote the line. */
	written(line: number, tag: Tag, program: Program): void;
	/** It speaks of TLS, and no rule knows it. */
	notUnderstood(line: number): void;
	/** The line and the `pieces` before it that belong to it were counted. */
	counted(line: number, as: CountedAs, pieces: number): void;
};

const newline = 10;
/** Dovecot under whatever tag; the scanner looks for the same. */
const loginLine = /^...[a-z3-]{0,9}?-login: /s;

/**
 * Makes a reader. `full` takes a batch of records and gives room for the next. It goes on from `state` and keeps it
 * current. One closure, as the fast path shares its variables.
 */
export function createLineReader(
	options: ReaderOptions,
	state: LineState,
	first: Records,
	full: (records: Records) => Records,
	observer?: LineObserver,
): LineReader {
	let {coverage} = state;
	let recorder = createCoverageRecorder(coverage);
	/** The lines before the block are not known. */
	let isAhead = false;
	/** The block depends on them. */
	let depends = false;
	const zone = options.zone ?? systemZone();
	const clock = createClock({zone, year: options.year, now: options.now}, state.clock);
	const framing = options.framing === undefined ? undefined : framingPattern(options.framing);
	const {head, read, rest, mustReadAgain, passedOver, restart} = createHeadReader(
		clock,
		state.head,
		framing,
		observer?.trace,
	);
	const programs = createProgramMemory(state.programs);
	const names = createNames(scanner);
	let records = first;
	let source = '';
	let lineNumber = 0;
	let taken: Scanner | undefined;
	/** Who knows the latest minute: the scanner after lines that it read, else the clock. */
	let scannerIsAhead = false;
	/** The line given last was read by the scanner. */
	let byScanner = false;

	/** The scanner is taken when there is something to scan: many a reader only ends what an earlier one left open. */
	function scanner(): Scanner {
		if (taken) return taken;
		taken = acquireScanner({
			flush: hand,
			unknown: notKnown,
			unread(text, line) {
				if (recorder.unread(text, source, line)) observer?.notUnderstood(line);
			},
		});
		taken.limit(records.ints.length, records.bytes.length);
		taken.goOn(state.failedOn === null ? -1 : names.named(state.failedOn.host).number);
		return taken;
	}

	/** A text of a mail program that no rule knew. */
	function notKnown(text: string, line: number): void {
		if (recorder.unknown(text, source, line)) observer?.notUnderstood(line);
	}

	function hand(): void {
		if (taken === undefined || taken.used() === 0) return;
		taken.moveInto(records);
		records = full(records);
	}

	/** The clock learns the latest minute that the scanner saw. */
	function catchUp(): void {
		if (!scannerIsAhead) return;
		scannerIsAhead = false;
		const last = scanner().lastSeenOf();
		if (!Number.isNaN(last)) state.clock.last = last;
	}

	/** What the scanner counted and found out since the last time. */
	function settle(): void {
		if (taken === undefined) return;
		catchUp();
		const understood = taken.counted(numbers.lineUnderstood);
		const irrelevant = taken.counted(numbers.lineIrrelevant);
		const foreign = taken.counted(numbers.lineForeign);
		coverage.understood += understood;
		coverage.irrelevant += irrelevant;
		coverage.foreign += foreign;
		coverage.lines += understood + irrelevant + foreign;
		const host = names.nameOf(taken.failedOnOf());
		state.failedOn = host === undefined ? null : {host};
	}

	/** Counts the line, with the pieces before it. */
	function tally(known: CountedAs): void {
		observer?.counted(lineNumber, known, state.parts);
		const lines = 1 + state.parts;
		state.parts = 0;
		// The piece of a line that another one came after: that one is none of it.
		state.head.parts = '';
		coverage.lines += lines;
		coverage[known] += lines;
	}

	/** A line that nobody reads, which may speak of TLS all the same. */
	function notUnderstood(kind: 'foreign' | 'malformed', text: string): void {
		if (recorder.unread(text, source, lineNumber)) observer?.notUnderstood(lineNumber);
		tally(kind);
	}

	/** What programs say that are no part of a session. */
	function aside(program: Program, text: string, time: number): Known {
		if (program === 'cut') return 'unknown';
		if (program === 'master') readMaster(scanner(), text);
		if (program !== 'logger') return 'irrelevant';
		readLogger(scanner(), text, time, recorder.notice);
		return 'foreign';
	}

	/** Reads the text of a line as its program writes it. */
	function take(tag: LineTag, program: Program, text: string, time: number): Known {
		const {write, readText} = scanner();
		const {at, end} = write(text);
		const {number: host} = tag.host;
		if (program === 'dovecot-login') {
			const name = write(tag.tag.name.slice(0, -6), end);
			return lineKinds[readText(numbers.programDovecot, host, time, at, end, name.at, name.end)] ?? 'unknown';
		}
		const number = programNumber(program);
		if (number !== numbers.programOther) return lineKinds[readText(number, host, time, at, end, 0, 0)] ?? 'unknown';
		const known = aside(program, text, time);
		if (known === 'unknown') notKnown(text, lineNumber);
		scanner().reportTime(host, time);
		return known;
	}

	/** What a line of the block means is told by lines before it, which are not known. */
	function dependsOnBefore(): void {
		depends = isAhead;
	}

	function mailLine(tag: LineTag, whole: string): void {
		if (tag.tag.program === 'cut') dependsOnBefore();
		const {text, times} = unfolded(whole);
		const time = Math.floor(head.time);
		scanner().beginLine(lineNumber, tag.number, head.pid, time, times);
		const program = tag.tag.program === 'cut' ? programs.of(tag.key, head.pid, text) : tag.tag.program;
		observer?.written(lineNumber, tag.tag, program);
		const known = take(tag, program, text, time);
		tally(known === 'unknown' ? 'irrelevant' : known);
	}

	const textOf = ({line: whole, textAt}: Head): string => whole.slice(textAt);

	/** Lines like this one take the fast path from now on. */
	function learn(raw: string, tag: LineTag): void {
		const other = tag.tag.program === 'foreign' ? passedOver() : undefined;
		if (other === undefined) learnHead(scanner(), clock.steady, raw, head, tag);
		else {
			const same = names.find(other.line, other.hostAt, other.hostEnd, other.tagAt, other.tagEnd);
			if (same === tag && other.pid === head.pid && textOf(other) === textOf(head))
				learnHead(scanner(), clock.steady, raw, other, same);
		}
	}

	function syslogLine(raw: string): void {
		const tag = names.find(head.line, head.hostAt, head.hostEnd, head.tagAt, head.tagEnd);
		if (framing === undefined) learn(raw, tag);
		const text = head.line.slice(head.textAt);
		observer?.written(lineNumber, tag.tag, tag.tag.program);
		if (tag.tag.program === 'other') tally('irrelevant');
		else if (tag.tag.program === 'foreign' && !loginLine.test(text))
			notUnderstood('foreign', raw === '' ? head.line : raw);
		else mailLine(tag, text);
	}

	/** «last message repeated N times», without a tag: of the last failure, if that was the last that was reported. */
	function again(): void {
		settle();
		if (scanner().failedOnOf() === numbers.failureNotKnown) dependsOnBefore();
		const {name} = names.host(head.line, head.hostAt, head.hostEnd);
		const counts = state.failedOn !== null && state.failedOn.host === name;
		if (counts) scanner().putRecord(record.again, Math.min(head.pid, 1000));
		tally(counts ? 'understood' : 'foreign');
	}

	function count(kind: Exclude<HeadKind, 'part'>, raw: string): void {
		observer?.framed(lineNumber, kind, head);
		if (kind === 'ok') syslogLine(raw);
		else if (kind === 'repeated') again();
		else notUnderstood(kind, raw);
	}

	/** The following lines come from this source, behind so many others of it. */
	function beginLines(text: string, lines: number): void {
		source = text;
		lineNumber = lines;
		const {write, defineString, forgetReported} = scanner();
		forgetReported();
		const {at, end} = write(source);
		defineString(record.source, 0, at, end);
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
		let kind = read(raw);
		if (mustReadAgain()) {
			// The record ended on the line before.
			lineNumber--;
			state.parts--;
			count(kind === 'part' ? 'malformed' : kind, '');
			lineNumber++;
			kind = read(raw);
		}
		if (kind === 'part') {
			state.parts++;
			observer?.framed(lineNumber, kind, head);
		} else count(kind, raw);
	}

	/** Reads lines in the scanner's memory; gives where the first is whose head it does not know, 0 if there is none. */
	function known(from: number, to: number): number {
		const {readLines, linesOf, setLastSeen} = scanner();
		if (!scannerIsAhead) setLastSeen(state.clock.last ?? Number.NaN);
		scannerIsAhead = true;
		const strange = readLines(from, to, lineNumber);
		lineNumber += linesOf();
		if (strange !== 0) catchUp();
		return strange;
	}

	/** Reads lines that were copied to the scanner; those whose head it does not know come back as strings. */
	function piece({at, end}: Place): void {
		const {bytes, lineEnd} = scanner();
		let from = at;
		while (from < end && !depends) {
			// The rest of a record that is spread over lines, or lines to be read in detail.
			const long = state.parts > 0 || observer?.inDetail === true;
			const strange = long ? from : known(from, end);
			byScanner = strange === 0;
			if (byScanner) return;
			const stop = long ? bytes.indexOf(newline, from) : lineEnd();
			line(bytes.toString('utf8', strange, stop));
			from = stop + 1;
		}
	}

	function block(bytes: Bytes, from: number, to: number): void {
		const {copy, pieceLength} = scanner();
		let at = from;
		while (at < to && !depends) {
			const most = at + pieceLength();
			let end = to <= most ? to : bytes.lastIndexOf(newline, most - 1) + 1;
			if (end > at) piece(copy(bytes, at, end));
			else {
				// Longer than the scanner's memory.
				end = bytes.indexOf(newline, at) + 1;
				byScanner = false;
				line(bytes.toString('utf8', at, end - 1));
			}
			at = end;
		}
		settle();
	}

	return {
		get coverage() {
			settle();
			return coverage;
		},
		get lineNumber() {
			return lineNumber;
		},
		get lineTime() {
			const time = byScanner ? scanner().headTimeOf() : head.time;
			return Number.isNaN(time) ? null : Math.floor(time);
		},
		open(info) {
			catchUp();
			if (!info.line) finishRecord();
			beginLines(info.name, info.line ?? 0);
			scanner().forgetHeads();
			if (info.line) return;
			clock.restart(info.modified);
			restart();
		},
		block,
		end() {
			catchUp();
			finishRecord();
			settle();
			hand();
			taken?.release();
			taken = undefined;
		},
		flush() {
			settle();
			hand();
		},
		ahead(guess, from, room) {
			isAhead = true;
			depends = false;
			records = room;
			scannerIsAhead = false;
			Object.assign(state.clock, guess.clock);
			const months = Object.assign(state.head.months, guess.head.months);
			Object.assign(state.head, guess.head, {months});
			state.parts = 0;
			coverage = emptyCoverage();
			state.coverage = coverage;
			recorder = createCoverageRecorder(coverage, dependsOnBefore);
			clock.beginAhead();
			if (from !== source) scanner().forgetHeads();
			scanner().beginAhead();
			beginLines(from, 0);
			depends = !isBetweenRecords(state);
		},
		outcome() {
			settle();
			hand();
			if (depends) return null;
			const {earliestOf, latestOf, failedOnOf} = scanner();
			const {earliest, latest, ...others} = clock.seen();
			return {
				...guessFrom(state),
				span: {...others, earliest: Math.min(earliest, earliestOf()), latest: Math.max(latest, latestOf())},
				coverage,
				parts: state.parts,
				lines: lineNumber,
				failedOn: failedOnOf() === numbers.failureNotKnown ? undefined : state.failedOn,
			};
		},
	};
}

/** `message repeated N times: [ text]` (rsyslog): the text, which may itself end in a bracket, and how many times it counts. */
function unfolded(text: string): {times: number; text: string} {
	if (text.charCodeAt(0) !== 109 || !text.startsWith('message repeated ')) return {times: 1, text};
	const match = /^message repeated (\d{1,6}) times: \[ ?/.exec(text);
	if (!match) return {times: 1, text};
	const end = text.endsWith(']') ? text.length - 1 : text.length;
	return {times: Number(match[1]), text: text.slice(match[0].length, end)};
}

/** rsyslog announces the loss before it, and its end after it; journald only after it, ms. */
const lossAhead = 60_000;
const lossAfter = 1000;

const lost =
	'Lines were lost to rate limits of the logger; deliveries near them are not judged by the absence of a TLS line.';

/**
 * Reads what rsyslogd or journald says about the log itself: that lines are lost for a while from `time` on, NaN where
 * it has none.
 */
function readLogger(scanner: Scanner, text: string, time: number, notice: (sentence: string) => void): void {
	if (Number.isNaN(time) || !/^Suppressed \d+ messages|rate-limiting|messages lost due to/.test(text)) return;
	notice(lost);
	scanner.putRecord(record.lossy, text.includes('begin to drop') ? lossAhead : lossAfter);
}

/** Reads what Postfix's master says: a start ends all sessions, a reload may change what is logged. */
function readMaster(scanner: Scanner, text: string): void {
	if (text.startsWith('daemon started')) scanner.putRecord(record.restart, 1);
	else if (text.startsWith('reload')) scanner.putRecord(record.restart, 0);
}
