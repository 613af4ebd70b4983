import type {Term} from '../../model/filter.ts';
import {
	groupSums,
	type KeyExchange,
	type KeyExchangeRow,
	type KeyExchangeSums,
	type NotHybridPeer,
	sessionsOf,
} from '../../model/key-exchange.ts';
import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {folded, shortened} from '../../text/width.ts';
import {counted, ported, shared, timed} from '../columns.ts';
import {percent} from '../format.ts';
import type {Opening} from '../pages.ts';
import type {Look, Table} from '../table-view.ts';
import {type BarPart, bar, filling} from '../version-bar.ts';

/** A hop and port with all its peers, or one of the largest peers there that are not hybrid. */
export type ExchangeRow = {readonly place: KeyExchangeRow; readonly peer: null} | {readonly peer: NotHybridPeer};

/** Hops and ports, then peers. */
export const keyExchangeRows = ({places, notHybrid}: KeyExchange): ExchangeRow[] => [
	...places.map(place => ({place, peer: null})),
	...notHybrid.peers.map(peer => ({peer})),
];

/** Rows below the list: a title, the legend, and up to four lines of groups and remarks. */
export const keyExchangeNoteRows = 6;

/** What cannot be hybrid is the boldest, what is the faintest, without colour too. */
const looks = [
	{kind: 'cannot', name: 'cannot be (TLS 1.2 or older)', brief: 'cannot', filling: 1, tone: 'warn'},
	{kind: 'could', name: 'could be', brief: 'could', filling: 3, tone: 'accent'},
	{kind: 'hybrid', name: 'hybrid', brief: 'hybrid', filling: 4, tone: 'good'},
	{kind: 'not_logged', name: 'not logged', brief: 'not logged', filling: 5, tone: 'dim'},
] as const;

const sumsOf = (row: ExchangeRow): KeyExchangeSums => (row.peer === null ? row.place : {...row.peer, hybrid: 0});
const placeOf = (row: ExchangeRow): Pick<KeyExchangeRow, 'hop' | 'port'> => row.peer ?? row.place;

const partsOf = (row: ExchangeRow): BarPart[] =>
	looks.map(({kind, ...look}) => ({...look, sessions: sumsOf(row)[kind]}));

function nameOf({peer_host: host, peer_ip: ip}: NotHybridPeer): string {
	if (ip === null) return host ?? 'not logged';
	return host === null || host === ip ? ip : `${host} [${ip}]`;
}

/** A hop and port opens its peers, a peer the sessions that are not hybrid. */
function openingOf(row: ExchangeRow, scope: readonly Term[]): Opening {
	const {hop, port} = placeOf(row);
	const here: readonly Term[] = [
		...scope,
		{kind: 'same', column: 'hop', value: hop},
		{kind: 'same', column: 'port', value: port},
	];
	const {peer} = row;
	if (peer === null)
		return {
			view: 'peers',
			title: port === null ? hop : `${hop} ${port}`,
			scope: [...here, {kind: 'outcome', values: ['encrypted']}],
			group: hop === 'relay-out' ? 'destinations' : 'clients',
			order: 'sessions',
		};
	// Those that come to us are one by their address, those that we go to by their name.
	const byHost = peer.peer_host !== null && (peer.direction === 'out' || peer.peer_ip === null);
	return {
		view: 'sessions',
		title: nameOf(peer),
		scope: [
			...here,
			{kind: 'same', column: 'direction', value: peer.direction},
			byHost
				? {kind: 'same', column: 'peer_host', value: peer.peer_host}
				: {kind: 'same', column: 'peer_ip', value: peer.peer_ip},
			{kind: 'pq', values: ['could', 'cannot']},
		],
	};
}

/** The kinds of key exchange: a row a hop and port, then a row a peer; what a row opens keeps to the page's scope. */
export function keyExchangeTable(scope: readonly Term[]): Table<ExchangeRow> {
	return {
		columns: [
			{id: 'hop', ascends: true, title: 'HOP', width: 10, priority: 0, value: row => placeOf(row).hop},
			ported(row => placeOf(row).port, {priority: 2}),
			{
				id: 'peer',
				ascends: true,
				title: 'PEER',
				width: 15,
				least: 9,
				grow: 40,
				priority: 0,
				value: row => (row.peer === null ? null : nameOf(row.peer)),
				text: row => (row.peer === null ? 'all' : nameOf(row.peer)),
				tone: row => (row.peer === null ? 'dim' : 'plain'),
			},
			counted('hybrid', 'HYBRID', row => sumsOf(row).hybrid, {width: 6, priority: 0}),
			shared(
				'share',
				'SHARE',
				row => sumsOf(row).hybrid,
				row => sessionsOf(sumsOf(row)),
				{priority: 4},
			),
			counted('could', 'COULD', row => sumsOf(row).could, {priority: 0}),
			counted('cannot', 'CANNOT', row => sumsOf(row).cannot, {width: 6, priority: 1}),
			counted('not_logged', 'NOT LOGGED', row => sumsOf(row).not_logged, {width: 10, priority: 3}),
			{
				id: 'groups',
				title: 'SHARES',
				width: 6,
				grow: 40,
				priority: 5,
				sorts: false,
				painted: true,
				value: row => (row.peer === null ? JSON.stringify(row.place.groups) : null),
				text: (row, width, {theme}) => bar(partsOf(row), width, theme),
			},
			// Of a hop and port it is not counted.
			counted('messages', 'MESSAGES', row => row.peer?.messages ?? null, {priority: 6}),
			timed('last_seen', 'LAST SEEN', row => row.peer?.last_seen ?? null, {priority: 7}),
		],
		key: row => {
			const {hop, port} = placeOf(row);
			return JSON.stringify([hop, port, row.peer?.direction, row.peer?.peer_ip, row.peer?.peer_host]);
		},
		opens: row => openingOf(row, scope),
		violates: () => false,
		empty: 'No encrypted session.',
		order: null,
	};
}

/** What the bars mean, the groups that were seen, and what the rows of peers are. */
export function keyExchangeNote({places, notHybrid}: KeyExchange, look: Look, width: number): string[] {
	const {theme} = look;
	if (places.length === 0) return [];
	const all = places.reduce((sum, row) => sum + sessionsOf(row), 0);
	const groups = groupSums(places).map(([name, sessions]) => {
		const share = percent(sessions, all);
		return `${name} ${count(sessions)} (${share})`;
	});
	const {peers, peer_count} = notHybrid;
	const named = peers.length < peer_count ? `, ${count(peers.length)} of ${count(peer_count)}` : '';
	const said = [
		...(peers.length === 0 ? [] : [`Peers are the largest without a hybrid session${named}`]),
		...(groups.length === 0 ? [] : [`Groups: ${groups.join(', ')}`]),
	];
	const short = width < 76;
	const legend = looks.map(each => `${filling(each, 1, theme)} ${short ? each.brief : each.name}`);
	const rule = shortened(plain(`${theme.glyphs.rule.repeat(2)} Key exchange of the encrypted sessions`), width - 2);
	return [
		theme.paint('dim', ` ${rule}`),
		`  ${legend.join(short ? ' ' : '  ')}`,
		...said.flatMap(text => folded(plain(text), width - 4).map(line => `  ${line}`)),
	];
}
