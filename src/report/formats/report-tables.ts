import {sessionsOf} from '../../model/key-exchange.ts';
import {count} from '../../text/number.ts';
import {utcMinute} from '../../text/time.ts';
import {columns} from '../expectations.ts';
import {countNames, countsBy, type Summary} from '../summary.ts';
import {expectationText, expectationTitle, wayText} from '../text/expectations-text.ts';
import {peerWords} from '../text/failures-text.ts';
import {share, unicodeMarks} from '../text/layout.ts';
import {exceptionSelector, judgedBy, lackText} from '../text/sentences.ts';
import {changeTables, periodTables} from './change-tables.ts';

/** `log` marks text that comes from a log or a policy file, `whole` what is not to be parted at its spaces. */
export type TableCell = {
	readonly text: string;
	readonly log?: boolean;
	readonly number?: boolean;
	readonly bad?: boolean;
	readonly whole?: boolean;
};
/** One table of a report as Markdown and HTML draw it. */
export type ReportTable = {
	readonly title: string;
	readonly headings: readonly string[];
	readonly rows: ReadonlyArray<readonly TableCell[]>;
};

/** Ciphers and peers shown; JSON has more. */
const most = 10;

const word = (text: string): TableCell => ({text});
const log = (text: string): TableCell => ({text, log: true});
const number = (value: number, bad = false): TableCell => ({text: count(value), number: true, bad});
const port = (value: number | null): TableCell => ({text: value === null ? '-' : String(value), number: true});
const moment = (time: number | null): TableCell => ({
	text: utcMinute(time),
	whole: true,
});

function expectationTable({policy, at, expectations}: Summary): ReportTable {
	return {
		title: expectationTitle(judgedBy(policy, at)),
		headings: ['Operation', 'Way in', 'Policy', 'TLSv1.3', 'TLSv1.2', 'Older', 'Plaintext', 'Failed', 'Unknown'],
		rows: expectations.flatMap(({operation, choices}) =>
			choices.map((choice, index) => [
				word(index === 0 ? operation : ''),
				word(wayText(choice)),
				{
					text: expectationText(choice, unicodeMarks),
					bad: choice.expected === 'violation' || choice.expected === 'weakness',
				},
				...columns.map(name => {
					const {sessions, expected} = choice.cells[name];
					const bad = sessions > 0 && (expected === 'violation' || expected === 'weakness');
					return {text: sessions === 0 ? '-' : `${bad ? '✘ ' : ''}${count(sessions)}`, number: true, bad};
				}),
			]),
		),
	};
}

