import type {Store} from '../store.ts';
import {latestAt} from './latest.ts';
import type {TallyFilter, TallySpan, WantedSessions} from './tally-request.ts';

/*
 * A tally: the sessions of a store as weighted rows, one for all sessions that are alike in everything that the queries behind
 * reports, checks, what-if and the views of the screen look at. One group-by makes it, where the sessions lie; what it gives is judged
 * and asked as sessions are, byte for byte with the same answers. There is no judging in it.
 *
 * The key of a row, and who asks for it:
 * - handshake: all. Judging asks for the handshake, the peer and the domains of recipients; a tally knows no policy.
 * - origin: hosts of the log, what programs leave out of it, the source of an example.
 * - peer_ip, peer_host, username: findings, exceptions, peers, what-if, failures, what is new.
 * - server_name: filters of the screen. It is the own name of a server, of which there are few.
 * - deliveries and tls_reports as their texts: mail by domain, destinations of a policy, TLS reports. Most are one message to one domain
 *   and repeat, so that a sum of each domain would not be smaller; and whose policy asks for destinations needs the text as a whole.
 * - the span between two cuts in which the session began. Cuts are all moments at which a query may part sessions: the bounds of filters,
 *   of spans that are compared, of periods in the calendar of a zone, of bins of the histogram. Who asks knows them and names them
 *   before, so that a row is never half inside. A session without a beginning is in no span.
 * - close to the begin and the end of what a host logged also pid, beginning, and whether it ended: there a query looks for the first and the
 *   last session of each process, and nowhere else.
 *
 * What is measured of a row: how many sessions, their messages, first and last beginning, last moment, whether any ended, and the lines of the
 * latest one, an example of a finding.
 *
 * Sessions that a filter leaves out still tell which peers are scanners, where others come to an agreement, what programs log, and what was
 * there before; of them a row leaves out username, server_name, deliveries and tls_reports, so that they are few.
 *
 * Not of a tally: the list of sessions, its lines and what a single session says; SQL. They read single sessions by a query of their own.
 */

/** How near to the begin and the end of its host's log a session is close to them, in minutes: smtpd gives a silent client five (postconf(5) smtpd_timeout). */
export const edgeMinutes = 10;

/** The words of an engine for what each has its own of. */
export type TallyDialect = {
	/** A table of the numbers of handshakes with their hops. */
	readonly handshakes: string;
	/** Joins each row with each that has the same key. */
	readonly join: string;
	/** Whole microseconds since 1970 UTC of a column of times; null of none. */
	readonly micros: (column: string) => string;
	/** A column of the latest session `s` of a group, by `one_moment` and `one_line`; see `latestAt`. */
	readonly ofLatest: (column: string) => string;
	/** A text as it stands within SQL. */
	readonly text: (text: string) => string;
	/** A moment, in µs since 1970 UTC, to be compared with a column of times as it is stored. */
	readonly moment: (micros: number) => string;
};

const duckdb: TallyDialect = {
	handshakes: 'handshakes',
	join: 'join',
	micros: column => `epoch_us(${column})`,
	ofLatest: column => `arg_max(${column}, ${latestAt('s.one_moment', 's.one_line')})`,
	text: text => `'${text.replaceAll("'", "''")}'`,
	moment: micros => `make_timestamp(${micros})`,
};

/** The place of a moment among cuts (µs, ascending), by halves: a list of comparisons that any engine knows. */
export function place(column: string, cuts: readonly number[], from = 0, to = cuts.length): string {
	if (from === to) return String(from);
	const middle = (from + to) >> 1;
	const [before, behind] = [place(column, cuts, from, middle), place(column, cuts, middle + 1, to)];
	return `case when ${column} < ${cuts[middle]} then ${before} else ${behind} end`;
}

/** What of sessions that pass the filter is in the key, and of the others not. */
export const ofChosen = ['username', 'server_name', 'deliveries', 'tls_reports'] as const;
const always = ['handshake', 'origin', 'peer_ip', 'peer_host'] as const;

/** The condition that a filter lets sessions `s` through, in words that any engine knows; no text of a user is in it. */
function chosenBy({micros, handshakes}: TallyDialect, {since, until, hops = []}: TallyFilter): string {
	const began = micros('s.started_at');
	const tests = [
		...(since === undefined ? [] : [`${began} >= ${since * 1000}`]),
		...(until === undefined ? [] : [`${began} < ${until * 1000}`]),
		...(hops.length === 0
			? []
			: [`s.handshake in (select handshake from ${handshakes} where hop in (${hops.map(hop => `'${hop}'`)}))`]),
	];
	return tests.length === 0 ? '1 = 1' : tests.join(' and ');
}

