import type {Store} from '../store.ts';
import type {LiveLoader} from './live-loader.ts';

/** What a live screen keeps: sessions of the last `ms` (by the log's own clock), and no more than `sessions`. */
export type Keep = {readonly ms: number | null; readonly sessions: number | null};

export type Retention = {
	/** Tidies up when enough was added since the last time; never twice at once. */
	readonly step: () => void;
	/** Resolves when nothing is being tidied up. */
	readonly idle: () => Promise<void>;
};

/** DuckDB packs rows in groups of 122 880; tidying after a third of one bounds what lies unpacked to some 20 MB. */
const everySessions = 40_960;
/** Handshakes and origins are few unless a peer makes them up: above this number those without sessions are dropped. */
const mostEntries = 5000;

/** Deletes what is older than the rules allow. A row's number grows with its age, so counts are deleted by number. */
async function deleteOld(store: Store, keep: Keep): Promise<void> {
	if (keep.sessions !== null) {
		const counted = await store.all<{rows: number; first: number | null}>(
			'select count(*)::double as rows, min(rowid)::double as first from live_sessions',
		);
		const {rows = 0, first = null} = counted[0] ?? {};
		if (first !== null && rows > keep.sessions)
			await store.run(`delete from live_sessions where rowid < ${first + rows - keep.sessions}`);
	}
	if (keep.ms !== null)
		await store.run(
			// The log's present is what most of the newest rows say: one stamp from the future must not empty the screen.
			`delete from live_sessions where started_at < (
				select quantile_disc(started_at, 0.5) from (select started_at from live_sessions order by rowid desc limit 1000)
			) - to_milliseconds($ms::bigint)`,
			{ms: keep.ms},
		);
}

/** Deletes entries that no session has any more, where there are many. */
async function forget(
	store: Store,
	loader: LiveLoader,
	what: 'handshake' | 'origin',
	tables: readonly string[],
): Promise<void> {
	const unused = await store.all<{number: number; entries: number}>(
		`select ${what} as number, (select count(*) from ${tables[0]})::double as entries from ${tables[0]}
		where ${what} not in (select ${what} from live_sessions)`,
	);
	if ((unused[0]?.entries ?? 0) < mostEntries) return;
	const forgotten = loader.forget(what, new Set(unused.map(({number}) => number)));
	if (forgotten.length === 0) return;
	for (const table of tables) await store.run(`delete from ${table} where ${what} in (${forgotten})`);
}

/**
 * Keeps a live store small. A checkpoint packs rows to a tenth and gives back what was deleted (measured: a million
 * sessions in 40 MB); while it runs the loader holds its rows back, and reading goes on.
 */
export function createRetention(store: Store, loader: LiveLoader, keep: Keep): Retention {
	let tidied = 0;
	let running: Promise<void> | null = null;

	async function tidy(): Promise<void> {
		await deleteOld(store, keep);
		await forget(store, loader, 'handshake', ['handshakes', 'handshake_findings', 'handshake_evidence']);
		await forget(store, loader, 'origin', ['live_origins']);
		await store.track(store.writer.run('checkpoint').then(() => undefined));
	}
	return {
		step() {
			if (running !== null || loader.added - tidied < everySessions) return;
			tidied = loader.added;
			loader.flush();
			loader.hold();
			running = tidy()
				// A checkpoint that a query stood in the way of is made up for by the next one.
				.catch(() => undefined)
				.finally(() => {
					running = null;
					loader.release();
				});
		},
		idle: async () => {
			await running;
		},
	};
}
