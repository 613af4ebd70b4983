import {createHash} from 'node:crypto';
import {join} from 'node:path';
import type {Destination, Segment} from '../export/destination.ts';
import {type Exported, exportTo} from '../export/export.ts';
import {quoted} from '../quoted.ts';
import type {Store} from '../store.ts';
import {type Connection, connect} from './connection.ts';
import {isBehind} from './open-clickhouse.ts';
import {alikeThere, heldOf, latestPart, nameOf, serverDay} from './sent-before.ts';
import {readServerAddress} from './server-address.ts';
import {
	checkFormat,
	checkTables,
	createTables,
	rowNames,
	serverFormat,
	serverText,
	tablesIds,
	typeOf,
} from './server-tables.ts';
import {folderProblem, makeTemporaryFolder} from './temporary-folder.ts';

/*
 * A segment is one insert of one block: the server has the whole of it or nothing. Before it the ledger is asked, behind it comes its row
 * there, then it is noted in the database. Killed at any moment, it is sent again: the ledger knows it, or the table has its rows, or the
 * server knows the block by its token or its content. A segment is named by its content, too: what was begun and is cut in another way
 * after a kill goes under another number, and what stays of the former counts nowhere, as only segments that a part lists count.
 */

/** What makes an insert one block that a server takes once. */
const oneBlock = {
	max_insert_block_size: 1_048_576,
	min_insert_block_size_rows: 1_048_576,
	min_insert_block_size_bytes: 0,
	input_format_parallel_parsing: 0,
	insert_deduplicate: 1,
	// Newer servers gather inserts of many clients, and answer before they know blocks again.
	async_insert: 0,
};

/** Rows of handshakes and origins that go at once. */
const tuplesAtOnce = 20_000;

/** Handshakes and origins are noted in order: how many of them a server has is a number. */
async function sendTuples(store: Store, {insert}: Connection, target: string): Promise<void> {
	const counted = 'tuples';
	const [row] = await store.all<{row: string}>(
		'select any_value("row") as row from exported_rows where target = $target and part = $counted',
		{target, counted},
	);
	const sent: Record<string, number> = JSON.parse(row?.row ?? '{}');
	for (const table of ['handshakes', 'origins'] as const) {
		for (;;) {
			const rows = await store.all<{row: string}>(
				`select "row" as row from exported_rows where target = $target and part = $table order by rowid
				limit ${tuplesAtOnce} offset ${sent[table] ?? 0}`,
				{target, table},
			);
			const [first] = rows;
			if (first === undefined) break;
			const columns = Object.keys(JSON.parse(first.row));
			await insert({table, columns}, {json: rows.map(each => each.row)}, oneBlock);
			sent[table] = (sent[table] ?? 0) + rows.length;
		}
	}
	await store.run('delete from exported_rows where target = $target and part = $counted', {target, counted});
	await store.run('insert into exported_rows values ($target, $counted, $row)', {
		...{target, counted, row: JSON.stringify(sent)},
	});
}

/** Tuples that are looked up at once: with their numbers a query that servers take as it is. */
const mostLookedUp = 5000;

/** Whether a server has all handshakes, or origins, that the database has noted as sent; one whose table was made anew has not. */
async function hasTuples(store: Store, {rows}: Connection, target: string, table: 'handshakes' | 'origins') {
	const key = `${table.slice(0, -1)}_id`;
	const [counted] = await store.all<{sent: number | null}>(
		`select any_value(("row"->>$table)::integer) as sent from exported_rows where target = $target and part = 'tuples'`,
		{target, table},
	);
	const known = await store.all<{id: string}>(
		`select "row"->>$key as id from exported_rows where target = $target and part = $table order by rowid
		limit ${counted?.sent ?? 0}`,
		{target, table, key},
	);
	for (let from = 0; from < known.length; from += mostLookedUp) {
		const some = known.slice(from, from + mostLookedUp).map(({id}) => id);
		const [there] = await rows<{n: string}>(
			`select toString(uniqExact(${key})) as n from ${table} where ${key} in (${some})`,
		);
		if (Number(there?.n ?? 0) < new Set(some).size) return false;
	}
	return true;
}

