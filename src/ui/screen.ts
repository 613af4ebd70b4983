import {type Command, commandFor} from './keymap.ts';
import {type Layout, layoutOf, type Size, topFor} from './layout.ts';
import {type Place, pointedAt} from './mouse.ts';
import type {Page} from './pages.ts';
import type {Poller, Snapshot} from './poller.ts';
import {queryOf, type ViewResult} from './query.ts';
import {isPartial, type PolicyOption, type RawLine} from './screen-data.ts';
import {type Context, current, type Event, initialState, reduce, type Start, type State} from './state.ts';
import {createTableView, type Look, type TableView} from './table-view.ts';
import {wordsOf} from './typing/span-choice.ts';
import {changeNoteRows, changeTable} from './views/change.ts';
import {cipherTable} from './views/ciphers.ts';
import {coverageLines, exampleTable} from './views/coverage.ts';
import {failureNoteRows} from './views/detail-pane.ts';
import {domainNoteRows, domainTable} from './views/domains.ts';
import {failureTable} from './views/failures.ts';
import {hopTable} from './views/hops.ts';
import {keyExchangeNoteRows, keyExchangeRows, keyExchangeTable} from './views/key-exchange.ts';
import {peerTable} from './views/peers.ts';
import {sessionTable} from './views/sessions.ts';
import {type TextPage, textOf} from './views/text.ts';
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
	/** Raw lines on the page, as they are to be copied. */
	readonly rawLines: readonly RawLine[];
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
	/** The mouse is taken from the terminal, or given back. */
	readonly mouse: (on: boolean) => void;
	readonly redraw: () => void;
	readonly copy: () => void;
	readonly save: (format: 'csv' | 'json' | 'text') => void;
	/** The filter line was opened: an event says later what it can be completed with. */
	readonly findWords: () => void;
	/** A text is to be read as a span, and to hold if it is `chosen`; an event says later what came of it. */
	readonly readSpan: (text: string, chosen: boolean) => void;
	readonly policies: () => readonly PolicyOption[];
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
	const least = 3;
	switch (view) {
		case 'overview':
			// Advice (4 rows), rules, legend and traffic (5 rows) have their place below the hops, unless the window is very low.
			if (rows === 0) return Math.min(layout.body - header, 12);
			return Math.max(least, Math.min(rows, layout.body - header - 11));
		case 'violations':
			return Math.max(least, layout.body - header - 5);
		case 'failures':
			return Math.max(least, layout.body - header - failureNoteRows);
		case 'change':
			// Without rows stands there why, which takes the room of what is below in a low window.
			if (rows === 0) return Math.max(layout.body - header - changeNoteRows, Math.min(layout.body - header, 8));
			return Math.max(least, layout.body - header - changeNoteRows);
		case 'domains':
			if (rows === 0) return layout.body - header;
			return Math.max(least, layout.body - header - domainNoteRows);
		case 'key-exchange':
			return Math.max(least, layout.body - header - keyExchangeNoteRows);
		case 'coverage':
			return Math.max(least, layout.body - header - Math.max(9, above + 1));
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

function nextViolation(table: TableView | null, selected: number): number | null {
	if (table === null) return null;
	const {from, length} = table.loaded;
	for (let step = 1; step <= length; step += 1) {
		const index = from + ((selected - from + step + length) % length);
		if (table.violates(index)) return index;
	}
	return null;
}

/** Pages of text by the result they are of: to fold thousands of lines takes longer than a key may. */
const laidOut = new WeakMap<ViewResult, {readonly key: string; readonly page: TextPage | null}>();

function textPageOf(result: ViewResult, state: State, look: Look, width: number): TextPage | null {
	const page = current(state);
	const key = JSON.stringify([width, state.raw, page.shift, page.row]);
	const before = laidOut.get(result);
	if (before?.key === key) return before.page;
	const made = textOf(result, page, state.raw, look, width);
	laidOut.set(result, {key, page: made});
	return made;
}

/** The frame of a state: the result that belongs to its page, laid out in the window. */
function frameOf(state: State, snapshot: Snapshot, size: Size, look: Look): Frame {
	const layout = layoutOf(size);
	const page = current(state);
	const isOfView = snapshot.result !== null && snapshot.result.view === page.view && snapshot.query !== null;
	const wanted = layout === null ? null : queryOf(state, layout);
	const result = isOfView && snapshot.query?.page === wanted?.page ? snapshot.result : null;
	const table = result === null ? null : tableViewOf(result, page, isPartial(snapshot.progress));
	const isText = page.view === 'session' || page.view === 'raw';
	const textPage = isText && result !== null && layout !== null ? textPageOf(result, state, look, layout.width) : null;
	const text = textPage?.lines ?? null;
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
		? Math.max(0, Math.min(page.top === -1 ? (textPage?.own ?? 0) : page.top, total - height))
		: topFor(selected, page.top, height, total);
	const shown = result === null ? {...snapshot, result: null} : snapshot;
	const rawLines = textPage?.raw ?? [];
	return {state, snapshot: shown, size, layout, table, text, rawLines, selected, top, height};
}

/** What a command may ask of the frame it was given on. */
function contextOf(frame: Frame, effects: Effects, place: Place | null): Context {
	const {state, layout, table, text, selected, top, height} = frame;
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
		pointed: place === null ? null : pointedAt(frame, place),
		policies: effects.policies,
	};
}

/** The pause in typing after which rows are asked for, ms: longer than between two keys, shorter than one waits. */
const typingMs = 150;

/** Between the two clicks of a double click are at most so many ms, as window systems have it. */
const doubleClickMs = 400;
const clock = (): number => performance.now();

