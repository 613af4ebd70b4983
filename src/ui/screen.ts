import {type Command, commandFor} from './keymap.ts';
import {type Layout, layoutOf, type Size, topFor} from './layout.ts';
import type {Page} from './pages.ts';
import type {Poller, Snapshot} from './poller.ts';
import {queryOf, type ViewResult} from './query.ts';
import {type Context, current, type Event, initialState, reduce, type State} from './state.ts';
import {createTableView, type Look, type TableView} from './table-view.ts';
import {changeNoteRows, changeTable} from './views/change.ts';
import {cipherTable} from './views/ciphers.ts';
import {coverageLines, exampleTable} from './views/coverage.ts';
import {failureNoteRows} from './views/detail-pane.ts';
import {failureTable} from './views/failures.ts';
import {hopTable} from './views/hops.ts';
import {peerTable} from './views/peers.ts';
import {sessionTable} from './views/sessions.ts';
import {textOf} from './views/text.ts';
import {violationTable} from './views/violations.ts';
import {whatIfTable} from './views/what-if.ts';

/** Everything a frame is drawn from. */
export type Frame = {
	readonly state: State;
	readonly snapshot: Snapshot;
	readonly size: Size;
	/** Null when the window is too small. */
	readonly layout: Layout | null;
	/** The rows of the page, null while they are not there and for pages of text. */
	readonly table: TableView | null;
	/** All lines of a page of text, painted. */
	readonly text: readonly string[] | null;
	/** Chosen row and first row shown. */
	readonly selected: number;
	readonly top: number;
	/** Rows of the list (lines of the text) that fit. */
	readonly height: number;
};

/** What a key asks of the world outside the screen. */
export type Effects = {
	readonly quit: () => void;
	readonly interrupt: () => void;
	readonly suspend: () => void;
	readonly redraw: () => void;
	readonly copy: () => void;
	readonly save: (format: 'csv' | 'json') => void;
};

/** The screen without its drawing: state, what it wants to know, and keys. An external store for React. */
export type Screen = {
	readonly subscribe: (listener: () => void) => () => void;
	readonly get: () => Frame;
	/** A key by its name. */
	readonly press: (key: string) => void;
	readonly resize: (size: Size) => void;
	readonly send: (event: Event) => void;
	readonly dispose: () => void;
};

/** Rows of a list that fit below whatever else a view shows. */
function listHeight({
	view,
	layout,
	rows,
	above,
}: {
	view: string;
	layout: Layout;
	rows: number;
	/** Rows that a view writes above its list. */
	above: number;
}): number {
	const header = 1;
	switch (view) {
		case 'overview':
			// Traffic (5 rows) and news (at least 4) always have their place below the hops.
			return Math.max(3, Math.min(rows, layout.body - header - 10));
		case 'violations':
			return layout.body - header - 5;
		case 'failures':
			return Math.max(3, layout.body - header - failureNoteRows);
		case 'change':
			return layout.body - header - changeNoteRows;
		case 'coverage':
			return Math.max(3, layout.body - header - Math.max(9, above + 1));
		case 'session':
		case 'raw':
			return layout.body;
		default:
			return layout.body - header;
	}
}

/** Rows that the coverage takes above its examples. */
function aboveList(result: ViewResult | null, look: Look, {width}: Layout): number {
	return result?.view === 'coverage' ? coverageLines(result.coverage, look, width).length : 0;
}

/** Where the raw lines of a session begin, with a few before them. */
function ownLines(result: ViewResult | null, {row}: Page): number {
	if (result?.view !== 'raw' || typeof row?.first_line !== 'number') return 0;
	return Math.max(0, row.first_line - result.raw.from - 3);
}

function nextViolation(table: TableView | null, selected: number): number | null {
	if (table === null) return null;
	const {from, length} = table.loaded;
	for (let step = 1; step <= length; step += 1) {
		const index = from + ((selected - from + step + length) % length);
		if (table.violates(index)) return index;
	}
	return null;
}

