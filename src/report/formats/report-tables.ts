import {afterwards} from '../../model/failure/afterwards.ts';
import {sessionsOf} from '../../model/key-exchange.ts';
import {countsBy, type Summary} from '../summary.ts';
import {failureSum, hasMore, peerWords} from '../text/failures-text.ts';
import {share} from '../text/layout.ts';
import {allFailed} from '../text/sentences.ts';
import {changeTables, splitTables} from './change-tables.ts';
import {
	type DocumentTable,
	log,
	moment,
	number,
	portCell,
	type ReportDocument,
	type TableCell,
	word,
} from './document.ts';
import {brokenTables, expectationTable, judgedHead, openTables} from './finding-tables.ts';
import {notHybridTable} from './key-exchange-tables.ts';
import {outboundTables} from './outbound-tables.ts';

/** The tables that the report has besides those of `check`. */
function seenTables({hops, suites, keyExchange, notHybrid, outbound, by, coverage}: Summary): DocumentTable[] {
	const suiteRows = (field: 'protocol' | 'cipher'): TableCell[][] =>
		hops.flatMap(row => {
			const names = [...countsBy(suites, row, suite => suite[field])];
			return names.map(([name, sessions]) => [
				word(row.hop),
				portCell(row.port),
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
	return [
		{
			title: 'Hops',
			note: 'All but the messages count sessions; a session that breaks several rules is violating once.',
			headings: ['Hop', 'Port', 'Sessions', 'Encrypted', 'Plaintext', 'Failed', 'Unknown', 'Violating', 'Messages'],
			rows: hops.map(row => [
				word(row.hop),
				portCell(row.port),
				...[row.sessions, row.encrypted, row.plaintext, row.failed, row.unknown].map(value => number(value)),
				number(row.violations, row.violations > 0),
				number(row.messages),
			]),
		},
		{title: 'TLS versions', headings: ['Hop', 'Port', 'Version', 'Sessions', 'Share'], rows: suiteRows('protocol')},
		{title: 'Ciphers', headings: ['Hop', 'Port', 'Cipher', 'Sessions', 'Share'], rows: suiteRows('cipher')},
		{
			title: 'Key exchange',
			note: 'Numbers count sessions.',
			headings: ['Hop', 'Port', 'Hybrid', 'Share', 'Classic, could be', 'Cannot be', 'Not logged', 'Groups'],
			rows: keyExchange.map(({hop, port, groups, ...kinds}) => [
				word(hop),
				portCell(port),
				number(kinds.hybrid),
				{text: share(kinds.hybrid, sessionsOf(kinds)), number: true},
				...[kinds.could, kinds.cannot, kinds.not_logged].map(value => number(value)),
				log(Object.keys(groups).join(', ')),
			]),
		},
		notHybridTable(notHybrid),
		...outboundTables(outbound),
		...splitTables(by),
		{
			title: 'Lines read',
			...(coverage.notices.length === 0 ? {} : {note: coverage.notices.join(' ')}),
			headings: ['Kind', 'Lines'],
			rows: lines.map(([kind, value]) => [word(kind), number(value)]),
		},
		{
			title: 'Lines that speak of TLS and were not understood',
			note: 'One of each kind.',
			headings: ['Lines', 'Such as'],
			rows: coverage.examples.map(each => [number(each.count), log(each.example)]),
		},
	];
}

function failureTable({failures}: Summary): DocumentTable {
	return {
		title: 'Failures',
		note: `Numbers count sessions: ${failureSum(failures)}.${hasMore(failures) ? ` The peers with the most sessions; all of them: ${allFailed}.` : ''}`,
		headings: ['Reason', 'Alert', 'Hop', 'Port', 'Then', 'Sessions', 'Whose', 'Remedy', 'Peers'],
		rows: failures.map(each => [
			log(each.reason),
			log(each.alert ?? ''),
			word(each.hop),
			portCell(each.port),
			word(afterwards(each.outcome)),
			number(each.count),
			word(each.whose),
			word(each.remedy),
			log(peerWords(each)),
		]),
	};
}

/** The summary report: the verdict, what breaks and what fails, then what was seen. */
export function reportDocument(summary: Summary): ReportDocument {
	const {policy, period, hops} = summary;
	return {
		...judgedHead(summary, policy),
		notes: [
			...(period.from === null || period.to === null
				? []
				: [`From ${moment(period.from).text} to ${moment(period.to).text} UTC`]),
			...(hops.length === 0 ? ['No sessions found.'] : []),
		],
		tables: [
			...changeTables(summary.change),
			...brokenTables(summary),
			failureTable(summary),
			...openTables(summary),
			expectationTable(summary, policy),
			...seenTables(summary),
		],
	};
}