/** Sends handshakes and origins again where a table of them was lost. */
async function mendTables(store: Store, connection: Connection, target: string): Promise<void> {
	const whole = [
		await hasTuples(store, connection, target, 'handshakes'),
		await hasTuples(store, connection, target, 'origins'),
	];
	if (whole.every(Boolean)) return;
	await store.run(`delete from exported_rows where target = $target and part = 'tuples'`, {target});
	await sendTuples(store, connection, target);
}

/** Rows of a segment as the server takes them. */
const serverRows = (rows: string): string =>
	`select ${rowNames.map(name => (typeOf(name) === 'timestamp' ? `epoch_us(${name}) as ${name}` : name))} from (${rows})`;

/** The number of a segment on the server, by its name and its content. DuckDB's own hash may be another one in its next release. */
async function numberOf(store: Store, rows: string, segment: Segment): Promise<string> {
	const found = await store.track(
		store.writer.runAndReadAll(
			`select count(*)::text as n, sum(md5_number_lower(to_json(t)::text)::hugeint)::text as digest from (${serverRows(rows)}) t`,
		),
	);
	return createHash('sha256')
		.update(JSON.stringify([serverFormat, nameOf(segment), ...found.getRowsJS()]))
		.digest()
		.readBigUInt64BE()
		.toString();
}

type Sent = {readonly number: string; readonly sessions: number};

/** Whether the ledger has a segment; throws one sentence when it has another one of its name, which may not be replaced. */
async function isInLedger(
	{name, rows}: Connection,
	segment: Segment,
	number: string,
	replaces: boolean,
): Promise<boolean> {
	const known = await rows<Sent>(
		`select toString(segment) as number, sessions from segments where name = ${serverText(nameOf(segment))}`,
	);
	if (known.some(each => each.number === number)) return true;
	if (known.length > 0 && !replaces)
		throw new Error(
			`${name}: segment ${nameOf(segment)} is there with other sessions, of another database of the same log or of an earlier state of this one; export to another database of the server`,
		);
	return false;
}

/** Inserts the rows of a segment, unless they are there. */
async function insertRows(
	store: Store,
	query: string,
	{name, rows, insert}: Connection,
	segment: Segment,
	number: string,
	path: string,
): Promise<void> {
	const day = serverDay(segment.day);
	const [there] = await rows<{n: string}>(
		`select toString(count()) as n from session_rows where day = ${serverText(day)} and segment = ${number}`,
	);
	const count = Number(there?.n ?? 0);
	if (count === segment.sessions) return;
	if (count !== 0)
		throw new Error(
			`${name}: ${count} of ${segment.sessions} sessions of segment ${number} are there; remove them with ALTER TABLE session_rows DELETE WHERE segment = ${number}, and export again`,
		);
	const texts = rowNames.filter(each => typeOf(each) === 'text');
	const copied = store.run(
		`copy (select ${number}::ubigint as segment, ${quoted(day)} as day, * from (${serverRows(query)})) to ${quoted(path)}
		(format csv, header false, nullstr '\\N', quote '"', escape '"', force_quote (${texts}))`,
	);
	await copied.catch(error => {
		throw folderProblem(error);
	});
	await insert(
		{table: 'session_rows', columns: ['segment', 'day', ...rowNames]},
		{csv: path},
		{...oneBlock, insert_deduplication_token: number},
	);
}

/** Sends a segment, and notes that the server has it. */
async function sendSegment(
	store: Store,
	connection: Connection,
	{target, folder}: {readonly target: string; readonly folder: string},
	query: string,
	segment: Segment,
	replaces: boolean,
): Promise<void> {
	const own = await numberOf(store, query, segment);
	const path = nameOf(segment);
	if (!(await isInLedger(connection, segment, own, replaces))) {
		await insertRows(store, query, connection, segment, own, join(folder, 'segment.csv'));
		const {fingerprint, logHost, sessions} = segment;
		const row = {name: path, segment: own, fingerprint, day: serverDay(segment.day), log_host: logHost, sessions};
		await connection.insert(
			{table: 'segments', columns: ['format', ...Object.keys(row)]},
			{json: [JSON.stringify({...row, format: serverFormat})]},
			{...oneBlock, insert_deduplication_token: `ledger ${own}`},
		);
	}
	const sent = 'sent';
	await store.run(`delete from exported_rows where target = $target and part = $part and ("row"->>'name') = $name`, {
		target,
		part: sent,
		name: path,
	});
	await store.run('insert into exported_rows values ($target, $part, $row)', {
		...{target, part: sent, row: JSON.stringify({name: path, segment: own, sessions: segment.sessions})},
	});
}

