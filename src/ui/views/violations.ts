import type {FindingGroup} from '../../model/findings.ts';
import {placeWords} from '../../text/place.ts';
import {counted, ported, timed} from '../columns.ts';
import type {Table} from '../table-view.ts';
import type {Tone} from '../theme.ts';

/** A severity's look. */
export const severityTone = (severity: string | null): Tone =>
	severity === 'violation' ? 'bad' : severity === 'weakness' ? 'warn' : severity === 'info' ? 'accent' : 'plain';

/** What was seen most often instead of what is required. */
export const mostObserved = ({observed}: FindingGroup): string =>
	Object.entries(observed).reduce((most, each) => (each[1] > most[1] ? each : most), ['', 0])[0];

/** What breaks the policy: a row a rule, hop and port. */
export const violationTable: Table<FindingGroup> = {
	columns: [
		{
			id: 'severity',
			title: '',
			width: 11,
			least: 1,
			priority: 0,
			value: row => row.severity,
			text: (row, width, {theme}) => {
				const {fail, weak, between} = theme.glyphs;
				const mark = {violation: fail, weakness: weak, info: between}[row.severity];
				return width < 11 ? mark : `${mark} ${row.severity}`;
			},
			tone: row => severityTone(row.severity),
		},
		{id: 'rule', ascends: true, title: 'RULE', width: 22, least: 18, grow: 4, priority: 0, value: row => row.rule},
		{id: 'hop', ascends: true, title: 'HOP', width: 10, priority: 0, value: row => row.hop},
		ported(row => row.port),
		counted('sessions', 'SESSIONS', row => row.sessions),
		counted('peers', 'PEERS', row => row.peer_count, {priority: 2}),
		counted('messages', 'MESSAGES', row => row.messages, {priority: 3}),
		{id: 'observed', title: 'SEEN', width: 18, grow: 10, priority: 4, value: mostObserved},
		{id: 'required', title: 'REQUIRED', width: 18, grow: 40, priority: 5, value: row => row.required},
		timed('first_seen', 'FIRST SEEN', row => row.first_seen, {priority: 7}),
		timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 6, width: 11}),
	],
	key: row => `${row.rule} ${row.severity} ${row.hop} ${row.port}`,
	opens: row => ({
		view: 'peers',
		title: `${row.rule} on ${placeWords(row)}`,
		scope: [
			{kind: 'rule', rule: row.rule},
			{kind: 'same', column: 'hop', value: row.hop},
			{kind: 'same', column: 'port', value: row.port},
		],
		order: 'sessions',
	}),
	violates: row => row.severity === 'violation',
	empty: 'No violation is seen.',
	order: null,
};
