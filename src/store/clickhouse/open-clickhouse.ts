import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {many} from '../../text/number.ts';
import {segmentPath} from '../lake/lake-paths.ts';
import {joined, loadCoverage, loadTables, loadTuples, widenOrigins} from '../lake/open-lake.ts';
import {handshakeNames, originNames, ownNames} from '../lake/segment-rows.ts';
import {lackingOf} from '../ledger/unread-logs.ts';
import {giveThreads, openStore, type Store, type StoreOptions} from '../store.ts';
import {standingTally} from '../tally/standing-tally.ts';
import {beginTally, type TallyPart} from '../tally/tally.ts';
import type {TallyFilter, TallyQuestion, WantedSessions} from '../tally/tally-request.ts';
import {type Connection, connect} from './connection.ts';
import {readServerAddress} from './server-address.ts';
import {csvProblem, csvRows} from './server-csv.ts';
import {isBeyondLimit} from './server-problem.ts';
import {checkFormat, rowNames, serverText, typeOf} from './server-tables.ts';
import {serverTally} from './server-tally.ts';
import {makeTemporaryFolder} from './temporary-folder.ts';

/*
 * The tables of a ClickHouse server as a store: all that they hold is brought into memory, as DuckDB keeps it, so that each query and each
 * judgement is that of a database; or, where sessions are counted, the tally of them that the server makes, and of those that are shown a page at a
 * time. Nothing is left out by a span or a hop: whose a failure is, and which sessions the beginning and end of a log cut off, are facts of all sessions. A
 * replica may be behind: what the databases say they have sent is counted.
 */

/** A segment that counts. */
export type Counted = {
	readonly name: string;
	readonly number: string;
	readonly sessions: number;
	readonly month: string;
};

/** Sessions that are asked for at once; they are a file of some 200 MB, and their segments a query that old servers take. */
const most = {sessions: 1_000_000, segments: 4000};
/** Sessions that a server tallies at once, within its memory. */
const mostTallied = 20_000_000;

/** The root of the parts, which have one in a lake. */
const root = '';

/** Loads what the databases say besides closed sessions; gives by what they are known. */
async function loadParts(store: Store, {name, rows}: Connection): Promise<string[]> {
	await store.run('create table lake_parts(root text, fingerprint text, part text, "row" text)');
	const known = await rows<{fingerprint: string}>('select distinct fingerprint from parts order by fingerprint');
	for (const {fingerprint} of known) {
		const [part] = await rows<{text: string}>(
			`select argMax(body, version) as text from parts where fingerprint = ${serverText(fingerprint)}`,
		);
		await store.run(
			`insert into lake_parts select $root, $fingerprint, e->>'part', e->>'row' from (select unnest($body::json[]) as e)`,
			{root, fingerprint, body: part?.text ?? '[]'},
		);
	}
	if (known.length === 0)
		throw new Error(`${name}: no export into it has ended; fill it with tlsaudit export --db FILE --to ${name}`);
	return known.map(({fingerprint}) => fingerprint);
}

/** Loads handshakes or origins, which are a table of their own on a server. */
async function loadTable(
	store: Store,
	{lines}: Connection,
	key: 'handshake' | 'origin',
	names: readonly string[],
): Promise<void> {
	let waiting: string[] = [];
	const add = async (): Promise<void> => {
		await store.run(
			`insert into lake_parts select $root, null, $part, e::text from (select unnest($body::json[]) as e)`,
			{root, part: `${key}s`, body: `[${waiting.join(',')}]`},
		);
		waiting = [];
	};
	for await (const some of lines(
		`select distinct toString(${key}_id) as ${key}_id, ${names.map(name => `${name} as ${name}`)} from ${key}s`,
	)) {
		waiting.push(...some);
		if (waiting.length > 20_000) await add();
	}
	await add();
	await loadTuples(store, key, names);
}

/** The month in which sessions without a date lie. */
const undated = '197001';

