import type {Filter} from '../../model/filter.ts';
import type {Outcome} from '../../model/session.ts';
import type {HopRow, HostEnd, LogHosts, News, Period, SuiteRow, WayRow} from '../../model/summary.ts';
import {condition} from '../filter.ts';
import {namedVersion} from '../handshakes.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {brokenJudgements, hopOrder, lastMoment, othersOf, tellingJudgements} from './order.ts';
import {type RunSteps, stepByStep} from './steps.ts';

/** Orders rows by hop and port, not logged ones last. */
const order = `${hopOrder('s.hop')}, s.port nulls last`;

/** First and last moment of sessions `s`. */
const firstAndLast = `epoch_ms(min(s.started_at))::double as first_seen, epoch_ms(max(${lastMoment}))::double as last_seen`;

/** Returns the first and the last moment of the sessions. */
export async function period(store: Store, filter: Filter = {}): Promise<Period> {
	const {where, parameters} = await condition(store, filter);
	const rows = await store.all<Period>(
		`select epoch_ms(min(s.started_at))::double as "from", epoch_ms(max(${lastMoment}))::double as "to"
		from judged_rows s where ${where}`,
		parameters,
	);
	return rows[0] ?? {from: null, to: null};
}

/** Hosts that have a row of their own. */
const mostHosts = 100;

/** Returns the hosts that the log of the sessions is of. */
export async function logHosts(store: Store, filter: Filter = {}): Promise<LogHosts> {
	const {where, parameters} = await condition(store, filter);
	const rows = await store.all<LogHosts['hosts'][number] & {host_count: number}>(
		`select o.log_host, sum(s.sessions)::double as sessions, (count(*) over ())::double as host_count
		from (select s.origin, ${sessionsOf(store)} as sessions from judged_rows s where ${where} group by s.origin) s
			join origins o using (origin)
		group by o.log_host order by sum(s.sessions) desc, o.log_host limit ${mostHosts}`,
		parameters,
	);
	return {
		hosts: rows.map(({log_host, sessions}) => ({log_host, sessions})),
		host_count: rows[0]?.host_count ?? 0,
	};
}

/** Returns the last moment that each host of the log has logged a session at, whatever is asked for; hosts whose lines have no date are left out. */
export const hostEnds = (store: Store): Promise<HostEnd[]> =>
	store.all<HostEnd>(
		`select o.log_host, epoch_ms(max(s.last_moment))::double as last_seen
		from (select s.origin, max(${lastMoment}) as last_moment from judged_rows s group by s.origin) s
			join origins o using (origin)
		where o.log_host is not null and s.last_moment is not null group by o.log_host order by last_seen, o.log_host`,
	);

/** Returns the hop table: one row per hop and port. The sessions are judged before. */
export async function hops(store: Store, filter: Filter = {}): Promise<HopRow[]> {
	const {where, parameters} = await condition(store, filter);
	const count = (test: string): string => `${sessionsOf(store, test)}::double`;
	const ended = (outcome: Outcome): string => `${count(`h.outcome = '${outcome}'`)} as ${outcome}`;
	return store.all<HopRow>(
		`from (
			select h.hop, h.port, ${sessionsOf(store)}::double as sessions, ${ended('encrypted')}, ${ended('plaintext')}, ${ended('failed')},
				${count('h.outcome is null')} as "unknown", coalesce(sum(s.messages), 0)::double as messages,
				${count('b.violation')} as violations, ${count('b.weakness')} as weaknesses, ${firstAndLast}
			from judged_rows s join handshakes h using (handshake) left join (${brokenJudgements}) b using (judgement)
			where ${where} group by h.hop, h.port) s
		order by ${order}`,
		parameters,
	);
}

/** The version of a handshake `h`; all names that are none are one, as peers may make up any number. */
export const knownVersion = `coalesce(${namedVersion}, case when h.protocol is not null then 'unknown' end)`;

