import {randomUUID} from 'node:crypto';
import {handshakeFlags, handshakeNames, originNames, ownNames} from '../lake/segment-rows.ts';
import {sessionColumns} from '../schema.ts';
import type {Connection} from './connection.ts';

/*
 * The tables of a ClickHouse server. `session_rows` has the sessions, each with the number of its segment; `handshakes` and `origins` what
 * many of them have alike; `segments` is the ledger of what was sent; `parts` has what each database says besides, as one row, so that it
 * is replaced as a whole; `identity` is the id by which databases know the tables, under whatever name of whichever replica. Times are microseconds since 1970 in UTC, as old servers know no fractions of a second.
 */

/** Raised when the tables change so that an older program would misread them. */
export const serverFormat = 1;

/** Blocks of which a server remembers that it has them; more than an export that is repeated sends between two attempts. */
const remembered = 10_000;

const serverType = {timestamp: 'Int64', integer: 'Int32', text: 'String'} as const;

const columnsOf = (listed: readonly string[]): string =>
	listed
		.map(name => {
			const column = sessionColumns.find(each => each.name === name);
			const flag = handshakeFlags.some(each => each === name);
			return `${name} Nullable(${flag ? 'UInt8' : serverType[column?.type ?? 'text']})`;
		})
		.join(', ');

type Table = {
	readonly name: string;
	readonly columns: string;
	readonly engine: 'MergeTree' | 'ReplacingMergeTree';
	/** Of the engine: the column of which the greatest value stays. */
	readonly version?: string;
	readonly rest: string;
};

const tables: readonly Table[] = [
	{
		name: 'session_rows',
		columns: `segment UInt64, day Date, handshake_id Int64, origin_id Int64, ${columnsOf(ownNames)}`,
		engine: 'MergeTree',
		rest: 'partition by toYYYYMM(day) order by (day, segment)',
	},
	{
		name: 'handshakes',
		columns: `handshake_id Int64, ${columnsOf(handshakeNames)}`,
		engine: 'ReplacingMergeTree',
		rest: 'order by handshake_id',
	},
	{
		name: 'origins',
		columns: `origin_id Int64, ${columnsOf(originNames)}`,
		engine: 'ReplacingMergeTree',
		rest: 'order by origin_id',
	},
	{
		name: 'segments',
		columns:
			'name String, segment UInt64, fingerprint String, day Date, log_host Nullable(String), sessions UInt32, format UInt32',
		engine: 'ReplacingMergeTree',
		rest: 'partition by toYYYYMM(day) order by (name, segment)',
	},
	{
		name: 'parts',
		columns: 'fingerprint String, version UInt64, format UInt32, body String',
		engine: 'ReplacingMergeTree',
		version: 'version',
		rest: 'order by fingerprint',
	},
	{name: 'identity', columns: 'id String', engine: 'ReplacingMergeTree', rest: 'order by id'},
];

/** A name or a text within SQL of ClickHouse, which reads a backslash as the beginning of an escape. */
const serverName = (name: string): string => `\`${name.replaceAll(/[\\`]/g, String.raw`\$&`)}\``;
export const serverText = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** Whether a server has a name in its cluster: where `shard` and `replica` are among its macros, tables are replicated. */
async function isReplica({rows}: Connection): Promise<boolean> {
	const macros = await rows<{macro: string}>(`select macro from system.macros where macro in ('shard', 'replica')`);
	return macros.length === 2;
}

/** Makes the tables that are not there yet, on this server. */
export async function createTables(connection: Connection): Promise<void> {
	const replica = await isReplica(connection);
	const [window] = replica
		? ['replicated_deduplication_window']
		: (
				await connection.rows<{name: string}>(
					`select name from system.merge_tree_settings where name = 'non_replicated_deduplication_window'`,
				)
			).map(({name}) => name);
	const settings = [
		'index_granularity = 8192',
		...(window === undefined ? [] : [`${window} = ${remembered}`]),
		...(replica ? [`${window}_seconds = ${30 * 86_400}`] : []),
	];
	for (const {name, columns, engine, version, rest} of tables) {
		const place = serverText(`/clickhouse/tables/{shard}/${connection.database}/${name}`);
		const words = [...(replica ? [place, `'{replica}'`] : []), ...(version === undefined ? [] : [version])];
		await connection.run(
			`create table if not exists ${serverName(connection.database)}.${name} (${columns})
			engine = ${replica ? 'Replicated' : ''}${engine}(${words.join(', ')}) ${rest} settings ${settings.join(', ')}`,
		);
	}
}

/** The ids of the tables, at least one; two where the first exports went to replicas that did not know of each other. */
export async function tablesIds({rows, insert}: Connection): Promise<string[]> {
	const read = async (): Promise<string[]> =>
		(await rows<{id: string}>('select distinct id from identity order by id')).map(({id}) => id);
	const known = await read();
	if (known.length > 0) return known;
	const id = randomUUID();
	await insert({table: 'identity', columns: ['id']}, {json: [JSON.stringify({id})]});
	return [...new Set([...(await read()), id])];
}

/**
 * Throws one sentence when a table is not there, or this user may not insert into it: a server that refuses an insert may close the
 * connection before its answer is read, so it is asked to insert nothing.
 */
export async function checkTables({run}: Connection): Promise<void> {
	for (const {name} of tables) await run(`insert into ${name} select * from ${name} limit 0`);
}

/** Throws one sentence when a newer program has filled the tables. */
export async function checkFormat({name, rows}: Connection): Promise<void> {
	const [row] = await rows<{latest: number}>('select max(format) as latest from parts');
	const format = Number(row?.latest ?? 0);
	if (format > serverFormat)
		throw new Error(
			`${name}: its tables have format ${format}, this program knows up to ${serverFormat}; use a newer tlsaudit`,
		);
}

/** The columns of `session_rows` that say what a session is, in order, and their types; times are numbers of microseconds. */
export const rowNames: readonly string[] = ['handshake_id', 'origin_id', ...ownNames];
export const typeOf = (name: string): 'timestamp' | 'integer' | 'text' | 'id' =>
	ownNames.includes(name) ? (sessionColumns.find(each => each.name === name)?.type ?? 'text') : 'id';
