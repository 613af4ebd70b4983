import {noteSums, sumParts} from '../lake/lake-part.ts';
import {type SegmentName, segmentPath} from '../lake/lake-paths.ts';
import {segmentRows} from '../lake/segment-rows.ts';
import {quoted} from '../quoted.ts';
import type {Row, Store} from '../store.ts';
import type {Destination} from './destination.ts';
import {databaseId} from './fingerprint.ts';

/*
 * Where an export goes on. What the database has noted for a target holds as long as the part that lies there says the same. Where it says
 * something else, or the database has noted nothing, sessions are told by what they are: those that are there already are not sent again, and
 * what is there and was deleted from the database since stays. So a lake that is copied or filled by a copy of the database is as right as one
 * that is filled again by a database that was lost and made anew.
 */

/** What lies at a target of a database. */
type Part = {
	/** Of the database that has sent it; null: by a program that did not say. */
	readonly id: string | null;
	readonly step: number;
	readonly segments: readonly SegmentName[];
	readonly body: string;
};

/** Runs statements of the writer as one transaction. */
export async function atOnce(store: Store, work: () => Promise<void>): Promise<void> {
	await store.run('begin');
	try {
		await work();
		await store.run('commit');
	} catch (error) {
		await store.run('rollback').catch(() => undefined);
		throw error;
	}
}

const tables = ['exports', 'exported', 'exported_rows'] as const;

/** Forgets what was sent to a target. */
const forget = (store: Store, target: string): Promise<void> =>
	atOnce(store, async () => {
		for (const table of tables) await store.run(`delete from ${table} where target = $target`, {target});
	});

/** Segments of a target that the database has noted. */
async function notedSegments(
	store: Store,
	target: string,
	sent: boolean,
): Promise<Array<Omit<SegmentName, 'fingerprint'>>> {
	const rows = await store.all<{day: string | null; log_host: string | null; number: number}>(
		`select day, log_host, number from exported where target = $target and ${sent ? '' : 'not '}sent`,
		{target},
	);
	return rows.map(({log_host: logHost, ...rest}) => ({...rest, logHost}));
}

/** The segments that were begun and are not sent. */
export const begunSegments = async (store: Store, target: string, fingerprint: string): Promise<SegmentName[]> =>
	(await notedSegments(store, target, false)).map(each => ({...each, fingerprint}));

async function partOf({part}: Destination, fingerprint: string): Promise<Part | null> {
	const body = await part(fingerprint);
	if (body === null) return null;
	let id: string | null = null;
	let step = 0;
	const segments: SegmentName[] = [];
	for (const {part: name, row} of JSON.parse(body) as Array<{part: string; row: string}>) {
		if (name !== 'database' && name !== 'segments') continue;
		const said = JSON.parse(row);
		if (name === 'segments') segments.push({day: said.day, logHost: said.log_host, number: said.number, fingerprint});
		else [id, step] = [said.id ?? null, said.step];
	}
	return {id, step, segments, body};
}

/** The mark that the part which lies at a target has all that is noted as sent. */
const published = 'published';

/** Notes that the part was sent. */
export const notePublished = (store: Store, target: string): Promise<void> =>
	store.run('insert into exported_rows values ($target, $published, $none)', {target, published, none: '{}'});
/** Notes that more is sent than the part says; in the transaction that is open. */
export const noteUnpublished = (store: Store, target: string): Promise<void> =>
	store.run('delete from exported_rows where target = $target and part = $published', {target, published});

/** Whether a part says what the database has noted. An export that was killed has noted more. */
async function isAsNoted(store: Store, target: string, {id, segments}: Part, own: string): Promise<boolean> {
	const noted = new Set(
		(await notedSegments(store, target, true)).map(each => segmentPath({...each, fingerprint: ''})),
	);
	const [mark] = await store.all('from exported_rows where target = $target and part = $published', {
		...{target, published},
	});
	return (
		(id === own || id === null) &&
		segments.every(each => noted.has(segmentPath({...each, fingerprint: ''}))) &&
		(mark === undefined || noted.size === segments.length)
	);
}

/**
 * Whether nothing is left of what the database has noted as sent, nor may come. Where some of it is there, an export was killed before it sent
 * its first part, and what is gone was removed: to send all again would have the rest twice under other names.
 */
async function isEmptied(
	store: Store,
	{target, taken, mayHaveMore}: Destination,
	fingerprint: string,
): Promise<boolean> {
	if (await mayHaveMore()) return false;
	const noted = (await notedSegments(store, target, true)).map(each => ({...each, fingerprint}));
	return noted.length > 0 && (await taken(noted)).size === 0;
}

/**
 * Finds the closed sessions that a target has, as the rows `session` of the temporary table `there`; throws one sentence when another database
 * has sent others.
 */
