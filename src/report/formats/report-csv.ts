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
type Row = Partial<Record<(typeof names)[number], string | number | null>>;

/**
 * The summary report as one CSV table in long form, the verdict first: `section` says what a row counts (`outcome`,
 * `version`, `cipher`, `key_exchange`, `group`, `violation`, `excepted`, `undecided`, `missing_logging`, `failure`, `lines`), `item` what of it.
 * Lines read are no sessions: their number is in `detail`. /
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
	for (const {reason: item, hop, port, count: sessions} of summary.failures)
		rows.push({section: 'failure', hop, port, item, sessions});
	const {coverage} = summary;
	for (const item of ['lines', 'understood', 'irrelevant', 'foreign', 'malformed', 'notUnderstood'] as const)
		rows.push({section: 'lines', item: item === 'notUnderstood' ? 'not_understood' : item, detail: coverage[item]});
	return [csvLine(names), ...rows.map(row => csvLine(names.map(name => row[name])))].join('');
}
