import {createHash} from 'node:crypto';
import {utcMinute} from '../../text/time.ts';
import type {DocumentTable, ReportDocument} from '../formats/document.ts';
import {markup} from '../formats/markup.ts';
import {figure} from './chart.ts';
import {script} from './script.ts';
import {style} from './style.ts';
import {section} from './table.ts';

/** What made a page, and when, ms since 1970 UTC. */
export type Made = {readonly version: string; readonly now: number};

/** What a policy of content allows by its very bytes (CSP level 3, section 2.3.1). */
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
	"default-src 'none'",
	`style-src ${hashOf(style)}`,
	`script-src ${hashOf(script)}`,
	"base-uri 'none'",
	"form-action 'none'",
].join('; ');

function head({sentence, tone, title, facts, notes, figures}: ReportDocument, {version, now}: Made): string {
	const about = [...facts, ['Made', `${utcMinute(now)} UTC by tlsaudit ${version}`] as const];
	const numbers = figures.map(
		({name, value, note, bad}) =>
			`<li${bad ? ' class="bad"' : ''}>${markup(name)}<b>${markup(value)}</b>${markup(note)}</li>`,
	);
	return `<header>
<p>${markup(title)}</p>
<h1 class="${tone}">${markup(sentence)}</h1>
<dl class="facts">${about.map(([name, words]) => `<div><dt>${markup(name)}</dt><dd>${markup(words)}</dd></div>`).join('')}</dl>
${notes.map(note => `<p>${markup(note)}</p>`).join('\n')}
${numbers.length === 0 ? '' : `<ul class="figures">${numbers.join('')}</ul>`}
</header>`;
}

function contents(tables: readonly DocumentTable[], anchorOf: (index: number) => string): string {
	const links = tables.map(({title}, index) => `<li><a href="#${anchorOf(index)}">${markup(title)}</a></li>`);
	return links.length === 0 ? '' : `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`;
}

/**
 * A report as one file of HTML, which loads nothing: its only style and its only script are allowed by their hashes, everything
 * else is refused by a policy (Content Security Policy, by `meta`). It is read without the script, too.
 */
export function html(document: ReportDocument, made: Made): string {
	const tables = document.tables.filter(({rows, inDetails}) => rows.length > 0 && inDetails !== true);
	const anchorOf = (index: number): string => `table-${index + 1}`;
	const charts = document.charts.map((chart, index) => figure(chart, `chart-${index + 1}`));
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="tlsaudit ${markup(made.version)}">
<title>${markup(document.title)}</title>
<style>${style}</style>
</head>
<body>
${head(document, made)}
${contents(tables, anchorOf)}
<main>
${charts.length === 0 ? '' : `<section class="charts" aria-label="Charts">\n${charts.join('\n')}\n</section>`}
${tables.map((table, index) => section(table, anchorOf(index))).join('\n')}
</main>
<script>${script}</script>
</body>
</html>
`;
}
