import type {Filter} from '../../model/filter.ts';
import type {KeyExchangeRow, NotHybrid, NotHybridPeer} from '../../model/key-exchange.ts';
import type {Hop} from '../../model/session.ts';
import {groupOf, type KeyExchangeKind} from '../../tls/group.ts';
import {condition} from '../filter.ts';
import {kindOfKeyExchange} from '../key-exchange-kinds.ts';
import {peerKey} from '../retention/former-peers.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {hopOrder, lastMoment} from './order.ts';

/** OpenSSL knows some fifty groups; a hostile log may make up any number. */
const mostNames = 200;

type Counted = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly kind: KeyExchangeKind;
	/** As logged. */
	readonly name: string | null;
	readonly sessions: number;
};

/** Sessions by hop, port, kind and key exchange as logged; those beyond the most frequent names have none. */
const counted = (store: Store, where: string, kind: string): string => `
	with chosen as (
		select s.handshake, ${sessionsOf(store)} as sessions from judged_rows s where ${where} group by s.handshake),
	seen as (
		select h.hop, h.port, ${kind} as kind, h.key_exchange as name, sum(c.sessions) as sessions
		from chosen c join handshakes h using (handshake) where h.outcome = 'encrypted' group by all),
	names as (
		select name from seen where name is not null and kind <> 'cannot'
		group by name order by sum(sessions) desc, name limit ${mostNames}),
	s as (
		select seen.hop, seen.port, seen.kind, names.name, sum(seen.sessions)::double as sessions
		from seen left join names on names.name = seen.name and seen.kind <> 'cannot' group by all)
	from s order by ${hopOrder('s.hop')}, s.port nulls last, s.sessions desc, s.name`;

type Sums = {hybrid: number; could: number; cannot: number; not_logged: number};

/** Returns the kinds of key exchange of the encrypted sessions, by hop and port. The sessions are judged before. */
export async function keyExchanges(store: Store, filter: Filter = {}): Promise<KeyExchangeRow[]> {
	const {where, parameters} = await condition(store, filter);
	const places = new Map<string, {hop: Hop; port: number | null; sums: Sums; groups: Map<string, number>}>();
	const rows = await store.all<Counted>(counted(store, where, await kindOfKeyExchange(store)), parameters);
	for (const {hop, port, kind, name, sessions} of rows) {
		const place = places.get(`${hop} ${port}`) ?? {
			...{hop, port, groups: new Map<string, number>()},
			sums: {hybrid: 0, could: 0, cannot: 0, not_logged: 0},
		};
		places.set(`${hop} ${port}`, place);
		place.sums[kind === 'not-logged' ? 'not_logged' : kind] += sessions;
		const group = name === null ? null : groupOf(name);
		if (group !== null) place.groups.set(group, (place.groups.get(group) ?? 0) + sessions);
	}
	return [...places.values()].map(({hop, port, sums, groups}) => ({
		...{hop, port, ...sums},
		groups: Object.fromEntries([...groups].sort((a, b) => b[1] - a[1])),
	}));
}

/** Peers that a list names at most. */
const mostPeers = 100;

/**
 * Returns the peers whose sessions at a hop and port could or cannot be hybrid, and none of whose was: those with the most such
 * sessions first. A peer of whom the group is never logged is none of them. The sessions are judged before.
 */
export async function notHybridPeers(store: Store, filter: Filter = {}, most = mostPeers): Promise<NotHybrid> {
	const {where, parameters} = await condition(store, filter);
	const rows = await store.all<NotHybridPeer & {readonly total: number}>(
		`with kinds as (
			select h.handshake, h.hop, h.port, h.direction, ${await kindOfKeyExchange(store)} as kind from handshakes h
			where h.outcome = 'encrypted'),
		page as (
			select h.hop, h.port, h.direction, ${peerKey} as peer,
				${sessionsOf(store, `h.kind <> 'not-logged'`)} as sessions,
				coalesce(sum(s.messages) filter (where h.kind <> 'not-logged'), 0) as messages, count(*) over () as total
			from judged_rows s join kinds h using (handshake) where ${where} group by h.hop, h.port, h.direction, peer
			having peer is not null and not bool_or(h.kind = 'hybrid') and bool_or(h.kind <> 'not-logged')
			order by sessions desc, messages desc, ${hopOrder('h.hop')}, h.port, h.direction, peer
			limit ${Math.trunc(most)})
		select p.hop, p.port, p.direction,
			case when min(s.peer_ip) = max(s.peer_ip) then min(s.peer_ip) end as peer_ip, max(s.peer_host) as peer_host,
			any_value(p.sessions)::double as sessions, ${sessionsOf(store, `h.kind = 'could'`)}::double as could,
			${sessionsOf(store, `h.kind = 'cannot'`)}::double as cannot,
			${sessionsOf(store, `h.kind = 'not-logged'`)}::double as not_logged,
			any_value(p.messages)::double as messages, epoch_ms(max(${lastMoment}))::double as last_seen,
			any_value(p.total)::double as total
		from judged_rows s join kinds h using (handshake) join page p on p.peer = ${peerKey} and p.hop = h.hop
			and p.port is not distinct from h.port and p.direction = h.direction
		where ${where} group by p.hop, p.port, p.direction, p.peer
		order by any_value(p.sessions) desc, any_value(p.messages) desc, ${hopOrder('p.hop')}, p.port, p.direction, p.peer`,
		parameters,
	);
	return {peers: rows.map(({total: _total, ...row}) => row), peer_count: rows[0]?.total ?? 0};
}
