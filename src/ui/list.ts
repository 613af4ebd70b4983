import {fitted} from '../text/width.ts';
import {fitColumns} from './layout.ts';
import type {Look, Sheet} from './sheet.ts';

type ListParts = {
	readonly sheet: Sheet;
	readonly selected: number;
	readonly top: number;
	readonly height: number;
	readonly width: number;
	readonly look: Look;
};

/** A list as rows of text: its header, then the rows that fit. */
export function listLines({sheet, selected, top, height, width, look}: ListParts): string[] {
	const {theme} = look;
	// The pointer and a blank stand before the first column.
	const fitting = fitColumns(sheet.columns, width - 3);
	const places = fitting.map(({column, width: room}) => ({column, room, index: sheet.columns.indexOf(column)}));
	const header = places.map(({column, room}) => {
		if (sheet.order !== column.id) return fitted(column.title, room, column.right);
		const arrow = sheet.descending ? theme.glyphs.down : theme.glyphs.up;
		const title = column.title.slice(0, Math.max(0, room - 1));
		return theme.paint('strong', fitted(column.right === true ? arrow + title : title + arrow, room, column.right));
	});
	const lines = [theme.paint('dim', `  ${header.join(' ')}`)];
	if (sheet.total === 0) return [...lines, '', `  ${sheet.empty}`];
	for (let index = top; index < Math.min(top + height, sheet.total); index += 1) {
		const chosen = index === selected;
		const cells = places.map(({index: column, room}) => sheet.draw(index, column, room, look));
		const row = `${chosen ? theme.glyphs.pointer : ' '} ${cells.join(' ')}`;
		lines.push(chosen ? theme.paint('chosen', row) : row);
	}
	return lines;
}
