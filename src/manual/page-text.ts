import {type Page, type Style, table} from '../report/text/layout.ts';
import {folded} from '../text/width.ts';
import type {Block, Text} from './blocks.ts';

/** Longer lines are hard to read. */
const most = 100;

/** How headings and code look; null where nothing may have a look, and code stands in backquotes. */
type Look = Style | null;

const quoted = (text: Text): string => text.map(span => (span.code ? `\`${span.text}\`` : span.text)).join('');
const bare = (text: Text): string => text.map(span => span.text).join('');

/** A paragraph in lines of so many columns. What is code is known by its backquotes until the lines are cut. */
function paragraph(text: Text, style: Look, columns: number): string[] {
	const lines = folded(quoted(text), columns);
	if (style === null) return lines;
	return lines
		.join('\n')
		.replaceAll(/`([^`]+)`/g, (_all, code: string) =>
			code
				.split('\n')
				.map(part => style('heading', part))
				.join('\n'),
		)
		.split('\n');
}

const setIn = (lines: readonly string[], by: number): string[] =>
	lines.map(line => (line === '' ? '' : ' '.repeat(by) + line));

function linesOf(block: Block, style: Look, columns: number): string[] {
	switch (block.kind) {
		case 'heading':
			return folded(bare(block.text), columns).map(line => style?.('heading', line) ?? line);
		case 'paragraph':
			return paragraph(block.text, style, columns);
		case 'code':
			return setIn(block.lines, 4);
		case 'table': {
			const written = style === null ? quoted : bare;
			return table(
				block.head.map(text => ({title: bare(text).toUpperCase(), room: 'fold' as const, least: 8})),
				block.rows.map(row => row.map(written)),
				{width: columns, whole: false},
			);
		}
		case 'list': {
			const apart = block.items.some(({blocks}) => blocks.length > 1) ? [''] : [];
			return block.items.flatMap(({mark, blocks}, index) => {
				const width = mark.length + 1;
				const [first = '', ...rest] = setIn(pageLines(blocks, style, columns - width), width);
				return [...(index === 0 ? [] : apart), `${mark} ${first.slice(width)}`, ...rest];
			});
		}
	}
}

/** Blocks with an empty line between them. */
function pageLines(blocks: readonly Block[], style: Look, columns: number): string[] {
	return blocks.flatMap((block, index) => [...(index === 0 ? [] : ['']), ...linesOf(block, style, columns)]);
}

/**
 * A page of help as a text: lines fold at the width of the page, headings are bold, all else is set in below them.
 */
export function pageText(blocks: readonly Block[], {width}: Page, style: Look): string {
	const columns = Math.min(width, most);
	const lines = blocks.flatMap((block, index) => {
		const isHeading = block.kind === 'heading';
		const inside = setIn(linesOf(block, style, columns - (isHeading ? 0 : 2)), isHeading ? 0 : 2);
		return index === 0 ? inside : ['', ...inside];
	});
	return `${lines.join('\n')}\n`;
}
