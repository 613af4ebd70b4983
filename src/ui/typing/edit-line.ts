import {characters} from '../../text/width.ts';
import type {Command} from '../keymap.ts';

/** A line of text while it is typed; `cursor` stands before the character at that index, never inside of one. */
export type EditLine = {readonly text: string; readonly cursor: number};

/** Longer ones mean nothing and cost time with every key. */
const mostTyped = 2000;

export const emptyLine: EditLine = {text: '', cursor: 0};

/** A text with the cursor behind it. */
export const lineOf = (text: string): EditLine => ({text, cursor: text.length});

/** The end of the character that an index is in, as two that meet may become one: a letter and a mark. */
function settled(text: string, cursor: number): number {
	let end = 0;
	for (const character of characters(text)) {
		if (end >= cursor) break;
		end += character.length;
	}
	return end;
}

const between = (text: string, cursor: number): EditLine => ({text, cursor: settled(text, cursor)});

/** The line with a text put in where the cursor is. */
export function typed({text, cursor}: EditLine, more: string): EditLine {
	const kept = more.slice(0, Math.max(0, mostTyped - text.length));
	return between(text.slice(0, cursor) + kept + text.slice(cursor), cursor + kept.length);
}

/** The line with a part of it replaced, the cursor behind what came. */
export function replaced({text}: EditLine, from: number, to: number, by: string): EditLine {
	return between(text.slice(0, from) + by + text.slice(to), from + by.length);
}

/** Where a word before the cursor begins, with the blanks behind it. */
const wordBefore = ({text, cursor}: EditLine): number => text.slice(0, cursor).search(/\S*\s*$/);

/** What a key of an editor does to the line, as readline(3) does it in emacs mode; null for commands that are none. */
export function edited(line: EditLine, command: Command): EditLine | null {
	const {text, cursor} = line;
	switch (command) {
		case 'cursor-left':
			return {text, cursor: cursor - (characters(text.slice(0, cursor)).at(-1)?.length ?? 0)};
		case 'cursor-right':
			return {text, cursor: cursor + (characters(text.slice(cursor))[0]?.length ?? 0)};
		case 'cursor-start':
			return {text, cursor: 0};
		case 'cursor-end':
			return lineOf(text);
		case 'erase': {
			const start = edited(line, 'cursor-left')?.cursor ?? 0;
			return replaced(line, start, cursor, '');
		}
		case 'erase-next': {
			const end = edited(line, 'cursor-right')?.cursor ?? cursor;
			return replaced(line, cursor, end, '');
		}
		case 'erase-word':
			return replaced(line, wordBefore(line), cursor, '');
		case 'erase-start':
			return replaced(line, 0, cursor, '');
		case 'erase-end':
			return replaced(line, cursor, text.length, '');
		default:
			return null;
	}
}
