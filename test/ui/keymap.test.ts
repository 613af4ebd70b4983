import test from 'ava';
import fc from 'fast-check';
import {bindings, commandFor, commands, keyNames, type Mode} from '../../src/ui/keymap.ts';

const modes: readonly Mode[] = ['list', 'text', 'filter', 'help', 'export'];

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

test('several keys in one report are told apart', t => {
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
		['\u001B[3~', 'backspace'],
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
		'\u001B[<0;1;1M',
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