/** Whether others have something that has not come to this replica yet (system.replicas); a server alone lacks nothing. */
export async function isBehind({database, rows}: Connection): Promise<boolean> {
	const replicas = await rows<{behind: number}>(
		`select inserts_in_queue > 0 or log_pointer <= log_max_index or is_readonly or is_session_expired as behind
		from system.replicas where database = ${serverText(database)} and table in ('session_rows', 'segments', 'parts')`,
	);
	return replicas.some(each => Number(each.behind) !== 0);
}

/**
 * One sentence where it cannot be told whether the months before one were deleted, or have not come to this replica yet; null where they were
 * deleted: their sessions are gone, too, and the replica has what others have.
 */
async function doubtOf(connection: Connection, first: string): Promise<string | null> {
	const {name, rows} = connection;
	const doubt = `${name}: the oldest months that were sent are not there: they were deleted from some of its tables only, or this replica has not got them yet; delete them from all, or ask again when it has caught up`;
	try {
		const [left] = await rows<{n: string}>(
			`select toString(count()) as n from session_rows where toYYYYMM(day) < ${first} and toYYYYMM(day) != ${undated}`,
		);
		if (left?.n !== '0') return doubt;
		return (await isBehind(connection)) ? doubt : null;
	} catch {
		// Its user may not look there.
		return doubt;
	}
}

/**
 * The segments that count: those that the parts of their databases list. Throws one sentence when the ledger lacks one; those of months
 * before the first of the ledger were meant to go. Besides, one sentence about segments of databases that have no part, one about others
 * that no part lists, as of an export that goes on or did not end, and one where it cannot be told whether months were deleted; null when there
 * are none.
 */
async function countedSegments(
	store: Store,
	connection: Connection,
	fingerprints: readonly string[],
): Promise<{
	readonly counted: Counted[];
	readonly partless: string | null;
	readonly unlisted: string | null;
	readonly doubt: string | null;
}> {
	const {name, rows} = connection;
	const listed = await store.all<{
		fingerprint: string;
		day: string | null;
		logHost: string | null;
		number: number;
	}>(
		`select fingerprint, "row"->>'day' as day, "row"->>'log_host' as "logHost", ("row"->>'number')::integer as number
		from lake_parts where part = 'segments'`,
	);
	const sent = await store.all<{name: string; number: string; sessions: number}>(
		`select distinct "row"->>'name' as name, "row"->>'segment' as number, ("row"->>'sessions')::integer as sessions
		from lake_parts where part = 'sent'`,
	);
	const counts = new Set(listed.map(each => segmentPath(each).replace(/\.parquet$/, '')));
	const ledger = await rows<{number: string; month: string; fingerprint: string}>(
		'select distinct toString(segment) as number, toString(toYYYYMM(day)) as month, fingerprint from segments',
	);
	const months = new Map(ledger.map(({number, month}) => [number, month]));
	// Sessions without a date stay when months are deleted.
	const first = ledger.reduce((least, {month}) => (month < least && month !== undated ? month : least), '999999');
	const counted = sent.filter(each => counts.has(each.name));
	const monthOf = (segment: string): string => segment.replace(/^day=(\d{4})-(\d\d).*/s, '$1$2');
	const lacking = counted.filter(each => !months.has(each.number) && monthOf(each.name) >= first);
	if (lacking.length > 0 || counted.length < listed.length)
		throw new Error(`${name}: ${behind(lacking.length, 'segment')}`);
	const numbers = new Set(counted.map(each => each.number));
	const others = ledger.filter(({number}) => !numbers.has(number));
	const partless = others.filter(({fingerprint}) => !fingerprints.includes(fingerprint)).length;
	const unlisted = others.length - partless;
	return {
		counted: counted.flatMap(each => {
			const month = months.get(each.number);
			return month === undefined ? [] : [{...each, month}];
		}),
		doubt: counted.some(each => !months.has(each.number)) ? await doubtOf(connection, first) : null,
		partless:
			partless === 0
				? null
				: `${name}: segments are left out (${partless}): the table parts lacks their database, which has lost it, or whose first export goes on; export again from its host`,
		unlisted:
			unlisted === 0
				? null
				: `${name}: segments are left out (${unlisted}) that no export has ended with; they count when one has`,
	};
}

