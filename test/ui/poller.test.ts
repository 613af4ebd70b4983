import {setTimeout as after} from 'node:timers/promises';
import test from 'ava';
import {createPoller} from '../../src/ui/poller.ts';
import type {Query} from '../../src/ui/query.ts';
import {allTime} from '../../src/ui/typing/span.ts';
import {sampleData} from './sample-data.ts';

const query = (key: string, ask: () => Promise<void>, page = key): Query => ({
	key,
	page,
	dependsOn: 'sessions',
	by: {policy: 'founding', span: allTime, filter: ''},
	ask: async () => {
		await ask();
		return {view: 'ciphers', rows: []};
	},
});

test('a new query is asked at once, the same one not again while the data stays', async t => {
	const poller = createPoller(sampleData());
	let asked = 0;
	const wanted = query('a', async () => void asked++);
	poller.want(wanted);
	t.is(asked, 1);
	await after(600);
	t.is(asked, 1);
	t.is(poller.get().query, wanted);
	await poller.stop();
});

test('new data is asked for, at most four times a second', async t => {
	let version = 0;
	const poller = createPoller(sampleData({version: () => version++}));
	let asked = 0;
	poller.want(query('a', async () => void asked++));
	await after(1100);
	t.true(asked >= 3 && asked <= 6, `${asked}`);
	await poller.stop();
});

test('there is one query under way at a time, and the last one wanted is the one whose result is shown', async t => {
	const poller = createPoller(sampleData());
	let atOnce = 0;
	let most = 0;
	const slow = async (): Promise<void> => {
		atOnce += 1;
		most = Math.max(most, atOnce);
		await after(60);
		atOnce -= 1;
	};
	for (const key of ['a', 'b', 'c']) poller.want(query(key, slow));
	await after(300);
	t.is(most, 1);
	t.is(poller.get().query?.key, 'c');
	await poller.stop();
});

test('while a log streams in, slow queries leave most of the time to reading', async t => {
	let version = 0;
	const poller = createPoller(
		sampleData({
			version: () => version++,
			progress: () => ({phase: 'live', lines: version, share: null, sessions: 1, source: '-', problems: []}),
		}),
	);
	let asked = 0;
	poller.want(
		query('a', async () => {
			asked += 1;
			await after(200);
		}),
	);
	await after(2000);
	t.true(asked <= 2, `${asked} of 200 ms in two seconds`);
	await poller.stop();
});

test('the end of reading is said with the numbers of all that was read, which are asked for at once', async t => {
	let version = 1;
	let phase: 'reading' | 'ended' = 'reading';
	const poller = createPoller(
		sampleData({
			version: () => version,
			counted: () => version,
			progress: () => ({phase, lines: version, share: null, sessions: version, source: '-', problems: []}),
		}),
	);
	const asked: number[] = [];
	poller.want(
		query('a', async () => {
			asked.push(version);
			await after(250);
		}),
	);
	while (poller.get().sessions === null) await after(20);
	version = 9000;
	phase = 'ended';
	const seen: string[] = [];
	for (let times = 0; times < 100 && seen.at(-1) !== 'ended 9000'; times += 1) {
		await after(20);
		const {progress, sessions} = poller.get();
		seen.push(`${progress.phase} ${sessions}`);
	}
	// The query of 250 ms that came before the end is followed by a rest of four seconds otherwise.
	t.deepEqual([...new Set(seen)], ['reading 1', 'ended 9000']);
	t.deepEqual(asked, [1, 9000]);
	await poller.stop();
});

test('an end whose numbers cannot be had is said all the same', async t => {
	let phase: 'reading' | 'ended' = 'reading';
	const poller = createPoller(
		sampleData({
			progress: () => ({phase, lines: 5, share: null, sessions: 1, source: '-', problems: []}),
		}),
	);
	poller.want(query('a', () => Promise.reject(new Error('the disk is full'))));
	await after(150);
	phase = 'ended';
	await after(700);
	t.like(poller.get(), {problem: 'the disk is full', progress: {phase: 'ended'}});
	await poller.stop();
});

test('a result that comes after its page was left is not shown', async t => {
	const poller = createPoller(sampleData());
	poller.want(query('slow', () => after(100)));
	poller.want(query('fast', async () => undefined));
	await after(60);
	t.is(poller.get().query, null);
	await after(200);
	t.is(poller.get().query?.key, 'fast');
	await poller.stop();
});

test('a failing query becomes a sentence', async t => {
	const poller = createPoller(sampleData());
	poller.want(query('a', () => Promise.reject(new Error('no such table'))));
	await after(50);
	t.is(poller.get().problem, 'no such table');
	await poller.stop();
});

test('the rate is lines a second over the last seconds', async t => {
	let lines = 0;
	const timer = setInterval(() => {
		lines += 100;
	}, 10);
	const poller = createPoller(
		sampleData({progress: () => ({phase: 'live', lines, share: null, sessions: 1, source: '-', problems: []})}),
	);
	await after(1200);
	t.true(poller.get().rate > 1000, `${poller.get().rate}`);
	clearInterval(timer);
	await poller.stop();
});

test('a view opened while paused does not move from then on, and lines are counted from then', async t => {
	let lines = 100;
	const data = sampleData({
		version: () => lines,
		progress: () => ({...sampleData().progress(), lines, phase: 'live' as const}),
	});
	const poller = createPoller(data);
	poller.want(query('a', async () => undefined));
	await after(20);
	poller.pause(true);
	t.is(poller.get().pausedAt, 100);
	lines = 250;
	await after(700);
	t.is(poller.get().pausedAt, 100);
	let asked = 0;
	poller.want(query('b', async () => void asked++));
	await after(20);
	t.is(poller.get().pausedAt, 250);
	lines = 300;
	await after(700);
	t.is(asked, 1);
	t.is(poller.get().pausedAt, 250);
	await poller.stop();
});
