import {namedVersion} from '../handshakes.ts';
import {handshakeColumns} from '../schema.ts';
import type {Store} from '../store.ts';

/*
 * What is left of deleted sessions: how many there were of each handshake in each month. A handshake names no peer and no
 * user, and holds what a policy asks of a session, so that any policy can judge the months that are gone.
 */

/** Handshakes of a month that have a sum of their own: usual logs have some hundred, peers may make up any number. */
const mostHandshakes = 5000;
/** Sums written at once: fewer than a row group, see `src/store/ledger/unfinished.ts`. */
const mostSums = 100_000;

/** What stays of a handshake beyond the most frequent ones of its month: how it came and ended, no suite and no keys. */
const kept = ['hop', 'direction', 'service', 'port', 'tls_mode', 'outcome', 'failure'];

const others = ['carried_mail', 'logged_in', 'start_seen'];
const keptNames = [...handshakeColumns.map(({name}) => name), ...others];
const keptColumns = [
	...handshakeColumns.map(({name, type}) => {
		if (name === 'protocol') return `${namedVersion} as protocol`;
		return kept.includes(name) ? `h.${name}` : `null::${type} as ${name}`;
	}),
	...others.map(name => `h.${name}`),
];
const alike = (a: string, b: string): string =>
	keptNames.map(name => `${a}.${name} is not distinct from ${b}.${name}`).join(' and ');

/** The sums of some handshakes, as columns of a grouping by month, zone and handshake. */
const summed = (
	table: string,
): string => `sum(${table}.sessions)::bigint as sessions, sum(${table}.messages)::bigint as messages,
	min(${table}.first_seen) as first_seen, max(${table}.last_seen) as last_seen`;

/** Puts the handshakes of `new_sums` beyond the most frequent of each month together, without their suites and keys. */
async function collapse(store: Store, most: number): Promise<void> {
	const steps = [
		// No window over them: that has no room for millions.
		`create or replace temp table frequent_sums as select n.* from new_sums n semi join (
			select month, unnest(min({'rarity': -sessions, 'handshake': handshake}, ${most})).handshake as handshake
			from new_sums group by month) f using (month, handshake)`,
		`create or replace temp table rare_sums as
			select s.month, s.zone, s.sessions, s.messages, s.first_seen, s.last_seen, ${keptColumns}
			from new_sums s anti join frequent_sums f using (month, handshake) join handshakes h using (handshake)`,
		`insert into handshakes by name
			select (select max(handshake) from handshakes) + row_number() over () as handshake, p.* from (
				select distinct ${keptNames} from rare_sums) p anti join handshakes h on ${alike('p', 'h')}`,
		`create or replace temp table new_sums as select month, zone, handshake, ${summed('s')} from (
			select * from frequent_sums
			union all by name
			select r.month, r.zone, k.handshake, r.sessions, r.messages, r.first_seen, r.last_seen from rare_sums r join (
				select min(h.handshake) as handshake, ${keptNames.map(name => `h.${name}`)} from handshakes h
				semi join rare_sums p on ${alike('p', 'h')} group by all) k on ${alike('r', 'k')}) s
			group by month, zone, handshake`,
		'drop table temp.frequent_sums',
		'drop table temp.rare_sums',
	];
	for (const step of steps) await store.run(step);
}

/**
 * Adds the sessions in the temporary table `going` to the sums of their months; in the writer's transaction that is open.
 * `bins` are their months in the zone, see `periodBins`.
 */
export async function addMonthlySums(
	store: Store,
	bins: string,
	zone: string,
	{
		handshakes = mostHandshakes,
		sums = mostSums,
	}: {readonly handshakes?: number | undefined; readonly sums?: number | undefined} = {},
): Promise<void> {
	await store.run(
		`create or replace temp table new_sums as select month, zone, handshake, ${summed('s')} from (
			select b.month, $zone as zone, g.handshake, count(*) as sessions, coalesce(sum(g.messages), 0) as messages,
				min(g.started_at) as first_seen, max(g.last_seen) as last_seen
			from going g asof join (values ${bins}) b(start, month) on epoch_ms(g.started_at) >= b.start group by all
			union all by name
			select m.* from monthly_sums m semi join (values ${bins}) b(start, month) using (month) where m.zone = $zone) s
		group by month, zone, handshake`,
		{zone},
	);
	const found = await store.track(
		store.writer.runAndReadAll(
			`select count(*)::double, max(handshakes)::double from (
				select month, count(*) as handshakes from new_sums group by month)`,
		),
	);
	const [months = 0, most = 0] = (found.getRowsJS()[0] ?? []).map(Number);
	const room = Math.max(1, Math.min(handshakes, Math.floor(sums / Math.max(1, months))));
	if (most > room) await collapse(store, room);
	await store.run('delete from monthly_sums where zone = $zone and month in (select month from new_sums)', {zone});
	await store.run('insert into monthly_sums by name from new_sums');
	await store.run('drop table temp.new_sums');
}
