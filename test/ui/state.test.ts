import test from 'ava';
import type {Command} from '../../src/ui/keymap.ts';
import {ranges} from '../../src/ui/pages.ts';
import {type Context, current, initialState, reduce, type State} from '../../src/ui/state.ts';

const context: Context = {
	selected: 0,
	top: 0,
	total: 100,
	height: 10,
	keyAt: index => `row ${index}`,
	opens: null,
	orders: ['peer', 'sessions'],
	order: 'sessions',
	descends: order => order !== 'peer',
	nextViolation: 42,
	trial: null,
};

const does = (state: State, command: Command, part: Partial<Context> = {}): State =>
	reduce(state, {type: 'command', command, context: {...context, ...part}});

test('moving stays within the rows and remembers which row it is', t => {
	const down = does(initialState(), 'down');
	t.like(current(down), {selected: 1, selectedKey: 'row 1', top: 0});
	t.like(current(does(down, 'bottom', {selected: 1})), {selected: 99, top: 90});
	t.like(current(does(down, 'page-down', {selected: 95})), {selected: 99});
	t.like(current(does(down, 'up', {selected: 0})), {selected: 0});
	t.like(current(does(initialState(), 'down', {total: 0})), {selected: 0});
	t.like(current(does(initialState(), 'next-violation')), {selected: 42, top: 33});
	t.is(does(initialState(), 'next-violation', {nextViolation: null}).message, 'nothing here breaks the policy');
});

test('Enter opens, Esc goes back to the row it came from', t => {
	const before = does(initialState(), 'down');
	const opened = does(before, 'open', {opens: {view: 'peers', title: 'submission 465', scope: []}});
	t.is(current(opened).view, 'peers');
	t.is(opened.pages.length, 2);
	const back = does(opened, 'back');
	t.is(current(back).view, 'overview');
	t.is(current(back).selectedKey, 'row 1');
	t.is(does(initialState(), 'open').pages.length, 1, 'where nothing opens, nothing happens');
});

test('a digit goes to a view, Tab goes round', t => {
	t.is(current(does(initialState(), 'view-6')).view, 'what-if');
	t.is(current(does(initialState(), 'previous-view')).view, 'coverage');
	t.is(current(does(does(initialState(), 'view-8'), 'next-view')).view, 'overview');
});

test('a digit of the view at hand leaves what was opened in it', t => {
	const opened = does(does(initialState(), 'down'), 'open', {opens: {view: 'peers', title: 'x', scope: []}});
	const again = does(opened, 'view-1');
	t.is(again.pages.length, 1);
	t.is(current(again).selectedKey, 'row 1');
});

test('the filter is typed, corrected, applied, and dropped by Esc at the top', t => {
	let state = does(initialState(), 'filter');
	t.is(state.mode, 'filter');
	for (const text of 'user:anna') state = reduce(state, {type: 'type', text});
	state = does(state, 'erase');
	state = does(state, 'erase');
	state = reduce(state, {type: 'type', text: 'a'});
	t.is(state.draft, 'user:ana');
	state = does(state, 'accept');
	t.is(state.mode, 'list');
	t.deepEqual(state.filter.terms, [{kind: 'word', field: 'user', word: 'ana'}]);
	t.is(does(state, 'back').filter.text, '');
});

test('a wrong filter is not applied, Esc keeps the old one', t => {
	const wrong = reduce(does(initialState(), 'filter'), {type: 'type', text: 'hop:nowhere'});
	t.is(does(wrong, 'accept').mode, 'filter');
	const left = does(wrong, 'cancel');
	t.is(left.mode, 'list');
	t.deepEqual(left.filter.terms, []);
});

test('sorting goes through the columns, names from a, numbers from the greatest', t => {
	const sorted = does(initialState(), 'sort');
	t.like(current(sorted), {order: 'peer', descending: false});
	t.like(current(does(sorted, 'sort', {order: 'peer'})), {order: 'sessions', descending: true});
	t.is(current(does(sorted, 'sort-turn', {order: 'peer'})).descending, true);
});

test('the range of time goes round, pausing is undone by the same key', t => {
	let state = initialState();
	for (const _ of ranges) state = does(state, 'range');
	t.is(state.range, 0);
	t.true(does(state, 'pause').paused);
	t.false(does(does(state, 'pause'), 'pause').paused);
});

test('rules of what if are marked and unmarked', t => {
	const view = does(initialState(), 'view-6');
	const trial = {minVersion: 'TLSv1.2'};
	const marked = does(view, 'mark', {trial});
	t.deepEqual(current(marked).marks, [trial]);
	t.deepEqual(current(does(marked, 'mark', {trial: {...trial}})).marks, []);
	t.deepEqual(current(does(initialState(), 'mark', {trial})).marks, [], 'only there');
});

test('in a session n and N go through those beside it in the list', t => {
	const siblings = [{first_line: 1}, {first_line: 2}];
	const opened = does(initialState(), 'open', {
		opens: {view: 'session', title: 'line 1', scope: [], row: siblings[0] ?? null, siblings, selected: 0},
	});
	t.is(opened.mode, 'text');
	const next = does(opened, 'next-hit');
	t.is(current(next).row, siblings[1] ?? null);
	t.is(does(next, 'next-hit').message, 'no session after this one');
	t.is(current(does(next, 'previous-hit')).row, siblings[0] ?? null);
});

test('a message goes with the next key', t => {
	const told = reduce(initialState(), {type: 'say', message: 'copied'});
	t.is(told.message, 'copied');
	t.is(does(told, 'down').message, null);
});

test('help scrolls and any way out of it leads back', t => {
	const help = does(initialState(), 'help');
	t.is(does(help, 'down').helpTop, 1);
	t.is(does(help, 'up').helpTop, 0);
	t.is(does(help, 'cancel').mode, 'list');
});
