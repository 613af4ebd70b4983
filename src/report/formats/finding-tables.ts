import {count, many} from '../../text/number.ts';
import {lineRange, placeWords} from '../../text/place.ts';
import {utcMinute} from '../../text/time.ts';
import {columns} from '../expectations.ts';
import {expectationText, expectationTitle, wayText} from '../text/expectations-text.ts';
import {unicodeMarks} from '../text/layout.ts';
import {allPeers, exceptionSelector, judgedBy, lackText, verdictSentence} from '../text/sentences.ts';
import type {Findings, JudgedGroup} from '../verdict.ts';
import {
	type DocumentTable,
	hopAnchor,
	log,
	moment,
	number,
	portCell,
	type ReportDocument,
	type RowDetail,
	word,
} from './document.ts';

/** What judging found, as tables: the same in the documents of `report` and `check`. */

/** Anchors of the findings, in their order. */
export const findingAnchor = (index: number): string => `finding-${index + 1}`;

const observedWords = ({observed}: JudgedGroup): string =>
	Object.entries(observed)
		.map(([what, sessions]) => `${what} (${count(sessions)})`)
		.join(', ');

/** `Peers (2)`, or `Peers (100 of 250)` where not all are named. */
export const peersTitle = ({
	peers,
	peer_count,
}: {
	readonly peers: readonly unknown[];
	readonly peer_count: number;
}): string => `Peers (${peer_count > peers.length ? `${count(peers.length)} of ` : ''}${count(peer_count)})`;

function peersOf({peers, peer_count}: JudgedGroup): DocumentTable {
	const rest = peer_count - peers.length;
	return {
		title: peersTitle({peers, peer_count}),
		...(rest > 0 ? {note: `The busiest; all of them: ${allPeers}.`} : {}),
		headings: ['Address', 'Host', 'User', 'Sessions', 'Messages', 'Last', 'Source', 'Lines'],
		rows: peers.map(peer => [
			log(peer.peer_ip ?? ''),
			log(peer.peer_host ?? ''),
			log(peer.username ?? ''),
			number(peer.sessions),
			number(peer.messages),
			moment(peer.last_seen),
			log(peer.source ?? ''),
			{text: lineRange(peer.first_line, peer.last_line) ?? '', whole: true},
		]),
	};
}

function findingDetail(each: JudgedGroup, index: number): RowDetail {
	const {severity, rule, first_seen, last_seen} = each;
	const sizes = [many(each.sessions, 'session'), many(each.messages, 'message'), many(each.peer_count, 'peer')];
	return {
		anchor: findingAnchor(index),
		grave: severity === 'violation',
		title: `${severity} ${rule}: ${placeWords(each)}: ${sizes.join(', ')}`,
		facts: [
			['Seen', [log(observedWords(each))]],
			['Required', [log(`${each.required} [${each.reference}]`)]],
			['What to do', [word(each.remedy)]],
			...(first_seen === null || last_seen === null
				? []
				: [['When', [word(`${utcMinute(first_seen)} to ${utcMinute(last_seen)} UTC`)]] as const]),
			['Where', [{text: placeWords(each), to: hopAnchor(each)}]],
		],
		// What is no more than a note has no list of peers, as in text.
		...(severity === 'info' ? {} : {table: peersOf(each)}),
	};
}

function findingTable({violations}: Findings): DocumentTable {
	return {
		title: 'What breaks the policy',
		headings: [
			...['Severity', 'Rule', 'Hop', 'Port', 'Sessions', 'Messages', 'Peers', 'Seen'],
			...['Required', 'Reference', 'Last', 'What to do'],
		],
		repeated: ['Required', 'Reference', 'What to do'],
		details: violations.map(findingDetail),
		rows: violations.map((each, index) => [
			{text: each.severity, bad: each.severity === 'violation'},
			{text: each.rule, log: true, to: findingAnchor(index)},
			word(each.hop),
			portCell(each.port),
			...[each.sessions, each.messages, each.peer_count].map(value => number(value)),
			log(Object.keys(each.observed).join(', ')),
			log(each.required),
			log(each.reference),
			moment(each.last_seen),
			word(each.remedy),
		]),
	};
}

