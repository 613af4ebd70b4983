import {afterwards} from '../../model/failure/afterwards.ts';
import {sessionsOf} from '../../model/key-exchange.ts';
import {count, many} from '../../text/number.ts';
import {placeWords} from '../../text/place.ts';
import {charts} from '../charts.ts';
import {countsBy, type Summary} from '../summary.ts';
import {failureSum, hasMore, peerWords} from '../text/failures-text.ts';
import {share} from '../text/layout.ts';
import {allFailed} from '../text/sentences.ts';
import {changeTables, splitTables} from './change-tables.ts';
import {
	type DocumentTable,
	type Figure,
	hopAnchor,
	log,
	moment,
	number,
	portCell,
	type ReportDocument,
	type RowDetail,
	type TableCell,
	word,
} from './document.ts';
import {brokenTables, expectationTable, findingAnchor, judgedHead, openTables, peersTitle} from './finding-tables.ts';
import {notHybridTable} from './key-exchange-tables.ts';
import {outboundTables} from './outbound-tables.ts';

type HopCounts = Summary['hops'][number];
type Failure = Summary['failures'][number];

const samePlace = (a: Pick<HopCounts, 'hop' | 'port'>, b: typeof a): boolean => a.hop === b.hop && a.port === b.port;

/** Names with their sessions and share, the most frequent first; `most` of them. */
function namedShares(counts: ReadonlyMap<string, number>, of: number, most = 8): string {
	const all = [...counts].map(
		([name, sessions]) => `${name === 'unknown' ? 'not logged' : name} ${count(sessions)} (${share(sessions, of)})`,
	);
	const rest = all.length - most;
	return all.slice(0, most).join(', ') + (rest > 0 ? ` and ${count(rest)} more` : '');
}

/** Cells that lead to rows at a place, by what they are called. */
function leadTo<Row extends Pick<HopCounts, 'hop' | 'port'>>(
	rows: readonly Row[],
	place: HopCounts,
	anchorOf: (index: number) => string,
	words: (row: Row) => string,
): TableCell[] {
	return rows.flatMap((row, index) =>
		samePlace(row, place) ? [{text: words(row), log: true, to: anchorOf(index)}] : [],
	);
}

/** All that is known of one hop and port, with ways to what it breaks and what fails. */
function hopDetail(row: HopCounts, {suites, keyExchange, violations, failures}: Summary): RowDetail {
	const exchange = keyExchange.find(each => samePlace(each, row));
	const broken = leadTo(
		violations,
		row,
		findingAnchor,
		({severity, rule, sessions}) => `${severity} ${rule} (${count(sessions)})`,
	);
	const failed = leadTo(failures, row, failureAnchor, ({reason, count: times}) => `${reason} (${count(times)})`);
	const versions = countsBy(suites, row, suite => suite.protocol);
	const ciphers = countsBy(suites, row, suite => suite.cipher);
	const outcomes = [
		`${count(row.encrypted)} encrypted, ${count(row.plaintext)} plaintext, ${count(row.failed)} failed`,
		...(row.unknown === 0 ? [] : [`${count(row.unknown)} not logged`]),
	];
	const facts: ReadonlyArray<RowDetail['facts'][number]> = [
		['Sessions', [word(outcomes.join(', '))]],
		['TLS versions', versions.size === 0 ? [] : [log(namedShares(versions, row.encrypted))]],
		['Ciphers', ciphers.size === 0 ? [] : [log(namedShares(ciphers, row.encrypted))]],
		[
			'Groups',
			exchange === undefined ? [] : [log(namedShares(new Map(Object.entries(exchange.groups)), row.encrypted))],
		],
		['Findings', broken],
		['Failures', failed],
	];
	return {
		anchor: `${hopAnchor(row)}-more`,
		grave: false,
		title: `${placeWords(row)}: ${many(row.sessions, 'session')}`,
		facts: facts.filter(([, said]) => said.some(({text}) => text !== '')),
	};
}

