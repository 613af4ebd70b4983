import {Writable} from 'node:stream';
import {setTimeout as after} from 'node:timers/promises';
import test from 'ava';
import type {Io} from '../../src/cli/io.ts';
import {progressWords, size, startProgress} from '../../src/cli/progress.ts';
import {type Source, standardInput} from '../../src/ingest/sources/source.ts';
import {ioWith} from '../commands/fixture/io.ts';

function outside(terminal: boolean, columns = 100): {io: Io; seen: () => string} {
	let seen = '';
	const stream = Object.assign(
		new Writable({
			write(chunk: Buffer, _encoding, done) {
				seen += chunk.toString();
				done();
			},
		}),
		{isTTY: true, columns},
	);
	const say = (sentence: string): void => {
		stream.write(`tlsaudit: ${sentence}\n`);
	};
	const io = ioWith({complain: say, warn: say, detail: say, terminal: terminal ? stream : null});
	return {io, seen: () => seen};
}

const big: Source = {name: 'big.log', path: 'big.log', modified: null, size: 100_000_000};

/** What a terminal of one line shows in the end: only carriage returns and clearing matter. */
function onScreen(text: string): string {
	const line = text.split('\n').at(-1) ?? '';
	return line.slice(Math.max(line.lastIndexOf('\u001B[2K'), 0)).replaceAll(/\u001B(?:\[[0-9;?]*[A-Za-z]|[78])|\r/g, '');
}

test('a bar with bytes, lines, rate and time left is drawn and taken away again', async t => {
	const {io, seen} = outside(true);
	const progress = startProgress([big], io);
	progress.linesFrom(() => 123_456);
	progress.bytes(40_000_000);
	await after(900);
	t.regex(seen(), /█+░+ 40% · 40\.0 MB of 100 MB · 123,456 lines · [\d.]+ MB\/s · \d+ s left/);
	progress.stop();
	t.is(onScreen(seen()), '');
	const length = seen().length;
	await after(500);
	t.is(seen().length, length);
});

test('it fits a terminal of 80 columns', async t => {
	const {io, seen} = outside(true, 80);
	const progress = startProgress([{...big, size: 123_000_000_000}], io);
	progress.linesFrom(() => 1_123_456_789);
	progress.bytes(112_000_000_000);
	await after(500);
	const words = /[█░]+ 91% · [^\u001B]*? left/.exec(seen())?.[0] ?? '';
	t.true(words.length > 60 && words.length <= 80, words);
	progress.stop();
});

test('it is drawn at most five times a second', async t => {
	const {io, seen} = outside(true);
	const progress = startProgress([big], io);
	const began = performance.now();
	for (let step = 0; step < 100; step += 1) {
		progress.bytes(500_000);
		await after(10);
	}
	progress.stop();
	const seconds = (performance.now() - began) / 1000;
	const drawings = seen().split('░ ').length - 1;
	t.true(drawings >= 2 && drawings <= 5 * seconds + 2, `${drawings} in ${seconds} s`);
});

test('nothing is drawn for small input, or where there is no terminal to draw on', async t => {
	for (const [source, terminal] of [
		[{...big, size: 7_000_000}, true],
		[big, false],
	] as const) {
		const {io, seen} = outside(terminal);
		const progress = startProgress([source], io);
		progress.bytes(6_000_000);
		await after(500);
		progress.stop();
		t.is(seen(), '');
	}
});

test('of standard input what was read is shown, once it is much', async t => {
	const {io, seen} = outside(true);
	const progress = startProgress([standardInput], io);
	progress.bytes(1000);
	await after(450);
	t.is(seen(), '');
	progress.bytes(20_000_000);
	await after(900);
	t.regex(seen(), /20\.0 MB read · [\d.]+ [kM]B\/s/);
	progress.stop();
});

test('a sentence takes the bar away and is on a line of its own', async t => {
	const {io, seen} = outside(true);
	const progress = startProgress([big], io);
	progress.bytes(10_000_000);
	await after(700);
	progress.io.warn('a warning');
	progress.stop();
	const before = seen().slice(0, seen().indexOf('tlsaudit: '));
	t.is(onScreen(before), '');
	t.true(seen().includes('tlsaudit: a warning\n'));
});

test('what need not be read counts as done, and not as speed', async t => {
	const {io, seen} = outside(true);
	const progress = startProgress([big], io);
	progress.skip(75_000_000);
	progress.bytes(10_000_000);
	await after(700);
	progress.stop();
	t.regex(seen(), /85% · 10\.0 MB of 25\.0 MB/);
});

test('the rate is that of the time looked back on, and the time left follows from it', t => {
	t.is(
		progressWords(
			[
				{at: 0, bytes: 0},
				{at: 2000, bytes: 50_000_000},
			],
			0,
			100_000_000,
		),
		'50.0 MB of 150 MB · 25.0 MB/s · 4 s left',
	);
});

test('sizes are short', t => {
	t.deepEqual([0, 999, 8_000_000, 12_345_678, 830_000_000, 1_234_000_000, 45_600_000_000].map(size), [
		'0 kB',
		'1 kB',
		'8.00 MB',
		'12.3 MB',
		'830 MB',
		'1.23 GB',
		'45.6 GB',
	]);
});
