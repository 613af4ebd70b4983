import test from 'ava';
import fc from 'fast-check';
import {createKeyReader, keyNames} from '../../src/ui/keymap.ts';
import {sampleData} from './sample-data.ts';
import {keys, startScreen, type TestScreen} from './test-screen.tsx';

/** A press of the first button, as SGR reports it; places count from 1. */
const press = (column: number, row: number): string => `\u001B[<0;${column};${row}M\u001B[<0;${column};${row}m`;
const wheel = {up: '\u001B[<64;5;8M', down: '\u001B[<65;5;8M'};
const rowOf = (at: TestScreen, text: string): number => at.lines().findIndex(line => line.includes(text)) + 1;

test('presses and the wheel have names, all else of the mouse has none', t => {
	t.deepEqual(keyNames(press(12, 3)), ['click 11 2']);
	t.deepEqual(keyNames(wheel.up + wheel.down), ['wheel-up', 'wheel-down']);
	for (const report of [
		'\u001B[<0;12;3m',
		'\u001B[<1;12;3M',
		'\u001B[<2;12;3M',
		'\u001B[<32;12;3M',
		'\u001B[<16;12;3M',
		'\u001B[<66;1;1M',
		'\u001B[<0;0;3M',
		'\u001B[<0;999999;3M',
		'\u001B[<0;12M',
		'\u001B[<;;M',
		'\u001B[<0;1;2;3M',
		'\u001B[<-1;2;3M',
		'\u001B[<9;9\u001B[<M',
		'\u001B[<1',
		'\u001B\u001B[<0;1\u001B[<',
		'\u001B[0;12;3M',
	])
		t.deepEqual(keyNames(report), [], JSON.stringify(report));
});

test('reports of the mouse that are cut anywhere, or that come in the old form, press no key', t => {
	const report = `${press(12, 3)}${wheel.down}${press(7, 20)}`;
	const whole = keyNames(report);
	fc.assert(
		fc.property(fc.uniqueArray(fc.integer({min: 1, max: report.length - 1}), {maxLength: 6}), cuts => {
			const places = [0, ...cuts, report.length].sort((a, b) => a - b);
			// An Escape that comes alone is the key; nobody can know better.
			const pieces = places
				.slice(1)
				.map((place, index) => report.slice(places[index], place))
				.filter(piece => piece !== '');
			const read = createKeyReader();
			const names = pieces.flatMap(read);
			const expected = names.filter(name => name !== 'escape');
			return expected.every(name => whole.includes(name));
		}),
	);
	const read = createKeyReader();
	t.deepEqual(['\u001B[M', ' !!', 'q'].flatMap(read), ['q']);
	t.deepEqual(['\u001B[<0;1', '2;3M'].flatMap(read), ['click 11 2']);
});

test.serial('a click chooses a row, and opens the one that is chosen', async t => {
	const at = await startScreen(sampleData());
	await at.type(press(10, rowOf(at, 'submission   587')));
	t.regex(at.text(), /▶ ✔ submission +587/);
	await at.type(press(10, rowOf(at, 'submission   587')));
	t.regex(at.lines()[2] ?? '', /Overview › submission 587/);
	const row = rowOf(at, 'scanner') + rowOf(at, 'sca');
	await at.type(press(10, row));
	t.regex(at.lines()[2] ?? '', /^ Overview › submission 587 /, 'a double click opens one page');
	await at.end();
});

test.serial('a click on a tab goes to its view, in a narrow window too', async t => {
	for (const [columns, rows] of [
		[40, 12],
		[80, 24],
		[160, 50],
	] as const) {
		const at = await startScreen(sampleData(), {columns, rows});
		await at.type(press((at.lines()[1] ?? '').indexOf('3') + 1, 2));
		t.regex(at.lines()[2] ?? '', /^ Peers/);
		await at.end();
	}
});

test.serial('the wheel scrolls a list, a page and the help; what is chosen stays on the screen', async t => {
	const at = await startScreen(sampleData());
	await at.type('7');
	await at.type(wheel.down.repeat(4));
	t.is(at.screen.get().top, 12);
	t.is(at.screen.get().selected, 12);
	await at.type(wheel.up.repeat(9));
	t.is(at.screen.get().top, 0);
	await at.type('?');
	await at.type(wheel.down);
	t.notRegex(at.text(), /Marks/);
	await at.type(keys.escape);
	await at.type('1');
	await at.type(wheel.down);
	t.is(at.screen.get().selected, 1, 'where all rows fit the wheel chooses');
	await at.end();
});

test.serial('a click beside rows and tabs, and garbage, do nothing', async t => {
	const at = await startScreen(sampleData());
	await at.type(keys.enter);
	const before = at.text();
	for (const [column, row] of [
		[1, 1],
		[12, 2],
		[5, 3],
		[5, 23],
		[500, 500],
	] as const)
		await at.type(press(column, row));
	await at.type('\u001B[<0;M\u001B[<9;9\u001B[<M\u001B[<35;5;5M');
	t.is(at.text(), before);
	t.deepEqual(at.done, []);
	await at.end();
});

test.serial('m gives the mouse to the terminal and takes it again', async t => {
	const at = await startScreen(sampleData());
	await at.type('m');
	t.regex(at.text(), /it selects text; m takes it again/);
	await at.type('m');
	t.deepEqual(at.done, ['mouse false', 'mouse true']);
	await at.end();
});
