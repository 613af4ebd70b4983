import test from 'ava';
import fc from 'fast-check';
import {type Cell, type Heading, monochrome, table} from '../../../src/report/text/layout.ts';
import {cutPeer} from '../../../src/report/text/peer-words.ts';
import {shortened, width as widthOf} from '../../../src/text/width.ts';

const headings: readonly Heading[] = [
	{title: 'REASON'},
	{title: 'PEER', room: cutPeer, least: 16},
	{title: 'SESSIONS', right: true},
	{title: 'REMEDY', room: 'fold'},
];
const remedy = 'Let the peer renew its certificate, or name its authority in smtp_tls_CAfile.';
const rows: ReadonlyArray<readonly Cell[]> = [
	['peer-alert', 'mx.old-and-long.example.org[192.0.2.1]', 1234, remedy],
	['timeout', '192.0.2.2', 1, ''],
];

test('in a file each cell is on its line in full', t => {
	t.deepEqual(table(headings, rows), [
		'REASON      PEER                                    SESSIONS  REMEDY',
		`peer-alert  mx.old-and-long.example.org[192.0.2.1]     1,234  ${remedy}`,
		'timeout     192.0.2.2                                      1',
	]);
});

test('on a terminal a sentence is folded in its column, and a host gives way to its address', t => {
	t.deepEqual(table(headings, rows, {width: 70, whole: false}), [
		'REASON      PEER                     SESSIONS  REMEDY',
		'peer-alert  mx.old-and-…[192.0.2.1]     1,234  Let the peer renew its',
		'                                               certificate, or name',
		'                                               its authority in',
		'                                               smtp_tls_CAfile.',
		'timeout     192.0.2.2                       1',
	]);
});

test('a terminal that is too narrow for the table has each row as a list', t => {
	t.deepEqual(table(headings, rows, {width: 40, whole: false}), [
		'peer-alert,',
		'  PEER mx.old-and-long.exa…[192.0.2.1],',
		'  SESSIONS 1,234, REMEDY Let the peer',
		'  renew its certificate, or name its',
		'  authority in smtp_tls_CAfile.',
		'timeout, PEER 192.0.2.2, SESSIONS 1',
	]);
});

test('numbers lose their commas, then their digits, before a table is a list; in a file they lose nothing', t => {
	const numbers: readonly Heading[] = ['A', 'B', 'C'].map(title => ({title, right: true}));
	const cells = [[1_234_567, 2_345_678, (form: (value: number) => string) => `x ${form(345_678)}`]];
	t.is(table(numbers, cells, {width: 40, whole: false})[1], '1,234,567  2,345,678  x 345,678');
	t.is(table(numbers, cells, {width: 26, whole: false})[1], '1234567  2345678  x 345678');
	t.is(table(numbers, cells, {width: 20, whole: false})[1], '1.2M  2.3M  x 345k');
	t.is(table(numbers, cells, {width: 20, whole: true})[1], '1,234,567  2,345,678  x 345,678');
});

const word = fc.string({unit: fc.constantFrom('a', 'b', '漢', 'é', '-', '.'), minLength: 1, maxLength: 60});
const sentence = fc.array(word, {minLength: 1, maxLength: 20}).map(words => words.join(' '));

test('tables whose columns give room keep to the terminal, and in a file they cut nothing', t => {
	fc.assert(
		fc.property(
			fc.array(fc.tuple(word, fc.nat(), sentence), {maxLength: 8}),
			fc.integer({min: 40, max: 300}),
			(all, width) => {
				const titled = [
					{title: 'NAME', room: shortened},
					{title: 'SESSIONS', right: true},
					{title: 'REMEDY', room: 'fold'},
				] as const;
				const lines = table(titled, all, {width, whole: false});
				t.deepEqual(
					lines.filter(line => widthOf(line) > width),
					[],
				);
				const whole = table(titled, all).join('\n');
				for (const [name, , text] of all) t.true(whole.includes(name) && whole.includes(text));
			},
		),
	);
});

test('folding a column loses nothing', t => {
	const titled = [
		{title: 'N', right: true},
		{title: 'REMEDY', room: 'fold'},
	] as const;
	const letters = (texts: readonly string[]): string => texts.join('').replaceAll(/[^ab漢é.-]/g, '');
	fc.assert(
		fc.property(fc.array(sentence, {minLength: 1, maxLength: 8}), fc.integer({min: 40, max: 120}), (all, width) => {
			const lines = table(
				titled,
				all.map((text, index) => [index, text]),
				{width, whole: false},
			);
			t.is(letters(lines), letters(all));
		}),
	);
});

test('a style is laid on lines that are aligned already', t => {
	const marked = table([{title: 'A'}], [['x'], ['y']], {width: 80, whole: true}, (line, row) =>
		row === 1 ? monochrome('pass', `${line}!`) : line,
	);
	t.deepEqual(marked, ['A', 'x', 'y!']);
});
