import type {Coverage} from '../tls/coverage.ts';
import type {Session} from '../tls/session.ts';
import {createAccount} from './account.ts';
import {createClock} from './clock.ts';
import {isLoginLine} from './dovecot.ts';
import type {Daemon, Entry} from './entry.ts';
import {createFamiliar} from './familiar.ts';
import {createHeadReader, type HeadKind} from './head.ts';
import {createDovecotJoiner} from './join/dovecot.ts';
import {createJoiner} from './join/joiner.ts';
import {createKeeper} from './keep.ts';
import {createMachines} from './machines.ts';
import {createProgramMemory} from './tag.ts';

/** Where lines come from: `name` goes into the column `source`; `modified` (ms) bounds the year of stamps that lack one. */
export type SourceInfo = {name: string; modified: number | null};

export type ReaderOptions = {
	/** IANA name of the zone of stamps without one; the system's by default. */
	zone?: string;
	/** Year of the first stamp without one. */
	year?: number;
	/** Ports of services by the operator's word. */
	ports?: ReadonlyMap<string, number>;
	/** Now, ms since 1970 UTC. */
	now: number;
	/** Lines hand over bytes as Latin-1 (batch path): words with high bytes are read again as UTF-8. */
	latin1?: boolean;
};

/** A Buffer; its own `latin1Slice` is half again as fast as `toString` and lacks in the type declarations only. */
export type Bytes = Buffer & {latin1Slice(from: number, to: number): string};

/** Lines in, sessions out. The only state of the parser; nothing in it grows without bound, nothing in it throws on a line. */
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
};

