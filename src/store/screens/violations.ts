import type {Narrow} from './narrow.ts';
import type {Screen} from './screen.ts';
import {whereOf} from './where.ts';

/** One rule as it was broken on one hop and port. Times in ms since 1970 UTC. */
export type ViolationRow = {
	rule: string;
	severity: string;
	hop: string;
	port: number | null;
	sessions: number;
	messages: number;
	peers: number;
	/** What was seen most often instead of what is required. */
	observed: string;
	required: string;
	reference: string;
	first_seen: number | null;
	last_seen: number | null;
};

/** What breaks the policy, the worst first. */
export async function violations(screen: Screen, narrow: Narrow): Promise<ViolationRow[]> {
	const {where, parameters} = await whereOf(screen, narrow);
	return screen.store.all<ViolationRow>(
		`with t as (
			select s.handshake, s.peer_ip, s.peer_host, s.username, count(*) as sessions, sum(s.messages) as messages,
				min(s.started_at) as first_seen, max(coalesce(s.ended_at, s.started_at)) as last_seen
			from live_sessions s
			where s.handshake in (select handshake from handshake_findings) and ${where}
			group by all)
		select f.rule, f.severity, h.hop, h.port, sum(t.sessions)::double as sessions,
			coalesce(sum(t.messages), 0)::double as messages,
			count(distinct coalesce(t.peer_ip, t.peer_host, t.username, ''))::double as peers,
			arg_max(f.observed, t.sessions) as observed, min(f.required) as required,
			arg_min(f.reference, f.required) as reference, epoch_ms(min(t.first_seen))::double as first_seen,
			epoch_ms(max(t.last_seen))::double as last_seen
		from t join handshakes h using (handshake) join handshake_findings f using (handshake)
		group by f.rule, f.severity, h.hop, h.port
		order by case f.severity when 'violation' then 0 when 'weakness' then 1 else 2 end, sessions desc, f.rule, h.hop, h.port`,
		parameters,
	);
}
