import type {Store} from '../store.ts';

/*
 * Which peers were seen on a hop before their sessions were deleted, so that a peer that comes again is not called new. Only a
 * salted hash is kept: it answers whether a peer was there, and does not name it. Who has the database can still try
 * addresses, so it is personal data as the log is, and there is a most of it.
 */

/** Fewer than a row group, see `src/store/ledger/unfinished.ts`: peers last seen before these are forgotten. */
const mostPeers = 100_000;

/**
 * What distinguishes the peers of sessions `s` with handshakes `h`: of those that come to us the address, of those that we go
 * to the name, as a destination has many addresses; the other one where the log lacks it.
 */
export const peerKey = `case when h.direction = 'in' then coalesce(s.peer_ip, s.peer_host)
	else coalesce(s.peer_host, s.peer_ip) end`;

/** The number of a peer on a hop: of a key made by `peerKey`, in a database with its salt. */
export const peerNumber = (salt: string, hop: string, key: string): string =>
	`md5_number_lower(concat_ws(' ', ${salt}, ${hop}, ${key}))`;

/** Notes the peers of the sessions in the temporary table `going`; in the writer's transaction that is open. */
export async function notePeers(store: Store, most = mostPeers): Promise<void> {
	await store.run(
		`create or replace temp table noted_peers as select peer, max(last_seen) as last_seen from (
			select ${peerNumber('k.salt', 'g.hop', 'g.peer')} as peer, g.last_seen
				from (select hop, peer, max(last_seen) as last_seen from going where peer is not null group by hop, peer) g,
					former_peers_key k
			union all from former_peers) group by peer`,
	);
	await store.run('delete from former_peers');
	await store.run(`insert into former_peers from noted_peers order by last_seen desc, peer limit ${most}`);
	await store.run(
		`update former_peers_key set complete_from = greatest(complete_from, (
			select max(n.last_seen) from noted_peers n anti join former_peers f on f.peer = n.peer))`,
	);
	await store.run('drop table temp.noted_peers');
}