/** The first names, and how many more there are. */
function shortList(names: readonly string[]): string {
	const rest = countNames(names.slice(most));
	return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`;
}

function findingTable({violations}: Summary): ReportTable {
	return {
		title: 'What breaks the policy',
		headings: [
			'Severity',
			'Rule',
			'Hop',
			'Port',
			'Sessions',
			'Messages',
			'Peers',
			'Seen',
			'Required',
			'Reference',
			'Last',
		],
		rows: violations.map(each => [
			{text: each.severity, bad: each.severity === 'violation'},
			log(each.rule),
			word(each.hop),
			port(each.port),
			...[each.sessions, each.messages, each.peer_count].map(value => number(value)),
			log(shortList(Object.keys(each.observed))),
			log(each.required),
			log(each.reference),
			moment(each.last_seen),
		]),
	};
}

/** `11-16`, or `55` where one line says it all. */
function lineRange({first_line, last_line}: Summary['violations'][number]['peers'][number]): string {
	if (first_line === null) return '';
	return last_line === null || last_line === first_line ? String(first_line) : `${first_line}-${last_line}`;
}

function peerTable({violations}: Summary): ReportTable {
	return {
		title: 'Who',
		headings: ['Rule', 'Hop', 'Port', 'Address', 'Host', 'User', 'Sessions', 'Messages', 'Last', 'Source', 'Lines'],
		rows: violations
			.filter(({severity}) => severity !== 'info')
			.flatMap(({rule, hop, port: at, peers}) =>
				peers
					.slice(0, most)
					.map(peer => [
						log(rule),
						word(hop),
						port(at),
						log(peer.peer_ip ?? ''),
						log(peer.peer_host ?? ''),
						log(peer.username ?? ''),
						number(peer.sessions),
						number(peer.messages),
						moment(peer.last_seen),
						log(peer.source ?? ''),
						word(lineRange(peer)),
					]),
			),
	};
}

function exceptionTable({suppressed, expired}: Summary): ReportTable {
	return {
		title: 'Exceptions',
		headings: ['Rule', 'Hop', 'Port', 'Sessions', 'Until', 'Reason'],
		rows: [
			...suppressed.map(each => [
				log(each.rule),
				word(each.hop),
				port(each.port),
				number(each.sessions),
				word(each.until),
				log(each.reason),
			]),
			...expired.map(each => [
				log(each.rules.length === 0 ? 'every rule' : each.rules.join(', ')),
				log(exceptionSelector(each)),
				word(''),
				word(''),
				{text: `${each.until}, expired`, bad: true},
				log(each.reason),
			]),
		],
	};
}

/** The tables of the report, the empty ones left out. */
export function reportTables(summary: Summary): ReportTable[] {
	const {hops, suites, failures, inconclusive, coverage} = summary;
	const suiteRows = (field: 'protocol' | 'cipher'): TableCell[][] =>
		hops.flatMap(row => {
			const names = [...countsBy(suites, row, suite => suite[field])];
			const rest = names.slice(most);
			const others = [
				`${count(countNames(rest.map(([name]) => name)))} more`,
				rest.reduce((sum, [, n]) => sum + n, 0),
			] as const;
			return [...names.slice(0, most), ...(rest.length > 0 ? [others] : [])].map(([name, sessions]) => [
				word(row.hop),
				port(row.port),
				log(name === 'unknown' ? 'not logged' : name),
				number(sessions),
				{text: share(sessions, row.encrypted), number: true},
			]);
		});
	const lines = [
		['understood', coverage.understood],
		['irrelevant mail lines', coverage.irrelevant],
		['other programs', coverage.foreign],
		['malformed', coverage.malformed],
		['all', coverage.lines],
	] as const;
	const all: ReportTable[] = [
		...changeTables(summary.change),
		expectationTable(summary),
		findingTable(summary),
		peerTable(summary),
		exceptionTable(summary),
		{
			title: 'Not decided, since the log does not show it',
			headings: ['Severity', 'Rule', 'Hop', 'Port', 'Sessions'],
			rows: inconclusive.map(each => [
				word(each.severity),
				log(each.rule),
				word(each.hop),
				port(each.port),
				number(each.sessions),
			]),
		},
		{
			title: 'What the log lacks',
			headings: ['Hop', 'Port', 'Program', 'Sessions', 'Not logged', 'Remedy'],
			rows: summary.missing.map(each => [
				word(each.hop),
				port(each.port),
				log(each.program ?? ''),
				number(each.sessions),
				word(lackText(each.lacks)),
				word(each.remedy),
			]),
		},
		{
			title: 'Hops',
			headings: ['Hop', 'Port', 'Sessions', 'Encrypted', 'Plaintext', 'Failed', 'Unknown', 'Messages', 'Violations'],
			rows: hops.map(row => [
				word(row.hop),
				port(row.port),
				...[row.sessions, row.encrypted, row.plaintext, row.failed, row.unknown, row.messages].map(value =>
					number(value),
				),
				number(row.violations, row.violations > 0),
			]),
		},
		{title: 'TLS versions', headings: ['Hop', 'Port', 'Version', 'Sessions', 'Share'], rows: suiteRows('protocol')},
		{title: 'Ciphers', headings: ['Hop', 'Port', 'Cipher', 'Sessions', 'Share'], rows: suiteRows('cipher')},
		{
			title: 'Key exchange',
			headings: ['Hop', 'Port', 'Hybrid', 'Share', 'Classic, could be', 'Cannot be', 'Not logged', 'Groups'],
			rows: summary.keyExchange.map(({hop, port: at, groups, ...kinds}) => [
				word(hop),
				port(at),
				number(kinds.hybrid),
				{text: share(kinds.hybrid, sessionsOf(kinds)), number: true},
				...[kinds.could, kinds.cannot, kinds.not_logged].map(value => number(value)),
				log(shortList(Object.keys(groups))),
			]),
		},
		{
			title: 'Failures',
			headings: ['Reason', 'Alert', 'Hop', 'Port', 'Then', 'Sessions', 'Whose', 'Remedy', 'Peers'],
			rows: failures.map(each => [
				log(each.reason),
				log(each.alert ?? ''),
				word(each.hop),
				port(each.port),
				word(each.outcome ?? 'unknown'),
				number(each.count),
				word(each.whose),
				word(each.remedy),
				log(peerWords(each)),
			]),
		},
		...periodTables(summary.by),
		{
			title: 'Lines read',
			headings: ['Kind', 'Lines'],
			rows: lines.map(([kind, value]) => [word(kind), number(value)]),
		},
	];
	return all.filter(({rows}) => rows.length > 0);
}

/** `From 2026-01-31 08:00 to 2026-01-31 09:00 UTC`, or nothing. */
export function periodText({period}: Summary): string {
	if (period.from === null || period.to === null) return '';
	return `From ${moment(period.from).text} to ${moment(period.to).text} UTC`;
}
