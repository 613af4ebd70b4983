import {count} from '../../text/number.ts';
import {type Cell, type Choice, columns, type Operation} from '../expectations.ts';
import {type Marks, type Style, table} from './layout.ts';

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
function cellWords({sessions, expected}: Cell, form: (value: number) => string, {no}: Marks): string {
	if (sessions === 0) return '-';
	return expected === null || expected === 'allowed' ? form(sessions) : `${no} ${form(sessions)}`;
}

/** `1.2M`, `345k`: for tables that do not fit otherwise; the table of hops has the numbers. */
function rounded(value: number): string {
	if (value >= 1_000_000) return `${(value / 1_000_000).toFixed(1)}M`;
	return value >= 100_000 ? `${Math.floor(value / 1000)}k` : String(value);
}

/** The heading of that table. */
export const expectationTitle = (policy: string): string => `Policy and what was seen: ${policy}`;

/** What the policy wants of each way in, and what was seen. At most 80 columns. */
export function expectationLines(operations: readonly Operation[], marks: Marks, style: Style): string[] {
	const used = columns.filter(
		name => name !== 'unknown' || operations.some(({choices}) => choices.some(({cells}) => cells.unknown.sessions > 0)),
	);
	const headings = [
		{title: 'OPERATION, WAY IN'},
		{title: 'POLICY'},
		...used.map(name => ({title: titles[name], right: true})),
	];
	const lines = (form: (value: number) => string): string[] => {
		const rows = operations.flatMap(({operation, dane, choices}) => [
			[`${operation}${dane ? ' (DANE wanted)' : ''}`],
			...choices.map(choice => [
				`  ${wayText(choice)}`,
				expectationText(choice, marks),
				...used.map(name => cellWords(choice.cells[name], form, marks)),
			]),
		]);
		return table(headings, rows);
	};
	const forms = [count, String, rounded].map(lines);
	const fitting = forms.find(each => each.every(line => line.length <= 80)) ?? lines(rounded);
	const heads = new Set(operations.map(({operation}) => operation));
	return [
		...fitting.map(line => (heads.has(line.replace(' (DANE wanted)', '')) ? style('heading', line) : line)),
		...legend(operations, marks),
	];
}

/** What the marks mean, of those that the table has: a tick in the legend alone could be taken for a verdict. */
function legend(operations: readonly Operation[], marks: Marks): string[] {
	const choices = operations.flatMap(each => each.choices);
	const words = choices.flatMap(choice => [
		expectationText(choice, marks),
		...columns.map(name => cellWords(choice.cells[name], String, marks)),
	]);
	const meanings = [
		[marks.yes, 'seen as the policy wants it'],
		[marks.no, 'not wanted'],
		['?', 'the log says too little'],
	] as const;
	const used = meanings.filter(([mark]) => words.some(word => word.startsWith(`${mark} `)));
	return used.length === 0 ? [] : [used.map(([mark, meaning]) => `${mark} ${meaning}`).join(', ')];
}
