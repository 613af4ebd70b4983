import test from 'ava';
import fc from 'fast-check';
import {bindings, type Command, commandFor, commands, keyNames, type Mode} from '../../src/ui/keymap.ts';
import {type Context, current, initialState, reduce, type State} from '../../src/ui/state.ts';
import {filterFields, network, readFilter} from '../../src/ui/typing/filter-language.ts';

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
	stricterRule: null,
	pointed: null,
	policies: () => [],
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
	t.is(
		does(initialState(), 'next-violation', {nextViolation: null}).message,
		'no further violation among these rows; the view Violations lists all',
	);
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

test('a digit of the current view leaves what was opened in it', t => {
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
	t.is(state.typing?.line.text, 'user:ana');
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

test('pausing is undone by the same key', t => {
	const state = initialState();
	t.true(does(state, 'pause').paused);
	t.false(does(does(state, 'pause'), 'pause').paused);
});

test('rules of what if are marked and unmarked', t => {
	const view = does(initialState(), 'view-6');
	const stricterRule = {minVersion: 'TLSv1.2'};
	const marked = does(view, 'mark', {stricterRule});
	t.deepEqual(current(marked).marks, [stricterRule]);
	t.deepEqual(current(does(marked, 'mark', {stricterRule: {...stricterRule}})).marks, []);
	t.deepEqual(current(does(initialState(), 'mark', {stricterRule})).marks, [], 'only there');
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
	const saying = reduce(initialState(), {type: 'say', message: 'copied'});
	t.is(saying.message, 'copied');
	t.is(does(saying, 'down').message, null);
});

test('help scrolls and any way out of it leads back', t => {
	const help = does(initialState(), 'help');
	t.is(does(help, 'down').helpTop, 1);
	t.is(does(help, 'up').helpTop, 0);
	t.is(does(help, 'cancel').mode, 'list');
});

const modes: readonly Mode[] = ['list', 'text', 'filter', 'help', 'export', 'span', 'policy'];

for (const mode of modes)
	test(`no two bindings share a key in mode ${mode}`, t => {
		const keys = bindings.filter(binding => binding.modes.includes(mode)).flatMap(({keys}) => keys);
		t.deepEqual([...new Set(keys)], keys);
	});

test('every command has a key, and every key for a list is in the help or is a digit', t => {
	const bound = new Set(bindings.map(({command}) => command));
	t.deepEqual(
		commands.filter(command => !bound.has(command)),
		[],
	);
	const explained = new Set(bindings.filter(({help}) => help !== undefined).map(({command}) => command));
	for (const {command, modes: where} of bindings)
		if (where.includes('list') && !command.startsWith('view-')) t.true(explained.has(command), command);
});

test('the keys of GoAccess, k9s, lazygit and lnav do what they do there', t => {
	const expected = {j: 'down', k: 'up', g: 'top', G: 'bottom', '/': 'filter', s: 'sort', q: 'quit', '?': 'help'};
	for (const [key, command] of Object.entries(expected)) t.is(commandFor('list', key), command as never);
	t.is(commandFor('filter', 'q'), undefined, 'a letter is a letter where one types');
	t.is(commandFor('help', 'q'), 'cancel');
});

test('several keys in one report are separate keys', t => {
	t.deepEqual(keyNames('jj?'), ['j', 'j', '?']);
	t.deepEqual(keyNames('jj\r'), ['j', 'j', 'enter']);
	t.deepEqual(keyNames('ä漢'), ['ä', '漢']);
	t.deepEqual(keyNames('\u001B[A\u001B[Bj\u001BOC'), ['up', 'down', 'j', 'right']);
});

test('keys that terminals send as sequences have names, whatever is held down with them', t => {
	for (const [report, name] of [
		['\u001B[A', 'up'],
		['\u001BOB', 'down'],
		['\u001B[1;5C', 'right'],
		['\u001B\u001B[D', 'left'],
		['\u001B[5~', 'pageup'],
		['\u001B[6;2~', 'pagedown'],
		['\u001B[1~', 'home'],
		['\u001BOF', 'end'],
		['\t', 'tab'],
		['\u001B[Z', 'shift-tab'],
		['\u007F', 'backspace'],
		['\u001B[3~', 'delete'],
		['\u0003', 'ctrl-c'],
		['\u001B', 'escape'],
	] as const)
		t.deepEqual(keyNames(report), [name], JSON.stringify(report));
	t.deepEqual(keyNames('\u001B7'), ['escape', '7'], 'Escape and a key read at once');
	t.deepEqual(keyNames('\u001B\u001B'), ['escape', 'escape'], 'Escape twice, read at once');
});

test('a sequence that is no key does nothing, wherever it was pasted', t => {
	for (const report of [
		'\u001B[1;5G',
		'\u001B[1;5P',
		'\u001B[99;5^',
		'\u001B[200~',
		'\u001B[[E',
		'\u001B[97;5u',
		'\u001B[?1;2c',
	])
		t.deepEqual(keyNames(report), [], JSON.stringify(report));
	t.deepEqual(keyNames('\u001B[200~ab\u001B[201~'), ['a', 'b']);
});

test('whatever bytes come, each name is a key, and nothing throws', t => {
	const report = fc.string({
		unit: fc.oneof(
			fc.constantFrom('\u001B', '[', 'O', ';', '1', '5', '~', 'G', '\u009B', '\0'),
			fc.string({unit: 'binary', minLength: 1, maxLength: 1}),
		),
	});
	fc.assert(
		fc.property(report, any => {
			t.true(keyNames(any).every(name => name !== '' && !name.includes('\u001B')));
		}),
		{numRuns: 1000},
	);
});

const terms = (text: string) => {
	const {terms, problem} = readFilter(text);
	return problem ?? terms;
};

test('fields, negation and bare words', t => {
	t.deepEqual(terms('hop:submission version:<TLSv1.2 user:ana'), [
		{kind: 'hop', values: ['submission']},
		{kind: 'version', is: '<', version: 'TLSv1.2'},
		{kind: 'word', field: 'user', word: 'ana'},
	]);
	t.deepEqual(terms('-outcome:plaintext,failed example.org'), [
		{kind: 'outcome', values: ['plaintext', 'failed'], not: true},
		{kind: 'word', field: 'text', word: 'example.org'},
	]);
	t.deepEqual(terms('port:465,587 cipher:RC4'), [
		{kind: 'port', ports: [465, 587]},
		{kind: 'cipher', word: 'RC4'},
	]);
	t.deepEqual(terms('pq:could,not -group:P-256'), [
		{kind: 'pq', values: ['could', 'not-logged']},
		{kind: 'group', values: ['P-256'], not: true},
	]);
	t.deepEqual(terms(''), []);
});

test('a version in any spelling, and comparisons', t => {
	t.deepEqual(terms('version:>=1.2'), [{kind: 'version', is: '>=', version: 'TLSv1.2'}]);
	t.deepEqual(terms('version:TLS1'), [{kind: 'version', is: '=', version: 'TLSv1'}]);
	t.regex(String(terms('version:<TLSv9')), /is no TLS version/);
});

test('a hop may be cut short', t => {
	t.deepEqual(terms('hop:sub'), [{kind: 'hop', values: ['submission']}]);
});

test('networks become the first and the last address', t => {
	t.deepEqual(network('10.0.0.0/8'), {low: '0a000000', high: '0affffff'});
	t.deepEqual(network('192.0.2.77/30'), {low: 'c000024c', high: 'c000024f'});
	t.deepEqual(network('192.0.2.7/32'), {low: 'c0000207', high: 'c0000207'});
	t.deepEqual(network('2001:db8::/33'), {
		low: '20010db8000000000000000000000000',
		high: '20010db87fffffffffffffffffffffff',
	});
	t.is(network('example.org'), null);
	t.deepEqual(terms('10.0.0.0/8'), [{kind: 'net', low: '0a000000', high: '0affffff'}], 'a network needs no field');
});

test('an IPv6 address is no field', t => {
	t.deepEqual(terms('2001:db8::1'), [{kind: 'word', field: 'text', word: '2001:db8::1'}]);
	t.deepEqual(terms('peer:2001:db8::1'), [{kind: 'word', field: 'peer', word: '2001:db8::1'}]);
});

test('a domain is one alone, or all below it, as in the tables of Postfix', t => {
	const domain = (name: string, below: boolean) => [{kind: 'domain', domain: name, below}];
	t.deepEqual(terms('domain:Bank.example.'), domain('bank.example', false));
	t.deepEqual(terms('domain:.bank.example'), domain('bank.example', true));
	t.deepEqual(terms('domain:*.bank.example'), domain('bank.example', true));
	t.deepEqual(terms('-domain:bank.example'), [{...domain('bank.example', false)[0], not: true}]);
	t.regex(String(terms('domain:a,b')), /domain:a,b: no domain; write bank\.example, or \.bank\.example/);
});

test('words in quotes hold together', t => {
	t.deepEqual(terms('alert:"unknown ca"'), [{kind: 'word', field: 'alert', word: 'unknown ca'}]);
	t.deepEqual(terms('whose:ours,thei'), [{kind: 'whose', values: ['ours', 'theirs']}]);
	t.deepEqual(terms('user:"ana maria"'), [{kind: 'word', field: 'user', word: 'ana maria'}]);
});

test('what is wrong is said with what is right', t => {
	t.regex(String(terms('hopp:submission')), /"hopp:" is no field; did you mean "hop"\?/);
	t.regex(String(terms('hop:inbound')), /hop:inbound: write one of submission/);
	t.regex(String(terms('port:99999')), /port:99999/);
	t.regex(String(terms('user:')), /something must be behind the colon/);
	t.regex(String(terms('peer:10.0.0.0/99')), /no network/);
	t.regex(String(terms('whose:mine')), /whose:mine: write one of ours, theirs, scanner, unknown/);
	t.regex(String(terms('pq:unknown')), /pq:unknown: write one of hybrid, could, cannot, not-logged/);
	t.regex(String(terms('group:,')), /group:,: write one such as x25519mlkem768/);
	t.regex(String(terms('failure:timout')), /did you mean "timeout"/);
});

test('every example of the help is a filter', t => {
	for (const [, example] of filterFields) t.is(readFilter(example).problem, null, example);
});

test('no text throws', t => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), text => {
			const {terms, problem} = readFilter(text);
			return Array.isArray(terms) && (problem === null || problem.length > 0);
		}),
	);
	t.pass();
});
