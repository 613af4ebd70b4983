import {
	countWords,
	relayNote,
	ruleWords,
	unloggedSentence,
	whatIfSentence,
	whatIfTone,
} from '../text/what-if-sentences.ts';
import type {TriedRule} from '../what-if-result.ts';
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

const better = 'Better TLS seen';
const yes = (value: boolean): TableCell => word(value ? 'yes' : 'no');

function peerTable(title: string, rows: TriedRule['breaks']): DocumentTable {
	return {
		title,
		note: `${countWords(rows)}.`,
		headings: ['Hop', 'Address', 'Host', 'Users', 'Sessions', 'Messages', 'Last', better, 'Why'],
		rows: rows.map(row => [
			word(row.hop),
			log(row.peer_ip ?? ''),
			log(row.peer_host ?? ''),
			log(row.usernames.join(', ')),
			number(row.sessions),
			number(row.messages),
			moment(row.last_seen),
			yes(row.also_seen_allowed),
			log(row.reasons.join('; ')),
		]),
	};
}

function groupTable(
	title: string,
	note: string | undefined,
	rows: ReadonlyArray<TriedRule['users'][number] | TriedRule['domains'][number]>,
): DocumentTable {
	return {
		title,
		...(note === undefined ? {} : {note}),
		headings: ['Name', 'Hops', 'Peers', 'Sessions', 'Messages', 'Last', better],
		rows: rows.map(row => [
			log('username' in row ? row.username : row.domain),
			word(row.hops.join(', ')),
			number(row.peers),
			number(row.sessions),
			number(row.messages),
			moment(row.last_seen),
			yes(row.also_seen_allowed),
		]),
	};
}

function remainTable(rows: TriedRule['remains']): DocumentTable {
	return {
		title: 'What remains',
		note: 'All but the messages count sessions.',
		headings: ['Hop', 'Port', 'Sessions', 'Break', 'Remain', 'Unknown', 'Failed', 'Messages that remain'],
		rows: rows.map(row => [
			word(row.hop),
			portCell(row.port),
			number(row.sessions),
			number(row.breaks, row.breaks > 0),
			number(row.remains),
			number(row.unknown),
			number(row.sessions - row.breaks - row.remains - row.unknown),
			number(row.remaining_messages),
		]),
	};
}

/** The outcome of `whatif`: how many would be turned away, who, then what remains. */
export function whatIfDocument(result: TriedRule): ReportDocument {
	const {rule, breaks, users, domains, remains} = result;
	const unlogged = unloggedSentence(result);
	return {
		title: `TLS of the mail: what if ${ruleWords(rule)}`,
		sentence: whatIfSentence(result),
		tone: whatIfTone(result),
		facts: [],
		figures: [],
		charts: [],
		notes: unlogged === null ? [] : [unlogged],
		tables: [
			peerTable(
				'Who would be turned away',
				breaks.filter(({probe}) => !probe),
			),
			peerTable(
				'Without mail and login, so perhaps missed by nobody',
				breaks.filter(({probe}) => probe),
			),
			groupTable('Users', undefined, users),
			groupTable('Relay domains', relayNote, domains),
			remainTable(remains),
		],
	};
}
