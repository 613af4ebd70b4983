import type {Change, ChangeRow, ComparedSpan} from '../../model/change.ts';
import type {Inventory} from '../../model/inventory.ts';
import {sessionsOf} from '../../model/key-exchange.ts';
import {type Periods, unitNames} from '../../model/periods.ts';
import {count} from '../../text/number.ts';
import {protocols} from '../../tls/version.ts';
import {changeRule, nothingListed} from '../change.ts';
import {suiteTables} from '../inventory/suite-tables.ts';
import {share} from '../text/layout.ts';
import {type DocumentTable, log, moment, number, portCell, type TableCell, word} from './document.ts';
import {mailPeriodTable} from './outbound-tables.ts';

/** `3 of 120 (2.5 %)`. */
const part = (sessions: number, of: number): TableCell => ({
	text: `${count(sessions)} of ${count(of)}${of === 0 ? '' : ` (${share(sessions, of)})`}`,
	number: true,
	whole: true,
});
/** `not-seen` in words. */
const became = ({change}: ChangeRow, bad = false): TableCell => ({text: change.replace('-', ' '), whole: true, bad});

/** What was compared, and what that leaves open. */
function spanTable({shown, before}: Change): DocumentTable {
	const row = (name: string, span: ComparedSpan): TableCell[] => [
		word(name),
		moment(span.since ?? span.from),
		moment(span.until ?? span.to),
		number(span.sessions),
		log(span.database ?? ''),
	];
	const isDatabase = before.database !== null;
	const rows = [row('shown', shown), row('compared with', before)];
	return {
		title: 'Change: what is compared (UTC)',
		headings: ['Span', 'From', 'To', 'Sessions', ...(isDatabase ? ['Database'] : [])],
		rows: isDatabase ? rows : rows.map(cells => cells.slice(0, 4)),
	};
}

function notesTable({notes, rows, undecided}: Change): DocumentTable {
	const said = rows.length === 0 && !undecided ? [nothingListed, ...notes] : notes;
	const moves = rows.some(({change}) => change === 'rose' || change === 'fell');
	const unseen = rows.some(({change}) => change === 'not-seen');
	return {
		title: 'Change: remarks',
		headings: ['Remark'],
		rows: [
			...said,
			...(unseen
				? ['not seen: not all of its peers came back and keep the rule, and that it is not seen may be chance']
				: []),
			...(moves ? [`listed are ${changeRule}`] : []),
		].map(text => [log(text)]),
	};
}

function violationTable(rows: readonly ChangeRow[]): DocumentTable {
	return {
		title: 'Change: violations',
		headings: ['Change', 'Severity', 'Rule', 'Hop', 'Port', 'Sessions', 'Before', 'First seen'],
		rows: rows.map(row => [
			became(row, row.severity === 'violation' && row.sessions > 0),
			word(row.severity ?? ''),
			log(row.item),
			word(row.hop),
			portCell(row.port),
			number(row.sessions),
			number(row.before),
			moment(row.first_seen),
		]),
	};
}

function peerTable(rows: readonly ChangeRow[], peers: Change['peers']): DocumentTable {
	const all = peers.new + (peers.back ?? 0);
	const rest = all > rows.length ? ` (${count(rows.length)} of ${count(all)})` : '';
	return {
		title: `Change: peers that appeared, ${count(peers.new)} new${peers.back === null ? '' : `, ${count(peers.back)} back`}${rest}`,
		headings: ['Change', 'Hop', 'Address', 'Host', 'Sessions', 'First seen'],
		rows: rows.map(row => [
			became(row),
			word(row.hop),
			log(row.peer?.ip ?? ''),
			log(row.peer?.host ?? ''),
			number(row.sessions),
			moment(row.first_seen),
		]),
	};
}

const shareNames: Readonly<Record<string, string>> = {unknown: 'not logged', plaintext: 'plaintext'};

function shareTable(title: string, what: string, rows: readonly ChangeRow[]): DocumentTable {
	return {
		title,
		headings: ['Change', what, 'Hop', 'Port', 'Sessions', 'Before'],
		rows: rows.map(row => [
			became(row),
			log(row.kind === 'failure' ? row.item : (shareNames[row.item] ?? row.item)),
			word(row.hop),
			portCell(row.port),
			part(row.sessions, row.of),
			part(row.before, row.before_of),
		]),
	};
}

/** The tables of what changed, the empty ones left out. */
export function changeTables(change: Change | null | undefined): DocumentTable[] {
	if (change == null) return [];
	const of = (...kinds: ReadonlyArray<ChangeRow['kind']>): ChangeRow[] =>
		change.rows.filter(({kind}) => kinds.includes(kind));
	return [
		spanTable(change),
		notesTable(change),
		violationTable(of('violation')),
		peerTable(of('peer'), change.peers),
		shareTable('Change: shares of the sessions', 'Version or outcome', of('version', 'outcome')),
		shareTable('Change: failures', 'Reason', of('failure')),
	].filter(({rows}) => rows.length > 0);
}

/** The table of the sessions by day, week or month, and what it leaves out. */
function periodTables(by: Periods): DocumentTable[] {
	const seen = [...protocols, 'unknown'].filter(name => by.rows.some(({versions}) => (versions[name] ?? 0) > 0));
	const unit = unitNames[by.unit];
	return [
		{
			title: `By ${by.unit} (${by.zone})`,
			headings: [
				...[unit, 'Sessions', 'Encrypted', 'Plaintext', 'Failed', 'Unknown'],
				...[...seen.map(name => shareNames[name] ?? name), 'Violations'],
			],
			rows: by.rows.map(row => [
				{text: row.period, whole: true},
				...[row.sessions, row.encrypted, row.plaintext, row.failed, row.unknown].map(value => number(value)),
				...seen.map(name => ({text: share(row.versions[name] ?? 0, row.encrypted), number: true})),
				{...number(row.violations), bad: (row.violations ?? 0) > 0},
			]),
		},
		{
			title: `Key exchange by ${by.unit} (${by.zone})`,
			note: 'Numbers count encrypted sessions.',
			headings: [unit, 'Hybrid', 'Share', 'Could be', 'Cannot be', 'Not logged'],
			rows: by.rows.some(({encrypted}) => encrypted > 0)
				? by.rows.map(({period, key_exchange: kinds}) => [
						{text: period, whole: true},
						number(kinds.hybrid),
						{text: share(kinds.hybrid, sessionsOf(kinds)), number: true},
						...[kinds.could, kinds.cannot, kinds.not_logged].map(value => number(value)),
					])
				: [],
		},
		mailPeriodTable(by),
		{title: `By ${by.unit}: remarks`, headings: ['Remark'], rows: by.notes.map(text => [log(text)])},
	].filter(({rows}) => rows.length > 0);
}

/** The tables of what the sessions are split by: days, weeks, months or suites. */
export function splitTables(by: Periods | Inventory | null | undefined): DocumentTable[] {
	if (by == null) return [];
	return by.unit === 'suite' ? suiteTables(by) : periodTables(by);
}
