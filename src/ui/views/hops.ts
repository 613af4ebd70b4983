import type {OverviewRow} from '../../model/summary.ts';
import {placeWords} from '../../text/place.ts';
import {counted, ported, timed, verdict, verdictOf, versionShares, worst} from '../columns.ts';
import type {Table} from '../table-view.ts';
import {worstVersion} from '../version-bar.ts';

/** The table of the overview: a row a hop and port. Of an input that was read in part, `partial`, none has a tick. */
export const hopTable = (partial: boolean): Table<OverviewRow> => ({
	columns: [
		verdict(row => verdictOf(row, partial)),
		{id: 'hop', ascends: true, title: 'HOP', width: 10, priority: 0, value: row => row.hop},
		ported(row => row.port),
		counted('sessions', 'SESSIONS', row => row.sessions, {priority: 3}),
		versionShares('TLS VERSIONS', {grow: 50}),
		worst(
			row => worstVersion(row.versions),
			row => verdictOf(row, partial) !== 'unjudged',
		),
		counted('plaintext', 'PLAIN', row => row.plaintext, {bad: 'warn', priority: 1}),
		counted('failed', 'FAILED', row => row.failed, {priority: 4}),
		counted('unknown', 'UNKNOWN', row => row.unknown, {priority: 8}),
		counted('messages', 'MESSAGES', row => row.messages, {priority: 7}),
		counted('violations', 'VIOLATE', row => row.violations, {bad: 'bad', priority: 0}),
		counted('weaknesses', 'WEAK', row => row.weaknesses, {bad: 'warn', priority: 6}),
		timed('last_seen', 'LAST SEEN', row => row.last_seen, {priority: 9}),
	],
	key: row => `${row.hop} ${row.port}`,
	opens: row => ({
		view: 'peers',
		title: placeWords(row),
		scope: [
			{kind: 'same', column: 'hop', value: row.hop},
			{kind: 'same', column: 'port', value: row.port},
		],
		group: row.hop === 'relay-out' ? 'destinations' : 'clients',
		order: 'violations',
	}),
	violates: row => row.violations > 0,
	empty: 'No session yet.',
	order: null,
});