/** Makes a reader; `emit` gets each session once, when it is over or given up. */
export function createReader(emit: (session: Session) => void, options: ReaderOptions): Reader {
	const keep = createKeeper(options.latin1 === true);
	const account = createAccount(keep);
	const {coverage} = account;
	const clock = createClock({
		zone: options.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
		year: options.year,
		now: options.now,
	});
	const {head, read, rest} = createHeadReader(clock);
	const familiar = createFamiliar();
	const machines = createMachines(keep, options.ports ?? new Map(), () => familiar.forget());
	const programs = createProgramMemory();
	const joiner = createJoiner({
		keep,
		emit,
		silent: () => coverage.noDialogue++,
		evicted: count => {
			coverage.evicted += count;
		},
	});
	const dovecot = createDovecotJoiner(keep, emit);
	let source = '';
	let lineNumber = 0;
	let parts = 0;
	let blocks = false;
	let ticked = 0;
	const entry: Entry = {daemon: machines.find('x', -1, -1, 0, 1), pid: -1, time: null, source: '', lineNumber: 0};

	/** What a line's text is for the account: understood, or known to be nothing for us, or unknown. */
	function take(daemon: Daemon, text: string, times: number): 'understood' | 'irrelevant' | 'foreign' | 'unknown' {
		let {program} = daemon.tag;
		if (program === 'cut') program = programs.of(daemon, head.pid, text);
		switch (program) {
			case 'foreign':
				// Dovecot under another instance name.
				return dovecot.line(entry, text, undefined) ? 'understood' : 'foreign';
			case 'dovecot':
				return dovecot.line(entry, text, undefined)
					? 'understood'
					: dovecot.concerns(text, undefined)
						? 'unknown'
						: 'irrelevant';
			case 'dovecot-login':
				return dovecotFile(text, daemon.tag.name.slice(0, -6));
			case 'logger':
				lost(text);
				return 'foreign';
			case 'master':
				restarted(daemon, text);
				return 'irrelevant';
			case 'other':
				return 'irrelevant';
			case 'cut':
				return 'unknown';
			default:
				return joiner.line(program, entry, text, times) ? 'understood' : 'unknown';
		}
	}

	/** Rate limits of journald and rsyslog: without a summary nothing is proven near them. */
	function lost(text: string): void {
		if (!/^Suppressed \d+ messages|rate-limiting|messages lost due to/.test(text)) return;
		account.notice(
			'Lines were lost to rate limits of the logger; deliveries near them are not judged by the absence of a TLS line.',
		);
		const {host} = entry.daemon;
		const time = entry.time ?? Number.NEGATIVE_INFINITY;
		host.lossyUntil = Math.max(host.lossyUntil, /begin to drop/.test(text) ? time + 60_000 : time + 1000);
	}

	function dovecotFile(text: string, service: string): 'understood' | 'irrelevant' | 'unknown' {
		if (dovecot.line(entry, text, service)) return 'understood';
		return dovecot.concerns(text, service) ? 'unknown' : 'irrelevant';
	}

	/** A start ends all that was open; a start and a reload may change what is logged. */
	function restarted(daemon: Daemon, text: string): void {
		const start = text.startsWith('daemon started');
		if (!start && !text.startsWith('reload')) return;
		joiner.restart(machines.instance(daemon.host, daemon.tag.instance), start);
	}

	function syslogLine(raw: string): void {
		const daemon = machines.find(head.line, head.hostAt, head.hostEnd, head.tagAt, head.tagEnd);
		if (blocks) familiar.learn(raw, head, daemon);
		const {program} = daemon.tag;
		if (program === 'other') coverage.irrelevant += 1 + parts;
		else if (program === 'foreign' && !isLoginLine(head.line, head.textAt)) coverage.foreign += 1 + parts;
		else mailLine(daemon, head.line.slice(head.textAt));
	}

	function mailLine(daemon: Daemon, whole: string): void {
		let text = whole;
		let times = 1;
		const inner = repeatedText(text);
		if (inner) ({text, times} = inner);
		entry.daemon = daemon;
		entry.pid = head.pid;
		entry.time = Number.isNaN(head.time) ? null : Math.floor(head.time);
		entry.source = source;
		entry.lineNumber = lineNumber;
		if (daemon.host.firstTime === Number.NEGATIVE_INFINITY && entry.time !== null) daemon.host.firstTime = entry.time;
		const known = take(daemon, text, times);
		if (known === 'unknown') {
			account.unknown(text, source, lineNumber);
			coverage.irrelevant += parts;
		} else coverage[known] += 1 + parts;
		if (entry.time !== null) joiner.advance(entry.time);
	}

	function count(kind: Exclude<HeadKind, 'part'>, raw: string): void {
		if (kind === 'ok') syslogLine(raw);
		else if (kind === 'repeated') {
			const again = joiner.again(machines.host(head.line, head.hostAt, head.hostEnd), head.pid);
			coverage[again ? 'understood' : 'foreign'] += 1 + parts;
		} else coverage[kind] += 1 + parts;
		parts = 0;
	}

	/** A record that the end of its source cut off. */
	function finishRecord(): void {
		const kind = rest();
		if (kind === undefined || kind === 'part') {
			coverage.malformed += parts;
			parts = 0;
			return;
		}
		// Its last line was counted as a part, not as the line that ends it.
		parts--;
		count(kind, '');
	}

	function line(raw: string): void {
		coverage.lines++;
		lineNumber++;
		const kind = read(raw);
		if (kind === 'part') parts++;
		else count(kind, raw);
	}

	/** A line whose head is familiar. */
	function familiarLine(daemon: Daemon, bytes: Bytes, to: number): void {
		coverage.lines++;
		lineNumber++;
		const {program} = daemon.tag;
		if (program === 'other') coverage.irrelevant++;
		else {
			const end = bytes[to - 1] === 13 ? to - 1 : to;
			const text = bytes.latin1Slice(head.textAt, end);
			if (program === 'foreign' && !isLoginLine(text, 0)) coverage.foreign++;
			else mailLine(daemon, text);
		}
	}

	function block(bytes: Bytes, from: number, to: number): void {
		blocks = true;
		let at = from;
		while (at < to) {
			const end = bytes.indexOf(10, at);
			if (end < 0 || end >= to) return;
			const daemon = parts === 0 ? familiar.match(bytes, at, end, head) : undefined;
			if (daemon) familiarLine(daemon, bytes, end);
			else line(bytes.latin1Slice(at, end));
			at = end + 1;
		}
	}

	return {
		coverage,
		open(info) {
			finishRecord();
			source = keep.again(info.name);
			lineNumber = 0;
			familiar.forget();
			clock.restart(info.modified);
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
function repeatedText(text: string): {times: number; text: string} | undefined {
	if (text.charCodeAt(0) !== 109 || !text.startsWith('message repeated ')) return undefined;
	const match = /^message repeated (\d{1,6}) times: \[ ?/.exec(text);
	if (!match) return undefined;
	const end = text.endsWith(']') ? text.length - 1 : text.length;
	return {times: Number(match[1]), text: text.slice(match[0].length, end)};
}