/** The frame of a state: the result that belongs to its page, laid out in the window. */
function frameOf(state: State, snapshot: Snapshot, size: Size, look: Look): Frame {
	const layout = layoutOf(size);
	const page = current(state);
	const isOfView = snapshot.result !== null && snapshot.result.view === page.view && snapshot.query !== null;
	const wanted = layout === null ? null : queryOf(state, layout);
	const result = isOfView && snapshot.query?.page === wanted?.page ? snapshot.result : null;
	const table = result === null ? null : tableViewOf(result, page);
	const isText = page.view === 'session' || page.view === 'raw';
	const text = isText && result !== null && layout !== null ? textOf(result, page, look, layout.width) : null;
	const total = isText ? (text?.length ?? 0) : (table?.total ?? 0);
	const height =
		layout === null ? 1 : listHeight({view: page.view, layout, rows: total, above: aboveList(result, look, layout)});
	let selected = Math.min(page.selected, Math.max(0, total - 1));
	// The choice stays on its row while rows come and go; at the very top it stays at the top.
	if (page.selectedKey !== null && page.selected > 0) {
		const found = table?.indexOf(page.selectedKey) ?? -1;
		if (found !== -1) selected = found;
	}
	const top = isText
		? Math.max(0, Math.min(page.top === -1 ? ownLines(result, page) : page.top, total - height))
		: topFor(selected, page.top, height, total);
	const shown = result === null ? {...snapshot, result: null} : snapshot;
	return {state, snapshot: shown, size, layout, table, text, selected, top, height};
}

/** What a command may ask of the frame it was given on. */
function contextOf({state, layout, table, text, selected, top, height}: Frame): Context {
	const page = current(state);
	const rawLines = {
		view: 'raw',
		title: 'raw lines',
		top: -1,
		scope: [],
		row: page.row,
		siblings: page.siblings,
		selected: page.selected,
	} as const;
	return {
		selected,
		top,
		height: state.mode === 'help' ? (layout?.body ?? 1) : height,
		total: text?.length ?? table?.total ?? 0,
		keyAt: index => table?.keyAt(index) ?? null,
		opens: page.view === 'session' ? rawLines : (table?.opens(selected) ?? null),
		orders: table?.orders ?? [],
		order: table?.order ?? null,
		descends: order => table?.columns.find(({id}) => id === order)?.ascends !== true,
		nextViolation: nextViolation(table, selected),
		stricterRule: table?.stricterRule(selected) ?? null,
	};
}

/** Makes the screen; it asks the poller for what its page shows and calls its listeners on every change. */
export function createScreen(poller: Poller, firstSize: Size, effects: Effects, look: Look): Screen {
	const listeners = new Set<() => void>();
	let state = initialState();
	let size = firstSize;
	let frame = frameOf(state, poller.get(), size, look);

	function changed(): void {
		frame = frameOf(state, poller.get(), size, look);
		for (const listener of listeners) listener();
	}

	function send(event: Event): void {
		state = reduce(state, event);
		poller.pause(state.paused);
		const layout = layoutOf(size);
		poller.want(layout === null ? null : queryOf(state, layout));
		changed();
	}

	const outside: Partial<Record<Command, () => void>> = {
		quit: effects.quit,
		interrupt: effects.interrupt,
		suspend: effects.suspend,
		redraw: effects.redraw,
		copy: effects.copy,
		'export-csv': () => effects.save('csv'),
		'export-json': () => effects.save('json'),
	};

	const unsubscribe = poller.subscribe(changed);
	send({type: 'type', text: ''});
	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		get: () => frame,
		send,
		resize(next) {
			size = next;
			send({type: 'type', text: ''});
		},
		press(key) {
			const command = commandFor(state.mode, key);
			if (command === undefined) {
				if (state.mode === 'filter' && [...key].length === 1) send({type: 'type', text: key});
				return;
			}
			send({type: 'command', command, context: contextOf(frame)});
			outside[command]?.();
		},
		dispose: unsubscribe,
	};
}

/** The rows of a page as a table view; null for pages of text. */
function tableViewOf(result: ViewResult, page: Page): TableView | null {
	const {order, descending} = page;
	const sorting = {order, descending};
	switch (result.view) {
		case 'overview':
			return createTableView(hopTable, {rows: result.overview.rows, ...sorting});
		case 'violations':
			return createTableView(violationTable, {rows: result.rows, ...sorting});
		case 'peers':
			return createTableView(peerTable(page.group, page.scope), {...result, ...sorting, sort: false});
		case 'ciphers': {
			const whole = result.rows.reduce((sum, {sessions}) => sum + sessions, 0);
			return createTableView(cipherTable(whole), {rows: result.rows, ...sorting});
		}
		case 'failures':
			return createTableView(failureTable, {rows: result.rows, ...sorting});
		case 'what-if':
			return createTableView(whatIfTable(page.marks), {rows: result.rows, ...sorting});
		case 'sessions':
			return createTableView(sessionTable(result.rows), {...result, ...sorting, sort: false});
		case 'change':
			return createTableView(changeTable(result.change, page.scope), {rows: result.change.rows, ...sorting});
		case 'coverage':
			return createTableView(exampleTable, {rows: result.coverage.examples, ...sorting});
		default:
			return null;
	}
}
