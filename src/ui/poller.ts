import type {Query, ViewResult} from './query.ts';
import type {Progress, ScreenData} from './screen-data.ts';

/** What the screen draws from. A new object whenever something changed. */
export type Snapshot = {
	readonly result: ViewResult | null;
	/** The query of that result. */
	readonly query: Query | null;
	/** Sessions that the result is about, before any filter of the screen; those of the result before it until there is one. */
	readonly sessions: number | null;
	readonly progress: Progress;
	/** Lines a second, over the last seconds. */
	readonly rate: number;
	/** Lines read when what is on the screen was asked for, while paused; null while it moves. */
	readonly pausedAt: number | null;
	/** Why a query failed; shown on the screen. */
	readonly problem: string | null;
};

/** An external store for React, which changes on its own clock: twice a second, and when the result of a new query comes. */
export type Poller = {
	readonly subscribe: (listener: () => void) => () => void;
	readonly get: () => Snapshot;
	/** The page on the screen wants this. Asked at once when it is new. */
	readonly want: (query: Query | null) => void;
	readonly pause: (on: boolean) => void;
	/** Waits for the query under way; nothing is asked any more. */
	readonly stop: () => Promise<void>;
};

/** A query, and what its result depends on. */
type Asked = {readonly key: string; readonly version: number | null};

/** Two frames a second look alive, and cost half of what four do. */
const everyMs = 500;
const earlyMs = 100;
const earlyFor = 2000;
/** While a log streams in, a query is followed by a rest of so many times its own time: reading goes first. */
const rest = 16;
/** But never more often than this, once there is something to see. */
const leastRest = 200;
const longestRest = 5000;
/** Rates are measured over so many ticks. */
const rateTicks = 8;

/**
 * Asks for what the page wants, one query at a time, and keeps what the screen draws from. It is one long function, as two
 * clocks, the query under way and the page change the same few variables.
 */
export function createPoller(data: ScreenData, clock: () => number = () => performance.now()): Poller {
	const listeners = new Set<() => void>();
	let snapshot: Snapshot = {
		result: null,
		query: null,
		sessions: null,
		progress: data.progress(),
		rate: 0,
		pausedAt: null,
		problem: null,
	};
	let wanted: Query | null = null;
	let asked: Asked | null = null;
	/** What the result on the screen was asked with, or what failed in its place. */
	let answered: Asked | null = null;
	let running: Promise<void> | null = null;
	let quietUntil = 0;
	let ticked = Number.NEGATIVE_INFINITY;
	let began = 0;
	let stopped = false;
	/** What changed since the last frame and can wait for the result under way. */
	let later: Partial<Snapshot> = {};
	let counts: Array<{time: number; lines: number}> = [];

	function update(part: Partial<Snapshot>): void {
		snapshot = {...snapshot, ...later, ...part};
		later = {};
		for (const listener of listeners) listener();
	}

	/** What the result depends on, as a number that changes with it. */
	function versionFor({dependsOn}: Query): number | null {
		if (dependsOn === null) return null;
		if (dependsOn === 'sessions') return data.version();
		// Lines of archives are counted by kind at the end, when none comes any more.
		const {lines, phase} = data.progress();
		return phase === 'ended' ? lines + 0.5 : lines;
	}

	/** The end of reading is not said above numbers that are older than it. */
	function progressOf(): Progress {
		const progress = data.progress();
		if (progress.phase !== 'ended' || wanted === null || snapshot.pausedAt !== null) return progress;
		const isOlder = answered?.key !== wanted.key || answered.version !== versionFor(wanted);
		return isOlder ? {...progress, phase: snapshot.progress.phase} : progress;
	}

	/** Nothing is read any more that a query could hold up, and the screen does not say so yet. */
	const hasEnded = (): boolean => snapshot.progress.phase !== 'ended' && data.progress().phase === 'ended';

	async function ask(query: Query): Promise<void> {
		began = clock();
		const {lines} = data.progress();
		const now = {key: query.key, version: versionFor(query)};
		asked = now;
		try {
			const result = await query.ask(data);
			// The page may have gone meanwhile: then the result is of no use to anybody.
			if (!stopped && wanted?.page === query.page) {
				answered = now;
				// A view that is opened while paused does not move from then on, and the banner counts from then.
				const pausedAt = snapshot.pausedAt === null ? null : lines;
				update({result, query, sessions: data.counted(), problem: null, pausedAt, progress: progressOf()});
			}
		} catch (error) {
			if (!stopped && wanted?.page === query.page) {
				answered = now;
				update({problem: error instanceof Error ? error.message : String(error)});
			}
		}
		const took = clock() - began;
		const isEmpty = (now.version ?? 0) <= 0;
		const isOver = data.progress().phase === 'ended';
		const pause = Math.min(isOver ? leastRest : Math.max(took * rest, leastRest), longestRest);
		quietUntil = isEmpty ? 0 : clock() + pause;
	}

	function step(): void {
		if (stopped || running !== null || wanted === null) return;
		const isNew = asked?.key !== wanted.key;
		const isStale = snapshot.pausedAt === null && asked?.version !== versionFor(wanted);
		if (!isNew && !(isStale && (hasEnded() || clock() >= quietUntil))) return;
		running = ask(wanted).finally(() => {
			running = null;
			if (wanted !== null && asked?.key !== wanted.key) step();
		});
	}

	function tick(): void {
		// The two clocks strike together at times.
		if (clock() - ticked < earlyMs / 2) return;
		ticked = clock();
		const progress = progressOf();
		const time = clock();
		counts = [...counts, {time, lines: progress.lines}].slice(-rateTicks);
		const first = counts[0];
		const rate =
			first === undefined || time <= first.time
				? 0
				: Math.round(((progress.lines - first.lines) * 1000) / (time - first.time));
		const before = snapshot.progress;
		const same =
			before.lines === progress.lines &&
			before.sessions === progress.sessions &&
			before.phase === progress.phase &&
			before.problems.length === progress.problems.length;
		if (!same || rate !== snapshot.rate) later = {progress, rate};
		step();
		// One frame for both, unless the result takes long.
		const isSlow = running !== null && clock() - began > everyMs;
		if (later.progress !== undefined && (running === null || isSlow)) update({});
	}

	// The keyboard keeps the process alive, not the clock.
	const timer = setInterval(tick, everyMs).unref();
	// The first screen is filled as soon as there is something to fill it with, and the last one as soon as all is read.
	const born = clock();
	const early = setInterval(() => {
		const isEarly = clock() - born < earlyFor;
		if (isEarly || hasEnded()) tick();
		else if (data.progress().phase !== 'reading') clearInterval(early);
	}, earlyMs).unref();
	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		get: () => snapshot,
		want(query) {
			wanted = query;
			step();
		},
		pause(on) {
			if (on === (snapshot.pausedAt !== null)) return;
			update({pausedAt: on ? data.progress().lines : null});
			quietUntil = 0;
			step();
		},
		async stop() {
			stopped = true;
			clearInterval(timer);
			clearInterval(early);
			await running;
		},
	};
}
