import type {Filter} from '../../model/filter.ts';
import type {Calendar} from '../../model/periods.ts';
import {condition} from '../filter.ts';
import {periodBins} from '../period-bins.ts';
import type {Store} from '../store.ts';
import {rowsOf, sessionsOf} from '../tally/weight.ts';
import {notePeers, peerKey} from './former-peers.ts';
import {addMonthlySums} from './monthly-sums.ts';
import {addDeliverySums, heldMonths, moveHeldLines} from './outbound-sums.ts';

/** Sessions in the database, or those of them that a filter lets through. */
export async function countSessions(store: Store, filter: Filter = {}): Promise<number> {
	const {where, parameters} = await condition(store, filter);
	const [row] = await store.all<{sessions: number}>(
		`select ${sessionsOf(store)}::double as sessions from ${rowsOf(store)} s where ${where}`,
		parameters,
	);
	return row?.sessions ?? 0;
}

/** Of the sessions that `prune` deleted: how many there were, and ms since 1970 UTC of their last moment (null: none). */
export async function deletedSessions(
	store: Store,
): Promise<{readonly sessions: number; readonly until: number | null}> {
	const [row] = await store.all<{sessions: number; until: number | null}>(
		'select coalesce(sum(sessions), 0)::double as sessions, epoch_ms(max(last_seen))::double as until from monthly_sums',
	);
	return row ?? {sessions: 0, until: null};
}

const lastMoment = 'coalesce(s.ended_at, s.started_at)';

/**
 * Sessions `s` that are to go. Those that an import left open stay: the next one takes them out and gives them anew, and they
 * would count once more.
 */
const isOver = `${lastMoment} < epoch_ms($before::bigint)
	and (s.ended_at is not null or not exists (select 1 from open_sessions o
		where o.started_at is not distinct from s.started_at and o.first_line is not distinct from s.first_line
		and o.handshake = s.handshake and o.origin = s.origin))`;

/** The most that is kept of deleted sessions: handshakes of a month, sums written at once, peers, sums of a month by domain. */
type Limits = {readonly handshakes: number; readonly sums: number; readonly peers: number; readonly domains: number};

/** The tables whose rows go with the last session, or sum, that names them. */
const namedBy = {
	handshake: ['session_rows', 'open_sessions', 'monthly_sums'],
	origin: ['session_rows', 'open_sessions'],
} as const;

/** Deletes the sessions that are to go and keeps their sums; in the writer's transaction that is open. */
async function moveSessions(
	store: Store,
	before: number,
	bins: string,
	zone: string,
	limits: Partial<Limits>,
): Promise<void> {
	await store.run(
		`create or replace temp table going as select s.rowid as row, s.handshake, h.hop, ${peerKey} as peer, s.messages,
			s.started_at, ${lastMoment} as last_seen
		from session_rows s join handshakes h using (handshake) where s.started_at is not null and ${isOver}`,
		{before},
	);
	await addMonthlySums(store, bins, zone, limits);
	await addDeliverySums(store, bins, zone, limits.domains);
	await notePeers(store, limits.peers);
	await store.run('delete from session_rows where rowid in (select row from going)');
	await store.run('drop table temp.going');
}

/**
 * Deletes sessions that were over, or last heard of, before `before` (ms since 1970 UTC), what no other session has in common with
 * them, and lines about mail held back that was last heard of before. Their sums by month of the calendar's zone are kept, and their
 * peers noted, in the same transaction: a kill leaves all of it or nothing. Sessions and lines without a date stay. No loader may be
 * open. Returns how many sessions it deleted.
 */
export async function prune(
	store: Store,
	before: number,
	calendar: Calendar,
	limits: Partial<Limits> = {},
): Promise<number> {
	const bins = await periodBins(store, {where: isOver, parameters: {before}}, 'month', calendar);
	const heldBins = await heldMonths(store, before, calendar);
	if (bins === null && heldBins === null) return 0;
	const sessions = await countSessions(store);
	await store.run('begin');
	try {
		if (bins !== null) await moveSessions(store, before, bins, calendar.zone, limits);
		if (heldBins !== null) await moveHeldLines(store, before, heldBins, calendar.zone, limits.domains);
		for (const [key, tables] of Object.entries(namedBy))
			await store.run(
				`delete from ${key}s where ${key} not in (${tables.map(table => `select ${key} from ${table}`).join(' union all ')})`,
			);
		await store.run('commit');
		return sessions - (await countSessions(store));
	} catch (error) {
		await store.run('rollback').catch(() => undefined);
		throw error;
	}
}
