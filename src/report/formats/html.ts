import type {DocumentTable, ReportDocument, TableCell} from './document.ts';
import {markup} from './markup.ts';

const css = `
:root { color-scheme: light dark; --ink: #1d2329; --faint: #5b6670; --line: #d5dbe1; --paper: #fff; --band: #f3f5f7; --bad: #a3161f; }
@media (prefers-color-scheme: dark) {
	:root { --ink: #e2e6ea; --faint: #9aa5b0; --line: #3a434c; --paper: #14181c; --band: #1d2329; --bad: #ff8a85; }
}
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { color: var(--faint); margin: .25rem 0; }
div { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { background: var(--band); white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.l { font-family: ui-monospace, monospace; font-size: .8125rem; max-width: 20rem; overflow-wrap: break-word; }
.w { white-space: nowrap; }
.b { color: var(--bad); font-weight: 600; }
@media screen and (max-width: 44rem) {
	.s, .s tbody, .s tr { display: block; }
	.s td { display: inline; margin-right: .75rem; max-width: none; text-align: left; white-space: normal; overflow-wrap: anywhere; }
	.s thead, .s td:empty { display: none; }
	.s tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
	.s td { border: 0; padding: 0; }
	.s td::before { content: attr(data-name) ": "; color: var(--faint); font: .8125rem system-ui, sans-serif; }
}
@page { size: A4 landscape; margin: 1cm; }
@media print {
	body { margin: 0; max-width: none; }
	div { overflow: visible; }
	table { font-size: .7rem; }
	th, td { padding: .2rem .4rem; white-space: normal; }
	.l { font-size: .65rem; overflow-wrap: anywhere; }
	tr { break-inside: avoid; }
	h2 { break-after: avoid; }
}
`;

/** Tables of more columns show a row as a list of named cells where the window is narrow. */
const mostColumns = 7;

/** A cell; in a wide table with the name of its column. */
function cell({text, log, number, bad, whole}: TableCell, name: string | null): string {
	const classes = [...(number ? ['n'] : []), ...(log ? ['l'] : []), ...(bad ? ['b'] : []), ...(whole ? ['w'] : [])];
	const attribute = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
	const named = name === null ? '' : ` data-name="${markup(name)}"`;
	return `<td${attribute}${named}>${markup(text)}</td>`;
}

function table({title, note, headings, rows}: DocumentTable): string {
	const heads = headings.map(
		(name, column) => `<th scope="col"${rows[0]?.[column]?.number ? ' class="n"' : ''}>${markup(name)}</th>`,
	);
	const isWide = headings.length > mostColumns;
	const body = rows.map(
		row => `<tr>${row.map((each, column) => cell(each, isWide ? (headings[column] ?? '') : null)).join('')}</tr>`,
	);
	const about = note === undefined ? '' : `<p>${markup(note)}</p>\n`;
	return `<h2>${markup(title)}</h2>\n${about}<div><table${isWide ? ' class="s"' : ''}>\n<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
}

/** A report as one HTML file that loads nothing and runs nothing. */
export function html(document: ReportDocument): string {
	const {sentence, bad, notes, tables} = document;
	const title = markup(document.title);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${css}</style>
</head>
<body>
<h1${bad ? ' class="b"' : ''}>${markup(sentence)}</h1>
${[document.title, ...notes].map(note => `<p>${markup(note)}</p>`).join('\n')}
${tables
	.filter(({rows}) => rows.length > 0)
	.map(table)
	.join('\n')}
</body>
</html>
`;
}