/** How many sessions segments have. */
const sent = (segments: readonly Counted[]): number => segments.reduce((sum, {sessions}) => sum + sessions, 0);

export const behind = (lacking: number, what: string): string =>
	`${lacking === 0 ? `${what}s` : many(lacking, what)} that ${lacking === 1 ? 'was sent is' : 'were sent are'} not there yet; ask again when this replica has caught up, or another one`;

/** Cuts segments into requests. */
export function requestsOf(counted: readonly Counted[], mostSessions = most.sessions): Counted[][] {
	const requests: Counted[][] = [];
	let sessions = 0;
	for (const segment of counted.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
		const last = requests.at(-1);
		sessions += segment.sessions;
		if (last === undefined || sessions > mostSessions || last.length >= most.segments) {
			requests.push([segment]);
			sessions = segment.sessions;
		} else last.push(segment);
	}
	return requests;
}

/** The condition that a row of the server is of one of some segments. */
export const among = (segments: readonly Counted[]): string =>
	`toYYYYMM(day) in (${[...new Set(segments.map(({month}) => month))]}) and segment in (${segments.map(({number}) => number)})`;

/** Those of the segments that may have sessions which began in a time, in µs: a segment is of a day (UTC), or of sessions without a beginning. */
function segmentsOf(counted: readonly Counted[], begun: WantedSessions['begun']): Counted[] {
	// A day of four digits is behind any moment before, and before any one behind.
	const dayOf = (micros: number): string =>
		Number.isFinite(micros) ? new Date(micros / 1000).toISOString().slice(0, 10) : micros < 0 ? '' : 'infinite';
	return counted.filter(({name}) => {
		const [, day] = /^day=(\d{4}-\d\d-\d\d)\//.exec(name) ?? [];
		return day === undefined || (begun !== null && day >= dayOf(begun.first) && day <= dayOf(begun.last));
	});
}

/** Columns that no query counts or judges by. */
const onlyListed = new Set(['peer_port', 'server_name', 'reused', 'rejected']);
const countedNames = rowNames.filter(name => !onlyListed.has(name));

/** Loads the rows of a file, which has some columns, into `session_rows`; gives how many there are. */
async function loadFile(store: Store, path: string, names: readonly string[]): Promise<number> {
	const own = names
		.filter(name => ownNames.includes(name))
		.map(name => (typeOf(name) === 'timestamp' ? `make_timestamp(p.${name}) as ${name}` : `p.${name}`));
	await store.run(
		`insert into session_rows by name select ${own}, h.handshake, o.origin_id as origin
		from ${csvRows(
			[path],
			names.map(name => [name, typeOf(name)]),
		)} p
			join lake_handshakes h using (handshake_id) join lake_origins o using (origin_id)`,
	);
	const [row] = await store.all<{n: number}>('select count(*)::double as n from session_rows');
	return row?.n ?? 0;
}

/** Throws one sentence where not as many sessions are there as were sent. */
function checkCount(name: string, there: number, sent: number): void {
	if (there < sent) throw new Error(`${name}: ${behind(sent - there, 'session')}`);
	if (there > sent)
		throw new Error(
			`${name}: ${many(there - sent, 'session')} too many are there; let the hosts export to another database of the server`,
		);
}

/** Throws one sentence where a session still open has no handshake here yet. */
async function checkOpen(store: Store, name: string): Promise<void> {
	const [row] = await store.all<{sent: number; there: number}>(
		`select (select count(*) from lake_parts where part = 'open_sessions')::double as sent,
			(select count(*) from open_sessions)::double as there`,
	);
	checkCount(name, row?.there ?? 0, row?.sent ?? 0);
}

