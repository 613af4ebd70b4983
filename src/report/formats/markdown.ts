import {plain} from '../../text/plain.ts';
import type {ReportDocument, TableCell} from './document.ts';

/**
 * A cell of a GitHub table. Text of a log is in a code span, where neither links, images nor HTML are read, nor a backslash
 * but before a bar: a bar ends a cell even there, a backtick the span.
 */
function cell({text, log, bad}: TableCell): string {
	// A backslash before a bar would take the bar's own away.
	const safe = plain(text)
		.replaceAll(log ? /\\(?=\\*\|)/g : '\\', '\uFFFD')
		.replaceAll('|', '\\|')
		.trim();
	if (safe === '') return '';
	if (log) return `\`${safe.replaceAll('`', "'")}\``;
	return bad ? `**${safe}**` : safe;
}

/** Words of a heading or a sentence, which a policy file may have given. */
const heading = (text: string): string => plain(text).replaceAll(/[\\`*_[\]<>#|&~!]/g, '\\$&');

/** A report as Markdown with the tables of GitHub. */
export function markdown({title, sentence, facts, notes, tables}: ReportDocument): string {
	const about = facts.map(([name, words]) => `${name}: ${words}`);
	const parts = [`# ${heading(sentence)}`, heading(title), ...[...about, ...notes].map(heading)];
	for (const {title: name, note, headings, rows} of tables) {
		if (rows.length === 0) continue;
		const marks = headings.map((_, column) => (rows[0]?.[column]?.number ? '---:' : '---'));
		const lines = [headings, marks, ...rows.map(row => row.map(cell))].map(cells => `| ${cells.join(' | ')} |`);
		parts.push(`## ${heading(name)}`, ...(note === undefined ? [] : [heading(note)]), lines.join('\n'));
	}
	return `${parts.join('\n\n')}\n`;
}
