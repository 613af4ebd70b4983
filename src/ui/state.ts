import type {StricterRule} from '../model/filter.ts';
import {peerGroups} from '../model/sessions.ts';
import type {Command, Mode} from './keymap.ts';
import {type Opening, type Page, page, titleOf, type View, viewPage, views} from './pages.ts';
import type {FilterWords, PolicyOption} from './screen-data.ts';
import {
	type AppliedFilter,
	type FilterLine,
	filterIn,
	noFilter,
	openFilter,
	remembered,
	withKey,
	withTyped,
} from './typing/filter-line.ts';
import {allTime, type Span, spanPresets} from './typing/span.ts';
import {openSpans, type ReadSpan, type SpanChoice, withDates, withSpanKey} from './typing/span-choice.ts';

export type State = {
	readonly mode: Mode;
	/** The path; the last one is on the screen. */
	readonly pages: readonly Page[];
	readonly filter: AppliedFilter;
	/** The filter line while it is edited. */
	readonly typing: FilterLine | null;
	/** Filters of this run, the oldest first. */
	readonly history: readonly string[];
	/** What the filter line can be completed with. */
	readonly words: FilterWords;
	readonly span: Span;
	/** The hops that the command line asks for; none: all. */
	readonly hops: readonly string[];
	/** The choice of a span, with a line for dates, while it is open. */
	readonly choosing: SpanChoice | null;
	/** The policy that judges, by its place in `policies`, and its name. */
	readonly policy: {readonly place: number; readonly name: string};
	/** The policies to choose from, and the one that is pointed at, while they are shown. */
	readonly offered: {readonly policies: readonly PolicyOption[]; readonly at: number} | null;
	/** Raw lines are folded at the end of a row; lines that are not the session's own are shown, too. */
	readonly raw: {readonly wrap: boolean; readonly others: boolean};
	readonly paused: boolean;
	/** The mouse belongs to the screen; else to the terminal, which selects text with it. */
	readonly mouse: boolean;
	/** Said once, until the next key. */
	readonly message: string | null;
	/** First line of the help. */
	readonly helpTop: number;
};

/** What is under the mouse. */
export type Pointed =
	| {readonly kind: 'tab'; readonly view: View}
	/** A row of the list, by its place in the whole list. */
	| {readonly kind: 'row'; readonly index: number}
	| null;

/** What the rows on the screen are, at the moment a key is pressed. */
export type Context = {
	readonly selected: number;
	readonly top: number;
	readonly total: number;
	readonly height: number;
	/** Key of a row, null when it is not loaded. */
	readonly keyAt: (index: number) => string | null;
	/** What Enter opens, or why it opens nothing. */
	readonly opens: Opening | string | null;
	/** Columns that can be sorted by, in order, and the one sorted by now. */
	readonly orders: readonly string[];
	readonly order: string | null;
	/** Whether the greatest comes first when rows are sorted by a column: numbers and times, not names. */
	readonly descends: (order: string) => boolean;
	/** The next row below that breaks the policy, going round; null when none does. */
	readonly nextViolation: number | null;
	/** Of `what-if`: the rule of the row. */
	readonly stricterRule: StricterRule | null;
	/** What is under the mouse. */
	readonly pointed: Pointed;
	/** Policies that can be chosen. */
	readonly policies: () => readonly PolicyOption[];
};

export type Event =
	| {readonly type: 'command'; readonly command: Command; readonly context: Context}
	| {readonly type: 'type'; readonly text: string}
	/** Nothing was typed for a moment: the filter line is tried, as far as it means something. */
	| {readonly type: 'try'}
	| {readonly type: 'words'; readonly words: FilterWords}
	/** A typed span was read; with `chosen` it is to hold. */
	| ({readonly type: 'span'; readonly chosen: boolean} & ReadSpan)
	| {readonly type: 'say'; readonly message: string};

/** What the command line asks for. */
export type Start = {readonly policy: string; readonly span: Span; readonly hops: readonly string[]};

