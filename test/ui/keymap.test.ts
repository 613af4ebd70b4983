import test from 'ava';
import {bindings, commandFor, commands, type KeyFlags, keyNames, type Mode} from '../../src/ui/keymap.ts';

const none: KeyFlags = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageUp: false,
	pageDown: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	tab: false,
	backspace: false,
	delete: false,
	ctrl: false,
	shift: false,
	meta: false,
};
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
	t.deepEqual(keyNames('jj?', none), ['j', 'j', '?']);
	t.deepEqual(keyNames('jj\r', none), ['j', 'j', 'enter']);
	t.deepEqual(keyNames('ä漢', none), ['ä', '漢']);
});

test('keys that Ink tells by flags have names', t => {
	t.deepEqual(keyNames('', {...none, upArrow: true}), ['up']);
	t.deepEqual(keyNames('', {...none, tab: true, shift: true}), ['shift-tab']);
	t.deepEqual(keyNames('', {...none, delete: true}), ['backspace'], '0x7F is Backspace on most keyboards');
	t.deepEqual(keyNames('', {...none, escape: true, meta: true}), ['escape']);
	t.deepEqual(keyNames('c', {...none, ctrl: true}), ['ctrl-c']);
	t.deepEqual(keyNames('7', {...none, meta: true}), ['escape', '7'], 'Escape and a key read at once');
	t.deepEqual(keyNames('', {...none, escape: true}), ['escape']);
	t.deepEqual(keyNames('\u001B', {...none, escape: true}), ['escape', 'escape'], 'Escape twice, read at once');
});
