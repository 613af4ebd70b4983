import {noteTuples, partOf} from '../lake/lake-part.ts';
import {segmentPath, segmentSessions} from '../lake/lake-paths.ts';
import {idTables, sharedIds} from '../lake/segment-rows.ts';
import {openRowIds} from '../ledger/open-sessions.ts';
import type {Row, Store} from '../store.ts';
import {cutOf, type Day, dropDay, makeTuples, sortDay} from './cut-segments.ts';
import type {Destination, Segment} from './destination.ts';
import {fingerprintOf} from './fingerprint.ts';
import {atOnce, begunSegments, notePublished, noteUnpublished, type Resumed, resume} from './resume.ts';

/*
 * An export sends what import steps brought since the last one. A session that has an end never changes, and one that was open
 * comes again with a later step when it has ended, so the numbers of two steps say which rows a batch has: those of no other, whenever it
 * is asked. A batch is noted in the database before its first file is begun, and again when all are written; only then the part is, and only
 * segments that it lists count. Killed at any moment, the next export writes the same files once more.
 */

/** What an export did. */
export type Exported = {
	readonly sessions: number;
	readonly segments: number;
	/** Sessions that are not over yet; they are in the part of the database. */
	readonly open: number;
	/** It was asked to stop before all was sent. */
	readonly stopped: boolean;
};

/** Where sessions go, by whose name, and how many go into a segment at most. */
type Target = {readonly destination: Destination; readonly fingerprint: string; readonly most: number};

type Batch = {readonly from: number; readonly to: number};

/** Rows numbered at once: DuckDB keeps their former values in memory meanwhile. */
const rowsAtOnce = 1_000_000;

async function numberOf(store: Store, query: string, parameters = {}): Promise<number | null> {
	const [row] = await store.all<{n: number | null}>(`select (${query})::double as n`, parameters);
	return row?.n ?? null;
}

/** Gives rows of a live log, which have no step, one of their own. */
async function numberLooseRows(store: Store): Promise<void> {
	const loose = await numberOf(store, 'select count(*) from session_rows where step is null');
	if (loose === 0) return;
	const last = (await numberOf(store, 'select max(rowid) from session_rows')) ?? 0;
	const step = ((await numberOf(store, 'select max(step) from import_step')) ?? 0) + 1;
	// First the number: rows of a higher one are taken for those of a step that never ended.
	await store.run('update import_step set step = $step', {step});
	for (let from = 0; from <= last; from += rowsAtOnce)
		await store.run(
			`update session_rows set step = $step where step is null and rowid >= ${from} and rowid < ${from + rowsAtOnce}`,
			{step},
		);
	await store.checkpoint();
}

/** Makes the temporary tables of an export. Throws one sentence when two tuples have the same id. */
async function prepareIds(store: Store): Promise<void> {
	// Both connections have temporary tables of their own.
	for (const statement of idTables) await Promise.all([store.read(statement), store.run(statement)]);
	for (const query of sharedIds)
		if (((await numberOf(store, `select coalesce(sum(shared), 0) from (${query})`)) ?? 0) > 0)
			throw new Error(
				'two handshakes of the database have the same number of 64 bits; report it as an error of tlsaudit',
			);
	await makeTuples(store);
	await store.read(`create or replace temp table open_rows as ${openRowIds}`);
}

/** Closed sessions of a batch that the target does not have yet. */
const batchRows = ({from, to}: Batch): string =>
	`(from session_rows s anti join open_rows n on n.id = s.rowid anti join temp.there t on t.session = s.rowid
		where s.step > ${from} and s.step <= ${to})`;

type Group = {
	readonly day: string | null;
	readonly log_host: string | null;
	readonly sessions: number;
	readonly next: number;
};

/** The days and hosts of a batch, with the number of their next segment. */
const groupsOf = (store: Store, target: string, batch: Batch): Promise<Group[]> =>
	store.all<Group & Row>(
		// The day becomes a text when its sessions are counted: as a text of each session it took as long as all else.
		`with d as (select s.started_at::date as day, s.origin, count(*) as sessions from ${batchRows(batch)} s group by all),
			g as (select strftime(day, '%Y-%m-%d') as day, o.log_host, sum(sessions)::double as sessions
				from d join origins o using (origin) group by all)
		select g.*, coalesce((select max(e.number) from exported e where e.target = $target and e.sent
			and e.day is not distinct from g.day and e.log_host is not distinct from g.log_host), 0)::double + 1 as next
		from g order by day nulls last, log_host nulls last`,
		{target},
	);

const segmentsOf = (groups: readonly Group[], fingerprint: string, most: number): Segment[] =>
	groups.flatMap(({day, log_host: logHost, sessions, next}) =>
		Array.from({length: Math.ceil(sessions / most)}, (_, index) => ({
			...{day, logHost, fingerprint},
			number: next + index,
			sessions: Math.min(most, sessions - index * most),
		})),
	);

async function noteBegun(store: Store, target: string, to: number, segments: readonly Segment[]): Promise<void> {
	for (const {day, logHost, number, sessions} of segments)
		await store.run('insert into exported values ($target, $day, $logHost, $number, $sessions, $to, false)', {
			...{target, day, logHost, number, sessions, to},
		});
}

