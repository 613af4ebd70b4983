import type {Filter} from '../../model/filter.ts';
import type {KeyExchangeRow} from '../../model/key-exchange.ts';
import type {Hop} from '../../model/session.ts';
import {groupOf, keyExchangeKind} from '../../tls/group.ts';
import {protocols} from '../../tls/version.ts';
import {condition} from '../filter.ts';
import type {Store} from '../store.ts';
import {hopOrder} from './order.ts';

/** OpenSSL knows some fifty groups; a hostile log may make up any number. */
const mostNames = 200;

/** What is no version decides nothing. */
const knownVersion = `case when h.protocol in (${protocols.map(name => `'${name}'`)}) then h.protocol end`;

type Counted = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly protocol: string | null;
	readonly key_exchange: string | null;
	readonly sessions: number;
};

/** Sessions by hop, port, version and key exchange as logged; beyond the most frequent names all are one that says nothing. */
const counted = (where: string): string => `
	with seen as (
		select h.hop, h.port, ${knownVersion} as protocol, h.key_exchange, count(*)::double as sessions
		from judged_rows s join handshakes h using (handshake) where h.outcome = 'encrypted' and ${where} group by all),
	names as (
		select key_exchange as name from seen where key_exchange is not null
		group by key_exchange order by sum(sessions) desc, key_exchange limit ${mostNames}),
	s as (
		select seen.hop, seen.port, seen.protocol, names.name as key_exchange, sum(seen.sessions)::double as sessions
		from seen left join names on names.name = seen.key_exchange group by all)
	from s order by ${hopOrder('s.hop')}, s.port nulls last, s.sessions desc, s.protocol, s.key_exchange`;

type Sums = {hybrid: number; could: number; cannot: number; not_logged: number};

/** Returns the kinds of key exchange of the encrypted sessions, by hop and port. The sessions are judged before. */
export async function keyExchanges(store: Store, filter: Filter = {}): Promise<KeyExchangeRow[]> {
	const {where, parameters} = await condition(store, filter);
	const places = new Map<string, {hop: Hop; port: number | null; sums: Sums; groups: Map<string, number>}>();
	for (const {hop, port, protocol, key_exchange, sessions} of await store.all<Counted>(counted(where), parameters)) {
		const place = places.get(`${hop} ${port}`) ?? {
			...{hop, port, groups: new Map<string, number>()},
			sums: {hybrid: 0, could: 0, cannot: 0, not_logged: 0},
		};
		places.set(`${hop} ${port}`, place);
		const kind = keyExchangeKind(protocol, key_exchange);
		place.sums[kind === 'not-logged' ? 'not_logged' : kind] += sessions;
		const group = key_exchange === null || kind === 'cannot' ? null : groupOf(key_exchange);
		if (group !== null) place.groups.set(group, (place.groups.get(group) ?? 0) + sessions);
	}
	return [...places.values()].map(({hop, port, sums, groups}) => ({
		...{hop, port, ...sums},
		groups: Object.fromEntries([...groups].sort((a, b) => b[1] - a[1])),
	}));
}
