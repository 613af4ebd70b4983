import type {Coverage} from '../tls/coverage.ts';
import type {Session} from '../tls/session.ts';
import {createAccount} from './account.ts';
import {createClock} from './clock.ts';
import {isLoginLine, isLoginText} from './dovecot.ts';
import type {Daemon, Entry} from './entry.ts';
import {createFamiliar} from './familiar.ts';
import {createHeadReader, type HeadKind} from './head.ts';
import {createDovecotJoiner} from './join/dovecot.ts';
import {createJoiner} from './join/joiner.ts';
import {createKeeper} from './keep.ts';
import {createLogger} from './logger.ts';
import {createMachines} from './machines.ts';
import type {Bytes, ReaderOptions, SourceInfo} from './reader-options.ts';
import {emptyReaderState, type ReaderState} from './reader-state.ts';
import {isCountedBy, type Way, wayOf} from './share.ts';
import {createProgramMemory, type Program} from './tag.ts';

/** Lines in, sessions out. Nothing in it grows without bound, nothing in it throws on a line. */
export type Reader = {
	/** The following lines come from this source; open sessions are carried over (rotated files). */
	open(source: SourceInfo): void;
	/** One line, without its newline. */
	line(text: string): void;
	/** Whole lines, each ended by a newline, between two positions: the same as `line` for each, and faster. Needs `latin1`. */
	block(bytes: Bytes, from: number, to: number): void;
	/** Wall clock in ms when no lines come: finished sessions are let go. */
	tick(now: number): void;
	/** The input is over: open sessions are handed out, without an end. */
	end(): void;
	readonly coverage: Coverage;
	/** Lines of the source at hand. */
	readonly lineNumber: number;
	/** Time of the line given last, ms since 1970 UTC; null where it has none. */
	readonly lineTime: number | null;
};

type Known = 'understood' | 'irrelevant' | 'foreign' | 'unknown';