function hopTable(summary: Summary): DocumentTable {
	const {hops} = summary;
	return {
		title: 'Hops',
		note: 'All but the messages count sessions; a session that breaks several rules is violating once.',
		headings: ['Hop', 'Port', 'Sessions', 'Encrypted', 'Plaintext', 'Failed', 'Unknown', 'Violating', 'Messages'],
		anchors: hops.map(hopAnchor),
		details: hops.map(row => hopDetail(row, summary)),
		rows: hops.map(row => [
			{...word(row.hop), to: `${hopAnchor(row)}-more`},
			portCell(row.port),
			...[row.sessions, row.encrypted, row.plaintext, row.failed, row.unknown].map(value => number(value)),
			number(row.violations, row.violations > 0),
			number(row.messages),
		]),
	};
}

function suiteTables({hops, suites}: Summary): DocumentTable[] {
	const rows = (field: 'protocol' | 'cipher'): TableCell[][] =>
		hops.flatMap(row => {
			const names = [...countsBy(suites, row, suite => suite[field])];
			return names.map(([name, sessions]) => [
				{...word(row.hop), to: hopAnchor(row)},
				portCell(row.port),
				log(name === 'unknown' ? 'not logged' : name),
				number(sessions),
				{text: share(sessions, row.encrypted), number: true},
			]);
		});
	return [
		{title: 'TLS versions', headings: ['Hop', 'Port', 'Version', 'Sessions', 'Share'], rows: rows('protocol')},
		{title: 'Ciphers', headings: ['Hop', 'Port', 'Cipher', 'Sessions', 'Share'], rows: rows('cipher')},
	];
}

function keyExchangeTable({keyExchange}: Summary): DocumentTable {
	return {
		title: 'Key exchange',
		note: 'Numbers count sessions.',
		headings: ['Hop', 'Port', 'Hybrid', 'Share', 'Classic, could be', 'Cannot be', 'Not logged', 'Groups'],
		rows: keyExchange.map(({hop, port, groups, ...kinds}) => [
			{...word(hop), to: hopAnchor({hop, port})},
			portCell(port),
			number(kinds.hybrid),
			{text: share(kinds.hybrid, sessionsOf(kinds)), number: true},
			...[kinds.could, kinds.cannot, kinds.not_logged].map(value => number(value)),
			log(Object.keys(groups).join(', ')),
		]),
	};
}

