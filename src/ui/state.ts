import type {StricterRule, Term} from '../model/filter.ts';
import {peerGroups} from '../model/sessions.ts';
import {readFilter} from './filter-language.ts';
import type {Command, Mode} from './keymap.ts';
import {type Opening, type Page, page, ranges, titleOf, type View, viewPage, views} from './pages.ts';

export type State = {
	readonly mode: Mode;
	/** The path; the last one is on the screen. */
	readonly pages: readonly Page[];
	readonly filter: {readonly text: string; readonly terms: readonly Term[]};
	/** The filter line while it is edited. */
	readonly draft: string;
	/** Index into `ranges`. */
	readonly range: number;
	readonly paused: boolean;
	/** Said once, until the next key. */
	readonly message: string | null;
	/** First line of the help. */
	readonly helpTop: number;
};

/** What the rows on the screen are, at the moment a key is pressed. */
export type Context = {
	readonly selected: number;
	readonly top: number;
	readonly total: number;
	readonly height: number;
	/** Key of a row, null when it is not loaded. */
	readonly keyAt: (index: number) => string | null;
	/** What Enter opens. */
	readonly opens: Opening | null;
	/** Columns that can be sorted by, in order, and the one sorted by now. */
	readonly orders: readonly string[];
	readonly order: string | null;
	/** Whether the greatest comes first when rows are sorted by a column: numbers and times, not names. */
	readonly descends: (order: string) => boolean;
	/** The next row below that breaks the policy, going round; null when none does. */
	readonly nextViolation: number | null;
	/** Of `what-if`: the rule of the row. */
	readonly stricterRule: StricterRule | null;
};

export type Event =
	| {readonly type: 'command'; readonly command: Command; readonly context: Context}
	| {readonly type: 'type'; readonly text: string}
	| {readonly type: 'say'; readonly message: string};

export function initialState(): State {
	return {
		mode: 'list',
		pages: [viewPage('overview')],
		filter: {text: '', terms: []},
		draft: '',
		range: 0,
		paused: false,
		message: null,
		helpTop: 0,
	};
}

/** The page on the screen. */
export function current(state: State): Page {
	return state.pages.at(-1) ?? viewPage('overview');
}

const modeOf = ({view}: Page): Mode => (view === 'session' || view === 'raw' ? 'text' : 'list');

function withPages(state: State, pages: readonly Page[]): State {
	const next = {...state, pages};
	return {...next, mode: modeOf(current(next))};
}

function change(state: State, part: Partial<Page>): State {
	return {...state, pages: [...state.pages.slice(0, -1), {...current(state), ...part}]};
}

/** A digit or Tab: the view as it was left, when the path begins with it; else afresh. */
function toView(state: State, view: View | undefined): State {
	if (view === undefined) return state;
	if (state.pages[0]?.view === view) return withPages(state, state.pages.slice(0, 1));
	return withPages(state, [viewPage(view)]);
}

function withSelected(state: State, {total, height, top, keyAt}: Context, to: number): State {
	const now = current(state);
	if (now.view === 'raw' || now.view === 'session')
		return change(state, {top: Math.max(0, Math.min(to, total - height))});
	const selected = Math.max(0, Math.min(to, total - 1));
	const least = Math.max(0, selected - height + 1);
	return change(state, {
		selected,
		selectedKey: keyAt(selected),
		top: Math.max(least, Math.min(top, selected)),
	});
}

function sibling(state: State, by: number): State {
	const {siblings, selected} = current(state);
	const to = selected + by;
	const row = siblings[to];
	if (row === undefined)
		return {...state, message: by > 0 ? 'no session after this one' : 'no session before this one'};
	return change(state, {row, selected: to, top: current(state).view === 'raw' ? -1 : 0});
}

function sorted(state: State, {orders, order, descends}: Context): State {
	if (orders.length === 0) return state;
	const next = orders[(orders.indexOf(order ?? '') + 1) % orders.length] ?? null;
	const descending = next === null || descends(next);
	return change(state, {order: next, descending, selected: 0, selectedKey: null, top: 0});
}

function regrouped(state: State, by: number): State {
	const now = current(state);
	if (now.view === 'raw') return change(state, {shift: Math.max(0, now.shift + by * 20)});
	if (now.view !== 'peers') return state;
	const group = peerGroups[(peerGroups.indexOf(now.group) + by + peerGroups.length) % peerGroups.length] ?? 'all';
	return change(state, {group, selected: 0, selectedKey: null, top: 0});
}

function marked(state: State, stricterRule: StricterRule | null): State {
	const now = current(state);
	if (now.view !== 'what-if' || stricterRule === null) return state;
	const key = JSON.stringify(stricterRule);
	const without = now.marks.filter(mark => JSON.stringify(mark) !== key);
	return change(state, {marks: without.length < now.marks.length ? without : [...now.marks, stricterRule]});
}

