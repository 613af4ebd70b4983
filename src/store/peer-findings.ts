import type {Step} from './steps.ts';

/** Latest moment of a session `s`; a session without times is older than all. */
const lastMoment = 'coalesce(s.ended_at, s.started_at)';

/** A peer as a baseline names it: its address, or its name where the log has no address. */
export const peerWord = `coalesce(s.peer_ip, s.peer_host, 'unknown')`;

/**
 * Steps that end in the table `found`: one row per finding and peer (address, name and user together), exceptions taken out.
 * The millions of sessions are read once, into one row per peer and handshake, and only then joined to findings. `latest` is
 * the row id of the latest session. `where` is a condition on rows `s` and their handshakes `h`. With `fresh` findings of the
 * temporary table `baseline` are left out; see `setBaseline`.
 */
export function findingSteps(where: string, fresh: boolean): Step[] {
	const columns = `f.rule, f.severity, h.hop, h.port, f.observed, f.required, f.reference, t.peer_ip, t.peer_host, t.username,
		t.sessions, t.messages, t.first_seen, t.last_seen, t.latest`;
	const known = `and not exists (select 1 from baseline b where b.rule = s.rule and b.hop = s.hop
		and b.port is not distinct from s.port and b.peer = ${peerWord})`;
	return [
		{
			name: 'found_by_handshake',
			sql: `select h.handshake, s.peer_ip, s.peer_host, s.username, count(*) as sessions,
					coalesce(sum(s.messages), 0) as messages, min(s.started_at) as first_seen, max(${lastMoment}) as last_seen,
					arg_max(s.rowid, coalesce(${lastMoment}, timestamp '-infinity')) as latest
				from session_rows s join handshakes h on h.handshake = s.handshake
				where ${where} and h.handshake in (select handshake from handshake_findings
					union all select handshake from destination_findings) group by all`,
		},
		{
			name: 'found',
			sql: `select s.* from (
					select ${columns} from found_by_handshake t join handshakes h using (handshake)
						join handshake_findings f using (handshake)
					union all
					select ${columns} from found_by_handshake t join handshakes h using (handshake)
						join destination_findings f on f.handshake = t.handshake and f.peer_host = t.peer_host) s
				where not exists (select 1 from exceptions x where x.rule = s.rule
					and x.peer_ip is not distinct from s.peer_ip and x.peer_host is not distinct from s.peer_host
					and x.username is not distinct from s.username) ${fresh ? known : ''}`,
		},
	];
}