async function findSessions(
	store: Store,
	{alike, columns, held, refusal}: Destination,
	segments: readonly SegmentName[],
	isOwn: boolean,
	fingerprint: string,
): Promise<void> {
	const {removed, rows} = await held(segments);
	await store.read('create or replace temp table sent_alike(h ubigint, n bigint)');
	for await (const query of rows())
		await store.read(`insert into sent_alike select hash(${alike}), count(*) from ${query} group by all`);
	await store.read(
		`create or replace temp table own_alike as select session, started_at::date as day, h, row_number() over (partition by h) as nth
			from (select session, started_at, hash(${alike}) as h from (${segmentRows(
				'(select s.rowid as session, s.* from session_rows s anti join temp.open_rows n on n.id = s.rowid)',
				[...new Set([...columns, 'started_at', 'session'])],
			)}))`,
	);
	const sent = '(select h, sum(n) as n from sent_alike group by h)';
	const [others] = await store.all<{n: number}>(
		`select coalesce(sum(greatest(s.n - coalesce(o.n, 0), 0)), 0)::double as n
		from ${sent} s left join (select h, count(*) as n from own_alike group by h) o using (h)`,
	);
	if (!isOwn && (others?.n ?? 0) > 0) throw new Error(refusal(fingerprint));
	const days = removed.map(({day}) => (day === null ? 'null' : `date ${quoted(day)}`));
	await store.read(
		`create or replace temp table there as select o.session from own_alike o left join ${sent} s using (h)
			where o.nth <= coalesce(s.n, 0) ${days.length === 0 ? '' : `or exists (select 1 from (select unnest([${days}]) as day) r where r.day is not distinct from o.day)`}`,
	);
	for (const table of ['sent_alike', 'own_alike']) await store.read(`drop table temp.${table}`);
}

/** Those segments that the database has sent, and that are there, though a part does not list them: an export was killed before it sent its own. */
async function unlistedSegments(
	store: Store,
	{target, taken}: Destination,
	{segments}: Part,
	fingerprint: string,
): Promise<SegmentName[]> {
	const listed = new Set(segments.map(segmentPath));
	const noted = (await notedSegments(store, target, true)).map(each => ({...each, fingerprint}));
	const others = noted.filter(each => !listed.has(segmentPath(each)));
	const there = others.length === 0 ? new Set<string>() : await taken(others);
	return others.filter(each => there.has(segmentPath(each)));
}

/** Takes what a part says, and some segments, for what the database has sent. The sums of a database that was made anew are its own. */
async function adopt(
	store: Store,
	target: string,
	{body, step}: Part,
	segments: readonly SegmentName[],
	isOwn: boolean,
): Promise<void> {
	const kept = ['handshakes', 'origins', 'sent', ...(isOwn ? sumParts : [])];
	const rows = `(select e->>'part' as part, e->>'row' as "row" from (select unnest($body::json[]) as e))`;
	const listed = JSON.stringify(segments);
	const listedRows = `(select e->>'day' as day, e->>'logHost' as log_host, (e->>'number')::integer as number
		from (select unnest($listed::json[]) as e))`;
	await atOnce(store, async () => {
		await store.run('delete from exports where target = $target', {target});
		// What a server calls the segments that only the database has noted stays.
		await store.run(
			`delete from exported_rows where target = $target and (part <> 'sent' or ("row"->>'name') in (
				select "row"->>'name' from ${rows} where part = 'sent'))`,
			{target, body},
		);
		await store.run(
			`insert into exported_rows select $target, part, "row" from ${rows} where part in (${kept.map(quoted)})`,
			{target, body},
		);
		if (!isOwn) for (const statement of noteSums(target)) await store.run(statement);
		await store.run(
			`delete from exported where target = $target and (sent or exists (select 1 from ${listedRows} l
				where l.day is not distinct from exported.day and l.log_host is not distinct from exported.log_host
				and l.number = exported.number))`,
			{target, listed},
		);
		await store.run(`insert into exported select $target, day, log_host, number, 0, $step, true from ${listedRows}`, {
			...{target, listed, step},
		});
	});
}

/** Gives what was noted under the former name of a target its id. Without a part nothing shows that it is the same. */
async function renameTarget(store: Store, {target, former, part}: Destination): Promise<void> {
	const [known] = await store.all<Row & {target: string; fingerprint: string}>(
		`select target, fingerprint from exports where target in ($target, $former) order by target = $target desc limit 1`,
		{target, former},
	);
	if (known === undefined || known.target === target) return;
	if ((await part(known.fingerprint)) === null) return forget(store, former);
	await atOnce(store, async () => {
		for (const table of tables)
			await store.run(`update ${table} set target = $target where target = $former`, {target, former});
	});
}

/** Where an export goes on. */
export type Resumed = {
	/** The step up to which all is sent; null: what is neither open nor in the temporary table `there` is to be sent. */
	readonly first: number | null;
	/** Of the database. */
	readonly id: string;
	readonly fingerprint: string;
};

/**
 * Finds out where an export goes on, and notes it. Needs the tables of ids, and `open_rows`. Throws one sentence when another database has sent
 * other sessions under the same fingerprint.
 */
export async function resume(
	store: Store,
	destination: Destination,
	fingerprintAt: (target: string) => Promise<string>,
): Promise<Resumed> {
	const {target} = destination;
	await store.read('create or replace temp table there(session bigint)');
	await renameTarget(store, destination);
	const fingerprint = await fingerprintAt(target);
	const id = await databaseId(store);
	const [sent] = await store.all<{step: number}>(
		'select max(step)::double as step from exports where target = $target having count(*) > 0',
		{target},
	);
	const part = await partOf(destination, fingerprint);
	const holds =
		part === null ? !(await isEmptied(store, destination, fingerprint)) : await isAsNoted(store, target, part, id);
	if (sent !== undefined && holds) return {first: sent.step, id, fingerprint};
	if (sent !== undefined && part === null) await forget(store, target);
	if (part !== null) {
		const segments = [...part.segments, ...(await unlistedSegments(store, destination, part, fingerprint))];
		const isOwn = part.id === id;
		await findSessions(store, destination, segments, isOwn, fingerprint);
		await adopt(store, target, part, segments, isOwn);
	} else
		await atOnce(store, async () => {
			await store.run('delete from exported_rows where target = $target', {target});
			for (const statement of noteSums(target)) await store.run(statement);
		});
	return {first: null, id, fingerprint};
}
