import {plain} from '../../text/plain.ts';
import {folded} from '../../text/width.ts';
import type {Page} from '../pages.ts';
import type {Answer} from '../question.ts';
import type {Look} from '../sheet.ts';
import {detailRows} from './detail-rows.ts';
import {rawText} from './raw-text.ts';

const labelWidth = 13;

/** The lines of a page of text, as many as there are; null when the answer is of another kind. */
export function textOf(answer: Answer, page: Page, look: Look, width: number): string[] | null {
	const {row} = page;
	if (row === null) return null;
	const {theme} = look;
	if (answer.view === 'raw') {
		const {problem} = answer.raw;
		if (problem !== null) return folded(plain(problem), width - 2).map(line => `  ${line}`);
		return rawText(answer.raw, row, look, page.shift);
	}
	if (answer.view !== 'session') return null;
	const lines: string[] = [];
	for (const {label, value, tone = 'plain'} of detailRows(row, answer.findings, look.moments))
		folded(plain(value), width - labelWidth - 2).forEach((part, index) => {
			const heading = (index === 0 ? label : '').padEnd(labelWidth);
			lines.push(`  ${theme.paint('dim', heading)}${theme.paint(tone, part)}`);
		});
	lines.push(theme.paint('dim', ` ${theme.glyphs.rule.repeat(2)} raw lines ${theme.glyphs.rule.repeat(width - 15)}`));
	const {raw} = answer;
	if (raw.problem === null) lines.push(...rawText(raw, row, look, page.shift));
	else lines.push(...folded(plain(raw.problem), width - 2).map(line => `  ${line}`));
	return lines;
}
