import type {Narrow} from './narrow.ts';
import {type Screen, tells} from './screen.ts';
import {type Where, whereOf} from './where.ts';

/** The sessions of one handshake, counted: what most screens fold into their rows. Times in ms since 1970 UTC. */
export type Tally = {
	handshake: number;
	hop: string;
	port: number | null;
	outcome: string | null;
	protocol: string | null;
	cipher: string | null;
	failure: string | null;
	sessions: number;
	messages: number;
	/** Sessions that break the policy: all of them or none. */
	violations: number;
	weaknesses: number;
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	judged: number;
	undecided: number;
	first_seen: number | null;
	last_seen: number | null;
};

/** Counts sessions by handshake. One pass over two or three narrow columns: a million sessions take some 15 ms. */
export async function tallies(screen: Screen, narrow: Narrow, found?: Where): Promise<Tally[]> {
	const {where, parameters} = found ?? (await whereOf(screen, narrow));
	return screen.store.all<Tally>(
		`with t as (
			select s.handshake, count(*)::double as sessions, coalesce(sum(s.messages), 0)::double as messages,
				epoch_ms(min(s.started_at))::double as first_seen,
				epoch_ms(max(coalesce(s.ended_at, s.started_at)))::double as last_seen
			from live_sessions s where ${where} group by s.handshake),
		worst as (
			select handshake, bool_or(severity = 'violation') as violation, bool_or(severity = 'weakness') as weakness
			from handshake_findings group by handshake)
		select h.handshake, h.hop, h.port, h.outcome, h.protocol, h.cipher, h.failure, t.sessions, t.messages,
			case when w.violation then t.sessions else 0 end as violations,
			case when w.weakness then t.sessions else 0 end as weaknesses,
			case when ${tells('decided')} then t.sessions else 0 end as judged,
			case when ${tells('undecided')} then t.sessions else 0 end as undecided, t.first_seen, t.last_seen
		from t join handshakes h using (handshake) left join worst w using (handshake)`,
		parameters,
	);
}

/** The smaller of two moments of which either may be unknown. */
export const earlier = (a: number | null, b: number | null): number | null =>
	a === null ? b : b === null ? a : Math.min(a, b);
/** The greater of two moments of which either may be unknown. */
export const later = (a: number | null, b: number | null): number | null =>
	a === null ? b : b === null ? a : Math.max(a, b);
