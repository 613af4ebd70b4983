import type {Change} from '../../model/change.ts';
import {afterwards} from '../../model/failure/afterwards.ts';
import type {FindingGroup} from '../../model/findings.ts';
import {hopPurposes, type Inventory} from '../../model/inventory.ts';
import type {NotHybrid} from '../../model/key-exchange.ts';
import type {DomainRow, MailCounts, Outbound} from '../../model/outbound.ts';
import type {Periods} from '../../model/periods.ts';
import {count} from '../../text/number.ts';
import {isoDate} from '../../text/time.ts';
import {keptMailNotes} from '../outbound.ts';
import type {Summary} from '../summary.ts';
import {failureSum} from '../text/failures-text.ts';
import {notHybridWords} from '../text/key-exchange-text.ts';
import {allFailed, allPeers, exceptionSelector, verdictSentence} from '../text/sentences.ts';
import type {Checked, Findings} from '../verdict.ts';
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
	'peer_ip',
	'peer_host',
	'username',
	'source',
	'first_line',
	'last_line',
] as const;
/** More columns of a report that compares. */
const changeNames = ['change', 'before', 'of', 'before_of'] as const;
/** More columns of a report by suite. */
const suiteNames = ['protocol', 'cipher', 'group', 'signature', 'digest', 'violations', 'grade', 'purpose'] as const;
type Row = Partial<
	Record<(typeof names)[number] | (typeof changeNames)[number] | (typeof suiteNames)[number], string | number | null>
>;

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
			// A peer's sessions are a part of nothing.
			...(kind === 'peer' ? {of: null, before_of: null} : {}),
		})),
	];
}

/** Sessions by day, week or month: `detail` says which of them a row counts. */
function periodRows({rows, mail, notes}: Periods): Row[] {
	return [
		...rows.flatMap(({period: item, sessions, messages, violations, versions, ...row}) => [
			{section: 'period', item, sessions, messages, first_seen: isoDate(row.from), detail: 'all'},
			...(['encrypted', 'plaintext', 'failed', 'unknown', 'deleted'] as const).map(detail => ({
				...{section: 'period', item, sessions: row[detail], detail},
			})),
			...Object.entries(versions).map(([version, count]) => ({
				...{section: 'period_version', item, sessions: count, detail: version},
			})),
			...Object.entries(row.key_exchange).map(([kind, count]) => ({
				...{section: 'period_key_exchange', item, sessions: count, detail: kind},
			})),
			{section: 'period', item, sessions: violations, detail: 'violating'},
		]),
		...mail.flatMap(row => mailRows('outbound_period', row.period, row)),
		...notes.map(detail => ({section: 'period', item: 'remark', detail})),
	];
}

/** The suites in use, and the signatures of servers. */
function suiteRows({rows, signatures, notes}: Inventory): Row[] {
	return [
		...rows.map(row => ({
			...{...row, section: 'suite', item: row.cipher ?? 'unknown', purpose: hopPurposes[row.hop]},
			...{first_seen: isoDate(row.first_seen), last_seen: isoDate(row.last_seen)},
		})),
		...signatures.map(row => ({
			...{...row, section: 'signature', item: row.signature, purpose: hopPurposes[row.hop]},
			...{first_seen: isoDate(row.first_seen), last_seen: isoDate(row.last_seen)},
		})),
		...notes.map(detail => ({section: 'suite', item: 'remark', detail})),
	];
}

const csv = (rows: readonly Row[], columns: ReadonlyArray<keyof Row> = names): string =>
	[csvLine(columns), ...rows.map(row => csvLine(columns.map(name => row[name])))].join('');

/** Mail that went out, of something; `detail` says what a row counts of it. */
function mailRows(section: string, item: string, row: MailCounts): Row[] {
	const counts = {
		...{...row.trust, plaintext: row.plaintext, 'not logged': row.unknown, 'held back': row.held},
		...(row.deleted > 0 ? {deleted: row.deleted} : {}),
	};
	return [
		{section, item, messages: row.messages, detail: 'all'},
		...Object.entries(counts).map(([detail, messages]) => ({
			...{section, item, messages},
			detail: detail === 'unknown' ? 'TLS, trust not logged' : detail,
		})),
		...Object.entries(row.versions).map(([detail, messages]) => ({
			section: `${section}_version`,
			item,
			messages,
			detail,
		})),
	];
}

/** A domain of recipients; those that sums do not name are one. */
const domainName = ({recipient_domain, others}: Pick<DomainRow, 'recipient_domain' | 'others'>): string =>
	recipient_domain ?? (others ? '(other domains)' : '');

/** Mail that went out: `outbound` in all, `domain` by domain where that was asked for, `held` by domain and reason; `detail` says what. */
function outboundRows({all, domains, byDomain, held, kept}: Outbound): Row[] {
	const notes = keptMailNotes(all.deleted, kept).map(detail => ({section: 'outbound', item: 'remark', detail}));
	if (all.messages === 0 && all.held === 0) return notes;
	return [
		...mailRows('outbound', 'all', all),
		...notes,
		...(byDomain ? domains.flatMap(row => mailRows('domain', domainName(row), row)) : []),
		...held.map(row => ({
			...{section: 'held', item: domainName(row), messages: row.messages},
			...{first_seen: isoDate(row.first_seen), last_seen: isoDate(row.last_seen)},
			detail: `${row.reason}; ${row.before_connection} before a connection, ${row.delivered_later} sent later`,
		})),
	];
}