/** A time in µs, as one without end where it has no bounds. */
const microsOf = ({since, until}: TallyFilter): NonNullable<WantedSessions['begun']> => ({
	first: since === undefined ? Number.NEGATIVE_INFINITY : since * 1000,
	last: until === undefined ? Number.POSITIVE_INFINITY : until * 1000,
});

/** The condition that a session is of times and hops. */
const chosenBy = ({since, until, hops = []}: TallyFilter): string =>
	[
		...(since === undefined ? [] : [` and started_at >= ${since * 1000}`]),
		...(until === undefined ? [] : [` and started_at < ${until * 1000}`]),
		...(hops.length === 0
			? []
			: [` and handshake_id in (select handshake_id from handshakes where hop in (${hops.map(serverText)}))`]),
	].join('');

type Ends = {readonly n: string; readonly born: string | null; readonly died: string | null};

/** How many sessions there are, still open ones among them, and their times. */
async function wholeOf(
	store: Store,
	{name, rows}: Connection,
	counted: readonly Counted[],
): Promise<NonNullable<Store['whole']>> {
	const open = await store.all<Ends>(
		`select count(*)::text as n, epoch_us(min(started_at))::text as born, epoch_us(max(coalesce(ended_at, started_at)))::text as died
		from open_sessions`,
	);
	const closed: Ends[] = [];
	for (const segments of requestsOf(counted, mostTallied))
		closed.push(
			...(await rows<Ends>(
				`select toString(count()) as n, toString(min(started_at)) as born, toString(max(coalesce(ended_at, started_at))) as died
				from session_rows where ${among(segments)}`,
			)),
		);
	const sumOf = (parts: readonly Ends[]): number => parts.reduce((sum, {n}) => sum + Number(n), 0);
	checkCount(name, sumOf(closed), sent(counted));
	const all = [...open, ...closed];
	const moments = (of: 'born' | 'died'): number[] =>
		all.flatMap(part => (part[of] === null ? [] : [Math.floor(Number(part[of]) / 1000)]));
	const [born, died] = [moments('born'), moments('died')];
	return {
		sessions: sumOf(all),
		from: born.length === 0 ? null : Math.min(...born),
		to: died.length === 0 ? null : Math.max(...died),
	};
}

/** Brings the sessions of segments, or those of them that are chosen; the next are on their way while DuckDB takes some. */
async function loadSessions(
	store: Store,
	{name, save}: Connection,
	counted: readonly Counted[],
	folder: string,
	names: readonly string[],
	only?: TallyFilter,
): Promise<void> {
	let wanted = 0;
	let loading: Promise<void> = Promise.resolve();
	for (const [index, segments] of requestsOf(counted).entries()) {
		const path = join(folder, `${index}.csv`);
		const chosen = only === undefined ? '' : chosenBy(only);
		const saving = save(`select ${names} from session_rows where ${among(segments)}${chosen}`, path);
		await Promise.all([saving, loading]);
		wanted += sent(segments);
		const whole = wanted;
		loading = loadFile(store, path, names).then(
			async there => {
				await rm(path, {force: true});
				// Of some sessions nobody has said how many they are.
				if (only === undefined) checkCount(name, there, whole);
			},
			error => {
				throw csvProblem(name, error);
			},
		);
		// It is waited for behind the next request.
		loading.catch(() => undefined);
	}
	await loading;
}

/** The tally of sessions in parts, made once. */
async function tallyOnce(
	store: Store,
	parts: ReadonlyArray<string | TallyPart>,
	{filter, cutsOf}: TallyQuestion,
): Promise<Store | null> {
	const {span, make} = await beginTally(store, filter, parts);
	const cuts = cutsOf(span);
	return cuts === null ? null : make(cuts);
}

