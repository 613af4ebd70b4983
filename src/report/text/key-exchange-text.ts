import {type KeyExchangeRow, sessionsOf} from '../../model/key-exchange.ts';
import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {type Cell, folded, type Page, share, table} from './layout.ts';

/** Groups that a terminal names below the table, over all hops. */
const mostGroups = 8;

function groupWords(rows: readonly KeyExchangeRow[], {width, whole}: Page): string[] {
	const sums = new Map<string, number>();
	for (const {groups} of rows)
		for (const [name, sessions] of Object.entries(groups)) sums.set(name, (sums.get(name) ?? 0) + sessions);
	const sorted = [...sums].sort((a, b) => b[1] - a[1]);
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
