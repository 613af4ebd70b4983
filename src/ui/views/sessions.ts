import type {ListedSession} from '../../model/sessions.ts';
import {counted, ported, timed, type Verdict, verdict} from '../columns.ts';
import type {Table} from '../table-view.ts';
import {versionName, versionTone} from '../version-bar.ts';
import {severityTone} from './violations.ts';

export const text = (value: string | number | null | undefined): string | null =>
	value === null || value === undefined ? null : String(value);
const number = (value: string | number | null | undefined): number | null => (typeof value === 'number' ? value : null);

/** The other side, name before address. */
export function peerOf(row: ListedSession): string {
	const {peer_host, peer_ip} = row;
	if (peer_ip === null) return String(peer_host ?? 'not logged');
	return peer_host === null || peer_host === peer_ip ? String(peer_ip) : `${peer_host} [${peer_ip}]`;
}

/** The version of an encrypted session, else how it ended. */
function resultOf(row: ListedSession): string {
	if (row.outcome === 'encrypted') return versionName(text(row.protocol)) || 'encrypted';
	return String(row.outcome ?? 'unknown');
}

function verdictOn({severity, judged, undecided}: ListedSession): Verdict {
	if (severity === 'violation' || severity === 'weakness') return severity;
	if (undecided === 1) return 'undecided';
	return judged === 1 && severity === null ? 'pass' : 'unjudged';
}

/** What distinguishes two sessions. */
const sessionKey = (row: ListedSession): string =>
	`${row.source} ${row.first_line} ${row.last_line} ${row.started_at} ${row.pid} ${row.peer_port}`;

/** Sessions; those around a row go along when it is opened, so that `n` and `N` can walk on. */
export function sessionTable(rows: readonly ListedSession[]): Table<ListedSession> {
	return {
		columns: [
			verdict(verdictOn),
			timed('started', 'BEGAN', row => number(row.started_at), {width: 11, priority: 0}),
			{id: 'hop', ascends: true, title: 'HOP', width: 10, priority: 1, value: row => text(row.hop)},
			ported(row => number(row.port), {priority: 2}),
			{id: 'peer', ascends: true, title: 'PEER', width: 19, least: 12, grow: 30, priority: 0, value: peerOf},
			{
				id: 'version',
				title: 'RESULT',
				width: 9,
				priority: 0,
				value: row => text(row.protocol) ?? text(row.outcome),
				text: resultOf,
				tone: row =>
					row.outcome === 'encrypted' ? versionTone(text(row.protocol)) : row.outcome === 'plaintext' ? 'warn' : 'dim',
			},
			{
				id: 'rules',
				title: 'REMARK',
				width: 16,
				grow: 20,
				priority: 3,
				value: row => text(row.rules) ?? text(row.failure),
				tone: row => severityTone(text(row.severity)),
			},
			{id: 'user', ascends: true, title: 'USER', width: 16, grow: 10, priority: 5, value: row => text(row.username)},
			{id: 'cipher', ascends: true, title: 'CIPHER', width: 22, grow: 9, priority: 6, value: row => text(row.cipher)},
			counted('messages', 'MSGS', row => number(row.messages) ?? 0, {priority: 4, width: 5}),
		],
		key: sessionKey,
		opens: row => ({
			view: 'session',
			title: row.first_line === null ? 'session' : `line ${row.first_line}`,
			scope: [],
			row,
			siblings: rows,
			selected: rows.indexOf(row),
		}),
		violates: row => row.severity === 'violation',
		empty: 'No session.',
		order: 'started',
	};
}