/**
 * What must be known of a table of sessions before their tally: by origin the first beginning and the last moment, the same of those that pass a
 * filter with their last beginning and first moment, in µs since 1970 UTC, and how many sessions there are.
 */
export function endsQuery(dialect: TallyDialect, sessions: string, filter: TallyFilter): string {
	const {micros} = dialect;
	const [began, moment] = [micros('s.started_at'), micros('coalesce(s.ended_at, s.started_at)')];
	const first = micros('coalesce(s.started_at, s.ended_at)');
	const chosen = (value: string): string => `case when ${chosenBy(dialect, filter)} then ${value} end`;
	return `select s.origin as origin, min(${began}) as born, max(${moment}) as died, min(${chosen(began)}) as began_first,
			max(${chosen(began)}) as began_last, min(${chosen(first)}) as was_first, max(${chosen(moment)}) as was_last, count(*) as sessions
		from ${sessions} s group by s.origin`;
}

/** What a tally is of: sessions that pass a filter, and cuts within its times, ms since 1970 UTC, ascending, each once. */
export type TallyRequest = {readonly filter: TallyFilter; readonly cuts: readonly number[]};

/**
 * The group-by. `sessions`: a table of sessions with the numbers of their handshakes and origins; `edges`: one with `born` and `died` of the host
 * of each origin, in µs since 1970 UTC.
 */
export function tallyQuery(
	dialect: TallyDialect,
	{sessions, edges}: Record<'sessions' | 'edges', string>,
	{filter, cuts}: TallyRequest,
): string {
	const {join, micros, ofLatest} = dialect;
	const margin = edgeMinutes * 60_000_000;
	const began = micros('s.started_at');
	// A report of TLS without a beginning counts on the day of the end.
	const span = place(
		`coalesce(${began}, ${micros('s.ended_at')})`,
		cuts.map(cut => cut * 1000),
	);
	const key = [...always, ...ofChosen, 'span', 'is_dated', 'edge_pid', 'edge_began', 'edge_ended'].map(
		name => `s.${name}`,
	);
	// Engines pass over a session without a line, though it is the latest.
	const line = (column: string): string => `nullif(${ofLatest(`coalesce(${column}, -1)`)}, -1)`;
	const kept = [...always, ...ofChosen].map(name => `s.${name} as ${name}`);
	// What is measured has other names within: old engines take a name for what is counted under it.
	return `select ${kept}, s.edge_pid as pid, min(s.one_began) as started_at, max(s.one_began) as last_started,
			max(s.one_ended) as ended_at, max(s.one_moment) as last_moment, sum(s.one_messages) as messages,
			${line('s.one_line')} as first_line, ${line('s.one_last_line')} as last_line, count(*) as sessions
		from (select ${always.map(name => `s.${name} as ${name}`)},
				${ofChosen.map(name => `case when s.is_chosen = 1 then s.${name} end as ${name}`)},
				s.started_at as one_began, s.ended_at as one_ended, s.last_moment as one_moment, s.messages as one_messages,
				s.first_line as one_line, s.last_line as one_last_line, s.span as span, s.started_at is not null as is_dated,
				case when s.is_edge = 1 then s.pid end as edge_pid, case when s.is_edge = 1 then s.started_at end as edge_began,
				case when s.is_edge = 1 and s.ended_at is not null then 1 else 0 end as edge_ended
			from (select s.*, coalesce(s.ended_at, s.started_at) as last_moment, ${span} as span,
					case when ${chosenBy(dialect, filter)} then 1 else 0 end as is_chosen,
					case when ${began} <= e.born + ${margin} or ${began} >= e.died - ${margin} then 1 else 0 end as is_edge
				from ${sessions} s ${join} ${edges} e using (origin)) s) s
		group by ${key}`;
}