/** Commands about the rows of the page: pressed before the rows are there, they wait for them. */
const aboutRows: ReadonlySet<Command> = new Set([
	'open',
	'up',
	'down',
	'page-up',
	'page-down',
	'top',
	'bottom',
	'next-hit',
	'previous-hit',
	'next-violation',
	'sort',
	'sort-turn',
	'mark',
]);

/** Keys that wait; more of them are a key that is held down. */
const mostAhead = 32;

/** Makes the screen; it asks the poller for what its page shows and calls its listeners on every change. */
export function createScreen(poller: Poller, firstSize: Size, effects: Effects, look: Look, start?: Start): Screen {
	const listeners = new Set<() => void>();
	let state = initialState(start);
	let size = firstSize;
	let frame = frameOf(state, poller.get(), size, look);
	let trying: NodeJS.Timeout | undefined;
	let deafUntil = 0;
	/** Keys pressed ahead of the rows that they are about. */
	let ahead: Command[] = [];

	function changed(): void {
		frame = frameOf(state, poller.get(), size, look);
		for (const listener of listeners) listener();
		if (frame.snapshot.result === null) return;
		const next = ahead.shift();
		if (next !== undefined) send({type: 'command', command: next, context: contextOf(frame, effects, null)});
	}

	/** Whether the command is about rows that are still asked for; it is carried out when they come. */
	function waits(command: Command): boolean {
		const onPage = state.mode === 'list' || state.mode === 'text';
		if (!onPage || frame.layout === null || frame.snapshot.result !== null || !aboutRows.has(command)) {
			ahead = [];
			return false;
		}
		if (ahead.length < mostAhead) ahead.push(command);
		return true;
	}

	function send(event: Event): void {
		const before = state;
		state = reduce(state, event);
		poller.pause(state.paused);
		const layout = layoutOf(size);
		poller.want(layout === null ? null : queryOf(state, layout));
		changed();
		if (before.typing === null && state.typing !== null) effects.findWords();
		if (typedIn(before) !== typedIn(state)) tryLater();
	}

	/** What is typed now; null where nothing is. */
	const typedIn = ({typing, choosing}: State): string | null => (typing ?? choosing)?.line.text ?? null;

	/** The keys come first: what they mean is asked for when they pause. */
	function tryLater(): void {
		clearTimeout(trying);
		const text = typedIn(state);
		if (text === null) return;
		trying = setTimeout(() => {
			if (state.choosing !== null && text.trim() !== '') effects.readSpan(text, false);
			else send({type: 'try'});
		}, typingMs);
		trying.unref();
	}

	/** Enter on dates: they are read outside. */
	function acceptDates(): void {
		const words = state.choosing === null ? null : wordsOf(state.choosing);
		if (words !== null) effects.readSpan(words, true);
	}

	/** The second click of a double click on a row that the first has opened means that row, not what is there now. */
	function click(place: Place): void {
		const command = commandFor(state.mode, 'click');
		if (command === undefined || clock() < deafUntil) return;
		ahead = [];
		const depth = state.pages.length;
		send({type: 'command', command, context: contextOf(frame, effects, place)});
		if (state.pages.length > depth) deafUntil = clock() + doubleClickMs;
	}

	const outside: Partial<Record<Command, () => void>> = {
		quit: effects.quit,
		interrupt: effects.interrupt,
		suspend: effects.suspend,
		redraw: effects.redraw,
		mouse: () => effects.mouse(state.mouse),
		copy: effects.copy,
		'export-csv': () => effects.save('csv'),
		'export-json': () => effects.save('json'),
		'export-text': () => effects.save('text'),
		accept: acceptDates,
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
			const [, column, row] = /^click (\d+) (\d+)$/.exec(key) ?? [];
			if (column !== undefined) return click({column: Number(column), row: Number(row)});
			const command = commandFor(state.mode, key);
			if (command === undefined) {
				if ([...key].length === 1) send({type: 'type', text: key});
				return;
			}
			if (waits(command)) return;
			send({type: 'command', command, context: contextOf(frame, effects, null)});
			outside[command]?.();
		},
		dispose() {
			clearTimeout(trying);
			unsubscribe();
		},
	};
}

/** The rows of a page as a table view; null for pages of text. */
function tableViewOf(result: ViewResult, page: Page, partial: boolean): TableView | null {
	const {order, descending} = page;
	const sorting = {order, descending};
	switch (result.view) {
		case 'overview':
			return createTableView(hopTable(partial), {rows: result.overview.rows, ...sorting});
		case 'violations':
			return createTableView(violationTable, {rows: result.rows, ...sorting});
		case 'peers':
			return createTableView(peerTable(page.group, page.scope, partial), {...result, ...sorting, sort: false});
		case 'ciphers': {
			const whole = result.rows.reduce((sum, {sessions}) => sum + sessions, 0);
			return createTableView(cipherTable(whole), {rows: result.rows, ...sorting});
		}
		case 'failures':
			return createTableView(failureTable(result.rows), {rows: result.rows, ...sorting});
		case 'what-if':
			return createTableView(whatIfTable(page.marks), {rows: result.rows, ...sorting});
		case 'sessions':
			return createTableView(sessionTable(result.rows), {...result, ...sorting, sort: false});
		case 'change':
			return createTableView(changeTable(result.change, page.scope), {rows: result.change.rows, ...sorting});
		case 'domains':
			return createTableView(domainTable(result, page.scope), {...result, ...sorting, sort: false});
		case 'key-exchange': {
			const rows = keyExchangeRows(result.keyExchange);
			return createTableView(keyExchangeTable(page.scope), {rows, ...sorting});
		}
		case 'coverage':
			return createTableView(exampleTable(result.coverage), {rows: result.coverage.examples, ...sorting});
		default:
			return null;
	}
}
