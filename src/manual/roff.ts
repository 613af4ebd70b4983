import {folded} from '../text/width.ts';
import type {Block, Text} from './blocks.ts';

/** Requests and lines of text of a page of the manual, in the macros of man(7). */
export type Roff = readonly string[];

/** Lines of the source are kept short, as mandoc(1) asks (`-T lint`). */
const sourceWidth = 72;

/** Text as it is: no escape, no minus that becomes a hyphen, no character that is not ASCII (groff_char(7)). */
function literal(text: string): string {
	return text
		.replaceAll('\\', '\\e')
		.replaceAll('-', '\\-')
		.replaceAll(/[^\u0020-\u007E]/gu, character => {
			const code = character.codePointAt(0) ?? 0xfffd;
			return `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`;
		});
}

const bold = (text: string): string => `\\fB${text}\\fR`;

/** A line that begins with a dot or a quote would be a request. */
const guarded = (line: string): string => (/^[.']/.test(line) ? `\\&${line}` : line);

/** A text as lines; code is bold. */
function sentences(text: Text): Roff {
	const whole = text.map(span => (span.code ? bold(literal(span.text)) : literal(span.text))).join('');
	return folded(whole.replaceAll(/ +/g, ' ').trim(), sourceWidth).map(guarded);
}

export const said = (text: string): Text => [{text, code: false}];

export const heading = (title: string): Roff => [`.SH "${literal(title).replaceAll('"', '\\(dq').toUpperCase()}"`];
export const subheading = (title: string): Roff => [`.SS "${literal(title).replaceAll('"', '\\(dq')}"`];
export const paragraph = (text: Text): Roff => ['.PP', ...sentences(text)];
/** A word in bold, and what it is, set in below it. */
export const tagged = (tag: string, text: Text): Roff => ['.TP', guarded(bold(literal(tag))), ...sentences(text)];

export function code(lines: readonly string[]): Roff {
	return ['.PP', '.RS 4', '.EX', ...lines.map(line => guarded(literal(line))), '.EE', '.RE'];
}

/** A row of a table: its first cell, and the others below it behind their titles, which two columns need not. */
function row(head: readonly Text[], [first = [], ...others]: readonly Text[]): Roff {
	const cells = others.flatMap((cell, index): Text => {
		if (cell.length === 0) return [];
		const title = others.length > 1 ? [...(head[index + 1] ?? []), ...said(': ')] : [];
		return [...(index === 0 ? [] : said('; ')), ...title, ...cell];
	});
	return ['.TP', ...sentences(first.map(span => ({...span, code: true}))).slice(0, 1), ...sentences(cells)];
}

function blockRoff(block: Block): Roff {
	switch (block.kind) {
		case 'heading': {
			const title = block.text.map(({text}) => text).join('');
			return block.depth <= 2 ? heading(title) : subheading(title);
		}
		case 'paragraph':
			return paragraph(block.text);
		case 'code':
			return code(block.lines);
		case 'table':
			return block.rows.flatMap(cells => row(block.head, cells));
		case 'list':
			return block.items.flatMap(({mark, blocks}) => {
				const [first, ...rest] = blocks;
				const text = first?.kind === 'paragraph' ? sentences(first.text) : [];
				const below = blocksRoff(first?.kind === 'paragraph' ? rest : blocks);
				const inside = below.length === 0 ? [] : ['.RS 3', ...below.slice(below[0] === '.PP' ? 1 : 0), '.RE'];
				return [`.IP "${mark === '-' ? '\\(bu' : mark}" 3`, ...text, ...inside];
			});
	}
}

/** Blocks of a page as roff. A heading begins a section, so that no paragraph has to. */
export function blocksRoff(blocks: readonly Block[]): Roff {
	return page(blocks.map(blockRoff));
}

/** Parts joined; a paragraph that a heading begins needs no macro of its own. */
export function page(parts: ReadonlyArray<Roff>): Roff {
	const lines = parts.flat();
	return lines.filter((line, index) => line !== '.PP' || !/^\.(?:SH|SS) /.test(lines[index - 1] ?? ''));
}

/** The head of a page: its name, section, the day it was made, and what it is (man(7), `TH`). */
export function title(name: string, section: number, day: string, version: string, about: string): Roff {
	const shown = name.toUpperCase();
	return [
		`.TH "${literal(shown)}" "${section}" "${day}" "tlsaudit ${literal(version)}" "tlsaudit"`,
		...heading('name'),
		...folded(`${literal(name)} \\- ${literal(about)}`, sourceWidth),
	];
}