function peerTable({violations}: Findings): DocumentTable {
	const shown = violations.filter(({severity}) => severity !== 'info');
	const rest = shown.reduce((sum, {peer_count, peers}) => sum + peer_count - peers.length, 0);
	return {
		title: 'Who',
		inDetails: true,
		...(rest === 0 ? {} : {note: `The busiest of each rule, hop and port; ${count(rest)} more: ${allPeers}.`}),
		headings: ['Rule', 'Hop', 'Port', 'Address', 'Host', 'User', 'Sessions', 'Messages', 'Last', 'Source', 'Lines'],
		rows: shown.flatMap(group =>
			peersOf(group).rows.map(cells => [log(group.rule), word(group.hop), portCell(group.port), ...cells]),
		),
	};
}

function exceptionTable({suppressed, expired}: Findings): DocumentTable {
	return {
		title: 'Exceptions',
		headings: ['Rule', 'Hop', 'Port', 'Sessions', 'Until', 'Reason'],
		rows: [
			...suppressed.map(each => [
				log(each.rule),
				word(each.hop),
				portCell(each.port),
				number(each.sessions),
				word(each.until),
				log(each.reason),
			]),
			...expired.map(each => [
				log(`${each.rules.length === 0 ? 'every rule' : each.rules.join(', ')}: ${exceptionSelector(each)}`),
				word(''),
				word(''),
				word(''),
				{text: `${each.until}, expired`, bad: true},
				log(each.reason),
			]),
		],
	};
}

/** The policy's table of ways in, and what was seen. */
export function expectationTable({at, expectations}: Findings, policy: string): DocumentTable {
	return {
		title: expectationTitle(judgedBy(policy, at)),
		note: 'Numbers count sessions.',
		headings: ['Operation', 'Way in', 'Policy', 'TLSv1.3', 'TLSv1.2', 'Older', 'Plaintext', 'Failed', 'Unknown'],
		rows: expectations.flatMap(({operation, choices}) =>
			choices.map((choice, index) => [
				word(index === 0 ? operation : ''),
				word(wayText(choice)),
				{
					text: expectationText(choice, unicodeMarks),
					// A way that nobody took is no bad news.
					bad: (choice.expected === 'violation' || choice.expected === 'weakness') && choice.seen !== 'nothing',
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

/** What a document of judged sessions begins with. */
export function judgedHead(
	findings: Findings,
	policy: string,
): Pick<ReportDocument, 'title' | 'sentence' | 'tone' | 'facts'> {
	const {at, verdict} = findings;
	return {
		title: `TLS of the mail: policy ${judgedBy(policy, at)}`,
		sentence: verdictSentence({...findings, policy}),
		tone: verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : 'open',
		facts: [['Policy', judgedBy(policy, at)]],
	};
}

/** What breaks the policy, who, and what an exception lets pass. */
export const brokenTables = (findings: Findings): DocumentTable[] => [
	findingTable(findings),
	peerTable(findings),
	exceptionTable(findings),
];

/** What the log does not decide, and why. */
export const openTables = ({inconclusive, missing}: Findings): DocumentTable[] => [
	{
		title: 'Not decided, since the log does not show it',
		headings: ['Severity', 'Rule', 'Hop', 'Port', 'Sessions'],
		rows: inconclusive.map(each => [
			word(each.severity),
			log(each.rule),
			word(each.hop),
			portCell(each.port),
			number(each.sessions),
		]),
	},
	{
		title: 'What the log lacks',
		headings: ['Hop', 'Port', 'Program', 'Sessions', 'Not logged', 'Remedy'],
		rows: missing.map(each => [
			word(each.hop),
			portCell(each.port),
			log(each.program ?? ''),
			number(each.sessions),
			word(lackText(each.lacks)),
			word(each.remedy),
		]),
	},
];
