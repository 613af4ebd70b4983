import type {Loader} from '../load.ts';
import type {Store} from '../store.ts';

/** What a live screen retains: sessions of the last `ms` (by the log's own clock), and no more than `sessions`. */
export type RetentionRules = {readonly ms: number | null; readonly sessions: number | null};

export type Retention = {
	/** Tidies up when enough was added since the last time; never twice at once. */
	readonly step: () => void;
	/** Resolves when nothing is being tidied up. */
	readonly idle: () => Promise<void>;
};

/** DuckDB packs rows in groups of 122 880; tidying after a third of one bounds what lies unpacked to some 20 MB. */
const everySessions = 40_960;
/** Handshakes and origins are few unless a peer makes them up: above this number those without sessions are dropped. */
const mostRows = 5000;

/** Deletes what is older than the rules allow. A row's number grows with its age, so counts are deleted by number. */
async function deleteOld(store: Store, rules: RetentionRules): Promise<void> {
	if (rules.sessions !== null) {
		const counted = await store.all<{rows: number; first: number | null}>(
			'select count(*)::double as rows, min(rowid)::double as first from session_rows',
		);
		const {rows = 0, first = null} = counted[0] ?? {};
		if (first !== null && rows > rules.sessions)
			await store.run(`delete from session_rows where rowid < ${first + rows - rules.sessions}`);
		await store.run(
			`delete from held_lines where rowid <= (select max(rowid) from held_lines) - ${rules.sessions}::bigint`,
		);
	}
	if (rules.ms !== null)
		for (const [table, column] of [
			['session_rows', 'started_at'],
			['held_lines', 'seen_at'],
		])
			await store.run(
				// The log's present is what most of the newest rows say: one stamp from the future must not empty the screen.
				`delete from ${table} where ${column} < (
					select quantile_disc(started_at, 0.5) from (select started_at from session_rows order by rowid desc limit 1000)
				) - to_milliseconds($ms::bigint)`,
				{ms: rules.ms},
			);
}

/** Deletes rows of a lookup table that no session has any more, where there are many. */
async function forget(store: Store, loader: Loader, what: 'handshake' | 'origin'): Promise<void> {
	const table = `${what}s`;
	const unused = await store.all<{number: number; rows: number}>(
		`select ${what} as number, (select count(*) from ${table})::double as rows from ${table}
		where ${what} not in (select ${what} from session_rows)`,
	);
	if ((unused[0]?.rows ?? 0) < mostRows) return;
	// Forgotten first: sessions that come meanwhile bring their rows anew.
	const numbers = unused.map(({number}) => number);
	loader.forget(what, new Set(numbers));
	await store.run(`delete from ${table} where ${what} in (${numbers})`);
}

/**
 * Keeps the store of a live log small; without rules it deletes nothing and only packs, as for a database that keeps all. A
 * checkpoint packs rows to a tenth and gives back what was deleted (measured: a million sessions in 40 MB); while it runs the
 * loader holds its rows back, and reading goes on. `deleted` is called when rows were deleted.
 */
export function createRetention(
	store: Store,
	loader: Loader,
	rules: RetentionRules | null,
	deleted: () => void = () => undefined,
): Retention {
	let tidied = 0;
	let running: Promise<void> | null = null;

	async function tidy(): Promise<void> {
		if (rules !== null) {
			await deleteOld(store, rules);
			await forget(store, loader, 'handshake');
			await forget(store, loader, 'origin');
			deleted();
		}
		await store.track(store.writer.run('checkpoint').then(() => undefined));
	}
	return {
		step() {
			if (running !== null || loader.added - tidied < everySessions) return;
			tidied = loader.added;
			loader.flush();
			loader.hold();
			running = tidy()
				// A checkpoint that a query was in the way of is made up for by the next one.
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
