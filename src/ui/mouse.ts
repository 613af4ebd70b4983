import {tabsOf, tabWidth} from './header.ts';
import {headRows, type Layout} from './layout.ts';
import type {Pointed, State} from './state.ts';
import type {TableView} from './table-view.ts';

/** Where the mouse was pressed, counted from 0. */
export type Place = {readonly column: number; readonly row: number};

/** What is on the screen, as far as it can be pointed at. */
type Shown = {
	readonly state: State;
	readonly layout: Layout | null;
	readonly table: TableView | null;
	/** First row of the list on the screen, and how many fit. */
	readonly top: number;
	readonly height: number;
};

/** What lies at a place of a frame; null where nothing can be chosen. */
export function pointedAt({state, layout, table, top, height}: Shown, {column, row}: Place): Pointed {
	if (layout === null || (state.mode !== 'list' && state.mode !== 'text')) return null;
	if (row === 1) {
		const tab = tabsOf(state, layout.width).find(each => column >= each.from && column < each.from + tabWidth(each));
		return tab === undefined ? null : {kind: 'tab', view: tab.view};
	}
	if (table === null) return null;
	// The page of lines has its list at the bottom, all others at the top; the first row is that of titles.
	const isBelow = state.pages.at(-1)?.view === 'coverage';
	const first = headRows + (isBelow ? layout.body - height : 1);
	const index = top + row - first;
	return row >= first && row < first + height && index < table.total ? {kind: 'row', index} : null;
}
