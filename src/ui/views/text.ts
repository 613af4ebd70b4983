import {plain} from '../../text/plain.ts';
import {folded, shortened, width as widthOf} from '../../text/width.ts';
import type {Page} from '../pages.ts';
import type {ViewResult} from '../query.ts';
import type {RawLine, RawLines} from '../screen-data.ts';
import type {Look} from '../table-view.ts';
import {detailRows} from './detail-rows.ts';
import {type RawShape, rawRows, rawTitle, shownLines} from './raw-lines.ts';

const labelWidth = 13;
/** Rows left above the session's own lines where others are shown around them. */
const before = 3;

/** A page of text. */
export type TextPage = {
	readonly lines: readonly string[];
	/** The row that the page begins with until it is scrolled. */
	readonly own: number;
	/** The raw lines on it. */
	readonly raw: readonly RawLine[];
};

function heading(title: string, {theme}: Look, width: number): string {
	const {rule} = theme.glyphs;
	const kept = shortened(title, width - 6);
	return theme.paint('dim', ` ${rule.repeat(2)} ${kept} ${rule.repeat(Math.max(0, width - 6 - widthOf(kept)))}`);
}

/** The lines of a page of text, as many as there are; null when the result is of another kind. */
export function textOf(
	result: ViewResult,
	page: Page,
	{wrap, others}: Pick<RawShape, 'wrap' | 'others'>,
	look: Look,
	width: number,
): TextPage | null {
	const {row} = page;
	if (row === null || (result.view !== 'raw' && result.view !== 'session')) return null;
	const shape = {wrap, others, shift: page.shift};
	const raw: RawLines = result.raw;
	const shown = rawRows(raw, row, shape, look, width);
	const lines: string[] = [];
	if (result.view === 'session')
		for (const {label, value, tone = 'plain'} of detailRows(row, result.findings, result.remedy, look.moments))
			folded(plain(value), width - labelWidth - 2).forEach((part, index) => {
				const word = (index === 0 ? label : '').padEnd(labelWidth);
				lines.push(`  ${look.theme.paint('dim', word)}${look.theme.paint(tone, part)}`);
			});
	lines.push(heading(rawTitle(raw, shape), look, width));
	const own = result.view === 'session' ? 0 : Math.max(0, lines.length + shown.own - before);
	return {lines: [...lines, ...shown.rows], own, raw: shownLines(raw, shape)};
}