/** Makes a reader; `emit` gets each session once, when it is over or given up. It goes on from `state` and keeps it current. */
export function createReader(
	emit: (session: Session) => void,
	options: ReaderOptions,
	state: ReaderState = emptyReaderState(),
): Reader {
	const {coverage} = state;
	const inbound = options.share !== 'outbound';
	const outbound = options.share !== 'inbound';
	const keep = createKeeper(options.latin1 === true);
	const account = createAccount(keep, coverage);
	const zone = options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
	const clock = createClock({zone, year: options.year, now: options.now}, state.clock);
	const {head, read, rest} = createHeadReader(clock, state.head);
	const familiar = createFamiliar<Way>();
	const machines = createMachines(keep, options.ports ?? new Map(), () => familiar.forget(), state.hosts);
	const programs = createProgramMemory(state.programs);
	const joiner = createJoiner(
		{
			keep,
			inbound: session => inbound && emit(session),
			outbound: session => outbound && emit(session),
			silent: () => {
				coverage.noDialogue++;
			},
			notice: account.notice,
			evicted(fromInbound, fromOutbound) {
				coverage.evicted += (inbound ? fromInbound : 0) + (outbound ? fromOutbound : 0);
			},
		},
		state.joiner,
	);
	const dovecot = createDovecotJoiner(keep, emit, state.logins);
	const logger = createLogger(account.notice);
	let source = '';
	let lineNumber = 0;
	let blocks = false;
	let ticked = 0;
	const entry: Entry = {daemon: machines.find('x', -1, -1, 0, 1), pid: -1, time: null, source: '', lineNumber: 0};

	/** Counts the line, with the pieces before it, if it is this reader's to count. */
	function tally(owned: boolean, known: Exclude<Known, 'unknown'> | 'malformed'): void {
		const lines = 1 + state.parts;
		state.parts = 0;
		if (!owned) return;
		coverage.lines += lines;
		coverage[known] += lines;
	}

	/** What a mail line is for the account. Lines of the other share still move the clock, and tlsproxy serves both. */
	function take(program: Program, text: string, times: number): Known {
		switch (program) {
			case 'foreign':
				// Dovecot under another instance name.
				return outbound && !dovecot.line(entry, text, undefined) ? 'foreign' : 'understood';
			case 'dovecot':
				return outbound ? dovecot.take(entry, text, undefined) : 'understood';
			case 'dovecot-login':
				return outbound ? dovecot.take(entry, text, entry.daemon.tag.name.slice(0, -6)) : 'understood';
			case 'logger':
				logger.line(entry, text);
				return 'foreign';
			case 'master': {
				const change = logger.restart(text);
				if (change) joiner.restart(machines.instance(entry.daemon.host, entry.daemon.tag.instance), change === 'start');
				return 'irrelevant';
			}
			case 'other':
				return 'irrelevant';
			case 'cut':
				return 'unknown';
			case 'tlsproxy':
				return joiner.line(program, entry, text, times) ? 'understood' : 'unknown';
			default:
				return !isCountedBy(program, options.share) || joiner.line(program, entry, text, times)
					? 'understood'
					: 'unknown';
		}
	}

	function mailLine(daemon: Daemon, whole: string): void {
		const {text, times} = unfolded(whole);
		entry.daemon = daemon;
		entry.pid = head.pid;
		entry.time = Number.isNaN(head.time) ? null : Math.floor(head.time);
		entry.source = source;
		entry.lineNumber = lineNumber;
		if (daemon.host.firstTime === Number.NEGATIVE_INFINITY && entry.time !== null) daemon.host.firstTime = entry.time;
		const {program} = daemon.tag;
		const actual = program === 'cut' ? programs.of(daemon, head.pid, text) : program;
		// A foreign tag got here because its text is a login process's.
		const owned = program === 'foreign' ? outbound : isCountedBy(actual, options.share);
		const known = take(actual, text, times);
		if (known === 'unknown' && owned) account.unknown(text, source, lineNumber);
		tally(owned, known === 'unknown' ? 'irrelevant' : known);
		if (entry.time !== null) joiner.advance(entry.time);
	}

	function syslogLine(raw: string): void {
		const daemon = machines.find(head.line, head.hostAt, head.hostEnd, head.tagAt, head.tagEnd);
		const {program} = daemon.tag;
		if (blocks) familiar.learn(raw, head, daemon, wayOf(program, options.share));
		if (program === 'other') tally(inbound, 'irrelevant');
		else if (program === 'foreign' && !isLoginLine(head.line, head.textAt)) tally(inbound, 'foreign');
		else mailLine(daemon, head.line.slice(head.textAt));
	}

	function count(kind: Exclude<HeadKind, 'part'>, raw: string): void {
		if (kind === 'ok') syslogLine(raw);
		else if (kind === 'repeated') {
			const again = joiner.again(machines.host(head.line, head.hostAt, head.hostEnd), head.pid);
			tally(outbound, again ? 'understood' : 'foreign');
		} else tally(inbound, kind);
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

	/** A line of which nothing but its time is told. */
	function passTime({host}: Daemon): void {
		const time = Math.floor(head.time);
		if (host.firstTime === Number.NEGATIVE_INFINITY) host.firstTime = time;
		joiner.advance(time);
	}

	/** Lines with familiar heads are dealt with as bytes; only the text of those that may tell something is made a string. */
	function block(bytes: Bytes, from: number, to: number): void {
		blocks = true;
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		// These lines are the inbound reader's to count.
		const ours = inbound ? 1 : 0;
		let irrelevant = 0;
		let foreign = 0;
		let at = from;
		while (at < to) {
			const end = bytes.indexOf(10, at);
			if (end < 0 || end >= to) break;
			const tag = state.parts === 0 ? familiar.match(bytes, view, at, end, head) : undefined;
			if (tag === undefined) line(bytes.latin1Slice(at, end));
			else {
				const {way, daemon} = tag;
				lineNumber++;
				if (way === 'irrelevant') irrelevant += ours;
				else if (way === 'elsewhere') passTime(daemon);
				else if (way === 'foreign' && !isLoginText(bytes, head.textAt)) foreign += ours;
				// «m»: rsyslog's «message repeated», with any text in it.
				else if (way === 'dovecot' && bytes[head.textAt] !== 109 && !isLoginText(bytes, head.textAt)) {
					irrelevant++;
					passTime(daemon);
				} else mailLine(daemon, bytes.latin1Slice(head.textAt, bytes[end - 1] === 13 ? end - 1 : end));
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
			source = keep.again(info.name);
			lineNumber = info.line ?? 0;
			familiar.forget();
			if (!info.line) clock.restart(info.modified);
		},
		line,
		block,
		tick(now) {
			// The log's clock may differ from ours: only the time that passed counts.
			if (ticked > 0) joiner.pass(now - ticked);
			ticked = now;
		},
		end() {
			finishRecord();
			joiner.end();
		},
	};
}

/** `message repeated N times: [ text]` (rsyslog): the text, which may itself end in a bracket, and how often it stands for. */
function unfolded(text: string): {times: number; text: string} {
	if (text.charCodeAt(0) !== 109 || !text.startsWith('message repeated ')) return {times: 1, text};
	const match = /^message repeated (\d{1,6}) times: \[ ?/.exec(text);
	if (!match) return {times: 1, text};
	const end = text.endsWith(']') ? text.length - 1 : text.length;
	return {times: Number(match[1]), text: text.slice(match[0].length, end)};
}