/** What changed, of what the page is about; of a session all. */
const changePage = ({view, scope}: Page): Page =>
	page({view: 'change', title: titleOf('change'), scope: view === 'session' || view === 'raw' ? [] : scope});

function command(state: State, name: Command, context: Context): State {
	const {selected, height, top, total} = context;
	const text = current(state).view === 'raw' || current(state).view === 'session';
	const at = text ? top : selected;
	if (name.startsWith('view-')) return toView(state, views[Number(name.slice(5)) - 1]);
	switch (name) {
		case 'up':
			return withSelected(state, context, at - 1);
		case 'down':
			return withSelected(state, context, at + 1);
		case 'page-up':
			return withSelected(state, context, at - height);
		case 'page-down':
			return withSelected(state, context, at + height);
		case 'top':
			return withSelected(state, context, 0);
		case 'bottom':
			return withSelected(state, context, total);
		case 'next-hit':
			return text ? sibling(state, 1) : withSelected(state, context, at + 1);
		case 'previous-hit':
			return text ? sibling(state, -1) : withSelected(state, context, at - 1);
		case 'next-violation':
			if (text) return state;
			return context.nextViolation === null
				? {...state, message: 'nothing here breaks the policy'}
				: withSelected(state, context, context.nextViolation);
		case 'left':
			return regrouped(state, -1);
		case 'right':
			return regrouped(state, 1);
		case 'next-view':
		case 'previous-view': {
			const place = views.indexOf((state.pages[0]?.view ?? 'overview') as (typeof views)[number]);
			return toView(state, views[(place + (name === 'next-view' ? 1 : -1) + views.length) % views.length]);
		}
		case 'open':
			return context.opens === null ? state : withPages(state, [...state.pages, page(context.opens)]);
		case 'back':
			if (state.pages.length > 1) return withPages(state, state.pages.slice(0, -1));
			return state.filter.text === '' ? state : {...state, filter: {text: '', terms: []}, draft: ''};
		case 'sort':
			return sorted(state, context);
		case 'sort-turn':
			return change(state, {order: context.order, descending: !current(state).descending, top: 0, selected: 0});
		case 'range':
			return {...change(state, {selected: 0, top: 0}), range: (state.range + 1) % ranges.length};
		case 'change':
			return current(state).view === 'change' ? state : withPages(state, [...state.pages, changePage(current(state))]);
		case 'pause':
			return {...state, paused: !state.paused};
		case 'mark':
			return marked(state, context.stricterRule);
		case 'filter':
			return {...state, mode: 'filter', draft: state.filter.text};
		case 'export':
			return {...state, mode: 'export'};
		case 'help':
			return {...state, mode: 'help', helpTop: 0};
		default:
			return state;
	}
}

function inFilter(state: State, name: Command): State {
	const {draft} = state;
	switch (name) {
		case 'accept': {
			const {terms, problem} = readFilter(draft);
			if (problem !== null) return state;
			const pages = state.pages.map(each => ({...each, selected: 0, selectedKey: null, top: 0}));
			return {...withPages(state, pages), filter: {text: draft.trim(), terms}};
		}
		case 'cancel':
			return {...state, mode: modeOf(current(state)), draft: state.filter.text};
		case 'erase':
			return {...state, draft: [...draft].slice(0, -1).join('')};
		case 'erase-word':
			return {...state, draft: draft.replace(/\S*\s*$/, '')};
		case 'erase-all':
			return {...state, draft: ''};
		default:
			return state;
	}
}

function inHelp(state: State, name: Command, {height}: Context): State {
	const steps: Partial<Record<Command, number>> = {
		up: -1,
		down: 1,
		'page-up': -height,
		'page-down': height,
		top: Number.NEGATIVE_INFINITY,
		bottom: Number.POSITIVE_INFINITY,
	};
	const step = steps[name];
	if (step === undefined) return {...state, mode: modeOf(current(state))};
	// The help knows its own length and clamps what it shows.
	return {...state, helpTop: Math.max(0, Math.min(1000, state.helpTop + step))};
}

/** What is on the screen after an event. Pure: what a command does outside is done by the screen's life. */
export function reduce(state: State, event: Event): State {
	switch (event.type) {
		case 'say':
			return {...state, message: event.message};
		case 'type':
			return state.mode === 'filter' ? {...state, draft: state.draft + event.text} : state;
		case 'command': {
			const quiet = state.message === null ? state : {...state, message: null};
			if (event.command === 'redraw' || event.command === 'suspend') return quiet;
			if (state.mode === 'filter') return inFilter(quiet, event.command);
			if (state.mode === 'help') return inHelp(quiet, event.command, event.context);
			if (state.mode === 'export') return {...quiet, mode: modeOf(current(state))};
			return command(quiet, event.command, event.context);
		}
	}
}
