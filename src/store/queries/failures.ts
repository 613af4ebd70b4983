import {remedyOf} from '../../model/failure/remedy.ts';
import type {Filter} from '../../model/filter.ts';
import {earlier, type FailedPeer, type FailureRow, later} from '../../model/summary.ts';
import {condition} from '../filter.ts';
import {peerKey} from '../retention/former-peers.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {othersAgree, placesStep, samePlace, scannerSteps} from '../whose.ts';
import {hopOrder, lastMoment} from './order.ts';
import {type RunSteps, type Step, stepByStep} from './steps.ts';

/** Peers named with a kind of failure, those with the most sessions. */
const mostPeers = 100;

/** What distinguishes kinds of failures; sessions of scanners, and those of the only peer that agrees there, are kinds of their own. */
const kind = 'reason, alert, hop, port, direction, outcome, scanner, agreed';

/** The other side: `mail.example[192.0.2.1]`, or what is known of it. */
const peerName = `case when peer_host is not null and peer_ip is not null then concat(peer_host, '[', peer_ip, ']')
	else coalesce(peer_host, peer_ip, key) end`;

/** The one value of a column in a group; null where there are several. */
const only = (column: string): string => `case when min(${column}) = max(${column}) then min(${column}) end`;

const steps = (store: Store, where: string): Step[] => [
	...scannerSteps(store),
	placesStep,
	{
		name: 'failure_peers',
		sql: `select coalesce(h.failure, 'other') as reason, h.alert, h.hop, h.port, h.direction, h.outcome,
				s.peer_ip is not null and h.direction = 'in' and hash(s.peer_ip) in (select peer from failure_scanners) as scanner,
				${othersAgree} as agreed,
				${peerKey} as key, ${only('s.peer_ip')} as peer_ip, ${only('nullif(s.peer_host, s.peer_ip)')} as peer_host, ${sessionsOf(store)} as sessions, min(s.started_at) as first, max(${lastMoment}) as last
			from judged_rows s join handshakes h using (handshake) left join failure_places p on ${samePlace}
			where (h.failure is not null or h.outcome = 'failed') and ${where} group by all`,
	},
	{
		name: 'failure_kinds',
		sql: `select ${kind}, sum(sessions)::double as sessions, count(key)::double as peer_count,
				min({'rarity': -sessions, 'peer': ${peerName}, 'peer_ip': peer_ip, 'peer_host': peer_host}, ${mostPeers})
					filter (where key is not null) as most,
				epoch_ms(min(first))::double as first_seen, epoch_ms(max(last))::double as last_seen
			from failure_peers group by ${kind}`,
	},
];

type Found = Omit<FailureRow, 'whose' | 'remedy' | 'peers'> & {
	readonly direction: 'in' | 'out';
	readonly scanner: boolean;
	readonly agreed: boolean;
	readonly most: ReadonlyArray<Omit<FailedPeer, 'sessions'> & {readonly rarity: bigint}> | null;
};

/** Kinds that differ in what their peers did otherwise, where both have one owner: no peer is in both. */
function together(one: FailureRow, other: FailureRow): FailureRow {
	return {
		...one,
		sessions: one.sessions + other.sessions,
		peer_count: one.peer_count + other.peer_count,
		peers: [...one.peers, ...other.peers].sort((a, b) => b.sessions - a.sessions).slice(0, mostPeers),
		first_seen: earlier(one.first_seen, other.first_seen),
		last_seen: later(one.last_seen, other.last_seen),
	};
}

/**
 * Returns failures by reason, alert and outcome, with whose they are, the remedy and the peers of most of them, the most frequent
 * first within a hop and port; a failed session without a reason counts as `other`.
 */
export async function failures(store: Store, filter: Filter = {}, run: RunSteps = stepByStep): Promise<FailureRow[]> {
	const {where, parameters} = await condition(store, filter);
	const rows = await run<Found>(
		store,
		steps(store, where),
		`select s.* from failure_kinds s
		order by ${hopOrder('s.hop')}, s.port nulls last, s.sessions desc, s.reason, s.alert, s.outcome, s.scanner, s.agreed`,
		parameters,
	);
	const kinds = new Map<string, FailureRow>();
	for (const {direction, scanner, agreed, most, ...found} of rows) {
		const row = {
			...found,
			...remedyOf({
				direction,
				failure: found.reason,
				alert: found.alert,
				encrypted: found.outcome === 'encrypted',
				othersAgree: agreed,
				scanner,
			}),
			peers: (most ?? []).map(({rarity, ...peer}) => ({...peer, sessions: -Number(rarity)})),
		};
		const key = JSON.stringify([row.reason, row.alert, row.hop, row.port, row.outcome, row.whose]);
		const known = kinds.get(key);
		kinds.set(key, known === undefined ? row : together(known, row));
	}
	const list = [...kinds.values()];
	// What was put together may be more than what came before it.
	const ofPlace = ({hop, port}: FailureRow): number => list.findIndex(each => each.hop === hop && each.port === port);
	return list.toSorted((a, b) => ofPlace(a) - ofPlace(b) || b.sessions - a.sessions);
}