/** A violation, and below it who broke the rule: as many peers as the finding names. */
function violationRows(group: FindingGroup): Row[] {
	const {rule: item, severity, hop, port, sessions, messages, peer_count, peers, first_seen, last_seen} = group;
	const place = {hop, port, item, severity};
	const rest = peer_count - peers.length;
	return [
		{
			...{section: 'violation', ...place, sessions, messages, peers: peer_count},
			...{first_seen: isoDate(first_seen), last_seen: isoDate(last_seen)},
			detail: `seen ${Object.keys(group.observed).join(', ')}; required ${group.required} [${group.reference}]`,
		},
		...peers.map(peer => ({section: 'peer', ...place, ...peer, last_seen: isoDate(peer.last_seen)})),
		...(rest > 0 ? [{section: 'peer', ...place, peers: rest, detail: `${count(rest)} more: ${allPeers}`}] : []),
	];
}

/** What judging found: the verdict, what is broken and by whom, what an exception lets pass, what is not decided and why. */
function judgedRows(findings: Findings, policy: string): Row[] {
	const {verdict, violations, suppressed, expired, inconclusive, missing} = findings;
	return [
		{section: 'verdict', item: verdict, detail: verdictSentence({...findings, policy})},
		...violations.flatMap(violationRows),
		...suppressed.map(
			({rule: item, severity, hop, port, sessions, messages, peer_count, last_seen, reason, until}) => ({
				...{section: 'excepted', hop, port, item, severity, sessions, messages, peers: peer_count},
				last_seen: isoDate(last_seen),
				detail: `until ${until}: ${reason}`,
			}),
		),
		...expired.map(each => ({
			...{section: 'expired', item: each.rules.length === 0 ? 'every rule' : each.rules.join(', ')},
			detail: `until ${each.until}, for ${exceptionSelector(each)}: ${each.reason}`,
		})),
		...inconclusive.map(({rule: item, severity, hop, port, sessions}) => ({
			...{section: 'undecided', hop, port, item, severity, sessions},
		})),
		...missing.map(({hop, port, program, sessions, lacks: item, remedy}) => ({
			...{section: 'missing_logging', hop, port, item, sessions},
			detail: `${program ?? 'program not logged'}: ${remedy}`,
		})),
	];
}

/** What the numbers of failures count; then each kind, what became of its sessions in `detail`, and below it its peers. */
function failureRows(failures: Summary['failures']): Row[] {
	if (failures.length === 0) return [];
	const kinds = failures.flatMap(({reason: item, hop, port, count: sessions, peer_count, peers, ...each}) => {
		const kind = `${each.alert === null ? '' : `${each.alert}; `}${afterwards(each.outcome)}; ${each.whose}`;
		const peer = {section: 'failure_peer', hop, port, item};
		const rest = peer_count - peers.length;
		return [
			{section: 'failure', hop, port, item, sessions, peers: peer_count, detail: `${kind}: ${each.remedy}`},
			...peers.map(({peer_ip, peer_host, sessions: times}) => ({
				...{...peer, sessions: times, detail: kind, peer_ip, peer_host},
			})),
			...(rest > 0 ? [{...peer, peers: rest, detail: `${kind}; ${count(rest)} more: ${allFailed}`}] : []),
		];
	});
	return [{section: 'failures', item: 'all', detail: failureSum(failures)}, ...kinds];
}

/** Peers without a hybrid session: those with the most sessions that could or cannot be, and how many more there are. */
function notHybridRows({peers, peer_count}: NotHybrid): Row[] {
	const rest = peer_count - peers.length;
	return [
		...peers.map(({hop, port, peer_ip, peer_host, sessions, messages, last_seen, ...kinds}) => ({
			...{section: 'not_hybrid', hop, port, item: 'peer', sessions, messages, peer_ip, peer_host},
			last_seen: isoDate(last_seen),
			detail: notHybridWords(kinds),
		})),
		...(rest > 0 ? [{section: 'not_hybrid', item: 'more', peers: rest}] : []),
	];
}

/** The outcome of `check` as CSV: the rows of the report that are about the policy. */
export function checkCsv(checked: Checked): string {
	return csv(judgedRows(checked, checked.policy.name));
}

/**
 * The summary report as one CSV table in long form, the verdict first, then what breaks: `section` says what a row counts
 * (`change_…` and what is `compared`, `violation` and its `peer`s, `excepted`, `expired`, `undecided`, `missing_logging`, `failures` in
 * all, `failure` and its `failure_peer`s, `hop`, `outcome`, `version`, `cipher`,
 * `key_exchange` and its `group`s, `not_hybrid` peers, `period` and its `period_version`s and `period_key_exchange`, `suite` and
 * `signature`, `outbound`, `outbound_period` and its `outbound_period_version`s, `domain`, `held`, `lines`), `item` what of it. Lines read are no sessions: their number is in `detail`.
 * What changed, and suites, have columns of their own at the end: `sessions` are `of` so many, and were `before` of `before_of`.
 */
export function reportCsv(summary: Summary): string {
	const [verdict = {}, ...judged] = judgedRows(summary, summary.policy);
	const rows = [verdict, ...(summary.change == null ? [] : changeRows(summary.change)), ...judged];
	rows.push(...failureRows(summary.failures));
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
	rows.push(...notHybridRows(summary.notHybrid));
	rows.push(...outboundRows(summary.outbound));
	const {by} = summary;
	const bySuite = by?.unit === 'suite';
	if (by != null) rows.push(...(by.unit === 'suite' ? suiteRows(by) : periodRows(by)));
	const {coverage} = summary;
	for (const item of ['lines', 'understood', 'irrelevant', 'foreign', 'malformed', 'notUnderstood'] as const)
		rows.push({section: 'lines', item: item === 'notUnderstood' ? 'not_understood' : item, detail: coverage[item]});
	return csv(rows, [...names, ...(summary.change == null ? [] : changeNames), ...(bySuite ? suiteNames : [])]);
}
