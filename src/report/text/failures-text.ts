import {count, many} from '../../text/number.ts';
import type {Summary} from '../summary.ts';
import {folded, type Page, type Style, tie} from './layout.ts';
import {allFailed, placeWords} from './sentences.ts';

type Failure = Summary['failures'][number];

/** `no-shared-cipher, no shared cipher (193)`: the reason, and the alert or the reason of the library where there is one. */
function reasonWords({reason, alert}: Pick<Failure, 'reason' | 'alert'>): string {
	return alert === null ? reason : `${reason}, ${alert}`;
}

/** The peers of most sessions, with how many each has, and how many more peers there are. */
export function peerWords({peers, peer_count}: Pick<Failure, 'peers' | 'peer_count'>): string {
	const rest = peer_count - peers.length;
	const named = peers.map(({peer, sessions}) => `${peer} (${count(sessions)})`).join(', ');
	return rest > 0 ? `${named} and ${count(rest)} more` : named;
}

/** Whether peers are left out. */
export const hasMore = (failures: Summary['failures']): boolean =>
	failures.some(({peers, peer_count}) => peer_count > peers.length);

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
export function failureLines({failures}: Summary, style: Style, {width}: Page): string[] {
	const lines = grouped(failures).flatMap(rows => {
		const [first] = rows;
		if (first === undefined) return [];
		const places = rows.map(row => {
			const who = peerWords(row)
				.replaceAll(' (', `${tie}(`)
				.replace(/ more$/, `${tie}more`);
			return `${placeWords(row)}: ${many(row.count, 'session')}${who === '' ? '' : `; ${who}`}`;
		});
		const look = first.whose === 'ours' ? 'weakness' : 'info';
		return [
			...folded(`${reasonWords(first)}: ${first.whose}`, '', width).map(line => style(look, line)),
			...places.flatMap(place => folded(place, '    ', width)),
			...folded(first.remedy, '    ', width),
		];
	});
	return hasMore(failures) ? [...lines, ...folded(`all peers: ${allFailed}`, '', width)] : lines;
}
