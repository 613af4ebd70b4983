import {Counter, Gauge, Registry} from 'prom-client';
import type {Coverage} from '../model/coverage.ts';
import type {SessionBatch} from '../model/session-batch.ts';
import {type Counting, sessionCounters} from './session-counters.ts';

/*
 * Batches of sessions that ended in, counters for Prometheus out. It counts what passes, and never what a store holds: a store
 * forgets old sessions, and a counter must not go down. It must not know where lines come from, nor who asks.
 */

/** How far reading is. */
export type ReadingState = 'starting' | 'reading' | 'ended' | 'failed';

/** What a reader of lines tells. */
type LineCounts = {readonly coverage: Coverage; readonly lineTime: number | null};

/** The counters of a live log. */
export type LiveMetrics = {
	/** Counts sessions that ended. */
	readonly sessions: (batch: SessionBatch) => void;
	/** Some lines more were read. */
	readonly lines: (reader: LineCounts) => void;
	readonly turn: (state: ReadingState) => void;
	readonly state: () => ReadingState;
	/** All counters in the text format of Prometheus, and its media type. */
	readonly text: () => Promise<string>;
	readonly mediaType: string;
};

export type MetricsOptions = Counting & {
	readonly version: string;
	/** The wall clock, ms since 1970 UTC. */
	readonly now: () => number;
};

/** The counters of lines, which are set when they are asked for, and how far behind the log is. */
function lineCounters(now: () => number, state: () => ReadingState, registry: Registry): LiveMetrics['lines'] {
	const registers = [registry];
	let reader: LineCounts | null = null;
	let newest: number | null = null;
	new Counter({
		name: 'tlsaudit_lines_total',
		help: 'Lines read, each of one kind: understood, irrelevant (of mail, and about no session), foreign, malformed.',
		labelNames: ['kind'] as const,
		registers,
		collect() {
			this.reset();
			const coverage = reader?.coverage;
			for (const kind of ['understood', 'irrelevant', 'foreign', 'malformed'] as const)
				this.inc({kind}, coverage?.[kind] ?? 0);
		},
	});
	new Counter({
		name: 'tlsaudit_lines_not_understood_total',
		help: 'Lines that speak of TLS and that no rule knew; each is also of one of the kinds of tlsaudit_lines_total.',
		registers,
		collect() {
			this.reset();
			this.inc(reader?.coverage.notUnderstood ?? 0);
		},
	});
	new Gauge({
		name: 'tlsaudit_lag_seconds',
		help: 'Seconds between the time of the newest line and now; NaN before the first line that has a time.',
		registers,
		collect() {
			this.set(newest === null ? Number.NaN : (now() - newest) / 1000);
		},
	});
	new Gauge({
		name: 'tlsaudit_reading',
		help: '1 while the log is read, 0 before, and when it has ended or cannot be read any more.',
		registers,
		collect() {
			this.set(state() === 'reading' ? 1 : 0);
		},
	});
	return read => {
		reader = read;
		const {lineTime} = read;
		if (lineTime !== null && (newest === null || lineTime > newest)) newest = lineTime;
	};
}

/** Makes the counters of a live log, all of them at 0. */
export function createLiveMetrics(options: MetricsOptions): LiveMetrics {
	const registry = new Registry();
	let state: ReadingState = 'starting';
	new Gauge({
		name: 'tlsaudit_build_info',
		help: 'Always 1; the versions of tlsaudit and of Node.js, and the policy that sessions are judged by.',
		labelNames: ['version', 'node', 'policy'] as const,
		registers: [registry],
	}).set({version: options.version, node: process.version, policy: options.policy.name}, 1);
	return {
		sessions: sessionCounters(options, registry),
		lines: lineCounters(options.now, () => state, registry),
		turn(next) {
			state = next;
		},
		state: () => state,
		text: () => registry.metrics(),
		mediaType: registry.contentType,
	};
}
