import type {Summary} from '../summary.ts';
import {judgedBy, verdictSentence} from '../text/sentences.ts';
import {markup} from './markup.ts';
import {periodText, type ReportTable, reportTables, type TableCell} from './report-tables.ts';

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
@page { size: A4 landscape; margin: 1cm; }
@media print {
	body { margin: 0; max-width: none; }
	div { overflow: visible; }
	table { font-size: .7rem; }
	th, td { padding: .2rem .4rem; white-space: normal; }
	.l { overflow-wrap: anywhere; }
	tr { break-inside: avoid; }
	h2 { break-after: avoid; }
}
`;

function cell({text, log, number, bad, whole}: TableCell): string {
	const classes = [...(number ? ['n'] : []), ...(log ? ['l'] : []), ...(bad ? ['b'] : []), ...(whole ? ['w'] : [])];
	const attribute = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
	return `<td${attribute}>${markup(text)}</td>`;
}

function table({title, headings, rows}: ReportTable): string {
	const heads = headings.map(
		(name, column) => `<th scope="col"${rows[0]?.[column]?.number ? ' class="n"' : ''}>${markup(name)}</th>`,
	);
	const body = rows.map(row => `<tr>${row.map(cell).join('')}</tr>`);
	return `<h2>${markup(title)}</h2>\n<div><table>\n<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table></div>`;
}

/** The summary report as one HTML file that loads nothing and runs nothing. */
export function reportHtml(summary: Summary): string {
	const title = markup(`TLS of the mail: policy ${judgedBy(summary.policy, summary.at)}`);
	const mark = summary.verdict === 'pass' ? '' : ' class="b"';
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
<h1>${title}</h1>
<p${mark}>${markup(verdictSentence(summary))}</p>
<p>${markup(periodText(summary))}</p>
${reportTables(summary).map(table).join('\n')}
</body>
</html>
`;
}
