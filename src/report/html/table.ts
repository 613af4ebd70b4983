import {count} from '../../text/number.ts';
import type {DocumentTable, RowDetail, TableCell} from '../formats/document.ts';
import {markup} from '../formats/markup.ts';

/** Tables of more columns show a row as a list of named cells where the window is narrow. */
const mostColumns = 5;
/** Rows of a table that the page has; a browser takes long to lay out more, and nobody reads them. */
const mostRows = 500;
/** The same of the tables in all details of a table together; each has `leastRows` at least. */
const mostDetailRows = 1500;
const leastRows = 10;
/** What is grave is open from the beginning, the first of it. */
const mostOpen = 5;

/** Text with a link to where more is said of it. */
function linked({text, to}: TableCell): string {
	return to === undefined ? markup(text) : `<a href="#${to}">${markup(text)}</a>`;
}

/** A cell; in a wide table with the name of its column. */
function cell(each: TableCell, name: string | null): string {
	const {log, number, bad, whole} = each;
	const classes = [...(number ? ['n'] : []), ...(log ? ['l'] : []), ...(bad ? ['b'] : []), ...(whole ? ['w'] : [])];
	const attribute = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
	const named = name === null ? '' : ` data-name="${markup(name)}"`;
	return `<td${attribute}${named}>${linked(each)}</td>`;
}

/** The rows and columns of a table, without its title; `name` says of what they are to who does not see it. */
export function grid({headings, rows, anchors, repeated = []}: DocumentTable, name: string, most = mostRows): string {
	const columns = headings.flatMap((heading, column) => (repeated.includes(heading) ? [] : [{heading, column}]));
	const isWide = columns.length > mostColumns;
	const heads = columns.map(
		({heading, column}) => `<th scope="col"${rows[0]?.[column]?.number ? ' class="n"' : ''}>${markup(heading)}</th>`,
	);
	const body = rows.slice(0, most).map((row, index) => {
		const cells = columns.map(({heading, column}) => cell(row[column] ?? {text: ''}, isWide ? heading : null));
		const anchor = anchors?.[index];
		return `<tr${anchor === undefined ? '' : ` id="${anchor}"`}>${cells.join('')}</tr>`;
	});
	return `<div class="t" tabindex="0" role="group" aria-label="${markup(name)}"><table${isWide ? ' class="s"' : ''}>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`;
}

/** What the numbers count, and how many rows there are beyond those that are shown. */
function about({note, rows}: DocumentTable, most = mostRows): string {
	const rest =
		rows.length <= most ? [] : [`The first ${count(most)} of ${count(rows.length)} rows; --format csv has all.`];
	const words = [...(note === undefined ? [] : [note]), ...rest];
	return words.length === 0 ? '' : `<p>${markup(words.join(' '))}</p>\n`;
}

function detail({anchor, title, facts, table}: RowDetail, isOpen: boolean, most: number): string {
	const said = facts.map(([name, cells]) => `<dt>${markup(name)}</dt><dd>${cells.map(linked).join(', ')}</dd>`);
	const rows =
		table === undefined || table.rows.length === 0
			? ''
			: `\n<h3>${markup(table.title)}</h3>\n${about(table, most)}${grid(table, `${table.title}: ${title}`, most)}`;
	return `<details${isOpen ? ' open' : ''}><summary>${markup(title)}</summary>
<div id="${anchor}"><dl class="said">${said.join('')}</dl>${rows}</div></details>`;
}

/** A table with its title, what its numbers count, and what there is to say of its rows. */
export function section(table: DocumentTable, anchor: string): string {
	const {title, details = []} = table;
	const most = Math.max(leastRows, Math.floor(mostDetailRows / details.length));
	let open = 0;
	const more = details.slice(0, mostRows).map(each => {
		if (each.grave) open += 1;
		return detail(each, each.grave && open <= mostOpen, most);
	});
	return `<section aria-labelledby="${anchor}"><h2 id="${anchor}">${markup(title)}</h2>
${about(table)}${grid(table, title)}${more.length === 0 ? '' : `\n<div class="more">\n${more.join('\n')}\n</div>`}</section>`;
}
