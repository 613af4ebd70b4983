import {sessionColumns} from '../schema.ts';
import {allOfSessions, tableOf} from './live-tables.ts';
import type {Narrow, Paged, Slice} from './narrow.ts';
import {type Screen, tells} from './screen.ts';
import {versionRank, whereOf} from './where.ts';

/** All columns of a session (times as ms since 1970 UTC), and the rules it breaks. */
export type ListedSession = Record<string, string | number | null> & {
	/** Ids of broken rules, the worst first, joined by a comma; null when none. */
	rules: string | null;
	/** The worst severity among them. */
	severity: string | null;
	/** 1 when it decides the rules that fail a check. */
	judged: number;
	/** 1 when the log lacks what such a rule asks for. */
	undecided: number;
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
	hop: 'h.hop',
	port: 'h.port',
	peer: 'coalesce(s.peer_host, s.peer_ip)',
	user: 's.username',
	version: `nullif(${versionRank('h.protocol')}, 0)`,
	cipher: 'h.cipher',
	messages: 's.messages',
	outcome: 'h.outcome',
	rules: 'severity_rank',
};

const picked = sessionColumns.map(({name, type}) =>
	type === 'timestamp' ? `epoch_ms(s.${name})::double as ${name}` : `${tableOf(name)}.${name}`,
);

const rank = `case severity when 'violation' then 0 when 'weakness' then 1 else 2 end`;
const rulesByHandshake = `f as (
	select handshake, min(${rank}) as severity_rank, string_agg(rule, ', ' order by ${rank}, rule) as rules
	from handshake_findings group by handshake)`;

/** Sessions, a page of them. */
export async function sessionList(screen: Screen, narrow: Narrow, slice: Slice): Promise<Paged<ListedSession>> {
	const {where, parameters} = await whereOf(screen, narrow);
	const order = orders[slice.order] ?? 's.started_at';
	const counted = await screen.store.all<{total: number}>(
		`select count(*)::double as total from live_sessions s where ${where}`,
		parameters,
	);
	const direction = slice.descending ? 'desc' : 'asc';
	const sorting = `${order} ${direction} nulls last, s.first_line ${direction}`;
	// First which rows, by the few columns that decide it; then all columns of those few.
	const page = await screen.store.all<{row: number}>(
		`with ${rulesByHandshake} select s.rowid::double as row
		from live_sessions s join handshakes h using (handshake) left join f using (handshake)
		where ${where} order by ${sorting} limit ${Math.trunc(slice.limit)} offset ${Math.trunc(slice.offset)}`,
		parameters,
	);
	if (page.length === 0) return {rows: [], total: counted[0]?.total ?? 0};
	const rows = await screen.store.all<ListedSession>(
		`with ${rulesByHandshake}
		select ${picked}, handshake, f.rules, ['violation', 'weakness', 'info'][f.severity_rank + 1] as severity,
			(case when ${tells('decided')} then 1 else 0 end)::integer as judged,
			(case when ${tells('undecided')} then 1 else 0 end)::integer as undecided
		from ${allOfSessions} left join f using (handshake)
		where s.rowid in (${page.map(({row}) => row)}) order by ${sorting}`,
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
