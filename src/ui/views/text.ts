import type {ListedSession} from '../../model/sessions.ts';
import {plain} from '../../text/plain.ts';
import {folded} from '../../text/width.ts';
import type {Page} from '../pages.ts';
import type {ViewResult} from '../query.ts';
import type {RawLines} from '../screen-data.ts';
import type {Look} from '../table-view.ts';
import {detailRows} from './detail-rows.ts';
import {text} from './sessions.ts';

const labelWidth = 13;

/** The lines of a page of text, as many as there are; null when the result is of another kind. */
export function textOf(result: ViewResult, page: Page, look: Look, width: number): string[] | null {
	const {row} = page;
	if (row === null) return null;
	const {theme} = look;
	if (result.view === 'raw') {
		const {problem} = result.raw;
		if (problem !== null) return folded(plain(problem), width - 2).map(line => `  ${line}`);
		return rawText(result.raw, row, look, page.shift);
	}
	if (result.view !== 'session') return null;
	const lines: string[] = [];
	for (const {label, value, tone = 'plain'} of detailRows(row, result.findings, result.remedy, look.moments))
		folded(plain(value), width - labelWidth - 2).forEach((part, index) => {
			const heading = (index === 0 ? label : '').padEnd(labelWidth);
			lines.push(`  ${theme.paint('dim', heading)}${theme.paint(tone, part)}`);
		});
	lines.push(theme.paint('dim', ` ${theme.glyphs.rule.repeat(2)} raw lines ${theme.glyphs.rule.repeat(width - 15)}`));
	const {raw} = result;
	if (raw.problem === null) lines.push(...rawText(raw, row, look, page.shift));
	else lines.push(...folded(plain(raw.problem), width - 2).map(line => `  ${line}`));
	return lines;
}

/** A raw line: within the session's own lines, and by the process that logged the session. */
type Kind = 'own' | 'between' | 'around';

/** The pid in brackets and the tag before it: `postfix/smtpd[2101]:`, as every syslog form writes it. */
function isOfProcess(line: string, row: ListedSession): boolean {
	const {tag, pid} = row;
	if (typeof pid === 'number')
		return line.includes(`[${pid}]`) || line.includes(`"${pid}"`) || line.includes(` ${pid} `);
	return typeof tag === 'string' && line.includes(tag);
}

function kindOf(line: string, number: number, row: ListedSession): Kind {
	const first = typeof row.first_line === 'number' ? row.first_line : 0;
	const last = typeof row.last_line === 'number' ? row.last_line : first;
	if (number < first || number > last) return 'around';
	// A session in one line, and example lines, have no process to compare with.
	const alone = first === last || (row.pid === null && text(row.tag) === null);
	return alone || isOfProcess(line, row) ? 'own' : 'between';
}

/** Raw lines as text: the session's own marked, those of other processes and around it dimmed. */
function rawText(raw: RawLines, row: ListedSession, look: Look, shift: number): string[] {
	const {theme} = look;
	const digits = String(raw.from + raw.lines.length).length;
	return raw.lines.map((line, index) => {
		const number = raw.from + index;
		const kind = kindOf(line, number, row);
		const mark = kind === 'own' ? theme.paint('accent', theme.glyphs.pointer) : ' ';
		const body = `${String(number).padStart(digits)} ${plain(line).slice(shift)}`;
		return `${mark} ${kind === 'own' ? body : theme.paint('dim', body)}`;
	});
}
