import {
	groupSums,
	type KeyExchangeRow,
	type KeyExchangeSums,
	type NotHybrid,
	sessionsOf,
} from '../../model/key-exchange.ts';
import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {type Cell, folded, type Page, share, table} from './layout.ts';
import {cutPeer, hostAndAddress} from './peer-words.ts';

/** What the sessions of a peer without a hybrid one are: `3 could be hybrid, 2 cannot be, 4 not logged`. */
export function notHybridWords({could, cannot, not_logged}: Omit<KeyExchangeSums, 'hybrid'>): string {
	const parts = [
		[could, 'could be hybrid'],
		[cannot, 'cannot be'],
		[not_logged, 'not logged'],
	] as const;
	return parts.flatMap(([sessions, words]) => (sessions === 0 ? [] : [`${count(sessions)} ${words}`])).join(', ');
}

/** Groups that a terminal names below the table, over all hops. */
const mostGroups = 8;

function groupWords(rows: readonly KeyExchangeRow[], {width, whole}: Page): string[] {
	const sorted = groupSums(rows);
	if (sorted.length === 0) return [];
	const named = sorted
		.slice(0, whole ? sorted.length : mostGroups)
		.map(([name, sessions]) => `${plain(name)} (${count(sessions)})`);
	const rest = sorted.length - named.length;
	return folded(`Groups: ${named.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`, '', width);
}

/** How many sessions have a post-quantum part in their key exchange, by hop and port, and the groups that were seen. */
export function keyExchangeLines(rows: readonly KeyExchangeRow[], page: Page): string[] {
	const right = (title: string) => ({title, right: true});
	const headings = [
		{title: 'HOP'},
		right('PORT'),
		right('HYBRID'),
		right('SHARE'),
		right('COULD BE'),
		right('CANNOT BE'),
	];
	const cells = rows.map((row): Cell[] => [
		row.hop,
		row.port === null ? '-' : String(row.port),
		row.hybrid,
		share(row.hybrid, sessionsOf(row)),
		...[row.could, row.cannot, row.not_logged],
	]);
	return [...table([...headings, right('NOT LOGGED')], cells, page), ...groupWords(rows, page)];
}

/** Peers that a terminal names. */
const mostPeers = 10;

/** How many of the peers without a hybrid session are named. */
export const notHybridTitle = (shown: number, all: number): string =>
	`Largest peers without a hybrid session${all > shown ? ` (${count(shown)} of ${count(all)})` : ''}`;

/** The largest peers none of whose sessions was hybrid: the title, and a row for each. */
export function notHybridLines({peers, peer_count}: NotHybrid, page: Page): [title: string, lines: string[]] {
	const shown = page.whole ? peers : peers.slice(0, mostPeers);
	const right = (title: string) => ({title, right: true});
	const headings = [
		{title: 'HOP'},
		right('PORT'),
		{title: 'PEER', room: cutPeer, least: 20},
		...['COULD BE', 'CANNOT BE', 'NOT LOGGED', 'MESSAGES'].map(right),
	];
	const cells = shown.map((row): Cell[] => [
		row.hop,
		row.port === null ? '-' : String(row.port),
		hostAndAddress(row.peer_host, row.peer_ip),
		...[row.could, row.cannot, row.not_logged, row.messages],
	]);
	return [notHybridTitle(shown.length, peer_count), table(headings, cells, page)];
}
