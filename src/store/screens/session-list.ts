import {sessionColumns} from '../schema.ts';
import type {Narrow, Paged, Slice} from './narrow.ts';
import {isJudged, type Screen} from './screen.ts';
import {versionRank, whereOf} from './where.ts';

/** All columns of a session (times as ms since 1970 UTC), and the rules it breaks. */
export type ListedSession = Record<string, string | number | null> & {
	/** Ids of broken rules, the worst first, joined by a comma; null when none. */
	rules: string | null;
	/** The worst severity among them. */
	severity: string | null;
	/** 1 when the policy could find something in it. */
	judged: number;
};

/** One finding of the policy about a session. */
export type SessionFinding = {
	rule: string;
	severity: string;
	observed: string;
	required: string;
	reference: string;
};

const orders: Readonly<Record<string, string>> = {
	started: 's.started_at',
	hop: 's.hop',
	port: 's.port',
	peer: 'coalesce(s.peer_host, s.peer_ip)',
	user: 's.username',
	version: `nullif(${versionRank('s.protocol')}, 0)`,
	cipher: 's.cipher',
	messages: 's.messages',
	outcome: 's.outcome',
	rules: 'severity_rank',
};

const picked = sessionColumns.map(({name, type}) =>
	type === 'timestamp' ? `epoch_ms(s.${name})::double as ${name}` : `s.${name}`,
);

/** Sessions, a page of them. */
export async function sessionList(screen: Screen, narrow: Narrow, slice: Slice): Promise<Paged<ListedSession>> {
	const {where, parameters} = await whereOf(screen, narrow);
	const order = orders[slice.order] ?? 's.started_at';
	const counted = await screen.store.all<{total: number}>(
		`select count(*)::double as total from live_sessions s where ${where}`,
		parameters,
	);
	const rows = await screen.store.all<ListedSession>(
		`with f as (
			select handshake, min(case severity when 'violation' then 0 when 'weakness' then 1 else 2 end) as severity_rank,
				string_agg(rule, ', ' order by case severity when 'violation' then 0 when 'weakness' then 1 else 2 end, rule) as rules
			from handshake_findings group by handshake)
		select ${picked}, s.handshake, f.rules, ['violation', 'weakness', 'info'][f.severity_rank + 1] as severity,
			(case when ${isJudged(screen, 's')} then 1 else 0 end)::integer as judged
		from live_sessions s left join f using (handshake) where ${where}
		order by ${order} ${slice.descending ? 'desc' : 'asc'} nulls last, s.first_line ${slice.descending ? 'desc' : 'asc'}
		limit ${Math.trunc(slice.limit)} offset ${Math.trunc(slice.offset)}`,
		parameters,
	);
	return {rows, total: counted[0]?.total ?? 0};
}

/** What the policy finds in the sessions of one handshake. */
export async function findingsOf({store}: Screen, handshake: number): Promise<SessionFinding[]> {
	return store.all<SessionFinding>(
		`select rule, severity, observed, required, reference from handshake_findings where handshake = $handshake
		order by case severity when 'violation' then 0 when 'weakness' then 1 else 2 end, rule`,
		{handshake},
	);
}
