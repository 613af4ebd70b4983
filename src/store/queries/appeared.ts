import type {Appeared, AppearedPeer} from '../../model/change.ts';
import type {Filter} from '../../model/filter.ts';
import {condition} from '../filter.ts';
import {peerKey, peerNumber} from '../retention/former-peers.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {brokenJudgements} from './order.ts';

/** Peers that are shown by name. */
const mostPeers = 100;

/** The key is an address, not a name; see `peerKey`. */
const byAddress = `case when h.direction = 'in' then s.peer_ip is not null else s.peer_host is null end`;

/** Where the peers of the other side are: in the store itself, by a filter, or in a database that is attached under a name. */
export type OtherSide = {readonly filter: Filter} | {readonly attached: string; readonly hops: Filter['hops']};

const steps = ['appeared_shown', 'appeared_before', 'appeared_former'];

/** Sets the peers of the other side aside, and those of its deleted sessions. */
async function setBeforeAside(store: Store, other: OtherSide): Promise<void> {
	const peersOf = (tables: string, where: string): string =>
		`create or replace temp table appeared_before as select distinct h.hop, ${peerKey} as key from ${tables} where ${where}`;
	if ('filter' in other) {
		const {where, parameters} = await condition(store, other.filter);
		await store.read(peersOf('judged_rows s join handshakes h using (handshake)', where), parameters);
		return;
	}
	const {attached, hops = []} = other;
	const on = hops.length === 0 ? 'true' : `h.hop in (${hops.map(hop => `'${hop}'`)})`;
	await store.read(peersOf(`${attached}.session_rows s join ${attached}.handshakes h using (handshake)`, on));
}

/**
 * Returns the peers of the sessions that pass `shown` and not of the other side, by hop: an address of those that come to us, a name
 * of those that we go to. Known ones were seen before, in the store up to `shown` or among its deleted sessions, or in those of the
 * database that is compared; of those whose sessions were deleted it is not known when they were first seen. The sessions are judged before. Not to be run twice at the same time.
 */
export async function appearedPeers(store: Store, shown: Filter, other: OtherSide): Promise<Appeared> {
	const {where, parameters} = await condition(store, shown);
	try {
		await store.read(
			`create or replace temp table appeared_shown as select h.hop, ${peerKey} as key, ${byAddress} as by_address,
				min(s.peer_host) as host, ${sessionsOf(store)} as sessions, coalesce(sum(s.messages), 0) as messages,
				${sessionsOf(store, 'b.violation')} as violations, min(s.started_at) as first_seen
			from judged_rows s join handshakes h using (handshake) left join (${brokenJudgements}) b using (judgement)
			where ${peerKey} is not null and ${where} group by h.hop, key, by_address`,
			parameters,
		);
		await setBeforeAside(store, other);
		const former = 'attached' in other ? [other.attached] : [];
		await store.read(
			`create or replace temp table appeared_former as ${['', ...former.map(name => `${name}.`)]
				.map(
					from => `select a.hop, a.key from appeared_shown a, ${from}former_peers_key k
						where ${peerNumber('k.salt', 'a.hop', 'a.key')} in (select peer from ${from}former_peers)`,
				)
				.join(' union ')}`,
		);
		const earlier = await condition(store, {...shown, since: undefined, until: shown.since, last: null});
		const isEarlier = shown.since === undefined ? 'false' : earlier.where;
		const rows = await store.all<AppearedPeer & {key: string; by_address: boolean; fresh: number; all: number}>(
			`with fresh as (select a.* from appeared_shown a anti join appeared_before b using (hop, key)),
			earlier as (
				select h.hop, ${peerKey} as key, min(s.started_at) as first_seen
				from judged_rows s join handshakes h using (handshake) where ${isEarlier} group by h.hop, key),
			peers as (
				select f.*, e.key is not null or p.key is not null as known, case when p.key is null then least(f.first_seen, e.first_seen) end as ever
				from fresh f left join earlier e using (hop, key) left join appeared_former p using (hop, key))
			select hop, key, by_address, host, sessions::double as sessions, known, epoch_ms(ever)::double as first_seen,
				(select count(*) filter (where not known) from peers)::double as fresh, (select count(*) from peers)::double as all
			from peers order by known, violations desc, messages desc, sessions desc, hop, key limit ${mostPeers}`,
			shown.since === undefined ? {} : earlier.parameters,
		);
		const [{fresh = 0, all = 0} = {}] = rows;
		return {
			fresh,
			back: all - fresh,
			peers: rows.map(({hop, key, by_address, host, sessions, known, first_seen}) => ({
				hop,
				ip: by_address ? key : null,
				host: by_address ? host : key,
				sessions,
				known,
				first_seen,
			})),
		};
	} finally {
		for (const name of steps) await store.read(`drop table if exists temp.${name}`);
	}
}
