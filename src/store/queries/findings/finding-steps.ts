import type {Store} from '../../store.ts';
import {latestAt} from '../../tally/latest.ts';
import {sessionsOf} from '../../tally/weight.ts';
import {lastMoment} from '../order.ts';
import type {Step} from '../steps.ts';

/** A peer as a baseline names it: its address, or its name where the log has no address. */
export const peerWord = `coalesce(s.peer_ip, s.peer_host, 'unknown')`;

/**
 * Steps that end in the table `found`: one row per finding and peer (address, name and user together), those that an exception
 * suppresses left out. The millions of sessions are read once, into one row per peer and judgement, and only then joined to
 * findings. `latest` is the row id of the latest session, `latest_at` a number that is higher the later it is; one without times is older than all. `where` is a condition on sessions
 * `s`. With `fresh` findings of the temporary table `baseline` are left out; see `setBaseline`.
 */
export function findingSteps(store: Store, where: string, fresh: boolean): Step[] {
	const latest = latestAt(lastMoment);
	const known = `where not exists (select 1 from baseline b where b.rule = s.rule and b.hop = s.hop
		and b.port is not distinct from s.port and b.peer = ${peerWord})`;
	return [
		{
			name: 'found_by_judgement',
			sql: `select s.judgement, s.handshake, s.peer_ip, s.peer_host, s.username, ${sessionsOf(store)} as sessions,
					coalesce(sum(s.messages), 0) as messages, min(s.started_at) as first_seen, max(${lastMoment}) as last_seen,
					arg_max(s.row, ${latest}) as latest, max(${latest}) as latest_at
				from judged_rows s where ${where}
					and s.judgement in (select judgement from judgement_findings where excepted_until is null) group by all`,
		},
		{
			name: 'found',
			sql: `select s.* from (
					select f.rule, f.severity, h.hop, h.port, f.observed, f.required, f.reference, t.peer_ip, t.peer_host, t.username,
						t.sessions, t.messages, t.first_seen, t.last_seen, t.latest, t.latest_at
					from found_by_judgement t join handshakes h using (handshake) join judgement_findings f using (judgement)
					where f.excepted_until is null) s ${fresh ? known : ''}`,
		},
	];
}
