import type {StricterRule} from '../../model/filter.ts';
import type {WhatIfRow} from '../../model/what-if.ts';
import {counted, shared, timed} from '../columns.ts';
import type {Table} from '../table-view.ts';
import {versionName} from '../version-bar.ts';
import {suiteWords} from './ciphers.ts';

/** Classes whose name says what is missing, the other way round. */
const banned: Readonly<Record<string, string>> = {
	'no-AEAD': 'only AEAD suites',
	'no-forward-secrecy': 'only forward secrecy',
	anonymous: 'no anonymous suites',
};

/** A stricter rule in words: `only TLS 1.2 and later`, `no RC4`. */
function ruleName({minVersion, ban}: StricterRule): string {
	const parts = [
		...(minVersion === undefined
			? []
			: [`only ${versionName(minVersion)}${minVersion === 'TLSv1.3' ? '' : ' and later'}`]),
		...(ban === undefined ? [] : ban.map(word => banned[word] ?? `no ${word}`)),
	];
	return parts.join(', ');
}

const keyOf = (rule: StricterRule): string => JSON.stringify(rule);
const nameOf = ({trial, together}: WhatIfRow): string => (together ? `together: ${ruleName(trial)}` : ruleName(trial));

/** Rules to try; marked ones are tried together in the first row. */
export function whatIfTable(marks: readonly StricterRule[]): Table<WhatIfRow> {
	const marked = new Set(marks.map(keyOf));
	const isMarked = ({trial, together}: WhatIfRow): boolean => !together && marked.has(keyOf(trial));
	return {
		columns: [
			{
				id: 'marked',
				title: '',
				width: 1,
				priority: 0,
				sorts: false,
				value: row => (isMarked(row) ? 'marked' : null),
				text: (row, _width, {theme}) => (isMarked(row) ? theme.glyphs.marked : ''),
				tone: () => 'accent',
			},
			{
				id: 'rule',
				ascends: true,
				title: 'IF WE ALLOWED …',
				width: 37,
				least: 16,
				grow: 30,
				priority: 0,
				value: nameOf,
			},
			counted('peers', 'PEERS', row => row.peers, {bad: 'warn', priority: 0, title: 'PEERS LOST', width: 10}),
			counted('sessions', 'SESSIONS', row => row.sessions, {priority: 1}),
			counted('unknown', 'UNKNOWN', row => row.unknown, {bad: 'warn', priority: 2}),
			shared(
				'share',
				'SHARE',
				row => row.sessions,
				row => row.of,
				{priority: 4},
			),
			counted('messages', 'MESSAGES', row => row.messages, {priority: 3}),
			timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 5}),
			{
				id: 'facts',
				title: 'WHAT IT IS',
				width: 20,
				grow: 24,
				priority: 6,
				sorts: false,
				value: row => (row.trial.ban?.length === 1 ? suiteWords(row.trial.ban[0] ?? null) : ''),
			},
		],
		key: row => (row.together ? 'together' : keyOf(row.trial)),
		opens: row =>
			row.sessions === 0
				? null
				: {
						view: 'peers',
						title: nameOf(row),
						scope: [{kind: 'what-if', ...row.trial}],
						order: 'messages',
					},
		violates: () => false,
		empty: 'No session that may be encrypted.',
		order: null,
		stricterRule: row => (row.together ? null : row.trial),
	};
}
