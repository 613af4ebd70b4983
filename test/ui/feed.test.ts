import {setTimeout as after} from 'node:timers/promises';
import test from 'ava';
import {createFeed} from '../../src/ui/feed.ts';
import type {Question} from '../../src/ui/question.ts';
import {samplePort} from './sample-port.ts';

const question = (key: string, ask: () => Promise<void>, page = key): Question => ({
	key,
	page,
	lives: 'sessions',
	ask: async () => {
		await ask();
		return {view: 'ciphers', rows: []};
	},
});

test('a new question is asked at once, the same one not again while the data stays', async t => {
	const feed = createFeed(samplePort());
	let asked = 0;
	const wanted = question('a', async () => void asked++);
	feed.want(wanted);
	t.is(asked, 1);
	await after(600);
	t.is(asked, 1);
	t.is(feed.get().question, wanted);
	await feed.stop();
});

test('new data is asked for, at most four times a second', async t => {
	let version = 0;
	const feed = createFeed(samplePort({version: () => version++}));
	let asked = 0;
	feed.want(question('a', async () => void asked++));
	await after(1100);
	t.true(asked >= 3 && asked <= 6, `${asked}`);
	await feed.stop();
});

test('there is one question under way at a time, and the last one wanted is the one answered', async t => {
	const feed = createFeed(samplePort());
	let atOnce = 0;
	let most = 0;
	const slow = async (): Promise<void> => {
		atOnce += 1;
		most = Math.max(most, atOnce);
		await after(60);
		atOnce -= 1;
	};
	for (const key of ['a', 'b', 'c']) feed.want(question(key, slow));
	await after(300);
	t.is(most, 1);
	t.is(feed.get().question?.key, 'c');
	await feed.stop();
});

test('while a log streams in, slow questions leave most of the time to reading', async t => {
	let version = 0;
	const feed = createFeed(
		samplePort({
			version: () => version++,
			progress: () => ({phase: 'live', lines: version, share: null, sessions: 1, source: '-', problems: []}),
		}),
	);
	let asked = 0;
	feed.want(
		question('a', async () => {
			asked += 1;
			await after(200);
		}),
	);
	await after(2000);
	t.true(asked <= 2, `${asked} of 200 ms in two seconds`);
	await feed.stop();
});

test('an answer that comes after its page was left is not shown', async t => {
	const feed = createFeed(samplePort());
	feed.want(question('slow', () => after(100)));
	feed.want(question('fast', async () => undefined));
	await after(60);
	t.is(feed.get().question, null);
	await after(200);
	t.is(feed.get().question?.key, 'fast');
	await feed.stop();
});

test('a failing question becomes a sentence', async t => {
	const feed = createFeed(samplePort());
	feed.want(question('a', () => Promise.reject(new Error('no such table'))));
	await after(50);
	t.is(feed.get().problem, 'no such table');
	await feed.stop();
});

test('the rate is lines a second over the last seconds', async t => {
	let lines = 0;
	const timer = setInterval(() => {
		lines += 100;
	}, 10);
	const feed = createFeed(
		samplePort({progress: () => ({phase: 'live', lines, share: null, sessions: 1, source: '-', problems: []})}),
	);
	await after(1200);
	t.true(feed.get().rate > 1000, `${feed.get().rate}`);
	clearInterval(timer);
	await feed.stop();
});

test('a view opened while paused stands still from then on, and lines are counted from then', async t => {
	let lines = 100;
	const port = samplePort({
		version: () => lines,
		progress: () => ({...samplePort().progress(), lines, phase: 'live' as const}),
	});
	const feed = createFeed(port);
	feed.want(question('a', async () => undefined));
	await after(20);
	feed.pause(true);
	t.is(feed.get().pausedAt, 100);
	lines = 250;
	await after(700);
	t.is(feed.get().pausedAt, 100);
	let asked = 0;
	feed.want(question('b', async () => void asked++));
	await after(20);
	t.is(feed.get().pausedAt, 250);
	lines = 300;
	await after(700);
	t.is(asked, 1);
	t.is(feed.get().pausedAt, 250);
	await feed.stop();
});