/** Returns what was seen of each way into a service, for the table of expectations. */
export async function ways(store: Store, filter: Filter = {}): Promise<WayRow[]> {
	const {where, parameters} = await condition(store, filter);
	return store.all<WayRow>(
		`from (
			select h.hop, h.port, h.tls_mode, h.outcome, ${knownVersion} as protocol, ${sessionsOf(store)}::double as sessions,
				coalesce(sum(s.messages), 0)::double as messages
			from judged_rows s join handshakes h using (handshake) where ${where} group by all) s
		order by ${order}, s.tls_mode, s.outcome, s.protocol`,
		parameters,
	);
}

/** Versions, and ciphers, of a hop and port that have rows of their own. No honest log has so many; a peer may make up any number. */
const mostNames = 50;

/** What two sides agree on, as columns of a handshake. */
type AgreedColumn = 'protocol' | 'cipher' | 'key_exchange' | 'server_signature' | 'server_digest';

/**
 * The names of one column by hop and port: how many there are, and the most frequent ones. No window over them: that has no room
 * for millions.
 */
const frequent = (column: AgreedColumn): string => `
	select hop, port, count(*) as names, min({'rarity': -sessions, 'name': ${column}}, ${mostNames}) as most
	from (select hop, port, ${column}, sum(sessions)::bigint as sessions from suite_sessions where ${column} is not null
		group by hop, port, ${column}) group by hop, port`;

/** A name as it is where it is a frequent one, else all others as one, with their number. */
const namedAs = (column: AgreedColumn): string => `case when c.${column} is null then null
	when n_${column}.name is not null then c.${column} else ${othersOf(`f_${column}.names`, mostNames)} end as ${column}`;

const suiteSteps = (store: Store, where: string, columns: readonly AgreedColumn[]) => [
	{
		name: 'suite_judgements',
		sql: `select s.handshake, s.judgement, ${sessionsOf(store)}::bigint as sessions, coalesce(sum(s.messages), 0)::bigint as messages,
				min(s.started_at) as first_seen, max(${lastMoment}) as last_seen
			from judged_rows s where ${where} group by s.handshake, s.judgement`,
	},
	{
		name: 'suite_sessions',
		sql: `select h.hop, h.port, ${columns.map(name => `h.${name}`)}, sum(t.sessions)::bigint as sessions,
				sum(t.messages)::bigint as messages, min(t.first_seen) as first_seen, max(t.last_seen) as last_seen,
				coalesce(sum(t.sessions) filter (where b.violation), 0)::bigint as violations,
				coalesce(sum(t.sessions) filter (where b.weakness), 0)::bigint as weaknesses,
				coalesce(sum(t.sessions) filter (where e.decided), 0)::bigint as judged,
				coalesce(sum(t.sessions) filter (where e.undecided), 0)::bigint as undecided
			from suite_judgements t join handshakes h using (handshake) left join (${brokenJudgements}) b using (judgement)
				left join (${tellingJudgements}) e using (judgement)
			where h.outcome = 'encrypted' group by all`,
	},
	...columns.map(name => ({name: `suite_${name}`, sql: frequent(name)})),
];

const sums = ['sessions', 'messages', 'violations', 'weaknesses', 'judged', 'undecided'];

/** Encrypted sessions of one hop and port that agreed on the same. */
type AgreedRow<Column extends AgreedColumn> = Omit<SuiteRow, 'protocol' | 'cipher'> &
	Readonly<Record<Column, string | null>>;

/**
 * Returns the encrypted sessions by what they agreed on, the most frequent first within a hop and port. Names beyond the most
 * frequent ones are one name, see `othersOf`. The sessions are judged before.
 */
