import {type Choice, type Cell as Counted, columns, type Operation} from '../expectations.ts';
import {type Cell, folded, type Marks, type Page, paper, type Style, table} from './layout.ts';

const titles = {
	'TLSv1.3': 'TLSv1.3',
	'TLSv1.2': 'TLSv1.2',
	older: 'OLDER',
	plaintext: 'PLAIN',
	failed: 'FAILED',
	unknown: 'UNKNOWN',
};

/** `465 implicit TLS`. */
export function wayText({port, tls}: Choice): string {
	const mode = tls === null ? '' : {implicit: ' implicit TLS', starttls: ' STARTTLS'}[tls];
	return `${port ?? 'no port'}${mode}`;
}

/** The word of the policy; marked as good only where the log shows enough of the sessions that were seen. */
export function expectationText({port, expected, seen}: Choice, {yes, no}: Marks): string {
	if (expected === null) return port === null ? '- unknown' : '- no rule';
	if (expected !== 'allowed') return `${no} ${expected}`;
	return `${{'as-wanted': yes, undecided: '?', unwanted: '-', nothing: '-'}[seen]} allowed`;
}

/** A count with the mark of what the policy does not want; nothing where nothing was seen. */
function cellWords({sessions, expected}: Counted, {no}: Marks): Cell {
	if (sessions === 0) return '-';
	return expected === null || expected === 'allowed' ? sessions : form => `${no} ${form(sessions)}`;
}

/** The heading of that table. */
export const expectationTitle = (policy: string): string => `Policy and what was seen: ${policy}`;

/** What the policy wants of each way in, and what was seen. */
export function expectationLines(
	operations: readonly Operation[],
	marks: Marks,
	style: Style,
	page: Page = paper,
): string[] {
	const used = columns.filter(
		name => name !== 'unknown' || operations.some(({choices}) => choices.some(({cells}) => cells.unknown.sessions > 0)),
	);
	const headings = [
		{title: 'OPERATION, WAY IN'},
		{title: 'POLICY'},
		...used.map(name => ({title: titles[name], right: true})),
	];
	const rows = operations.flatMap(({operation, dane, choices}) => [
		[`${operation}${dane ? ' (DANE wanted)' : ''}`],
		...choices.map(choice => [
			`  ${wayText(choice)}`,
			expectationText(choice, marks),
			...used.map(name => cellWords(choice.cells[name], marks)),
		]),
	]);
	// An operation is a row of one cell.
	const look = (line: string, row: number): string => (rows[row]?.length === 1 ? style('heading', line) : line);
	return [...table(headings, rows, page, look), ...folded(legend(operations, marks), '', page.width)];
}

/** What the numbers and the marks mean, of those that the table has: a tick in the legend alone could be taken for a verdict. */
function legend(operations: readonly Operation[], marks: Marks): string {
	const choices = operations.flatMap(each => each.choices);
	const unwanted = choices.some(({cells}) => columns.some(name => typeof cellWords(cells[name], marks) === 'function'));
	const words = [...choices.map(choice => expectationText(choice, marks)), ...(unwanted ? [`${marks.no} `] : [])];
	const meanings = [
		[marks.yes, 'seen as the policy wants it'],
		[marks.no, 'not wanted'],
		['?', 'the log says too little'],
	] as const;
	const used = meanings.filter(([mark]) => words.some(word => word.startsWith(`${mark} `)));
	return [...used.map(([mark, meaning]) => `${mark} ${meaning}`), 'numbers count sessions'].join(', ');
}
