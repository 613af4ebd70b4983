import type {Term} from '../../model/filter.ts';
import type {PeerGroup, PeerRow} from '../../model/sessions.ts';
import {count} from '../../text/number.ts';
import {counted, timed, verdict, verdictOf, worst} from '../columns.ts';
import type {Opening} from '../pages.ts';
import type {Column, Table} from '../table-view.ts';

function peerName({peer_host, peer_ip}: PeerRow): string {
	if (peer_ip === null) return peer_host ?? 'address not logged';
	return peer_host === null || peer_host === peer_ip ? peer_ip : `${peer_host} [${peer_ip}]`;
}

function destinationName(row: PeerRow): string {
	if (row.peer_host === null) return row.peer_ip ?? 'not logged';
	return row.others > 1 ? `${row.peer_host} (${count(row.others)} addresses)` : peerName(row);
}

const userColumn: Column<PeerRow> = {
	id: 'user',
	ascends: true,
	title: 'USER',
	width: 16,
	grow: 20,
	priority: 4,
	value: row => row.username,
	text: row => (row.others > 1 ? `${row.username} +${count(row.others - 1)}` : (row.username ?? '')),
};

const firstColumns: Readonly<Record<PeerGroup, ReadonlyArray<Column<PeerRow>>>> = {
	all: [
		{id: 'peer', ascends: true, title: 'PEER', width: 24, least: 14, grow: 50, priority: 0, value: peerName},
		userColumn,
	],
	clients: [
		{id: 'peer', ascends: true, title: 'CLIENT', width: 24, least: 14, grow: 50, priority: 0, value: peerName},
		userColumn,
	],
	destinations: [
		{
			id: 'peer',
			ascends: true,
			title: 'DESTINATION',
			width: 30,
			least: 14,
			grow: 50,
			priority: 0,
			value: destinationName,
		},
	],
	users: [
		{id: 'user', ascends: true, title: 'USER', width: 22, least: 14, grow: 30, priority: 0, value: row => row.username},
		{
			id: 'peer',
			ascends: true,
			title: 'FROM',
			width: 17,
			grow: 40,
			priority: 4,
			value: row => (row.others > 1 ? `${count(row.others)} addresses` : peerName(row)),
		},
	],
};

const same = (column: 'peer_ip' | 'peer_host' | 'username', value: string | null): Term => ({
	kind: 'same',
	column,
	value,
});

function opening(row: PeerRow, group: PeerGroup, scope: readonly Term[]): Opening {
	const sessions = (title: string, ...terms: Term[]): Opening => ({
		view: 'sessions',
		title,
		scope: [...scope, ...terms],
	});
	switch (group) {
		case 'all':
			return sessions(peerName(row), same('peer_ip', row.peer_ip), same('peer_host', row.peer_host));
		case 'clients':
			return sessions(peerName(row), same('peer_ip', row.peer_ip), {kind: 'same', column: 'direction', value: 'in'});
		case 'destinations':
			return sessions(
				row.peer_host ?? peerName(row),
				...(row.peer_host === null ? [same('peer_ip', row.peer_ip)] : []),
				same('peer_host', row.peer_host),
				{kind: 'same', column: 'direction', value: 'out'},
			);
		case 'users':
			return sessions(row.username ?? '', same('username', row.username));
	}
}

/** Peers in one grouping; what a row opens keeps to the page's scope. Of an input that was read in part, `partial`, none has a tick. */
export function peerTable(group: PeerGroup, scope: readonly Term[], partial: boolean): Table<PeerRow> {
	return {
		columns: [
			verdict(row => verdictOf(row, partial)),
			...firstColumns[group],
			counted('sessions', 'SESSIONS', row => row.sessions),
			worst(
				row => row.worst,
				row => verdictOf(row, partial) !== 'unjudged',
			),
			counted('plaintext', 'PLAIN', row => row.plaintext, {bad: 'warn', priority: 2}),
			counted('failed', 'FAILED', row => row.failed, {priority: 3}),
			counted('violations', 'VIOLATE', row => row.violations, {bad: 'bad', priority: 0}),
			counted('messages', 'MESSAGES', row => row.messages, {priority: 6}),
			timed('first', 'FIRST SEEN', row => row.first_seen, {priority: 8}),
			timed('last', 'LAST SEEN', row => row.last_seen, {priority: 7}),
		],
		key: row => `${row.peer_ip} ${row.peer_host} ${row.username}`,
		opens: row => opening(row, group, scope),
		violates: row => row.violations > 0,
		empty: group === 'users' ? 'No login.' : 'No session.',
		order: 'violations',
	};
}