export async function agreed<Column extends AgreedColumn>(
	store: Store,
	filter: Filter,
	columns: readonly Column[],
	run: RunSteps = stepByStep,
): Promise<Array<AgreedRow<Column>>> {
	const {where, parameters} = await condition(store, filter);
	const same = (name: string): string => `${name}.hop = c.hop and ${name}.port is not distinct from c.port`;
	const named = `with ${columns.map(name => `names_of_${name} as (select hop, port, unnest(most).name as name from suite_${name})`)},
		s as (
			select c.hop, c.port, ${columns.map(namedAs)},
				${sums.map(name => `sum(c.${name})::double as ${name}`)}, epoch_ms(min(c.first_seen))::double as first_seen,
				epoch_ms(max(c.last_seen))::double as last_seen
			from suite_sessions c
			${columns
				.map(
					name => `left join suite_${name} f_${name} on ${same(`f_${name}`)}
			left join names_of_${name} n_${name} on ${same(`n_${name}`)} and n_${name}.name = c.${name}`,
				)
				.join(' ')} group by all)
		select * from s order by ${order}, s.sessions desc, ${columns.map(name => `s.${name}`)}`;
	return run<AgreedRow<Column>>(store, suiteSteps(store, where, columns), named, parameters);
}

/** Returns versions and ciphers of the encrypted sessions; see `agreed`. */
export const suites = (store: Store, filter: Filter = {}, run: RunSteps = stepByStep): Promise<SuiteRow[]> =>
	agreed(store, filter, ['protocol', 'cipher'], run);

/** As many as a screen could show. */
const mostNews = 60;

const deed = ['hop', 'port', 'outcome', 'protocol', 'cipher', 'failure'];
const deedOf = (table: string): string => deed.map(name => `${table}.${name}`).join(', ');

/** The moment from which on a filter takes sessions; null: it takes those of all times. */
async function beginOf(store: Store, {since, last = null}: Filter): Promise<number | null> {
	if (last === null) return since ?? null;
	const [row] = await store.all<{newest: number | null}>(
		'select epoch_ms(max(last_started))::double as newest from weighted_rows',
	);
	return Math.max(since ?? Number.NEGATIVE_INFINITY, (row?.newest ?? 0) - last);
}

/**
 * Sets aside what hops did before the time of a filter, and in sessions that are deleted. Any session counts, also one that the other
 * terms of the filter leave out: what a hop has done before is not new because somebody else does it now.
 */
async function setEarlierDeedsAside(store: Store, filter: Filter): Promise<void> {
	const begin = await beginOf(store, filter);
	const {where, parameters} = await condition(store, {until: begin ?? 0});
	const earlier = `select s.handshake from weighted_rows s where ${where} union `;
	await store.read(
		`create or replace temp table earlier_deeds as select distinct ${deedOf('h')} from handshakes h
			where h.handshake in (${begin === null ? '' : earlier}select handshake from monthly_sums)`,
		begin === null ? {} : parameters,
	);
}

/**
 * Returns what each hop did for the first time, the latest first, in sessions that pass the filter: what neither any session before
 * its time did, nor one that is deleted. The sessions are judged before. Not to be run twice at the same time.
 */
export async function news(store: Store, filter: Filter = {}): Promise<News[]> {
	await setEarlierDeedsAside(store, filter);
	const {where, parameters} = await condition(store, filter);
	// Sessions are counted by two numbers first: to group a million of them by six words took five times as long.
	return store.all<News>(
		`with t as (
			select s.handshake, s.judgement, ${sessionsOf(store)} as sessions, min(s.started_at) as first_seen
			from judged_rows s where ${where} group by s.handshake, s.judgement)
		select ${deedOf('h')}, sum(t.sessions)::double as sessions,
			coalesce(sum(t.sessions) filter (where b.violation), 0)::double as violations,
			coalesce(sum(t.sessions) filter (where b.weakness), 0)::double as weaknesses,
			epoch_ms(min(t.first_seen))::double as first_seen
		from t join handshakes h using (handshake) left join (${brokenJudgements}) b using (judgement)
		where not exists (select 1 from earlier_deeds e
			where ${deed.map(name => `e.${name} is not distinct from h.${name}`).join(' and ')})
		group by ${deedOf('h')}
		order by min(t.first_seen) desc nulls last, sum(t.sessions) desc, ${deedOf('h')} limit ${mostNews}`,
		parameters,
	);
}
