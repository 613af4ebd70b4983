import {type AgreedSuite, hopPurposes, type Inventory} from '../../model/inventory.ts';
import {isoDate} from '../../text/time.ts';
import {cipherFacts} from '../../tls/cipher.ts';
import {type DocumentTable, log, moment, number, portCell, word} from '../formats/document.ts';

/** The group of a row in words: suites without an ephemeral key exchange have none. */
function groupWords({group, cipher}: Pick<AgreedSuite, 'group' | 'cipher'>): string {
	if (group !== null) return group;
	return cipher !== null && cipherFacts(cipher)?.forwardSecret === false ? 'none' : 'not logged';
}

/** The tables of the suites in use and of the signatures of servers, and what they leave out; the empty ones left out. */
export function suiteTables({rows, signatures, notes}: Inventory): DocumentTable[] {
	const hops = [...new Set(rows.map(({hop}) => hop))];
	return [
		{
			title: 'By suite: what is in use, in encrypted sessions (UTC)',
			headings: [
				'Version',
				'Suite',
				'Group',
				'Hop',
				'Port',
				'Sessions',
				'Violating',
				'Grade',
				'First seen',
				'Last seen',
			],
			rows: rows.map(row => [
				log(row.protocol ?? 'not logged'),
				log(row.cipher ?? 'not logged'),
				log(groupWords(row)),
				word(row.hop),
				portCell(row.port),
				number(row.sessions),
				number(row.violations, row.violations > 0),
				{text: row.grade, bad: row.grade === 'forbidden'},
				moment(row.first_seen),
				moment(row.last_seen),
			]),
		},
		{
			title: 'By suite: signatures of servers, in encrypted sessions (UTC)',
			note: 'Postfix logs them for TLS 1.3 only.',
			headings: ['Version', 'Signature', 'Digest', 'Hop', 'Port', 'Sessions', 'First seen', 'Last seen'],
			rows: signatures.map(row => [
				log(row.protocol ?? 'not logged'),
				log(row.signature),
				log(row.digest ?? 'not logged'),
				word(row.hop),
				portCell(row.port),
				number(row.sessions),
				moment(row.first_seen),
				moment(row.last_seen),
			]),
		},
		{
			title: 'By suite: purpose',
			headings: ['Hop', 'Carries'],
			rows: hops.map(hop => [word(hop), word(hopPurposes[hop])]),
		},
		{title: 'By suite: remarks', headings: ['Remark'], rows: notes.map(text => [log(text)])},
	].filter(({rows: lines}) => lines.length > 0);
}

const dated = <Row extends {readonly first_seen: number | null; readonly last_seen: number | null}>(row: Row) => ({
	...row,
	first_seen: isoDate(row.first_seen),
	last_seen: isoDate(row.last_seen),
});

/** The same as JSON. `group` is null where the log names none. */
export const suitesJson = ({unit, rows, signatures, notes}: Inventory): object => ({
	unit,
	rows: rows.map(row => ({...dated(row), purpose: hopPurposes[row.hop]})),
	signatures: signatures.map(dated),
	notes,
});
