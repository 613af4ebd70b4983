import {join} from 'node:path';
import type {Held} from '../export/destination.ts';
import {type SegmentName, segmentPath} from '../lake/lake-paths.ts';
import {originNames, ownNames} from '../lake/segment-rows.ts';
import type {Store} from '../store.ts';
import type {Connection} from './connection.ts';
import {among, behind, type Counted, isBehind, requestsOf} from './open-clickhouse.ts';
import {type CsvColumns, csvRows} from './server-csv.ts';
import {rowNames, serverText, typeOf} from './server-tables.ts';

/** Months are kept apart by a date; days that ClickHouse's type has no room for go with those that have none. */
export const serverDay = (day: string | null): string =>
	day !== null && day >= '1970-01-01' && day < '2100-01-01' ? day : '1970-01-01';

/** The name of a segment in the ledger. */
export const nameOf = (segment: SegmentName): string => segmentPath(segment).replace(/\.parquet$/, '');

/** The latest part of a database as a text; null when there is none. */
export async function latestPart({rows}: Connection, fingerprint: string): Promise<string | null> {
	const [part] = await rows<{n: string; body: string}>(
		`select toString(count()) as n, argMax(body, version) as body from parts where fingerprint = ${serverText(fingerprint)}`,
	);
	return part === undefined || part.n === '0' ? null : part.body;
}

/** What says where a session was logged, but for the name of the log. */
const originKey = originNames.filter(name => name !== 'source');

/** What distinguishes one session from another, as expressions of the columns of a server; needs `heldOf` first. */
export const alikeThere: readonly string[] = [
	'handshake_id',
	'origin_key(origin_id)',
	...ownNames.filter(name => name !== 'first_line' && name !== 'last_line'),
];

/** Makes the macro `origin_key`, of the origins of the database and of the server. */
async function makeOriginKeys(store: Store, {save}: Connection, path: string): Promise<void> {
	await save(`select distinct origin_id, ${originKey.map(name => `${name} as ${name}`)} from origins`, path);
	const columns: CsvColumns = [['origin_id', 'id'], ...originKey.map(name => [name, 'text'] as const)];
	const keysOf = (rows: string): string =>
		`select distinct origin_id, md5(json_array(${originKey.map(name => `${name}::text`)})::text) as key from ${rows}`;
	await store.read(
		`create or replace temp table origin_keys as ${keysOf('temp.segment_origins')} union ${keysOf(csvRows([path], columns))}`,
	);
	await store.read(
		'create or replace temp macro origin_key(x) as (select any_value(k.key) from temp.origin_keys k where k.origin_id = x)',
	);
}

/** What a server has of segments that a part lists, or that the database has noted; `folder` is for their sessions. */
export async function heldOf(
	store: Store,
	connection: Connection,
	{target, part, folder}: {readonly target: string; readonly part: string; readonly folder: string},
	listed: readonly SegmentName[],
): Promise<Held> {
	const {name, rows, save} = connection;
	// Its user may not look there; then what comes in the meantime is told by its content.
	if (await isBehind(connection).catch(() => false)) throw new Error(`${name}: ${behind(0, 'segment')}`);
	type Row = {readonly name: string; readonly segment: string; readonly sessions: number};
	const noted = await store.all<{row: string}>(
		`select "row" as row from exported_rows where target = $target and part = 'sent'`,
		{target},
	);
	const said = (JSON.parse(part) as Array<{part: string; row: string}>).filter(each => each.part === 'sent');
	// Where both know a segment, it is the one that the part counts.
	const sent = new Map(
		[...noted, ...said].map(({row}) => {
			const each = JSON.parse(row) as Row;
			return [each.name, each] as const;
		}),
	);
	await makeOriginKeys(store, connection, join(folder, 'origins.csv'));
	const [{fingerprint} = {fingerprint: ''}] = listed;
	const ledger = await rows<{number: string; month: string}>(
		`select distinct toString(segment) as number, toString(toYYYYMM(day)) as month from segments
		where fingerprint = ${serverText(fingerprint)}`,
	);
	const months = new Map(ledger.map(({number, month}) => [number, month]));
	const there: Counted[] = [];
	const removed: SegmentName[] = [];
	for (const segment of listed) {
		const row = sent.get(nameOf(segment));
		const month = months.get(row?.segment ?? '');
		if (row !== undefined && month !== undefined)
			there.push({name: row.name, number: row.segment, sessions: row.sessions, month});
		else if (ledger.some(each => each.month === serverDay(segment.day).replaceAll('-', '').slice(0, 6)))
			throw new Error(`${name}: ${behind(1, 'segment')}`);
		else removed.push(segment);
	}
	return {
		removed,
		async *rows() {
			for (const segments of requestsOf(there)) {
				const [row] = await rows<{n: string}>(
					`select toString(count()) as n from session_rows where ${among(segments)}`,
				);
				const lacking = segments.reduce((sum, {sessions}) => sum + sessions, -Number(row?.n ?? 0));
				if (lacking > 0) throw new Error(`${name}: ${behind(lacking, 'session')}`);
				const path = join(folder, 'held.csv');
				await save(`select ${rowNames} from session_rows where ${among(segments)}`, path);
				const times = rowNames.filter(each => typeOf(each) === 'timestamp');
				yield `(select * replace (${times.map(each => `make_timestamp(${each}) as ${each}`)})
					from ${csvRows(
						[path],
						rowNames.map(each => [each, typeOf(each)]),
					)})`;
			}
		},
	};
}