/** Notes what is going to be sent. */
const noteSegments = (store: Store, target: string, to: number, segments: readonly Segment[]): Promise<void> =>
	atOnce(store, async () => {
		for (const statement of noteTuples(target)) await store.run(statement);
		await store.run('delete from exported where target = $target and not sent', {target});
		await noteBegun(store, target, to, segments);
	});

/** Notes that a batch is sent, some segments of which were there before. */
async function noteSent(
	store: Store,
	{destination: {target}, fingerprint}: Target,
	to: number,
	foreign: readonly Segment[],
): Promise<void> {
	await atOnce(store, async () => {
		await noteBegun(store, target, to, foreign);
		await noteUnpublished(store, target);
		await store.run('update exported set sent = true where target = $target and not sent', {target});
		await store.run('delete from exports where target = $target', {target});
		await store.run('insert into exports values ($target, $fingerprint, $to)', {target, fingerprint, to});
	});
}

/** Sends the segments of a sorted day, given in the order of hosts; gives whether it was not asked to stop before. */
async function sendDay(
	store: Store,
	{sendSegment}: Destination,
	day: Day,
	segments: readonly Segment[],
	mine: ReadonlySet<string>,
	stop: AbortSignal,
): Promise<boolean> {
	let from = 0;
	for (const segment of segments) {
		if (stop.aborted) return false;
		await sendSegment(cutOf(day, from, segment.sessions), segment, mine.has(segmentPath(segment)));
		from += segment.sessions;
	}
	await dropDay(store, day);
	return true;
}

/** Sends a batch; gives its segments, or null when it was asked to stop before they were all written. */
async function sendBatch(store: Store, target: Target, batch: Batch, stop: AbortSignal): Promise<Segment[] | null> {
	const {destination, fingerprint, most} = target;
	const groups = await groupsOf(store, destination.target, batch);
	const segments = segmentsOf(groups, fingerprint, most);
	const begun = await begunSegments(store, destination.target, fingerprint);
	await destination.makeRoom(begun, segments);
	const mine = new Set(begun.map(segmentPath));
	// What somebody else has sent is noted when it is found to be the same, so that no later export takes it for its own.
	const taken = await destination.taken(segments);
	const isForeign = (segment: Segment): boolean => taken.has(segmentPath(segment)) && !mine.has(segmentPath(segment));
	await noteSegments(
		store,
		destination.target,
		batch.to,
		segments.filter(each => !isForeign(each)),
	);
	await destination.sendTuples();
	const days = [...new Set(segments.map(({day}) => day))].map((day, index): Day => ({day, table: `day_${index}`}));
	const sort = async (day: Day | undefined): Promise<void> => {
		if (day !== undefined) await sortDay(store, batchRows(batch), day, destination.columns);
	};
	await sort(days[0]);
	for (const [index, day] of days.entries()) {
		const own = segments.filter(segment => segment.day === day.day);
		// The next day is sorted while this one is sent.
		const [whole] = await Promise.all([sendDay(store, destination, day, own, mine, stop), sort(days[index + 1])]);
		if (!whole) return null;
	}
	await noteSent(store, target, batch.to, segments.filter(isForeign));
	return segments;
}

/** Prepares what is sent; gives where it goes on. */
async function begin(store: Store, destination: Destination): Promise<Resumed> {
	await numberLooseRows(store);
	await prepareIds(store);
	return resume(store, destination, target => fingerprintOf(store, target));
}

/**
 * Brings a destination up to date with the closed sessions of a database: segments, and the part of the database. Safe to repeat and safe to
 * kill. Throws one sentence when something cannot be sent, or when another database has sent other sessions under its name.
 */
export async function exportTo(
	store: Store,
	destination: Destination,
	stop: AbortSignal,
	most = segmentSessions,
): Promise<Exported> {
	// Both connections work at once: with two threads of its own each query took twice the time of the processor.
	await store.run('set threads = 1');
	const {target} = destination;
	const {fingerprint, first, id} = await begin(store, destination);
	const imported = (await numberOf(store, 'select max(step) from import_step')) ?? 0;
	let sessions = 0;
	let segments = 0;
	let stopped = false;
	for (let last = first; !stopped; ) {
		const begun = await numberOf(store, 'select max(step) from exported where target = $target and not sent', {target});
		const to = begun ?? imported;
		if (begun === null && last !== null && to <= last) break;
		const sent = await sendBatch(store, {destination, fingerprint, most}, {from: last ?? 0, to}, stop);
		stopped = sent === null;
		segments += sent?.length ?? 0;
		sessions += sent?.reduce((sum, each) => sum + each.sessions, 0) ?? 0;
		last = to;
	}
	const open = (await numberOf(store, 'select count(*) from open_sessions')) ?? 0;
	if (!stopped) {
		await destination.sendPart(partOf(target, {fingerprint, id, step: imported}), fingerprint);
		await notePublished(store, target);
	}
	await store.checkpoint();
	return {sessions, segments, open, stopped};
}
