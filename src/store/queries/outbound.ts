import type {Filter} from '../../model/filter.ts';
import {type DomainRow, deliveredTrust, type HeldRow, type Outbound} from '../../model/outbound.ts';
import {protocols} from '../../tls/version.ts';
import {condition} from '../filter.ts';
import type {Parameters, Store} from '../store.ts';
import {knownVersion} from './summary.ts';

/** Domains listed where nobody asked for all of them, and at most: a hostile log may make up any number. */
const usualDomains = 200;
const mostDomains = 100_000;
/** Domains and reasons of held mail. */
const mostHeld = 10_000;

const versions = [...protocols].reverse();

type Counted = {readonly recipient_domain: string | null; readonly [count: string]: number | string | null};

const sum = (test: string, name: string): string =>
	`coalesce(sum(d.sent) filter (where ${test}), 0)::double as "${name}"`;

/** Messages sent, of a grouping of deliveries `d` with their handshakes `h`. */
const sums = [
	'coalesce(sum(d.sent), 0)::double as messages',
	sum(`h.outcome = 'plaintext'`, 'plaintext'),
	sum('h.outcome is null', 'unknown'),
	...versions.map(name => sum(`h.outcome = 'encrypted' and ${knownVersion} = '${name}'`, `version ${name}`)),
	sum(`h.outcome = 'encrypted' and coalesce(${knownVersion}, 'unknown') = 'unknown'`, 'version unknown'),
	...deliveredTrust.map(name =>
		sum(`h.outcome = 'encrypted' and coalesce(h.trust, 'unknown') = '${name}'`, `trust ${name}`),
	),
];

/** Deliveries to other servers, of the sessions `s` that a condition selects. */
const sent = (where: string): string => `select nullif(split_part(part, ' ', 1), '') as recipient_domain,
		split_part(part, ' ', 2)::integer as sent, handshake
	from (select s.handshake, unnest(string_split(s.deliveries, ',')) as part from judged_rows s
		where s.deliveries is not null and ${where})`;

/** The names of a row's counts behind a word, those that are not 0. */
function named(row: Counted, word: string, names: readonly string[]): Record<string, number> {
	return Object.fromEntries(
		names.map(name => [name, Number(row[`${word} ${name}`] ?? 0)] as const).filter(([, count]) => count > 0),
	);
}

const rowOf = (row: Counted): DomainRow => ({
	recipient_domain: row.recipient_domain,
	messages: Number(row.messages ?? 0),
	versions: named(row, 'version', [...versions, 'unknown']),
	plaintext: Number(row.plaintext ?? 0),
	unknown: Number(row.unknown ?? 0),
	trust: named(row, 'trust', deliveredTrust),
	held: Number(row.held ?? 0),
});

/** A condition on held mail `l`: by time as sessions are selected; by hops all or nothing, as it is mail that goes out. */
export function heldCondition({since, until, hops = [], last = null}: Filter): {where: string; parameters: Parameters} {
	const parts: string[] = [];
	const parameters: Record<string, number> = {};
	if (hops.length > 0 && !hops.includes('relay-out')) parts.push('false');
	if (since !== undefined) {
		parts.push('l.seen_at >= make_timestamp($held_since::bigint)');
		parameters.held_since = since * 1000;
	}
	if (until !== undefined) {
		parts.push('l.seen_at < make_timestamp($held_until::bigint)');
		parameters.held_until = until * 1000;
	}
	if (last !== null) {
		parts.push('l.seen_at >= (select max(started_at) from session_rows) - to_milliseconds($held_last::bigint)');
		parameters.held_last = last;
	}
	return {where: parts.length === 0 ? 'true' : parts.join(' and '), parameters};
}

/** Mail that TLS held back, by domain and reason, the most first. */
async function heldMail(store: Store, filter: Filter = {}): Promise<HeldRow[]> {
	const {where, parameters} = heldCondition(filter);
	return store.all<HeldRow>(
		`select l.recipient_domain, l.reason, count(distinct l.message)::double as messages,
			(count(distinct l.message) filter (not l.connected))::double as before_connection,
			(count(distinct l.message) filter (l.delivered_later))::double as delivered_later,
			epoch_ms(min(l.seen_at))::double as first_seen, epoch_ms(max(l.seen_at))::double as last_seen
		from held_messages l where ${where} group by l.recipient_domain, l.reason
		order by messages desc, l.recipient_domain nulls last, l.reason limit ${mostHeld}`,
		parameters,
	);
}

/** Mail that went out to other servers by the domain of its recipients, the most first. The sessions are judged before. */
export async function outbound(store: Store, filter: Filter, byDomain: boolean): Promise<Outbound> {
	const {where, parameters: own} = await condition(store, filter);
	const held = heldCondition(filter);
	const parameters = {...own, ...held.parameters};
	const counted = (grouped: boolean): string => `with d as (${sent(where)}),
		sent as (select ${grouped ? 'd.recipient_domain, ' : ''}${sums} from d join handshakes h using (handshake)
			where h.hop = 'relay-out' ${grouped ? 'group by d.recipient_domain' : ''}),
		held as (select ${grouped ? 'l.recipient_domain, ' : ''}count(distinct l.message)::double as held from held_messages l
			where ${held.where} ${grouped ? 'group by l.recipient_domain' : ''})`;
	const [all] = await store.all<Counted>(
		`${counted(false)} select *, null as recipient_domain from sent, held`,
		parameters,
	);
	const domains = await store.all<Counted & {readonly total: number}>(
		`${counted(true)} select sent.* exclude (recipient_domain), held.held,
			coalesce(sent.recipient_domain, held.recipient_domain) as recipient_domain, (count(*) over ())::double as total
		from sent full join held on sent.recipient_domain is not distinct from held.recipient_domain
		order by coalesce(sent.messages, 0) desc, held.held desc nulls last, recipient_domain nulls last
		limit ${byDomain ? mostDomains : usualDomains}`,
		parameters,
	);
	const {recipient_domain: _none, ...whole} = rowOf(all ?? {recipient_domain: null});
	return {
		all: whole,
		domainCount: domains[0]?.total ?? 0,
		domains: domains.map(rowOf),
		byDomain,
		held: await heldMail(store, filter),
	};
}