/** Single sessions of a table, all their columns, the first ones of those that are wanted. Texts of a log are in it. */
export function singlesQuery(
	{moment, text}: TallyDialect,
	sessions: string,
	columns: readonly string[],
	{among, begun, undated, order, descending, limit}: WantedSessions,
): string {
	const dated =
		begun === null ? '1 = 0' : `s.started_at >= ${moment(begun.first)} and s.started_at <= ${moment(begun.last)}`;
	const tests = among.map(([column, values]) => {
		const isNumber = column === 'handshake' || column === 'origin';
		const known = values.flatMap(value => (value === null ? [] : [isNumber ? value : text(value)]));
		return [
			...(known.length === 0 ? [] : [`s.${column} in (${known})`]),
			...(values.includes(null) ? [`s.${column} is null`] : []),
			...(values.length === 0 ? ['1 = 0'] : []),
		].join(' or ');
	});
	const where = [undated ? `${dated} or s.started_at is null` : dated, ...tests].map(test => `(${test})`).join(' and ');
	const sorting = order.map(name => `s.${name} ${descending ? 'desc' : 'asc'} nulls last`);
	return `select ${columns.map(name => `s.${name} as ${name}`)} from ${sessions} s where ${where} order by ${sorting} limit ${limit}`;
}

/** The cuts with the bounds of the filter, ascending, each once. */
const allCuts = ({since, until}: TallyFilter, cuts: readonly number[]): number[] =>
	[...new Set([...cuts, ...(since === undefined ? [] : [since]), ...(until === undefined ? [] : [until])])].sort(
		(a, b) => a - b,
	);

/** Some of the sessions, which are tallied for themselves; what each query gives is named as SQL of the store. */
export type TallyPart = {
	/** What `endsQuery` gives. */
	readonly ends: (filter: TallyFilter) => Promise<string>;
	/** What `tallyQuery` gives, with the edges that are in the table `tally_edges`, and the types of sessions. */
	readonly rows: (request: TallyRequest) => Promise<string>;
	/** What `singlesQuery` gives, named as SQL of the store, with the types of sessions. */
	readonly singles: (wanted: WantedSessions, columns: readonly string[]) => Promise<string>;
	/** Lets go of what it keeps of its answers, once they are in the store. */
	readonly forget?: () => Promise<void>;
};

/** Sessions of a table of the store. */
export const partOf = (sessions: string): TallyPart => ({
	ends: async filter => endsQuery(duckdb, sessions, filter),
	rows: async request => tallyQuery(duckdb, {sessions, edges: 'tally_edges'}, request),
	singles: async (wanted, columns) => `(${singlesQuery(duckdb, sessions, columns, wanted)})`,
});

type BegunTally = {
	/** When the sessions that pass the filter were: what cuts may rest on. */
	readonly span: TallySpan;
	/** Makes the tally, in temporary tables, and returns the store as one that is asked by it. */
	readonly make: (cuts: readonly number[]) => Promise<Store>;
};

/** Begins a tally of sessions that lie in parts. */
export async function beginTally(
	store: Store,
	filter: TallyFilter,
	parts: ReadonlyArray<string | TallyPart>,
): Promise<BegunTally> {
	const all = parts.map(part => (typeof part === 'string' ? partOf(part) : part));
	const ends = await Promise.all(all.map(part => part.ends(filter)));
	await store.read(
		`create or replace temp table tally_ends as ${ends.join(' union all ')};
		create or replace temp table tally_edges as
		with hosts as (select o.log_host, min(e.born) as born, max(e.died) as died
			from tally_ends e join origins o using (origin) group by o.log_host)
		select o.origin, h.born, h.died from origins o join hosts h on h.log_host is not distinct from o.log_host`,
	);
	const time = (moment: string): string => `epoch_ms(make_timestamp(${moment}))::double`;
	const [span] = await store.all<TallySpan>(
		`select ${time('min(began_first)')} as "from", ${time('max(was_last)')} as "to", ${time('min(was_first)')} as earliest,
			${time('max(began_last)')} as newest
		from tally_ends`,
	);
	return {
		span: span ?? {from: null, to: null, earliest: null, newest: null},
		async make(cuts) {
			const request = {filter, cuts: allCuts(filter, cuts)};
			const rows = await Promise.all(all.map(part => part.rows(request)));
			await store.read(
				`create or replace temp table tally_rows as select * replace (messages::bigint as messages) from (${rows.join(' union all ')})`,
			);
			return {...store, isTally: true};
		},
	};
}

/**
 * Makes the tally of a store, in its temporary tables, and returns the store as one that is asked by it. `parts`: tables that together hold the
 * sessions, each tallied for itself. What came to the store since is not in it.
 */
export async function tallyOf(
	store: Store,
	{filter, cuts}: TallyRequest,
	parts: readonly string[] = ['session_rows'],
): Promise<Store> {
	const {make} = await beginTally(store, filter, parts);
	return make(cuts);
}
