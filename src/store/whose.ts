import type {Whose} from '../model/failure/causes.ts';
import {type Remedy, remedyOf} from '../model/failure/remedy.ts';
import {hops} from '../model/session.ts';
import type {Handshake} from '../model/session-parts.ts';
import type {ListedSession} from '../model/sessions.ts';
import {handshakes} from './handshakes.ts';
import {peerKey, peerNumber} from './retention/former-peers.ts';
import type {Store} from './store.ts';
import {sessionsOf} from './tally/weight.ts';

/*
 * What the log carries for whose a failure is: peers that look like scanners, and places where others come to an agreement.
 * Both are facts of all sessions in the store, whatever a filter selects.
 */

/** Attempts that a scanner has made at least, in more than one way. */
const leastAttempts = 3;

/** Failures that say how a peer tried; a connection that broke says nothing of that. */
const telling = `h.direction = 'in' and h.outcome = 'failed' and h.failure not in ('lost-connection', 'timeout', 'other')`;

/**
 * The way that an attempt was made in: the reason, as several alerts and words of the library mean the same (a client that comes
 * back with a lower version, or refuses our certificate in other words). Other alerts, and HTTP, are ways of their own.
 */
const way = `case when h.failure = 'peer-alert' or h.alert like 'http%' then coalesce(h.alert, h.failure) else h.failure end`;

/** Suspects that deleted sessions were of, which may have been good ones. */
const former = `select f.peer from failure_suspects f, unnest([${hops.map(hop => `'${hop}'`)}]) as known(hop), former_peers_key k
	where ${peerNumber('k.salt', 'known.hop', 'f.ip')} in (select peer from former_peers)`;

/**
 * Steps that find the peers that look like scanners, as hashes of their addresses: several failed attempts to connect to us in
 * more than one way, and no session, mail or login ever, nor a session that was deleted. A client or server that is set up wrong
 * fails again and again in one way.
 */
export const scannerSteps = (store: Store) => [
	{
		name: 'failure_suspects',
		sql: `select hash(s.peer_ip) as peer, any_value(s.peer_ip)::varchar as ip from weighted_rows s join handshakes h using (handshake)
			where ${telling} and s.peer_ip is not null group by hash(s.peer_ip)
			having ${sessionsOf(store)} >= ${leastAttempts} and min(${way}) <> max(${way})`,
	},
	{
		name: 'failure_scanners',
		sql: `select peer from failure_suspects where peer not in (
			select hash(s.peer_ip) from weighted_rows s join handshakes h using (handshake)
			where (h.outcome = 'encrypted' or h.carried_mail or h.logged_in)
				and hash(s.peer_ip) in (select peer from failure_suspects))
			and peer not in (${former})`,
	},
];

/** Whether a session `s` is one of a peer that looks like a scanner. */
const ofScanner = (store: Store): string => `s.peer_ip is not null and hash(s.peer_ip) in (
	with ${scannerSteps(store)
		.map(({name, sql}) => `${name} as materialized (${sql})`)
		.join(', ')} select peer from failure_scanners)`;

/** Hops and ports on which there are encrypted sessions of peers that the log names, with the least and the greatest hash of these. */
const agreedPlaces = `select h.hop, h.port, min(hash(${peerKey})) as least, max(hash(${peerKey})) as most
	from weighted_rows s join handshakes h using (handshake) where h.outcome = 'encrypted' and ${peerKey} is not null
	group by h.hop, h.port`;

/** The step that finds those places, and the condition that of one of them, `p`, some other peer is than that of `s` and `h`. */
export const placesStep = {name: 'failure_places', sql: agreedPlaces} as const;
export const othersAgree = `coalesce(p.least <> p.most or (${peerKey} is not null and p.least <> hash(${peerKey})), false)`;
export const samePlace = 'p.hop = h.hop and p.port is not distinct from h.port';

/** Whether others than its peer come to an agreement where a session `s` is. */
const othersAgreeThere = `exists (select 1 from handshakes h join (${agreedPlaces}) p on ${samePlace}
	where h.handshake = s.handshake and ${othersAgree})`;

/** Returns the condition on sessions `s` that their failure is one of those; it holds nothing that the user typed. */
export async function whoseCondition(store: Store, values: readonly string[]): Promise<string> {
	const whoseOf = (handshake: Handshake, othersAgree: boolean, scanner: boolean): Whose =>
		remedyOf({
			...handshake,
			encrypted: handshake.outcome === 'encrypted',
			othersAgree,
			scanner: scanner && handshake.direction === 'in',
		}).whose;
	/** The handshakes that are meant, by what their peers and others did. */
	const meant = [false, true].flatMap(scanner =>
		[false, true].map(others => ({scanner, others, numbers: [] as number[]})),
	);
	for await (const some of handshakes(store))
		for (const handshake of some) {
			if (handshake.failure === null && handshake.outcome !== 'failed') continue;
			for (const {scanner, others, numbers} of meant)
				if (values.includes(whoseOf(handshake, others, scanner))) numbers.push(handshake.handshake);
		}
	const isOf = (scanner: boolean): string => {
		const [alone = 'false', among = 'false'] = meant
			.filter(each => each.scanner === scanner)
			.map(({numbers}) => (numbers.length === 0 ? 'false' : `s.handshake in (${numbers})`));
		return alone === among ? alone : `case when ${othersAgreeThere} then ${among} else ${alone} end`;
	};
	return `case when ${ofScanner(store)} then ${isOf(true)} else ${isOf(false)} end`;
}

/** Returns whose the failure of a session is, and the remedy; null where it did not fail. */
export async function remedyOfSession(store: Store, session: ListedSession): Promise<Remedy | null> {
	const {failure, outcome, alert, hop, port, direction, peer_ip: ip, peer_host: host} = session;
	if ((failure ?? null) === null && outcome !== 'failed') return null;
	const text = (value: string | number | null | undefined): string | null => (typeof value === 'string' ? value : null);
	const [found] = await store.all<{scanner: boolean; agree: boolean}>(
		`select ${ofScanner(store)} as scanner, coalesce((select bool_or(${othersAgree}) from (${agreedPlaces}) p where ${samePlace}), false) as agree
		from (select $ip::varchar as peer_ip, $host::varchar as peer_host) s,
			(select $direction::varchar as direction, $hop::varchar as hop, $port::integer as port) h`,
		{
			ip: text(ip),
			host: text(host),
			direction: text(direction),
			hop: text(hop),
			port: typeof port === 'number' ? port : null,
		},
	);
	return remedyOf({
		direction: direction === 'out' ? 'out' : 'in',
		failure: text(failure),
		alert: text(alert),
		encrypted: outcome === 'encrypted',
		othersAgree: found?.agree === true,
		scanner: direction === 'in' && found?.scanner === true,
	});
}
