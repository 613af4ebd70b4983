import type {PageRequest} from '../../model/filter.ts';
import type {Condition} from '../filter.ts';
import type {Store} from '../store.ts';
import {place} from '../tally/tally.ts';
import {type FindingColumn, findingColumns, type StandingTally, type WantedSessions} from '../tally/tally-request.ts';

/*
 * A page of the list of sessions where rows stand for several: the tally tells which groups of sessions the page is of, in its order, and by what these
 * are found; they are brought, and the exact condition is applied to what came. So a page of ten million sessions brings some thousand.
 */

/** A page that is asked for. */
type Asked = Condition &
	PageRequest & {
		/** What the list is ordered by, of sessions `s`, their handshakes `h` and findings `f`. */
		readonly order: string;
		/** The table `f`, for a WITH. */
		readonly findings: string;
	};

/** Groups of so many sessions are brought as one batch. */
const mostAtOnce = 10_000;
/** So many are brought at first where a page is the beginning of a large group; four times as many each time that they are too few. */
const fewest = 2000;

/** Values of a column by which sessions are looked for; of more of them, or of longer ones, nothing is said. */
const most = {values: 500, letters: 16_000};
/** Letters that a server might read otherwise. */
const odd = /[\u0000-\u001F\u007F]/;

/** What a tally groups an order by: columns that it does not have one by one are sorted within the group. */
function groupOf(tally: StandingTally, order: string): {key: string; within: WantedSessions['order']} {
	if (order === 's.messages') return {key: '0', within: ['messages', 'first_line', 'started_at']};
	if (order !== 's.started_at') return {key: order, within: ['first_line', 'started_at']};
	const span = place(
		'epoch_us(s.started_at)',
		tally.cuts().map(cut => cut * 1000),
	);
	return {key: `case when s.started_at is not null then ${span} end`, within: ['started_at', 'first_line']};
}

type Group = {readonly number: number; readonly sessions: number; readonly upto: number};
/** Neighbours that are brought together, and how many sessions of them the page needs. */
type Batch = {readonly from: number; to: number; sessions: number; need: number};

/** Cuts the groups of a page into batches; of a large one the first sessions suffice, up to the end of the page. */
function batchesOf(groups: readonly Group[], end: number): Batch[] {
	const batches: Batch[] = [];
	for (const {number, sessions, upto} of groups) {
		const last = batches.at(-1);
		const need = Math.min(sessions, end - (upto - sessions));
		if (last !== undefined && last.sessions + sessions <= mostAtOnce) {
			last.to = number;
			last.sessions += sessions;
			// The order within holds for one group alone.
			last.need = last.sessions;
		} else batches.push({from: number, to: number, sessions, need});
	}
	return batches;
}

/** By what the sessions in `single_matches` are found. */
async function tracesOf(store: Store): Promise<Pick<WantedSessions, 'among' | 'begun' | 'undated'>> {
	const [times] = await store.all<
		{first: number | null; last: number | null; undated: boolean} & Record<FindingColumn, number>
	>(
		`select epoch_us(min(started_at))::double as first, epoch_us(max(last_started))::double as last,
			coalesce(bool_or(started_at is null), false) as undated,
			${findingColumns.map(name => `approx_count_distinct(${name})::double as ${name}`)} from temp.single_matches`,
	);
	const among: Array<[FindingColumn, Array<string | null>]> = [];
	for (const column of findingColumns) {
		// It is right by some hundredths.
		if ((times?.[column] ?? 0) > 2 * most.values) continue;
		const rows = await store.all<{value: string | null}>(
			`select distinct ${column}::text as value from temp.single_matches limit ${most.values + 1}`,
		);
		const values = rows.map(({value}) => value);
		const letters = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
		if (values.length <= most.values && letters <= most.letters && !values.some(value => odd.test(value ?? '')))
			among.push([column, values]);
	}
	const {first = null, last = null, undated = false} = times ?? {};
	return {among, begun: first === null || last === null ? null : {first, last}, undated};
}

/**
 * Brings the sessions of a page into `single_rows`. Gives how many of the list come before those that are there, and the condition on `judged_singles` that
 * a session is one of them. The sessions are judged before. Not to be run twice at the same time.
 */
export async function bringPage(
	store: Store,
	tally: StandingTally,
	{where, parameters, order, findings, descending, offset, limit}: Asked,
): Promise<{readonly before: number; readonly isOfPage: string}> {
	const {key, within} = groupOf(tally, order);
	const rows = (table: string): string =>
		`${table} s join handshakes h using (handshake) left join f using (judgement)`;
	const end = Math.trunc(offset) + Math.trunc(limit);
	await store.read(
		`create or replace temp table single_groups as
		with ${findings}, g as (select ${key} as key, sum(s.sessions)::double as sessions from ${rows('judged_rows')} where ${where} group by all),
			t as (select *, sum(sessions) over (order by key ${descending ? 'desc' : 'asc'} nulls last) as upto from g)
		select key, sessions, upto, row_number() over (order by upto)::integer as number, -1 as batch from t
		where upto > ${Math.trunc(offset)} and upto - sessions < ${end}`,
		parameters,
	);
	const groups = await store.all<Group>('select number, sessions, upto from temp.single_groups order by number');
	await store.read('delete from temp.single_rows');
	const isOf = (batch: string): string =>
		`exists (select 1 from temp.single_groups g where g.batch = ${batch} and g.key is not distinct from (${key}))`;
	for (const [batch, {from, to, sessions, need}] of batchesOf(groups, end).entries()) {
		await store.read(`update temp.single_groups set batch = ${batch} where number between ${from} and ${to}`);
		await store.read(
			`create or replace temp table single_matches as with ${findings}
			select ${findingColumns.map(name => `s.${name}`)}, s.started_at, s.last_started from ${rows('judged_rows')}
			where ${isOf(String(batch))} and ${where}`,
			parameters,
		);
		const traces = await tracesOf(store);
		const first = need < sessions ? Math.max(fewest, need * 2) : sessions * 2;
		for (let most = Math.max(fewest, first); ; most *= 4) {
			if (await tally.bring({...traces, order: within, descending, limit: most}, batch)) break;
			const [found] = await store.all<{n: number}>(
				`with ${findings} select count(*)::double as n from ${rows('judged_singles')}
				where s.batch = ${batch} and ${isOf(String(batch))} and ${where}`,
				parameters,
			);
			if ((found?.n ?? 0) >= need) break;
		}
	}
	const [group] = groups;
	return {before: group === undefined ? Math.trunc(offset) : group.upto - group.sessions, isOfPage: isOf('s.batch')};
}
