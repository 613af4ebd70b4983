import {afterwards, withReason} from '../../model/failure/afterwards.ts';
import {count, many} from '../../text/number.ts';
import {placeWords} from '../../text/place.ts';
import type {Summary} from '../summary.ts';
import {folded, type Page, type Style, tie} from './layout.ts';
import {allFailed} from './sentences.ts';

type Failure = Summary['failures'][number];

/** `no-shared-cipher, no shared cipher (193)`: the reason, and the alert or the reason of the library where there is one. */
function reasonWords({reason, alert}: Pick<Failure, 'reason' | 'alert'>): string {
	return alert === null ? reason : `${reason}, ${alert}`;
}

/** Peers that a terminal shows of each row. */
const mostPeers = 3;

/** The first `most` peers, those of most sessions, with how many each has, and how many more peers there are. */
export function peerWords(
	{peers, peer_count}: Pick<Failure, 'peers' | 'peer_count'>,
	most = Number.POSITIVE_INFINITY,
): string {
	const shown = peers.slice(0, most);
	const rest = peer_count - shown.length;
	const named = shown.map(({peer, sessions}) => `${peer} (${count(sessions)})`).join(', ');
	return rest > 0 ? `${named} and ${count(rest)} more` : named;
}

/** Whether peers are left out of a list of the first `most`. */
export const hasMore = (failures: Summary['failures'], most = Number.POSITIVE_INFINITY): boolean =>
	failures.some(({peers, peer_count}) => peer_count > Math.min(most, peers.length));

/** What the numbers of failures count, and how many of these are failed sessions, as the hops count them. */
export function failureSum(failures: Summary['failures']): string {
	const {sessions, failed} = withReason(failures.map(({outcome, count: times}) => ({outcome, sessions: times})));
	return `${many(sessions, 'session')} with a reason, of which ${count(failed)} failed`;
}

/** Kinds of failures that have one owner and one remedy, the most frequent first. */
function grouped(failures: Summary['failures']): Failure[][] {
	const groups = new Map<string, Failure[]>();
	for (const row of failures) {
		const key = JSON.stringify([row.reason, row.alert, row.whose, row.remedy]);
		const known = groups.get(key);
		if (known === undefined) groups.set(key, [row]);
		else known.push(row);
	}
	const size = (rows: readonly Failure[]): number => rows.reduce((sum, row) => sum + row.count, 0);
	return [...groups.values()].sort((a, b) => size(b) - size(a));
}

/** Failures by reason: whose they are, where, of whom, and what to do. */
export function failureLines({failures}: Summary, style: Style, {width, whole}: Page): string[] {
	const most = whole ? Number.POSITIVE_INFINITY : mostPeers;
	const allAreFailed = failures.every(({outcome}) => outcome === 'failed');
	const lines = grouped(failures).flatMap(rows => {
		const [first] = rows;
		if (first === undefined) return [];
		const places = rows.map(row => {
			const who = peerWords(row, most)
				.replaceAll(' (', `${tie}(`)
				.replace(/ more$/, `${tie}more`);
			const then = allAreFailed ? '' : `, ${afterwards(row.outcome)}`;
			return `${placeWords(row)}: ${many(row.count, 'session')}${then}${who === '' ? '' : `; ${who}`}`;
		});
		const look = first.whose === 'ours' ? 'weakness' : 'info';
		return [
			...folded(`${reasonWords(first)}: ${first.whose}`, '', width).map(line => style(look, line)),
			...places.flatMap(place => folded(place, '    ', width)),
			...folded(first.remedy, '    ', width),
		];
	});
	return hasMore(failures, most) ? [...lines, ...folded(`all peers: ${allFailed}`, '', width)] : lines;
}
