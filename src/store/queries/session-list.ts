import type {Filter, Paged, PageRequest} from '../../model/filter.ts';
import type {SessionFinding} from '../../model/findings.ts';
import type {ListedSession} from '../../model/sessions.ts';
import {severities} from '../../model/severity.ts';
import {condition, sessionColumn, versionRank} from '../filter.ts';
import {sessionColumns} from '../schema.ts';
import type {Store} from '../store.ts';
import {sessionsOf} from '../tally/weight.ts';
import {severityOrder, tellingJudgements} from './order.ts';
import {bringPage} from './single-sessions.ts';

const began = 's.started_at';
const orders: Readonly<Record<string, string>> = {
	started: began,
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
	type === 'timestamp' ? `epoch_ms(s.${name})::double as ${name}` : sessionColumn(name),
);

const rank = severityOrder('severity');
const rulesByJudgement = `f as (
	select judgement, min(${rank}) as severity_rank, string_agg(rule, ', ' order by ${rank}, rule) as rules
	from judgement_findings where excepted_until is null group by judgement)`;

/** Sessions, a page of them. */
export async function sessionList(store: Store, filter: Filter, request: PageRequest): Promise<Paged<ListedSession>> {
	const {where, parameters} = await condition(store, filter);
	const order = orders[request.order] ?? began;
	const counted = await store.all<{total: number}>(
		`select ${sessionsOf(store)}::double as total from judged_rows s where ${where}`,
		parameters,
	);
	const total = counted[0]?.total ?? 0;
	const direction = request.descending ? 'desc' : 'asc';
	// The beginning tells lines of several files apart.
	const sorting = `${order} ${direction} nulls last, s.first_line ${direction}, s.started_at ${direction}`;
	const listed = (rows: string, which: string): string => `with ${rulesByJudgement}
		select ${picked}, s.judgement, f.rules, [${severities.map(name => `'${name}'`)}][f.severity_rank + 1] as severity,
			e.decided::integer as judged, e.undecided::integer as undecided
		from ${rows} s join handshakes h using (handshake) join origins o using (origin)
			left join f using (judgement) left join (${tellingJudgements}) e using (judgement)
		where ${which} order by ${sorting}`;
	if (store.tally !== undefined) {
		const asked = {...request, where, parameters, order, findings: rulesByJudgement};
		const {before, isOfPage} = await bringPage(store, store.tally, asked);
		const offset = Math.trunc(request.offset) - before;
		const rows = await store.all<ListedSession>(
			`${listed('judged_singles', `${isOfPage} and ${where}`)} limit ${Math.trunc(request.limit)} offset ${offset}`,
			parameters,
		);
		return {rows, total};
	}
	// First which rows, by the few columns that decide it; then all columns of those few.
	const page = await store.all<{row: number}>(
		`with ${rulesByJudgement} select s.row::double as row
		from judged_rows s join handshakes h using (handshake) left join f using (judgement)
		where ${where} order by ${sorting} limit ${Math.trunc(request.limit)} offset ${Math.trunc(request.offset)}`,
		parameters,
	);
	if (page.length === 0) return {rows: [], total};
	return {rows: await store.all<ListedSession>(listed('judged_rows', `s.row in (${page.map(({row}) => row)})`)), total};
}

/** Returns what the policy finds in the sessions of one judgement. */
export async function findingsOf(store: Store, judgement: number): Promise<SessionFinding[]> {
	return store.all<SessionFinding>(
		`select rule, severity, observed, required, reference from judgement_findings
		where judgement = $judgement and excepted_until is null order by ${severityOrder('severity')}, rule`,
		{judgement},
	);
}