export function initialState({policy, span, hops}: Start = {policy: '', span: allTime, hops: []}): State {
	return {
		mode: 'list',
		pages: [viewPage('overview')],
		filter: noFilter,
		typing: null,
		history: [],
		words: {},
		span,
		hops,
		choosing: null,
		policy: {place: 0, name: policy},
		offered: null,
		raw: {wrap: true, others: false},
		paused: false,
		mouse: true,
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
	if (now.view === 'raw' || now.view === 'session') {
		if (state.raw.wrap)
			return {...state, message: 'raw lines are wrapped: all of them is seen; w makes them one row each'};
		return change(state, {shift: Math.max(0, now.shift + by * 20)});
	}
	if (now.view !== 'peers') return state;
	const group = peerGroups[(peerGroups.indexOf(now.group) + by + peerGroups.length) % peerGroups.length] ?? 'all';
	return change(state, {group, selected: 0, selectedKey: null, top: 0});
}

/** Each list from its first row: its rows are others now. */
const fromTop = (pages: readonly Page[]): readonly Page[] =>
	pages.map(each => (each.row === null ? {...each, selected: 0, selectedKey: null, top: 0} : each));

function withFilter(state: State, filter: AppliedFilter): State {
	if (filter.text === state.filter.text) return state;
	return {...state, filter, pages: fromTop(state.pages)};
}

/** Raw lines from the session's own on, as they are others now; a session's page stays where it is. */
const ownFirst = (state: State): Partial<Page> => (current(state).view === 'raw' ? {top: -1} : {});

function marked(state: State, stricterRule: StricterRule | null): State {
	const now = current(state);
	if (now.view !== 'what-if' || stricterRule === null) return state;
	const key = JSON.stringify(stricterRule);
	const without = now.marks.filter(mark => JSON.stringify(mark) !== key);
	return change(state, {marks: without.length < now.marks.length ? without : [...now.marks, stricterRule]});
}

/** Rows that a turn of the wheel scrolls. */
const wheelRows = 3;

/** The wheel moves the rows, and the choice only where it would leave the screen; where all rows fit it moves the choice. */
function scrolled(state: State, context: Context, by: number): State {
	const {view} = current(state);
	const {selected, top, total, height, keyAt} = context;
	if (view === 'raw' || view === 'session') return withSelected(state, context, top + by);
	if (total <= height) return withSelected(state, context, selected + Math.sign(by));
	const first = Math.max(0, Math.min(top + by, total - height));
	const kept = Math.max(first, Math.min(selected, first + height - 1));
	return change(state, {top: first, selected: kept, selectedKey: keyAt(kept)});
}

/** A click chooses; one on the chosen row opens it. */
function clicked(state: State, context: Context): State {
	const {pointed, selected} = context;
	if (pointed === null) return state;
	if (pointed.kind === 'tab') return toView(state, pointed.view);
	return pointed.index === selected ? command(state, 'open', context) : withSelected(state, context, pointed.index);
}

/** A view that a key lays over the page, of what that is about; of a session all. */
function laidOver(state: State, view: View): State {
	const below = current(state);
	if (below.view === view) return state;
	const scope = below.view === 'session' || below.view === 'raw' ? [] : below.scope;
	return withPages(state, [...state.pages, page({view, title: titleOf(view), scope})]);
}

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
				? {...state, message: 'no further violation among these rows; the view Violations lists all'}
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
			if (typeof context.opens === 'string') return {...state, message: context.opens};
			return context.opens === null ? state : withPages(state, [...state.pages, page(context.opens)]);
		case 'back':
			if (state.pages.length > 1) return withPages(state, state.pages.slice(0, -1));
			return withFilter(state, noFilter);
		case 'sort':
			return sorted(state, context);
		case 'sort-turn':
			return change(state, {order: context.order, descending: !current(state).descending, top: 0, selected: 0});
		case 'span':
			return {...state, mode: 'span', choosing: openSpans(state.span)};
		case 'policy':
			return {...state, mode: 'policy', offered: {policies: context.policies(), at: state.policy.place}};
		case 'wrap':
			return change({...state, raw: {...state.raw, wrap: !state.raw.wrap}}, {...ownFirst(state), shift: 0});
		case 'others':
			return change({...state, raw: {...state.raw, others: !state.raw.others}}, ownFirst(state));
		case 'change':
		case 'domains':
		case 'key-exchange':
			return laidOver(state, name);
		case 'pause':
			return {...state, paused: !state.paused};
		case 'mark':
			return marked(state, context.stricterRule);
		case 'wheel-up':
			return scrolled(state, context, -wheelRows);
		case 'wheel-down':
			return scrolled(state, context, wheelRows);
		case 'click':
			return clicked(state, context);
		case 'mouse': {
			const message = state.mouse
				? 'the mouse is the terminal’s: it selects text; m takes it again'
				: 'the mouse chooses';
			return {...state, mouse: !state.mouse, message};
		}
		case 'filter':
			return {...state, mode: 'filter', typing: openFilter(state.filter, state.pages)};
		case 'export':
			return {...state, mode: 'export'};
		case 'help':
			return {...state, mode: 'help', helpTop: 0};
		default:
			return state;
	}
}

