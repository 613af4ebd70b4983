import {plain} from '../../text/plain.ts';
import {characters, width as widthOf} from '../../text/width.ts';
import type {Look} from '../table-view.ts';
import type {EditLine} from '../typing/edit-line.ts';

/**
 * A line that is typed, with its cursor, in one row: a long one is shown around the cursor, and what is left out on either side
 * is shown as `…`.
 */
export function typedRow(prompt: string, {text, cursor}: EditLine, {theme}: Look, width: number): string {
	const before = characters(text.slice(0, cursor)).map(plain);
	const after = characters(text.slice(cursor)).map(plain);
	const at = after.shift() ?? ' ';
	let room = Math.max(4, width - widthOf(prompt) - 3) - widthOf(at);
	const left: string[] = [];
	const right: string[] = [];
	// Three parts of four stay before the cursor, or what the rest does not need.
	const needed = Math.min(Math.floor(room / 4), widthOf(after.join('')));
	while (before.length > 0 && widthOf(before.at(-1) ?? '') <= room - needed) {
		const next = before.pop() ?? '';
		left.unshift(next);
		room -= widthOf(next);
	}
	while (after.length > 0 && widthOf(after[0] ?? '') <= room) {
		const next = after.shift() ?? '';
		right.push(next);
		room -= widthOf(next);
	}
	const cutLeft = before.length > 0 ? '…' : '';
	const cutRight = after.length > 0 ? '…' : '';
	return `${prompt}${cutLeft}${left.join('')}${theme.paint('chosen', at)}${right.join('')}${cutRight}`;
}
