import {closeSync, openSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {summedCoverage} from '../../model/coverage.ts';
import {readCoverage, saveCoverage} from '../coverage.ts';
import {lackingOf} from '../ledger/unread-logs.ts';
import {quoted} from '../quoted.ts';
import {giveThreads, openStore, type Store} from '../store.ts';
import {plainParts, sumParts} from './lake-part.ts';
import {type LakeFile, lakeFile, lakeFormat, partsFolder, segmentPath} from './lake-paths.ts';
import {handshakeNames, originNames, ownNames} from './segment-rows.ts';
import {type LakeSpan, segmentView} from './segment-view.ts';

/*
 * A lake as a store: in memory lie the handshakes and origins of all databases under numbers of their own, coverage, sessions still open, sums
 * and mail held back; `session_rows` is a view of the files. Queries, judging and filters do not know the difference, and DuckDB reads only
 * the columns and row groups that they ask for.
 */

/** The files of a lake that a path or pattern names. */
type LakeFiles = {
	readonly segments: readonly LakeFile[];
	readonly parts: readonly LakeFile[];
	/** The databases whose part is named: all that they sent is meant. */
	readonly whole: ReadonlySet<string>;
};

/** By what one database is known among those of several lakes. */
const databaseOf = ({root, fingerprint}: {readonly root: string; readonly fingerprint: string}): string =>
	`${root} ${fingerprint}`;

/** The one sentence about a file that DuckDB cannot read; other errors as they are. */
function fileProblem(error: unknown): unknown {
	const message = error instanceof Error ? error.message : String(error);
	const [path] = /\/[^"'\n]*\.parquet/.exec(message) ?? [];
	if (path === undefined) return error;
	if (/Permission denied/i.test(message)) return new Error(unreadable(path), {cause: error});
	const reason = /No such file|No files found|Cannot open file/i.test(message)
		? 'is gone'
		: 'is torn, or was not made by tlsaudit';
	return new Error(`${path}: ${reason}; ${anew(path)}`, {cause: error});
}

const unreadable = (path: string): string => `${path}: permission denied; run it as a user who may read the lake`;

/** How a file is made anew: an export writes its part each time, but a segment only once into the same folder. */
const anew = (path: string): string =>
	lakeFile(path)?.kind === 'segment' ? 'copy it again, or export to another folder' : 'copy or export it again';

/** Throws one sentence for a folder or a file that is there and may not be read: patterns find nothing in such a folder. */
function mayRead(path: string): void {
	try {
		// As DuckDB does it: access(2) asks for the real user.
		closeSync(openSync(path, 'r'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EACCES') throw new Error(unreadable(path), {cause: error});
	}
}

async function glob(store: Store, pattern: string): Promise<string[]> {
	const rows = await store.all<{file: string}>('select file from glob($pattern) order by file', {pattern});
	return rows.map(({file}) => file);
}

/** Throws one sentence for a file that no lake has, and for one of a newer program. */
function known(path: string): LakeFile {
	const file = lakeFile(path);
	if (file === null)
		throw new Error(
			`${path}: was not made by tlsaudit export; remove it from the lake, or name the folder of a lake, or files of one, with --db`,
		);
	if (file.format > lakeFormat)
		throw new Error(
			`${path}: has format ${file.format} of a lake, this program knows up to ${lakeFormat}; use a newer tlsaudit`,
		);
	return file;
}

/** The special letters of a pattern, each as itself. */
const literally = (path: string): string => path.replaceAll(/[*?[]/g, '[$&]');

/** The files that a path or pattern names. */
async function namedFiles(store: Store, path: string, isFolder: boolean): Promise<LakeFile[]> {
	if (isFolder) mayRead(path);
	const pattern = isFolder ? `${literally(resolve(path))}/**/*.parquet` : resolve(path);
	return (await glob(store, pattern)).map(known);
}

async function filesOf(store: Store, path: string, isFolder: boolean): Promise<LakeFiles> {
	const named = await namedFiles(store, path, isFolder);
	if (named.length === 0)
		throw new Error(`${path}: no file of a lake is there; fill one with tlsaudit export --db FILE --to DIR`);
	// Files of days are read with what their databases say besides.
	const databases = new Set(named.map(databaseOf));
	const parts: LakeFile[] = [];
	for (const root of new Set(named.map(file => file.root))) {
		mayRead(`${root}${partsFolder}`);
		for (const each of await glob(store, `${literally(root)}${partsFolder}/*.parquet`)) parts.push(known(each));
	}
	if (parts.length === 0)
		throw new Error(
			`${path}: no export into the lake has ended, or its folder ${partsFolder} was not copied; export again or copy it, too`,
		);
	return {
		segments: named.filter(({kind}) => kind === 'segment'),
		parts: parts.filter(part => databases.has(databaseOf(part))),
		whole: new Set(named.flatMap(file => (file.kind === 'part' ? [databaseOf(file)] : []))),
	};
}

type Listed = {
	readonly root: string;
	readonly fingerprint: string;
	readonly day: string | null;
	readonly logHost: string | null;
	readonly number: number;
};

/**
 * The segments that count: those that the part of their database lists; others are of an export that did not end. Throws one sentence when
 * one is missing among others of its day. Days before the first one that is there were removed, as a lake is kept small; besides, the others
 * of which nothing is there, as folders below the lake.
 */
async function countedSegments(
	store: Store,
	{segments, whole}: LakeFiles,
): Promise<{readonly counted: LakeFile[]; readonly lost: readonly string[]}> {
	const listed = await store.all<Listed>(
		`select root, fingerprint, "row"->>'day' as day, "row"->>'log_host' as "logHost", ("row"->>'number')::integer as number
		from lake_parts where part = 'segments'`,
	);
	const expected = new Set(listed.map(each => `${each.root}${segmentPath(each)}`));
	const there = new Set(segments.map(({path}) => path));
	const days = new Set(segments.map(({root, name}) => `${root}${name.split('/')[0]}`));
	const first = new Map<string, string>();
	for (const {root, name} of segments) {
		const day = name.split('/')[0] ?? '';
		const least = first.get(root);
		if (least === undefined || day < least) first.set(root, day);
	}
	const lost = new Set<string>();
	for (const each of listed) {
		const path = `${each.root}${segmentPath(each)}`;
		if (there.has(path) || !whole.has(databaseOf(each))) continue;
		mayRead(path);
		const day = dirname(dirname(path));
		if (days.has(day)) throw new Error(`${path}: is gone; ${anew(path)}`);
		const least = first.get(each.root);
		if (least === undefined || day.slice(each.root.length) >= least) lost.add(day.slice(each.root.length));
	}
	return {counted: segments.filter(file => expected.has(file.path)), lost: [...lost].sort()};
}

/** One sentence about days that are gone, though earlier ones are there; null when there are none. */
function lostWords(path: string, [first, ...more]: readonly string[]): string | null {
	if (first === undefined) return null;
	const days =
		more.length === 0 ? `the folder ${first} is gone` : `${more.length + 1} folders of days are gone, such as ${first}`;
	return `${path}: ${days}; copy what is lost again (an export to another folder makes the same files)`;
}

/** One sentence about files that are left out, as their databases have no part; null when there are none. */
function leftOut(path: string, {segments, parts}: LakeFiles): string | null {
	const said = new Set(parts.map(databaseOf));
	const silent = segments.filter(file => !said.has(databaseOf(file)));
	if (silent.length === 0) return null;
	return `${path}: files are left out (${silent.length}), such as ${silent[0]?.name}: no export of their database has ended, or its file in ${partsFolder} was not copied; export again or copy it, too`;
}

/** One sentence about files of databases that have a part which does not count them; null when there are none. */
function unlisted(path: string, {segments, parts}: LakeFiles, counted: readonly LakeFile[]): string | null {
	const known = new Set(counted.map(file => file.path));
	const said = new Set(parts.map(databaseOf));
	const others = segments.filter(file => said.has(databaseOf(file)) && !known.has(file.path));
	if (others.length === 0) return null;
	return `${path}: files are left out (${others.length}), such as ${others[0]?.name}: no export has ended with them; ask again when one has`;
}

/** Several sentences as one; null where there is none. */
export const joined = (sentences: ReadonlyArray<string | null | undefined>): string | null =>
	sentences.filter(sentence => sentence != null).join('; ') || null;

/** Leaves out sessions still open that are of other days and hosts than the files that a pattern names. */
async function leaveOutOthers(store: Store, {segments, whole}: LakeFiles): Promise<void> {
	const folders = new Set(segments.map(({path}) => dirname(path)));
	const day = `strftime(("row"->>'started_at')::timestamp, '%Y-%m-%d')`;
	const groups = await store.all<Omit<Listed, 'number'>>(
		`select distinct root, fingerprint, ${day} as day, "row"->>'log_host' as "logHost" from lake_parts where part = 'open_sessions'`,
	);
	for (const {root, fingerprint, ...group} of groups)
		if (
			!whole.has(databaseOf({root, fingerprint})) &&
			!folders.has(dirname(`${root}${segmentPath({...group, fingerprint, number: 1})}`))
		)
			await store.run(
				`delete from lake_parts where part = 'open_sessions' and root = $root and fingerprint = $fingerprint
				and ${day} is not distinct from $day and "row"->>'log_host' is not distinct from $logHost`,
				{root, fingerprint, ...group},
			);
}

/** Loads what the databases say besides closed sessions. */
async function loadParts(store: Store, parts: readonly LakeFile[]): Promise<void> {
	const places = parts.map(({path, root, fingerprint}) => `(${[path, root, fingerprint].map(quoted)})`);
	await store.run(
		`create table lake_parts as select f.root, f.fingerprint, p.part, p."row"
		from read_parquet([${parts.map(({path}) => quoted(path))}], filename = true) p
			join (values ${places}) f(path, root, fingerprint) on f.path = p.filename`,
	);
}

/** The rows of a part with the columns, and the types, of a table or of a list of them. */
const partRows = (part: string, columns: ReadonlyArray<readonly [string, string]>): string => {
	const shape = `{${columns.map(([name, type]) => `"${name}": "${type}"`).join(', ')}}`;
	return `(select unnest(json_transform("row", ${quoted(shape)})), root, fingerprint from lake_parts where part = ${quoted(part)})`;
};

async function columnsOf(store: Store, table: string): Promise<Array<[string, string]>> {
	const rows = await store.all<{name: string; type: string}>(
		`select column_name as name, data_type as type from duckdb_columns()
		where table_name = $table and schema_name = 'main' and not internal order by column_index`,
		{table},
	);
	return rows.map(({name, type}) => [name, type]);
}

/**
 * By what the tuples of a lake are numbered in memory. Judging counts handshakes from 1; the number of an origin is its id, so that no
 * query has to look it up for each session: of ten million that took a fifth of a second of the processor.
 */
const number = (key: 'handshake' | 'origin'): string => (key === 'origin' ? 'origin_id' : 'handshake');

/** Makes room in tables for the number of an origin, which is its id of 64 bits. Loading needs it first. */
export async function widenOrigins(store: Store, tables: readonly string[]): Promise<void> {
	for (const table of tables) await store.run(`alter table ${table} alter origin type bigint`);
}

/** Numbers the tuples of the parts. Throws one sentence when two of them have the same id. */
export async function loadTuples(store: Store, key: 'handshake' | 'origin', names: readonly string[]): Promise<void> {
	const [, ...columns] = await columnsOf(store, `${key}s`);
	const listed = names.map(name => `"${name}"`);
	await store.run(
		`create table lake_${key}s as select row_number() over (order by ${key}_id)::integer as ${key}, *
			from (select distinct ${key}_id, ${listed} from ${partRows(`${key}s`, [[`${key}_id`, 'BIGINT'], ...columns])})`,
	);
	const [twice] = await store.all<{n: number}>(
		`select (count(*) - count(distinct ${key}_id))::double as n from lake_${key}s`,
	);
	if ((twice?.n ?? 0) > 0)
		throw new Error(
			'two handshakes of the lake have the same number of 64 bits; report it as an error of tlsaudit, and export to another folder',
		);
	await store.run(`insert into ${key}s select ${number(key)}, ${listed} from lake_${key}s`);
}

/** Loads sums, held lines, logs that were not read to their end and open sessions into their own tables. */
export async function loadTables(store: Store): Promise<void> {
	for (const table of [...sumParts, 'held_lines', 'monthly_held', 'unread_logs'] as const) {
		const columns = await columnsOf(store, table);
		const names = columns.map(([name]) => name);
		await store.run(`delete from ${table}`);
		await store.run(
			table === 'monthly_sums'
				? `insert into monthly_sums by name select p.* exclude (handshake_id, root, fingerprint), t.handshake
					from ${partRows(table, [...columns.filter(([name]) => name !== 'handshake'), ['handshake_id', 'BIGINT']])} p
					join lake_handshakes t using (handshake_id)`
				: `insert into ${table} select ${names} from ${partRows(table, columns)}`,
		);
	}
	const open = await columnsOf(store, 'open_sessions');
	const types = open.filter(([name]) => ownNames.includes(name));
	await store.run(
		`insert into open_sessions by name select p.* exclude (handshake_id, origin_id, root, fingerprint), t.handshake, p.origin_id as origin
			from ${partRows('open_sessions', [...types, ['handshake_id', 'BIGINT'], ['origin_id', 'BIGINT']])} p
			join lake_handshakes t using (handshake_id)`,
	);
}

/** Sums the coverage of the databases. */
export async function loadCoverage(
	store: Store,
	parts: ReadonlyArray<Pick<LakeFile, 'root' | 'fingerprint'>>,
): Promise<void> {
	const coverages = [];
	for (const {root, fingerprint} of parts) {
		for (const table of plainParts.filter(part => part.startsWith('coverage'))) {
			const columns = await columnsOf(store, table);
			await store.run(`delete from ${table}`);
			await store.run(
				`insert into ${table} select ${columns.map(([name]) => `"${name}"`)} from ${partRows(table, columns)}
				where root = $root and fingerprint = $fingerprint`,
				{root, fingerprint},
			);
		}
		coverages.push(await readCoverage(store));
	}
	await saveCoverage(store, summedCoverage(coverages));
}

/**
 * Each query looks at the end of each file that it opens, which says where its columns lie. Of so many files these are kept from one query to the
 * next: a segment never changes, and one takes some 60 kB.
 */
const mostKept = 1000;

/** The store with one sentence for files that cannot be read. */
function withFileProblems(store: Store): Store {
	const track: Store['track'] = async running => {
		try {
			return await store.track(running);
		} catch (error) {
			throw fileProblem(error);
		}
	};
	return {
		...store,
		track,
		all: (sql, parameters) => track(store.all(sql, parameters)),
		read: (sql, parameters) => track(store.read(sql, parameters)),
		run: (sql, parameters) => track(store.run(sql, parameters)),
	};
}

/**
 * Opens a lake to be read: a folder, or a pattern of its files. Nothing is written into it. Throws one sentence when there is none, when a
 * file of it is gone, torn, of a newer program or of another one. `span`: what most is asked of.
 */
export async function openLake(
	path: string,
	memoryLimit: string,
	isFolder: boolean,
	span: LakeSpan = {},
): Promise<Store> {
	const store = withFileProblems(await openStore({memoryLimit}));
	try {
		let files = await filesOf(store, path, isFolder);
		await loadParts(store, files.parts);
		// A host that exports meanwhile writes a segment before the part that lists it; other ways of copying may take their time.
		const listAgain = async (): ReturnType<typeof countedSegments> => {
			const named = await namedFiles(store, path, isFolder);
			files = {...files, segments: named.filter(({kind}) => kind === 'segment')};
			return countedSegments(store, files);
		};
		const {counted: segments, lost} = await listAgain().catch(listAgain);
		await leaveOutOthers(store, files);
		await widenOrigins(store, ['origins', 'open_sessions']);
		await loadTuples(store, 'handshake', handshakeNames);
		await loadTuples(store, 'origin', originNames);
		await loadTables(store);
		await loadCoverage(store, files.parts);
		await store.run(segmentView(segments, span).join(';\n'));
		if (segments.length <= mostKept) await store.run('set global parquet_metadata_cache = true');
		await giveThreads(store);
		const roots = [...new Set([...files.segments, ...files.parts].map(({root}) => root))];
		// What a user asks in SQL may read these files and no others.
		await store.run(`set allowed_directories = [${roots.map(quoted)}]`);
		const {lacking, remarks} = await lackingOf(store, path, true);
		const gaps = [leftOut(path, files), unlisted(path, files, segments), lostWords(path, lost), lacking];
		return {...store, remarks, lacking: joined(gaps)};
	} catch (error) {
		await store.close();
		throw error;
	}
}
