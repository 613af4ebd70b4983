import type {Whose} from '../model/failure/causes.ts';
import {type Remedy, remedyOf} from '../model/failure/remedy.ts';
import type {Handshake} from '../model/session-parts.ts';
import type {ListedSession} from '../model/sessions.ts';
import {handshakes} from './handshakes.ts';
import type {Store} from './store.ts';

/*
 * What the log carries for whose a failure is: peers that look like scanners, and places where others come to an agreement.
 * Both are facts of all sessions in the store, whatever a filter selects.
 */

/** Attempts that a scanner has made at least, in more than one way. */
const leastAttempts = 3;

/** Failures that say how a peer tried; a connection that broke says nothing of that. */
const telling = `h.direction = 'in' and h.outcome = 'failed' and h.failure not in ('lost-connection', 'timeout', 'other')`;

/**
 * Steps that find the peers that look like scanners, as hashes of their addresses: several failed attempts to connect to us in
 * more than one way, and no session, mail or login ever. A client or server that is set up wrong fails again and again in one way.
 */
export const scannerSteps = [
	{
		name: 'failure_suspects',
		sql: `select hash(s.peer_ip) as peer from session_rows s join handshakes h using (handshake)
			where ${telling} and s.peer_ip is not null group by all
			having count(*) >= ${leastAttempts} and min(coalesce(h.alert, h.failure)) <> max(coalesce(h.alert, h.failure))`,
	},
	{
		name: 'failure_scanners',
		sql: `select peer from failure_suspects where peer not in (
			select hash(s.peer_ip) from session_rows s join handshakes h using (handshake)
			where (h.outcome = 'encrypted' or h.carried_mail or h.logged_in)
				and hash(s.peer_ip) in (select peer from failure_suspects))`,
	},
] as const;

/** Whether a session `s` is one of a peer that looks like a scanner. */
const ofScanner = `s.peer_ip is not null and hash(s.peer_ip) in (
	with ${scannerSteps.map(({name, sql}) => `${name} as materialized (${sql})`).join(', ')} select peer from failure_scanners)`;

/** Hops and ports on which there are encrypted sessions. */
export const agreedPlaces = `select distinct hop, port from handshakes where outcome = 'encrypted'`;

const placeOf = ({hop, port}: {readonly hop: string; readonly port: number | null}): string => `${hop} ${port}`;

async function agreed(store: Store): Promise<ReadonlySet<string>> {
	return new Set((await store.all<{hop: string; port: number | null}>(agreedPlaces)).map(placeOf));
}

/** Returns the condition on sessions `s` that their failure is one of those; it holds nothing that the user typed. */
export async function whoseCondition(store: Store, values: readonly string[]): Promise<string> {
	const places = await agreed(store);
	const whoseOf = (handshake: Handshake, scanner: boolean): Whose =>
		remedyOf({
			...handshake,
			othersAgree: places.has(placeOf(handshake)),
			scanner: scanner && handshake.direction === 'in',
		}).whose;
	const plain: number[] = [];
	const scanned: number[] = [];
	for await (const some of handshakes(store))
		for (const handshake of some) {
			if (handshake.failure === null && handshake.outcome !== 'failed') continue;
			if (values.includes(whoseOf(handshake, false))) plain.push(handshake.handshake);
			if (values.includes(whoseOf(handshake, true))) scanned.push(handshake.handshake);
		}
	const among = (numbers: readonly number[]): string =>
		numbers.length === 0 ? 'false' : `s.handshake in (${numbers})`;
	return `case when ${ofScanner} then ${among(scanned)} else ${among(plain)} end`;
}

/** Returns whose the failure of a session is, and the remedy; null where it did not fail. */
export async function remedyOfSession(store: Store, session: ListedSession): Promise<Remedy | null> {
	const {failure, outcome, alert, hop, port, direction, peer_ip: ip} = session;
	if ((failure ?? null) === null && outcome !== 'failed') return null;
	const text = (value: string | number | null | undefined): string | null => (typeof value === 'string' ? value : null);
	const [found] = await store.all<{scanner: boolean}>(
		`select ${ofScanner} as scanner from (select $ip::varchar as peer_ip) s`,
		{ip: text(ip)},
	);
	const place = placeOf({hop: String(hop), port: typeof port === 'number' ? port : null});
	return remedyOf({
		direction: direction === 'out' ? 'out' : 'in',
		failure: text(failure),
		alert: text(alert),
		othersAgree: (await agreed(store)).has(place),
		scanner: direction === 'in' && found?.scanner === true,
	});
}
