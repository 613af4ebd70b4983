import type {Filter} from '../../../model/filter.ts';
import type {Inconclusive, Suppressed} from '../../../model/findings.ts';
import type {Policy} from '../../../policy/policy.ts';
import {condition} from '../../filter.ts';
import type {Store} from '../../store.ts';
import {sessionsOf} from '../../tally/weight.ts';
import {lastMoment} from '../order.ts';

/** Returns what exceptions suppress, those that end first at the top. The sessions are judged before. */
export async function suppressed(store: Store, filter: Filter = {}): Promise<Suppressed[]> {
	const {where, parameters} = await condition(store, filter);
	return store.all<Suppressed>(
		`select f.rule, f.severity, h.hop, h.port, f.excepted_reason as reason, f.excepted_until as until,
			${sessionsOf(store)}::double as sessions, coalesce(sum(s.messages), 0)::double as messages,
			count(distinct row(s.peer_ip, s.peer_host, s.username))::double as peer_count,
			epoch_ms(max(${lastMoment}))::double as last_seen
		from judged_rows s join handshakes h using (handshake) join judgement_findings f using (judgement)
		where f.excepted_until is not null and ${where}
		group by f.rule, f.severity, h.hop, h.port, f.excepted_reason, f.excepted_until
		order by until, sessions desc, f.rule, h.hop, h.port, reason`,
		parameters,
	);
}

/** Returns what the log does not let the policy decide. The sessions are judged before. */
export async function inconclusiveRules(store: Store, policy: Policy, filter: Filter = {}): Promise<Inconclusive[]> {
	const {where, parameters} = await condition(store, filter);
	const severities = new Map(policy.rules.map(({id, severity}) => [id, severity]));
	const rows = await store.all<Omit<Inconclusive, 'severity'>>(
		`select u.rule, h.hop, h.port, sum(s.sessions)::double as sessions from (
			select s.handshake, ${sessionsOf(store)} as sessions from judged_rows s
			where s.handshake in (select handshake from handshake_inconclusive) and ${where} group by s.handshake) s
		join handshakes h on h.handshake = s.handshake join handshake_inconclusive u on u.handshake = s.handshake
		group by u.rule, h.hop, h.port order by sessions desc, u.rule, h.hop, h.port`,
		parameters,
	);
	return rows.map(row => ({...row, severity: severities.get(row.rule) ?? 'info'}));
}