function coverageTables({coverage}: Summary): DocumentTable[] {
	const lines = [
		['understood', coverage.understood],
		['irrelevant mail lines', coverage.irrelevant],
		['other programs', coverage.foreign],
		['malformed', coverage.malformed],
		['all', coverage.lines],
	] as const;
	return [
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

const failureAnchor = (index: number): string => `failure-${index + 1}`;

function failureDetail(each: Failure, index: number): RowDetail {
	const rest = each.peer_count - each.peers.length;
	const reason = each.alert === null ? each.reason : `${each.reason}, ${each.alert}`;
	return {
		anchor: failureAnchor(index),
		grave: false,
		title: `${reason}: ${placeWords(each)}: ${many(each.count, 'session')}`,
		facts: [
			['Whose', [word(each.whose)]],
			['Then', [word(afterwards(each.outcome))]],
			['What to do', [word(each.remedy)]],
			['Where', [{text: placeWords(each), to: hopAnchor(each)}]],
		],
		table: {
			title: peersTitle(each),
			...(rest > 0 ? {note: `Those of the most sessions; all of them: ${allFailed}.`} : {}),
			headings: ['Address', 'Host', 'Sessions'],
			rows: each.peers.map(({peer, peer_ip, peer_host, sessions}) => [
				log(peer_ip ?? peer),
				log(peer_host ?? ''),
				number(sessions),
			]),
		},
	};
}

function failureTable({failures}: Summary): DocumentTable {
	return {
		title: 'Failures',
		note: `Numbers count sessions: ${failureSum(failures)}.${hasMore(failures) ? ` The peers with the most sessions; all of them: ${allFailed}.` : ''}`,
		headings: ['Reason', 'Alert', 'Hop', 'Port', 'Then', 'Sessions', 'Whose', 'Remedy', 'Peers'],
		repeated: ['Remedy', 'Peers'],
		details: failures.map(failureDetail),
		rows: failures.map((each, index) => [
			{text: each.reason, log: true, to: failureAnchor(index)},
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

/** Hosts that are named at the head. */
const mostHosts = 3;

function hostWords({hosts, host_count}: Summary['logHosts']): string {
	const named = hosts.slice(0, mostHosts).map(({log_host}) => log_host ?? 'not logged');
	const rest = host_count - named.length;
	return named.join(', ') + (rest > 0 ? ` and ${count(rest)} more` : '');
}

/** The numbers that matter most, each with what it is a part of. */
function figures({hops, suites, keyExchange, counted}: Summary): Figure[] {
	const sum = (value: (row: HopCounts) => number): number => hops.reduce((total, row) => total + value(row), 0);
	const sessions = sum(row => row.sessions);
	const encrypted = sum(row => row.encrypted);
	const plaintext = sum(row => row.plaintext);
	const unknown = sum(row => row.unknown);
	const ofVersion = (version: string | null): number =>
		suites.reduce((total, {protocol, sessions: times}) => total + (protocol === version ? times : 0), 0);
	const hybrid = keyExchange.reduce((total, row) => total + row.hybrid, 0);
	const unlogged = keyExchange.reduce((total, row) => total + row.not_logged, 0);
	const figure = (name: string, value: string, note: string, bad = false): Figure => ({name, value, note, bad});
	// Where no session says what is counted, there is no number.
	const logged = (name: string, value: string, note: string, silent: number, of: number): Figure =>
		silent === of
			? figure(name, 'not logged', `in ${count(silent)} of ${count(of)}`)
			: figure(name, value, silent === 0 ? note : `${note}; not logged in ${count(silent)}`);
	const part = (name: string, some: number, of: number, what: string, silent: number): Figure =>
		logged(name, share(some, of), `${count(some)} of ${what}`, silent, of);
	if (sessions === 0) return [];
	return [
		figure(
			'Sessions',
			count(sessions),
			many(
				sum(row => row.messages),
				'message',
			),
		),
		figure(
			'Violations',
			count(counted),
			`in ${count(sum(row => row.violations))} of ${many(sessions, 'session')}`,
			counted > 0,
		),
		part('Encrypted', encrypted, sessions, many(sessions, 'session'), unknown),
		logged('Plaintext', count(plaintext), `${share(plaintext, sessions)} of the sessions`, unknown, sessions),
		figure(
			'Failed',
			count(sum(row => row.failed)),
			`${share(
				sum(row => row.failed),
				sessions,
			)} of the sessions`,
		),
		...(encrypted === 0
			? []
			: [
					part('TLSv1.3', ofVersion('TLSv1.3'), encrypted, `${count(encrypted)} encrypted`, ofVersion(null)),
					part('Hybrid key exchange', hybrid, encrypted, `${count(encrypted)} encrypted`, unlogged),
				]),
	];
}

/** The summary report: the verdict, what breaks and what fails, then what was seen. */
export function reportDocument(summary: Summary): ReportDocument {
	const {policy, period, hops, notHybrid, outbound, by, timeline} = summary;
	const head = judgedHead(summary, policy);
	const isOne = timeline != null && timeline.rows.length === 1;
	return {
		...head,
		facts: [
			...head.facts,
			...(period.from === null || period.to === null
				? []
				: [['Time', `${moment(period.from).text} to ${moment(period.to).text} UTC`] as const]),
			...(hops.length === 0 ? [] : [['Logged by', hostWords(summary.logHosts)] as const]),
		],
		notes: [
			...(hops.length === 0 ? ['No sessions found.'] : []),
			...(isOne ? [`All sessions are of one ${timeline.unit}: there is no chart over time.`] : []),
			// Where `--by` asks for the same, they are a table.
			...(timeline == null || timeline === by ? [] : timeline.notes.map(note => `Over time: ${note}.`)),
		],
		figures: figures(summary),
		charts: charts(summary),
		tables: [
			...changeTables(summary.change),
			...brokenTables(summary),
			failureTable(summary),
			...openTables(summary),
			expectationTable(summary, policy),
			hopTable(summary),
			...suiteTables(summary),
			keyExchangeTable(summary),
			notHybridTable(notHybrid),
			...outboundTables(outbound),
			...splitTables(by),
			...coverageTables(summary),
		],
	};
}
