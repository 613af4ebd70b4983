import {lexer, type Token, type Tokens} from 'marked';

/** A stretch of text. `code` is what is typed or read to the letter. */
type Span = {readonly text: string; readonly code: boolean};
export type Text = readonly Span[];

/** A part of a page. Pages have no others. */
export type Block =
	| {readonly kind: 'heading'; readonly depth: number; readonly text: Text}
	| {readonly kind: 'paragraph'; readonly text: Text}
	| {readonly kind: 'code'; readonly lines: readonly string[]}
	| {readonly kind: 'list'; readonly items: ReadonlyArray<{readonly mark: string; readonly blocks: readonly Block[]}>}
	| {readonly kind: 'table'; readonly head: readonly Text[]; readonly rows: ReadonlyArray<readonly Text[]>};

function unknown({type, raw}: Token): never {
	throw new Error(
		`${JSON.stringify(raw.slice(0, 60))}: a ${type} is nothing that pages of help have; see src/manual/blocks.ts`,
	);
}

function spansOf(tokens: readonly Token[] = []): Text {
	return tokens.flatMap((token): Text => {
		switch (token.type) {
			case 'codespan':
				return [{text: token.text, code: true}];
			case 'text':
			case 'escape':
				return [{text: token.text.replaceAll('\n', ' '), code: false}];
			case 'strong':
			case 'em':
				return spansOf(token.tokens);
			case 'link': {
				const text = spansOf(token.tokens);
				// A path leads somewhere in the repository only.
				return /^https?:/.test(token.href) ? [...text, {text: ` (${token.href})`, code: false}] : text;
			}
			default:
				return unknown(token);
		}
	});
}

function blockOf(token: Token): Block[] {
	switch (token.type) {
		case 'space':
			return [];
		case 'heading':
			return [{kind: 'heading', depth: token.depth, text: spansOf(token.tokens)}];
		case 'paragraph':
		case 'text':
			return [{kind: 'paragraph', text: spansOf(token.tokens)}];
		case 'code':
			return [{kind: 'code', lines: token.text.trimEnd().split('\n')}];
		case 'list': {
			const {items, ordered, start} = token as Tokens.List;
			const mark = (index: number): string => (ordered ? `${Number(start) + index}.` : '-');
			return [
				{
					kind: 'list',
					items: items.map(({tokens}, index) => ({mark: mark(index), blocks: tokens.flatMap(blockOf)})),
				},
			];
		}
		case 'table': {
			const {header, rows} = token as Tokens.Table;
			const cells = (row: readonly Tokens.TableCell[]): Text[] => row.map(({tokens}) => spansOf(tokens));
			return [{kind: 'table', head: cells(header), rows: rows.map(cells)}];
		}
		default:
			return unknown(token);
	}
}

/** The parts of a page that is written in Markdown. Throws where the page has what pages of help do not have. */
export function blocksOf(markdown: string): Block[] {
	return lexer(markdown).flatMap(blockOf);
}

/** The blocks below a heading, up to the next one that is not below it; none where there is no such heading. */
export function sectionOf(blocks: readonly Block[], title: string): readonly Block[] {
	const isHeading = (block: Block, most = 6): block is Extract<Block, {kind: 'heading'}> =>
		block.kind === 'heading' && block.depth <= most;
	const at = blocks.findIndex(block => isHeading(block) && block.text.map(({text}) => text).join('') === title);
	const heading = blocks[at];
	if (heading?.kind !== 'heading') return [];
	const below = blocks.slice(at + 1);
	const end = below.findIndex(block => isHeading(block, heading.depth));
	return end === -1 ? below : below.slice(0, end);
}
