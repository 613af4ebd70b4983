import {plain} from '../../text/plain.ts';
import type {Summary} from '../summary.ts';
import {judgedBy, verdictSentence} from '../text/sentences.ts';
import {periodText, reportTables, type TableCell} from './report-tables.ts';

/**
 * A cell of a GitHub table. Text of a log is in a code span, where neither links, images nor HTML are read; a bar ends a
 * cell even there, a backtick the span.
 */
function cell({text, log, bad}: TableCell): string {
	// A backslash before a bar would take the bar's own away.
	const safe = plain(text).replaceAll('\\', '\uFFFD').replaceAll('|', '\\|').trim();
	if (safe === '') return '';
	if (log) return `\`${safe.replaceAll('`', "'")}\``;
	return bad ? `**${safe}**` : safe;
}

/** Words of a heading, which a policy file may have given. */
const heading = (text: string): string => plain(text).replaceAll(/[\\`*_[\]<>#|&~!]/g, '\\$&');

/** The summary report as Markdown. */
export function reportMarkdown(summary: Summary): string {
	const parts = [`# TLS of the mail: policy ${heading(judgedBy(summary.policy, summary.at))}`];
	parts.push(heading(verdictSentence(summary)));
	const when = periodText(summary);
	if (when !== '') parts.push(when);
	if (summary.hops.length === 0) parts.push('No sessions found.');
	for (const {title, headings, rows} of reportTables(summary)) {
		const marks = headings.map((_, column) => (rows[0]?.[column]?.number ? '---:' : '---'));
		const lines = [headings, marks, ...rows.map(row => row.map(cell))].map(cells => `| ${cells.join(' | ')} |`);
		parts.push(`## ${heading(title)}\n\n${lines.join('\n')}`);
	}
	return `${parts.join('\n\n')}\n`;
}