/** Back to the page, and what was typed or offered is gone. */
const closed = (state: State): State => ({
	...state,
	mode: modeOf(current(state)),
	typing: null,
	choosing: null,
	offered: null,
});

function inFilter(state: State, name: Command): State {
	const {typing} = state;
	if (typing === null) return closed(state);
	if (name === 'cancel') return closed({...state, ...typing.before});
	if (name !== 'accept') return {...state, typing: withKey(typing, name, state)};
	const filter = filterIn(typing);
	if (filter === null) return state;
	return closed({...withFilter(state, filter), history: remembered(state.history, filter.text)});
}

const withSpan = (state: State, span: Span): State => closed({...state, span, pages: fromTop(state.pages)});

function inSpan(state: State, name: Command): State {
	const {choosing} = state;
	if (choosing === null || name === 'cancel') return closed(state);
	if (name !== 'accept') return {...state, choosing: withSpanKey(choosing, name)};
	// Dates are read outside, and come back as an event.
	const chosen = choosing.line.text.trim() === '' ? spanPresets[choosing.at]?.span : null;
	return chosen == null ? state : withSpan(state, chosen);
}

function inPolicies(state: State, name: Command): State {
	const {offered} = state;
	if (offered === null || name === 'cancel') return closed(state);
	const {policies, at} = offered;
	const last = Math.max(0, policies.length - 1);
	const steps: Partial<Record<Command, number>> = {up: at - 1, down: at + 1, top: 0, bottom: last};
	const step = steps[name];
	if (step !== undefined) return {...state, offered: {policies, at: Math.max(0, Math.min(step, last))}};
	const policy = policies[at];
	if (name !== 'accept' || policy === undefined || at === state.policy.place) return closed(state);
	// What was opened is about findings of the other policy.
	const pages = fromTop(state.pages.slice(0, 1));
	return closed({...state, pages, policy: {place: at, name: policy.name}});
}

function readSpan(state: State, {text, span, problem, chosen}: ReadSpan & {readonly chosen: boolean}): State {
	const {choosing} = state;
	if (state.mode !== 'span' || choosing === null) return state;
	if (chosen && span !== null) return withSpan(state, span);
	// What was typed meanwhile is another text.
	if (!chosen && text !== choosing.line.text) return state;
	return {...state, choosing: {...choosing, read: span, problem}};
}

function afterTyping(state: State, text: string): State {
	if (state.mode === 'filter' && state.typing !== null) return {...state, typing: withTyped(state.typing, text)};
	if (state.mode === 'span' && state.choosing !== null) return {...state, choosing: withDates(state.choosing, text)};
	return state;
}

function inHelp(state: State, name: Command, {height}: Context): State {
	const steps: Partial<Record<Command, number>> = {
		up: -1,
		down: 1,
		'wheel-up': -wheelRows,
		'wheel-down': wheelRows,
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
			return afterTyping(state, event.text);
		case 'try': {
			const filter = state.typing === null ? null : filterIn(state.typing);
			return filter === null ? state : withFilter(state, filter);
		}
		case 'words':
			return {...state, words: event.words};
		case 'span':
			return readSpan(state, event);
		case 'command': {
			const quiet = state.message === null ? state : {...state, message: null};
			if (event.command === 'redraw' || event.command === 'suspend') return quiet;
			if (state.mode === 'filter') return inFilter(quiet, event.command);
			if (state.mode === 'help') return inHelp(quiet, event.command, event.context);
			if (state.mode === 'span') return inSpan(quiet, event.command);
			if (state.mode === 'policy') return inPolicies(quiet, event.command);
			if (state.mode === 'export') return {...quiet, mode: modeOf(current(state))};
			return command(quiet, event.command, event.context);
		}
	}
}
