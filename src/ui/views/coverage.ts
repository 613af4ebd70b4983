import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {folded, shortened} from '../../text/width.ts';
import {counted} from '../columns.ts';
import {percent} from '../format.ts';
import type {LineCoverage} from '../screen-data.ts';
import type {Look, Table} from '../table-view.ts';

type Example = LineCoverage['examples'][number];

/** Lines that speak of TLS and were not understood, one of each kind. */
export const exampleTable = ({understood}: Pick<LineCoverage, 'understood'>): Table<Example> => ({
	columns: [
		counted('count', 'LINES', row => row.count, {priority: 0}),
		{id: 'example', title: 'ONE OF THEM', width: 50, least: 20, grow: 200, priority: 0, value: row => row.example},
		{id: 'source', title: 'SOURCE', width: 16, grow: 14, priority: 4, value: row => row.source},
		{id: 'line', title: 'LINE', width: 9, priority: 3, right: true, value: row => row.line},
	],
	key: row => row.shape,
	opens: row =>
		row.source === null
			? null
			: {
					view: 'raw',
					title: `line ${row.line}`,
					scope: [],
					top: -1,
					row: {source: row.source, first_line: row.line, last_line: row.line, pid: null, tag: null},
				},
	violates: () => false,
	empty:
		understood === 0 ? 'No line says anything about a session yet.' : 'Every line that speaks of TLS was understood.',
	order: 'count',
});

/** What became of the lines, above that table: the parts sum to all lines read. */
export function coverageLines(coverage: LineCoverage, {theme}: Look, width: number): string[] {
	const {lines, understood, irrelevant, foreign, malformed} = coverage;
	const parts: ReadonlyArray<readonly [string, number, string]> = [
		['understood', understood, 'say something about a session'],
		['irrelevant', irrelevant, 'of mail programs, about something else'],
		['foreign', foreign, 'of other programs'],
		['malformed', malformed, 'without a readable head, or cut off'],
	];
	const text = parts.map(([name, number, meaning]) => {
		const numbers = `${count(number).padStart(13)} ${percent(number, lines).padStart(5)}`;
		return `  ${name.padEnd(11)}${numbers}  ${theme.paint('dim', shortened(meaning, width - 35))}`;
	});
	text.push(`  ${'all lines'.padEnd(11)}${count(lines).padStart(13)}`);
	const more: string[] = [];
	if (coverage.noDialogue > 0) more.push(`${count(coverage.noDialogue)} connections ended before a word was said`);
	if (coverage.evicted > 0) more.push(`${count(coverage.evicted)} sessions were closed early to bound memory`);
	more.push(...coverage.notices.map(plain));
	const missing = coverage.missing.flatMap(each => folded(plain(each), width - 4));
	return [...text, ...more.map(each => `  ${each}`), ...missing.map(each => `  ${theme.paint('warn', each)}`)];
}
