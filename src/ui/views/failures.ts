import {afterwardsShort} from '../../model/failure/afterwards.ts';
import type {Whose} from '../../model/failure/causes.ts';
import {meaningOf} from '../../model/failure/remedy.ts';
import type {FailureRow} from '../../model/summary.ts';
import {placeWords} from '../../text/place.ts';
import {counted, ported, timed} from '../columns.ts';
import type {Table} from '../table-view.ts';
import type {Tone} from '../theme.ts';

/** What is ours to mend catches the eye, what nobody has to mend does not. */
export const whoseTones: Readonly<Record<Whose, Tone>> = {
	ours: 'warn',
	theirs: 'plain',
	scanner: 'dim',
	unknown: 'dim',
};

/** What distinguishes a row. */
export const failureKey = (row: FailureRow): string =>
	JSON.stringify([row.reason, row.alert, row.hop, row.port, row.outcome, row.whose]);

/** Failures. Where not all sessions failed, what became of each row comes before a long alert. */
export function failureTable(rows: readonly FailureRow[]): Table<FailureRow> {
	const [alertWidth, thenPriority] = rows.every(({outcome}) => outcome === 'failed') ? [22, 8] : [18, 1];
	return {...fixed, columns: columnsOf(alertWidth, thenPriority)};
}

const columnsOf = (alertWidth: number, thenPriority: number): Table<FailureRow>['columns'] => [
	{
		id: 'reason',
		ascends: true,
		title: 'REASON',
		width: 16,
		least: 10,
		grow: 9,
		priority: 0,
		value: row => row.reason,
	},
	{
		id: 'alert',
		ascends: true,
		title: 'ALERT',
		width: alertWidth,
		grow: 32 - alertWidth,
		priority: 1,
		value: row => row.alert,
	},
	{id: 'hop', ascends: true, title: 'HOP', width: 10, priority: 1, value: row => row.hop},
	ported(row => row.port, {priority: 2}),
	counted('sessions', 'SESSIONS', row => row.sessions, {priority: 0}),
	{
		id: 'whose',
		ascends: true,
		title: 'WHOSE',
		width: 7,
		priority: 0,
		value: row => row.whose,
		tone: row => whoseTones[row.whose],
	},
	{
		id: 'outcome',
		ascends: true,
		title: 'THEN',
		width: 6,
		priority: thenPriority,
		value: row => row.outcome,
		text: row => afterwardsShort(row.outcome),
	},
	counted('peers', 'PEERS', row => row.peer_count, {priority: 4}),
	{
		id: 'meaning',
		title: 'WHAT IT MEANS',
		width: 24,
		grow: 30,
		priority: 6,
		sorts: false,
		value: row => meaningOf(row.reason),
	},
	{id: 'remedy', title: 'REMEDY', width: 40, priority: 9, sorts: false, value: row => row.remedy},
	timed('first_seen', 'FIRST SEEN', row => row.first_seen, {priority: 7}),
	timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 5}),
];

const fixed: Omit<Table<FailureRow>, 'columns'> = {
	key: failureKey,
	opens: row => ({
		view: 'sessions',
		title: `${row.reason} on ${placeWords(row)}`,
		scope: [
			{kind: 'same', column: 'failure', value: row.reason},
			{kind: 'same', column: 'alert', value: row.alert},
			{kind: 'same', column: 'hop', value: row.hop},
			{kind: 'same', column: 'port', value: row.port},
			{kind: 'same', column: 'outcome', value: row.outcome},
			{kind: 'whose', values: [row.whose]},
		],
		order: 'started',
	}),
	violates: () => false,
	empty: 'No failed handshake.',
	order: 'sessions',
};