/** The tally that the server makes, with the sessions still open; null where what is asked has too many cuts, or is more than the server lets its user do. */
async function tallied(
	store: Store,
	connection: Connection,
	counted: readonly Counted[],
	folder: string,
	question: TallyQuestion,
	asksAgain: boolean,
): Promise<Store | null> {
	const {name} = connection;
	const wanted = sent(counted);
	const requests = (begun?: WantedSessions['begun']): string[] =>
		requestsOf(begun === undefined ? counted : segmentsOf(counted, begun), mostTallied).map(among);
	const closed = serverTally(store, connection, requests, folder, there => checkCount(name, there, wanted));
	const parts = [closed, 'open_sessions'];
	try {
		if (!asksAgain) return await tallyOnce(store, parts, question);
		const [open] = await store.all<{n: number}>('select count(*)::double as n from open_sessions');
		return await standingTally(store, parts, wanted + (open?.n ?? 0), question);
	} catch (error) {
		if (isBeyondLimit(error)) return null;
		throw csvProblem(name, error);
	}
}

/** A store that leaves something else when it is closed. */
function closedWith(store: Store, leave: () => Promise<void>): Store {
	let closing: Promise<void> | null = null;
	async function close(): Promise<void> {
		try {
			// What is asked there breaks off first: the store waits for its own queries.
			await leave();
		} finally {
			await store.close();
		}
	}
	return {
		...store,
		close() {
			closing ??= close();
			return closing;
		},
	};
}

/**
 * Opens what databases have sent to a ClickHouse server as a store in memory. Nothing is written there. Throws one sentence when the server cannot
 * be asked, has no tables, those of a newer program, or not yet all that was sent.
 */
export async function openClickHouse(
	text: string,
	options: StoreOptions & {readonly memoryLimit: string},
): Promise<Store> {
	const {path: folder, remove} = await makeTemporaryFolder();
	const connection = await connect(readServerAddress(text), options.passwordFile).catch(async error => {
		await remove();
		throw error;
	});
	const {name} = connection;
	const leave = async (): Promise<void> => {
		await connection.close();
		await remove();
	};
	let store: Store | null = null;
	let stays = false;
	try {
		await checkFormat(connection);
		store = await openStore({memoryLimit: options.memoryLimit});
		await widenOrigins(store, ['origins', 'open_sessions', 'session_rows']);
		const fingerprints = await loadParts(store, connection);
		const {counted, partless, unlisted, doubt} = await countedSegments(store, connection, fingerprints);
		await loadTable(store, connection, 'handshake', handshakeNames);
		await loadTable(store, connection, 'origin', originNames);
		await loadTables(store);
		await checkOpen(store, connection.name);
		await giveThreads(store);
		await loadCoverage(
			store,
			fingerprints.map(fingerprint => ({root, fingerprint})),
		);
		const {lacking: unread, remarks} = await lackingOf(store, name, true);
		const said = {repaired: unlisted, remarks, lacking: joined([partless, doubt, unread])};
		// Without a closed session there is nothing to tally there.
		const {tally} = options;
		if (tally !== undefined && counted.length > 0) {
			const short = await tallied(store, connection, counted, folder, tally, options.asksAgain === true);
			if (short !== null) {
				stays = short.tally !== undefined;
				return {...(stays ? closedWith(short, leave) : short), ...said};
			}
		}
		const {only} = options;
		const names = options.countedOnly === true ? countedNames : rowNames;
		if (only === undefined) await loadSessions(store, connection, counted, folder, names);
		else await loadSessions(store, connection, segmentsOf(counted, microsOf(only)), folder, names, only);
		const whole = only === undefined ? null : await wholeOf(store, connection, counted);
		await store.run('insert into session_rows by name from open_sessions');
		return {...store, whole, ...said};
	} catch (error) {
		await store?.close();
		throw error;
	} finally {
		if (!stays) await leave();
	}
}
