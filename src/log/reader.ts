import {type Coverage, summedCoverage} from '../model/coverage.ts';
import type {HeldLine} from '../model/outbound.ts';
import type {Session} from '../model/session.ts';
import {createJoiner} from './join/joiner.ts';
import type {JoinObserver} from './join/observer.ts';
import {createLineReader, type LineObserver} from './line-reader.ts';
import type {Bytes, ReaderOptions, SourceInfo} from './reader-options.ts';
import {emptyReaderState, type ReaderState} from './reader-state.ts';
import {createRecords, type Records, recordBytes, recordInts} from './records.ts';

/*
 * In: blocks of whole lines, and the name of the source that they come from. Out: sessions, each once, and the coverage of the lines.
 * This folder must not know where lines come from (files, pipes, archives) nor what becomes of sessions (tables, policies, screens).
 * Two stages: `line-reader.ts` makes records of lines, by the scanner of `src/scan`; `join/joiner.ts` makes sessions of records.
 */

/** Lines in, sessions out. Nothing in it grows without bound, nothing in it throws on a line. */
export type Reader = {
	/** The following lines come from this source; open sessions are carried over (rotated files). */
	open(source: SourceInfo): void;
	/** Whole lines, each ended by a newline, between two positions. */
	block(bytes: Bytes, from: number, to: number): void;
	/** Wall clock in ms, now and then: of hosts that write no lines between two calls, finished sessions are emitted. */
	tick(now: number): void;
	/** The input is over: open sessions are handed out, without an end. */
	end(): void;
	/** The coverage so far. */
	readonly coverage: Coverage;
	/** Lines of the current source. */
	readonly lineNumber: number;
	/** Time of the line given last, ms since 1970 UTC; null where it has none. */
	readonly lineTime: number | null;
};

/** Gets what the reader finds out, to explain lines by. */
export type Observer = LineObserver & JoinObserver;

/**
 * Makes a reader; `emit` gets each session once, when it is over or given up, `held` what is said of mail that TLS holds back. It goes
 * on from `state` and keeps it current.
 */
export function createReader(
	emit: (session: Session) => void,
	options: ReaderOptions,
	state: ReaderState = emptyReaderState(),
	observer?: Observer,
	held?: (line: HeldLine) => void,
): Reader {
	const joiner = createJoiner(emit, options.ports ?? new Map(), state.joiner, observer, held);
	const room = createRecords(new Int32Array(recordInts), Buffer.allocUnsafeSlow(recordBytes) as unknown as Bytes);
	const full = (records: Records): Records => {
		joiner.take(records);
		records.used = 0;
		records.filled = 0;
		return records;
	};
	const lines = createLineReader(options, state.lines, room, full, observer);
	let ticked: number | null = null;

	return {
		get coverage() {
			return summedCoverage([lines.coverage, joiner.coverage]);
		},
		get lineNumber() {
			return lines.lineNumber;
		},
		get lineTime() {
			return lines.lineTime;
		},
		open: info => lines.open(info),
		block(bytes, from, to) {
			lines.block(bytes, from, to);
			lines.flush();
		},
		tick(now) {
			// Only the time that passed counts, as our clock may differ.
			if (ticked !== null) joiner.pass(now - ticked);
			ticked = now;
		},
		end() {
			lines.end();
			lines.flush();
			joiner.end();
		},
	};
}
