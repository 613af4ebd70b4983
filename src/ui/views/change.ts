import type {Change, ChangeRow, ComparedSpan} from '../../model/change.ts';
import type {Term} from '../../model/filter.ts';
import {count, many} from '../../text/number.ts';
import {placeWords} from '../../text/place.ts';
import {plain} from '../../text/plain.ts';
import {folded, shortened} from '../../text/width.ts';
import {counted, ported, timed} from '../columns.ts';
import {compact, percent} from '../format.ts';
import type {Opening} from '../pages.ts';
import type {Look, Table} from '../table-view.ts';
import type {Tone} from '../theme.ts';
import {versionName} from '../version-bar.ts';

/** Rows below the list: the two spans, and up to three lines of remarks. */
export const changeNoteRows = 5;

const itemOf = ({kind, item, peer}: ChangeRow): string => {
	if (kind === 'version') return versionName(item) || 'not logged';
	if (kind === 'outcome') return item === 'unknown' ? 'not logged' : item;
	return peer?.ip == null || peer.host === null || peer.host === peer.ip ? item : `${peer.host} [${peer.ip}]`;
};

/** How much a row is to be looked at. */
function toneOf({kind, change, severity, item}: ChangeRow): Tone {
	if (change === 'gone' || change === 'not-seen' || change === 'fell') return change === 'gone' ? 'good' : 'dim';
	if (kind === 'violation') return severity === 'violation' ? 'bad' : 'warn';
	return kind === 'failure' || item === 'plaintext' ? 'warn' : 'plain';
}

/** The sessions that a row counts: those of the span that is shown, or of the one before where there are none now. */
function openingOf(row: ChangeRow, {shown, before}: Pick<Change, 'shown' | 'before'>, scope: readonly Term[]): Opening {
	const {since, until} = row.sessions > 0 ? shown : before;
	const same = (column: Extract<Term, {kind: 'same'}>['column'], value: string | number | null): Term => ({
		kind: 'same',
		column,
		value,
	});
	const place = [same('hop', row.hop), ...(row.kind === 'peer' ? [] : [same('port', row.port)])];
	const opened = (view: 'peers' | 'sessions', ...terms: readonly Term[]): Opening => ({
		view,
		title: `${itemOf(row)} on ${placeWords(row)}`,
		scope: [...scope, {kind: 'begun', since, until}, ...terms, ...place],
		...(view === 'peers' ? {order: 'sessions'} : {}),
	});
	const isUnknown = row.item === 'unknown';
	switch (row.kind) {
		case 'violation':
			return opened('peers', {kind: 'rule', rule: row.item});
		case 'peer':
			return opened('sessions', row.peer?.ip == null ? same('peer_host', row.item) : same('peer_ip', row.peer.ip));
		case 'version':
			return opened('peers', {kind: 'outcome', values: ['encrypted']}, same('protocol', isUnknown ? null : row.item));
		case 'outcome':
			return opened('peers', same('outcome', isUnknown ? null : row.item));
		case 'failure':
			return opened('peers', row.item === 'other' ? same('outcome', 'failed') : same('failure', row.item));
	}
}

/** Sessions, and their share of those that they are a part of; a peer's are its own. */
const part = (
	id: string,
	title: string,
	value: (row: ChangeRow) => number,
	whole: (row: ChangeRow) => number,
	priority = 0,
) =>
	counted(id, title, value, {
		width: 9,
		priority,
		text: (row, _width, {theme}) => {
			if (value(row) === 0) return theme.glyphs.between;
			return `${compact(value(row), 4)}${(row.kind === 'peer' ? '' : percent(value(row), whole(row))).padStart(5)}`;
		},
	});

/** What changed: a row a difference; what a row opens keeps to the page's scope. */
export function changeTable({shown, before, undecided, rows, notes}: Change, scope: readonly Term[]): Table<ChangeRow> {
	return {
		columns: [
			{
				id: 'change',
				title: 'CHANGE',
				width: 8,
				priority: 0,
				value: row => row.change,
				text: row => row.change.replace('-', ' '),
				tone: toneOf,
			},
			{
				id: 'kind',
				ascends: true,
				title: 'OF',
				width: 7,
				priority: 4,
				value: row => row.kind,
				text: row => (row.kind === 'violation' ? 'rule' : row.kind),
			},
			{
				id: 'item',
				ascends: true,
				title: 'WHAT',
				width: 23,
				least: 12,
				grow: 40,
				priority: 0,
				value: itemOf,
				tone: toneOf,
			},
			{id: 'hop', ascends: true, title: 'HOP', width: 10, priority: 2, value: row => row.hop},
			ported(row => row.port, {priority: 3}),
			part(
				'sessions',
				'NOW',
				row => row.sessions,
				row => row.of,
			),
			part(
				'before',
				'BEFORE',
				row => row.before,
				row => row.before_of,
				1,
			),
			timed('first_seen', 'FIRST SEEN', row => row.first_seen, {priority: 5}),
		],
		key: row => `${row.kind} ${row.severity} ${row.hop} ${row.port} ${row.item}`,
		opens: row => openingOf(row, {shown, before}, scope),
		violates: row => row.kind === 'violation' && row.severity === 'violation' && row.sessions > 0,
		empty:
			undecided && rows.length === 0
				? `Not known: ${notes.join('; ')}.`
				: 'Nothing to list: no violation or peer came or went; what moved little is not listed.',
		order: null,
	};
}

/** Which spans are compared, and what that leaves open. */
export function changeNote(
	{shown, before, notes, undecided, peers, rows}: Change,
	look: Look,
	width: number,
): string[] {
	const {theme, moments} = look;
	// The zone of all times of this page is named once.
	const words = ({since, until, sessions}: ComparedSpan, zone: string): string =>
		`${moments.full(since).slice(0, 16)} to ${moments.full(until).slice(0, 16)}${zone}: ${many(sessions, 'session')}`;
	const named = rows.filter(({kind}) => kind === 'peer').length;
	const more =
		peers.new + (peers.back ?? 0) > named
			? [`${count(peers.new)} peers are new${peers.back === null ? '' : `, ${count(peers.back)} are back`}`]
			: [];
	const lines = [
		theme.paint(
			'dim',
			` ${theme.glyphs.rule.repeat(2)} ${shortened(plain(`now     ${words(shown, ` ${moments.zone}`)}`), width - 6)}`,
		),
		theme.paint(
			'dim',
			` ${theme.glyphs.rule.repeat(2)} ${shortened(plain(`before  ${words(before, '')}`), width - 6)}`,
		),
		// Said in place of the rows where there are none.
		...[...(undecided && rows.length === 0 ? [] : notes), ...more]
			.flatMap(note => folded(plain(note), width - 4))
			.map(line => `  ${theme.paint('warn', line)}`),
	];
	if (lines.length <= changeNoteRows) return lines;
	// What has no room is marked, as everywhere.
	return [
		...lines.slice(0, changeNoteRows - 1),
		`  ${theme.paint('warn', '… more remarks in a taller or wider window')}`,
	];
}
