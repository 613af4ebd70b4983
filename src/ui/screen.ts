import type {Feed, Snapshot} from './feed.ts';
import {type Command, commandFor} from './keymap.ts';
import {type Layout, layoutOf, type Size, topFor} from './layout.ts';
import type {Page} from './pages.ts';
import {type Answer, questionOf} from './question.ts';
import {type Context, current, type Event, initialState, reduce, type State} from './state.ts';
import {createTableView, type Look, type TableView} from './table-view.ts';
import {cipherTable, failureTable} from './views/ciphers.ts';
import {accountLines, exampleTable} from './views/coverage.ts';
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
			return layout.body - header - 2;
		case 'coverage':
			return Math.max(3, layout.body - header - Math.max(9, above + 1));
		case 'session':
		case 'raw':
			return layout.body;
		default:
			return layout.body - header;
	}
}

/** Rows that the account of the lines takes above its examples. */
function aboveList(answer: Answer | null, look: Look, {width}: Layout): number {
	return answer?.view === 'coverage' ? accountLines(answer.coverage, look, width).length : 0;
}

/** Where the raw lines of a session begin, with a few before them. */
function ownLines(answer: Answer | null, {row}: Page): number {
	if (answer?.view !== 'raw' || typeof row?.first_line !== 'number') return 0;
	return Math.max(0, row.first_line - answer.raw.from - 3);
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

/** The frame of a state: the answer that belongs to its page, laid out in the window. */
function frameOf(state: State, snapshot: Snapshot, size: Size, look: Look): Frame {
	const layout = layoutOf(size);
	const page = current(state);
	const isOfView = snapshot.answer !== null && snapshot.answer.view === page.view && snapshot.question !== null;
	const wanted = layout === null ? null : questionOf(state, layout);
	const answer = isOfView && snapshot.question?.page === wanted?.page ? snapshot.answer : null;
	const table = answer === null ? null : tableViewOf(answer, page);
	const isText = page.view === 'session' || page.view === 'raw';
	const text = isText && answer !== null && layout !== null ? textOf(answer, page, look, layout.width) : null;
	const total = isText ? (text?.length ?? 0) : (table?.total ?? 0);
	const height =
		layout === null ? 1 : listHeight({view: page.view, layout, rows: total, above: aboveList(answer, look, layout)});
	let selected = Math.min(page.selected, Math.max(0, total - 1));
	// The choice stays on its row while rows come and go; at the very top it stays at the top.
	if (page.selectedKey !== null && page.selected > 0) {
		const found = table?.indexOf(page.selectedKey) ?? -1;
		if (found !== -1) selected = found;
	}
	const top = isText
		? Math.max(0, Math.min(page.top === -1 ? ownLines(answer, page) : page.top, total - height))
		: topFor(selected, page.top, height, total);
	const shown = answer === null ? {...snapshot, answer: null} : snapshot;
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
		trial: table?.trial(selected) ?? null,
	};
}

/** Makes the screen; it asks the feed for what its page shows and calls its listeners on every change. */
export function createScreen(feed: Feed, firstSize: Size, effects: Effects, look: Look): Screen {
	const listeners = new Set<() => void>();
	let state = initialState();
	let size = firstSize;
	let frame = frameOf(state, feed.get(), size, look);

	function changed(): void {
		frame = frameOf(state, feed.get(), size, look);
		for (const listener of listeners) listener();
	}

	function send(event: Event): void {
		state = reduce(state, event);
		feed.pause(state.paused);
		const layout = layoutOf(size);
		feed.want(layout === null ? null : questionOf(state, layout));
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

	const unsubscribe = feed.subscribe(changed);
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
function tableViewOf(answer: Answer, page: Page): TableView | null {
	const {order, descending} = page;
	const sorting = {order, descending};
	switch (answer.view) {
		case 'overview':
			return createTableView(hopTable, {rows: answer.overview.rows, ...sorting});
		case 'violations':
			return createTableView(violationTable, {rows: answer.rows, ...sorting});
		case 'peers':
			return createTableView(peerTable(page.group, page.scope), {...answer, ...sorting, sort: false});
		case 'ciphers': {
			const whole = answer.rows.reduce((sum, {sessions}) => sum + sessions, 0);
			return createTableView(cipherTable(whole), {rows: answer.rows, ...sorting});
		}
		case 'failures':
			return createTableView(failureTable, {rows: answer.rows, ...sorting});
		case 'what-if':
			return createTableView(whatIfTable(page.marks), {rows: answer.rows, ...sorting});
		case 'sessions':
			return createTableView(sessionTable(answer.rows), {...answer, ...sorting, sort: false});
		case 'coverage':
			return createTableView(exampleTable, {rows: answer.coverage.examples, ...sorting});
		default:
			return null;
	}
}
