import {condition} from '../filter.ts';
import {rowColumns} from '../schema.ts';
import type {Store} from '../store.ts';
import {beginTally, partOf, type TallyPart} from './tally.ts';
import {
	mostCuts,
	type StandingTally,
	type TallyFilter,
	type TallyQuestion,
	type TallySpan,
	type WantedSessions,
} from './tally-request.ts';

/*
 * A tally as a store that is asked again and again, as a screen does: a question that needs other times, or parts sessions at other moments, has
 * the tally made anew where the sessions lie; single sessions are brought from there, a page of them at a time, into the table `single_rows`.
 */

/** The columns of a session and the numbers of its handshake and origin. */
const columns: readonly string[] = [
	...['handshake', 'origin', ...rowColumns.map(({name}) => name), 'deliveries', 'tls_reports'],
];

/** Whether all sessions that pass one filter pass another. */
function isWithin(narrow: TallyFilter, wide: TallyFilter): boolean {
	const [hops, all] = [narrow.hops ?? [], wide.hops ?? []];
	return (
		(narrow.since ?? Number.NEGATIVE_INFINITY) >= (wide.since ?? Number.NEGATIVE_INFINITY) &&
		(narrow.until ?? Number.POSITIVE_INFINITY) <= (wide.until ?? Number.POSITIVE_INFINITY) &&
		(all.length === 0 || (hops.length > 0 && hops.every(hop => all.includes(hop))))
	);
}

const boundsOf = ({since, until}: TallyFilter): number[] => [since, until].flatMap(bound => bound ?? []);

/** The tally that stands, and the times of all sessions. */
type Made = {
	readonly filter: TallyFilter;
	readonly cuts: ReadonlySet<number>;
	readonly span: TallySpan;
	readonly first: number;
	readonly last: number;
};

/** Puts single sessions into `single_rows`: of several parts the first ones of all. */
async function bringFrom(
	store: Store,
	parts: readonly TallyPart[],
	wanted: WantedSessions,
	batch: number,
): Promise<boolean> {
	await store.read(`delete from temp.single_rows where batch = ${batch}`);
	let [all, before] = [true, 0];
	for (const part of parts) {
		const rows = await part.singles(wanted, columns);
		await store.read(`insert into temp.single_rows by name select ${columns}, ${batch} as batch from ${rows}`);
		const [counted] = await store.all<{n: number}>(
			`select count(*)::double as n from temp.single_rows where batch = ${batch}`,
		);
		const there = counted?.n ?? 0;
		if (there - before >= wanted.limit) all = false;
		before = there;
	}
	const sorting = wanted.order.map(name => `${name} ${wanted.descending ? 'desc' : 'asc'} nulls last`);
	// Behind the last one that a part gave, its next ones are missing.
	if (!all)
		await store.read(
			`delete from temp.single_rows where batch = ${batch} and rowid not in (
				select rowid from temp.single_rows where batch = ${batch} order by ${sorting} limit ${wanted.limit})`,
		);
	return all;
}

/**
 * Makes a store that is asked by a tally of sessions which lie in parts. `sessions`: how many they are. It answers a first question, and is null where that
 * has too many cuts.
 */
export async function standingTally(
	store: Store,
	parts: ReadonlyArray<string | TallyPart>,
	sessions: number,
	question: TallyQuestion,
): Promise<Store | null> {
	const all = parts.map(part => (typeof part === 'string' ? partOf(part) : part));
	await store.read(
		`create or replace temp table single_rows as select ${columns}, 0 as batch from open_sessions limit 0`,
	);
	const tallied: Store = {...store, isTally: true};
	let made: Made | null = null;
	let asking = 0;

	/** The span of sessions that pass a filter whose bounds are cuts. */
	async function spanOf(filter: TallyFilter): Promise<TallySpan> {
		const {where, parameters} = await condition(tallied, filter);
		const [span] = await store.all<TallySpan>(
			`select epoch_ms(min(s.started_at))::double as "from", epoch_ms(max(s.last_moment))::double as "to",
				epoch_ms(min(coalesce(s.started_at, s.last_moment)))::double as earliest, epoch_ms(max(s.last_started))::double as newest
			from tally_rows s where ${where}`,
			parameters,
		);
		return span ?? {from: null, to: null, earliest: null, newest: null};
	}

	/** Makes it for a question; gives whether it has few enough cuts. */
	async function make({filter, cutsOf}: TallyQuestion): Promise<boolean> {
		const begun = await beginTally(store, filter, all);
		const wanted = cutsOf(begun.span);
		if (wanted === null) return false;
		const bounds = boundsOf(filter);
		const {since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY} = filter;
		const cuts = new Set([...bounds, ...wanted]);
		// What parted sessions before may be asked again.
		for (const cut of made?.cuts ?? []) if (cut > since && cut < until && cuts.size < mostCuts) cuts.add(cut);
		await begun.make([...cuts]);
		const [ends] = await store.all<{first: number | null; last: number | null}>(
			`select epoch_ms(min(started_at))::double as first, epoch_ms(max(last_started))::double as last from tally_rows`,
		);
		made = {
			filter,
			cuts,
			span: begun.span,
			first: ends?.first ?? Number.POSITIVE_INFINITY,
			last: ends?.last ?? Number.NEGATIVE_INFINITY,
		};
		return true;
	}

	async function isAnswered(stands: Made, {filter, cutsOf}: TallyQuestion): Promise<boolean> {
		// A moment before or behind all sessions parts none.
		const isThere = (cut: number): boolean => stands.cuts.has(cut) || cut <= stands.first || cut > stands.last;
		if (!isWithin(filter, stands.filter) || !boundsOf(filter).every(isThere)) return false;
		const isSame = isWithin(stands.filter, filter);
		return cutsOf(isSame ? stands.span : await spanOf(filter))?.every(isThere) ?? true;
	}

	async function working<T>(work: () => Promise<T>): Promise<T> {
		asking += 1;
		try {
			return await work();
		} finally {
			for (const part of all) await part.forget?.();
			asking -= 1;
		}
	}

	const tally: StandingTally = {
		sessions,
		answer: async next => {
			if (made !== null && (await isAnswered(made, next))) return false;
			return working(() => make(next));
		},
		isAsking: () => asking > 0,
		newest: async () => (made === null || made.last === Number.NEGATIVE_INFINITY ? null : made.last),
		cuts: () => [...(made?.cuts ?? [])].sort((a, b) => a - b),
		bring: (wanted, batch) => working(() => bringFrom(store, all, wanted, batch)),
	};
	return (await tally.answer(question)) ? {...tallied, tally} : null;
}
