import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Store} from '../store.ts';
import {endsQuery, ofChosen, singlesQuery, type TallyDialect, type TallyPart, tallyQuery} from '../tally/tally.ts';
import type {WantedSessions} from '../tally/tally-request.ts';
import type {Connection} from './connection.ts';
import {type CsvColumns, csvRows} from './server-csv.ts';
import {serverText, typeOf} from './server-tables.ts';

/*
 * The tally of sessions that lie on a server, made by it: what travels is one row for all sessions that are alike. Each session counts in one
 * request; rows of several requests that are alike stay apart, which changes no answer.
 */

/** ClickHouse as of 18.16: `using` joins a row with any one that has its key, unless all are asked for, and a time is a number of µs. */
const clickhouse: TallyDialect = {
	handshakes: '(select handshake_id as handshake, hop from handshakes)',
	join: 'all inner join',
	micros: column => column,
	// As `latestAt` orders them.
	ofLatest: column =>
		`argMax(${column}, tuple(coalesce(s.one_moment, -1), coalesce(s.one_line, 0), bitAnd(s.origin, 2147483647)))`,
	text: serverText,
	moment: String,
};

/** Columns that a tally looks at, besides handshake and origin. */
const looked = [
	...['started_at', 'ended_at', 'peer_ip', 'peer_host', ...ofChosen],
	...['pid', 'messages', 'first_line', 'last_line'],
];

/** Some sessions as a table, by a condition. */
const sessionsOf = (where: string, names: readonly string[] = looked): string =>
	`(select handshake_id as handshake, origin_id as origin, ${names.map(name => `${name} as ${name}`)} from session_rows where ${where})`;

/** Origins whose edges are named in a request: with the numbers of segments a query that servers take as it is. */
const mostOrigins = 2000;

type Edge = {readonly origin: string; readonly born: string; readonly died: string};

/** Edges as a table that a query names: as texts, since a list of numbers has no type where some are below zero and some beyond 63 bits. */
function edgesTable(edges: readonly Edge[]): string {
	const names = ['origin', 'born', 'died'] as const;
	const lists = names.map(name => `splitByChar(',', '${edges.map(edge => edge[name])}') as ${name}_list`);
	return `(select ${names.map(name => `toInt64(one_${name}) as ${name}`)} from (select ${lists})
		array join ${names.map(name => `${name}_list as one_${name}`)})`;
}

const endsColumns: CsvColumns = [
	['origin', 'id'],
	...['born', 'died', 'began_first', 'began_last', 'was_first', 'was_last'].map(name => [name, 'timestamp'] as const),
	['sessions', 'id'],
];
const keys = ['handshake', 'origin'];

const numbers = ['messages', 'first_line', 'last_line', 'sessions'];
const times = ['started_at', 'last_started', 'ended_at', 'last_moment'];
const rowColumns: CsvColumns = [
	...['handshake', 'origin'].map(name => [name, 'id'] as const),
	...['peer_ip', 'peer_host', ...ofChosen, 'pid'].map(name => [name, typeOf(name)] as const),
	...times.map(name => [name, 'timestamp'] as const),
	...numbers.map(name => [name, 'id'] as const),
];

/** A replica may have a session before it has its handshake or its origin, which are tables of their own. */
const knownOrigin = 'p.origin in (select origin_id from lake_origins)';
const knownHandshake = 'p.handshake in (select handshake_id from lake_handshakes)';

/**
 * The sessions of a server as a part of a tally. `requests`: conditions, of which each session meets one, or each of those that began in a time; `folder`: for
 * answers, which are read as long as the tally is made; `check` throws where another number of sessions was counted.
 */
export function serverTally(
	store: Store,
	{save}: Connection,
	requestsOf: (begun?: WantedSessions['begun']) => readonly string[],
	folder: string,
	check: (there: number) => void,
): TallyPart {
	const requests = requestsOf();
	const written = new Set<string>();
	/** Saves an answer, which is read until it is forgotten. */
	function keep(query: string, path: string): Promise<void> {
		written.add(path);
		return save(query, path);
	}
	/** The numbers of handshakes as the server knows them. */
	async function idsOf(handshakes: ReadonlyArray<string | null>): Promise<string[]> {
		if (handshakes.length === 0) return [];
		const rows = await store.all<{id: string}>(
			`select handshake_id::text as id from lake_handshakes where handshake in (${handshakes})`,
		);
		return rows.map(({id}) => id);
	}
	/** Saves answers one after the other, and sees that all sessions are in them, each with what is `known` of it here. */
	async function answers(
		name: string,
		queries: readonly string[],
		columns: CsvColumns,
		known: string,
	): Promise<string> {
		const paths = queries.map((_, index) => join(folder, `${name}-${index}.csv`));
		for (const [index, query] of queries.entries()) await keep(query, paths[index] ?? '');
		const rows = csvRows(paths, columns);
		const [counted] = await store.all<{n: number}>(
			`select coalesce(sum(p.sessions), 0)::double as n from ${rows} p where ${known}`,
		);
		check(counted?.n ?? 0);
		return rows;
	}
	return {
		async forget() {
			for (const path of written) await rm(path, {force: true});
			written.clear();
		},
		async ends(filter) {
			const queries = requests.map(where => endsQuery(clickhouse, sessionsOf(where), filter));
			return `select * from ${await answers('ends', queries, endsColumns, knownOrigin)}`;
		},
		async rows(request) {
			const edges = await store.all<Edge>(
				`select origin::text as origin, coalesce(born, 0)::text as born, coalesce(died, 0)::text as died from tally_edges
				where origin in (select origin from tally_ends)`,
			);
			const queries: string[] = [];
			for (const where of requests)
				for (let from = 0; from < edges.length; from += mostOrigins) {
					const some = edgesTable(edges.slice(from, from + mostOrigins));
					queries.push(tallyQuery(clickhouse, {sessions: sessionsOf(where), edges: some}, request));
				}
			const named = rowColumns.slice(2).map(([name, type]) => {
				if (type === 'timestamp') return `make_timestamp(p.${name}) as ${name}`;
				return name === 'first_line' || name === 'last_line' ? `p.${name}::integer as ${name}` : `p.${name}`;
			});
			return `select h.handshake, p.origin, ${named} from ${await answers('rows', queries, rowColumns, `${knownOrigin} and ${knownHandshake}`)} p
				join lake_handshakes h on h.handshake_id = p.handshake`;
		},
		async singles(wanted, columns) {
			const among: WantedSessions['among'] = await Promise.all(
				wanted.among.map(async ([column, values]) => [column, column === 'handshake' ? await idsOf(values) : values]),
			);
			const own = columns.filter(name => !keys.includes(name));
			const paths: string[] = [];
			for (const [index, where] of requestsOf(wanted.begun).entries()) {
				const path = join(folder, `singles-${index}.csv`);
				await keep(singlesQuery(clickhouse, sessionsOf(where, own), [...keys, ...own], {...wanted, among}), path);
				paths.push(path);
			}
			if (paths.length === 0) return '(from open_sessions limit 0)';
			const rows = csvRows(
				paths,
				[...keys, ...own].map(name => [name, typeOf(name)]),
			);
			const named = own.map(name =>
				typeOf(name) === 'timestamp' ? `make_timestamp(p.${name}) as ${name}` : `p.${name}`,
			);
			return `(select h.handshake, p.origin, ${named} from ${rows} p join lake_handshakes h on h.handshake_id = p.handshake)`;
		},
	};
}
