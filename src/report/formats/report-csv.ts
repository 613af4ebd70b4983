import type {Change} from '../../model/change.ts';
import type {Periods} from '../../model/periods.ts';
import {isoDate} from '../../text/time.ts';
import type {Summary} from '../summary.ts';
import {verdictSentence} from '../text/sentences.ts';
import {csvLine} from './csv.ts';

const names = [
	'section',
	'hop',
	'port',
	'item',
	'severity',
	'sessions',
	'messages',
	'peers',
	'first_seen',
	'last_seen',
	'detail',
] as const;
/** More columns of a report that compares. */
const changeNames = ['change', 'before', 'of', 'before_of'] as const;
type Row = Partial<Record<(typeof names)[number] | (typeof changeNames)[number], string | number | null>>;

/** What changed, and what was compared with what. */
function changeRows(change: Change): Row[] {
	return [
		...(
			[
				['shown', change.shown],
				['before', change.before],
			] as const
		).map(([item, span]) => ({
			...{section: 'compared', item, sessions: span.sessions, detail: span.database},
			first_seen: isoDate(span.since ?? span.from),
			last_seen: isoDate(span.until ?? span.to),
		})),
		...change.notes.map(detail => ({section: 'compared', item: 'remark', detail})),
		...change.rows.map(({kind, peer, first_seen, ...row}) => ({
			...row,
			section: `change_${kind}`,
			first_seen: isoDate(first_seen),
			detail: peer?.host ?? null,
		})),
	];
}

/** Sessions by day, week or month: `detail` says which of them a row counts. */
function periodRows({rows, notes}: Periods): Row[] {
	return [
		...rows.flatMap(({period: item, sessions, messages, violations, versions, ...row}) => [
			{section: 'period', item, sessions, messages, first_seen: isoDate(row.from), detail: 'all'},
			...(['encrypted', 'plaintext', 'failed', 'unknown', 'deleted'] as const).map(detail => ({
				...{section: 'period', item, sessions: row[detail], detail},
			})),
			...Object.entries(versions).map(([version, count]) => ({
				...{section: 'period_version', item, sessions: count, detail: version},
			})),
			{section: 'period', item, sessions: violations, detail: 'violating'},
		]),
		...notes.map(detail => ({section: 'period', item: 'remark', detail})),
	];
}

/**
 * The summary report as one CSV table in long form, the verdict first: `section` says what a row counts (`outcome`,
 * `version`, `cipher`, `key_exchange`, `group`, `violation`, `excepted`, `undecided`, `missing_logging`, `failure`, `lines`), `item` what of it.
 * Lines read are no sessions: their number is in `detail`. What changed has columns of its own at the end: `sessions` are `of` so
 * many, and were `before` of `before_of`.
 */
export function reportCsv(summary: Summary): string {
	const rows: Row[] = [{section: 'verdict', item: summary.verdict, detail: verdictSentence(summary)}];
	for (const {hop, port, messages, violations, ...counts} of summary.hops) {
		rows.push({section: 'hop', hop, port, item: 'all', sessions: counts.sessions, messages});
		for (const item of ['encrypted', 'plaintext', 'failed', 'unknown'] as const)
			rows.push({section: 'outcome', hop, port, item, sessions: counts[item]});
		rows.push({section: 'hop', hop, port, item: 'violating', sessions: violations});
	}
	for (const [section, field] of [
		['version', 'protocol'],
		['cipher', 'cipher'],
	] as const) {
		const sums = new Map<string, Row & {sessions: number}>();
		for (const {hop, port, sessions, ...suite} of summary.suites) {
			const item = suite[field] ?? 'unknown';
			const row = sums.get(JSON.stringify([hop, port, item])) ?? {section, hop, port, item, sessions: 0};
			sums.set(JSON.stringify([hop, port, item]), {...row, sessions: row.sessions + sessions});
		}
		rows.push(...sums.values());
	}
	for (const {hop, port, groups, ...kinds} of summary.keyExchange) {
		for (const [item, sessions] of Object.entries(kinds))
			rows.push({section: 'key_exchange', hop, port, item, sessions});
		for (const [item, sessions] of Object.entries(groups)) rows.push({section: 'group', hop, port, item, sessions});
	}
	for (const {rule: item, severity, hop, port, sessions, messages, peer_count, ...each} of summary.violations)
		rows.push({
			...{section: 'violation', hop, port, item, severity, sessions, messages, peers: peer_count},
			first_seen: isoDate(each.first_seen),
			last_seen: isoDate(each.last_seen),
			detail: `seen ${Object.keys(each.observed).join(', ')}; required ${each.required} [${each.reference}]`,
		});
	for (const {
		rule: item,
		severity,
		hop,
		port,
		sessions,
		messages,
		peer_count,
		last_seen,
		reason,
		until,
	} of summary.suppressed)
		rows.push({
			...{section: 'excepted', hop, port, item, severity, sessions, messages, peers: peer_count},
			last_seen: isoDate(last_seen),
			detail: `until ${until}: ${reason}`,
		});
	for (const {rule: item, severity, hop, port, sessions} of summary.inconclusive)
		rows.push({section: 'undecided', hop, port, item, severity, sessions});
	for (const {hop, port, program, sessions, lacks: item, remedy} of summary.missing)
		rows.push({
			section: 'missing_logging',
			hop,
			port,
			item,
			sessions,
			detail: `${program ?? 'program not logged'}: ${remedy}`,
		});
	for (const {reason: item, hop, port, count: sessions, peer_count: peers, ...each} of summary.failures)
		rows.push({
			...{section: 'failure', hop, port, item, sessions, peers},
			detail: `${each.alert === null ? '' : `${each.alert}; `}${each.whose}: ${each.remedy}`,
		});
	if (summary.change != null) rows.push(...changeRows(summary.change));
	if (summary.by != null) rows.push(...periodRows(summary.by));
	const {coverage} = summary;
	for (const item of ['lines', 'understood', 'irrelevant', 'foreign', 'malformed', 'notUnderstood'] as const)
		rows.push({section: 'lines', item: item === 'notUnderstood' ? 'not_understood' : item, detail: coverage[item]});
	const columns = summary.change == null ? names : [...names, ...changeNames];
	return [csvLine(columns), ...rows.map(row => csvLine(columns.map(name => row[name])))].join('');
}