/** Sends what a database says besides, unless it is there. */
async function sendPart(store: Store, {rows, insert}: Connection, query: string, fingerprint: string): Promise<void> {
	const [said] = await store.all<{body: string}>(
		`select to_json(list({part: part, "row": "row"} order by part, "row"))::text as body from (${query})
		where part not in ('handshakes', 'origins', 'tuples')`,
	);
	const body = said?.body ?? '[]';
	const [last] = await rows<{latest: string; digest: string}>(
		`select toString(max(version)) as latest, hex(MD5(argMax(body, version))) as digest from parts
		where fingerprint = ${serverText(fingerprint)}`,
	);
	if (last?.digest === createHash('md5').update(body).digest('hex').toUpperCase()) return;
	// A clock may be wrong, and a replica behind: the greater of both.
	const version = String(Math.max(Number(last?.latest ?? 0) + 1, Date.now()));
	await insert(
		{table: 'parts', columns: ['fingerprint', 'version', 'format', 'body']},
		{json: [JSON.stringify({fingerprint, version, format: serverFormat, body})]},
		oneBlock,
	);
}

/** The tables of a server as a destination; `target` is their id, and `folder` for files on their way. */
const tablesOf = (store: Store, connection: Connection, target: string, folder: string): Destination => {
	const {name, rows} = connection;
	let part: string | null = null;
	return {
		target,
		former: name,
		columns: rowNames,
		alike: alikeThere,
		async part(fingerprint) {
			part = await latestPart(connection, fingerprint);
			if (part !== null) await mendTables(store, connection, target);
			return part;
		},
		held: listed => heldOf(store, connection, {target, part: part ?? '[]', folder}, listed),
		refusal: fingerprint =>
			`${name}: another database has sent sessions under ${fingerprint} that this one does not have; export to another database of the server, or, when that database is gone for good, remove what it has sent: ALTER TABLE parts DELETE WHERE fingerprint = '${fingerprint}', and the same of segments`,
		async taken(planned) {
			const [{fingerprint} = {fingerprint: ''}] = planned;
			const known = await rows<{name: string}>(
				`select distinct name from segments where fingerprint = ${serverText(fingerprint)}`,
			);
			return new Set(known.map(each => `${each.name}.parquet`));
		},
		// Its user may not look there.
		mayHaveMore: () => isBehind(connection).catch(() => true),
		// What is not listed counts nowhere.
		makeRoom: async () => undefined,
		sendTuples: () => sendTuples(store, connection, target),
		sendSegment: (query, segment, replaces) =>
			sendSegment(store, connection, {target, folder}, query, segment, replaces),
		sendPart: (query, fingerprint) => sendPart(store, connection, query, fingerprint),
	};
};

/** The id of the tables by which the database knows them, else the first. */
async function knownId(store: Store, connection: Connection): Promise<string> {
	const ids = await tablesIds(connection);
	const known = await store.all<{target: string}>('select distinct target from exported');
	return ids.find(id => known.some(({target}) => target === id)) ?? ids[0] ?? connection.name;
}

type ServerOptions = {
	/** Make the tables that are not there. */
	readonly create: boolean;
	readonly passwordFile: string | undefined;
	/** Takes a warning. */
	readonly say: (sentence: string) => void;
};

/**
 * Brings a ClickHouse server up to date with the closed sessions of a database. Safe to repeat and safe to kill; several databases, and several
 * exports of the same segments, may go on at once. Throws one sentence when it cannot go on.
 */
export async function sendToServer(
	store: Store,
	to: string,
	{create, passwordFile, say}: ServerOptions,
	stop: AbortSignal,
	most?: number,
): Promise<Exported> {
	const address = readServerAddress(to);
	if (address.exposed !== null) say(address.exposed);
	const {path: folder, remove} = await makeTemporaryFolder();
	const connection = await connect(address, passwordFile).catch(async error => {
		await remove();
		throw error;
	});
	try {
		if (create) await createTables(connection);
		await checkFormat(connection);
		await checkTables(connection);
		return await exportTo(store, tablesOf(store, connection, await knownId(store, connection), folder), stop, most);
	} finally {
		await connection.close();
		await remove();
	}
}
