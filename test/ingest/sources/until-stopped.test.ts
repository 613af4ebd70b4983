import {PassThrough} from 'node:stream';
import {setTimeout as after} from 'node:timers/promises';
import test from 'ava';
import {untilStopped} from '../../../src/ingest/sources/until-stopped.ts';

async function collect(stream: PassThrough, signal: AbortSignal): Promise<string> {
	let text = '';
	for await (const chunk of untilStopped(stream, signal)) text += chunk.toString();
	return text;
}

test('reads to the end when nobody stops it', async t => {
	const stream = new PassThrough();
	stream.write('a');
	stream.end('b');
	t.is(await collect(stream, new AbortController().signal), 'ab');
});

test('what was written before the signal is read, then it ends though the stream does not', async t => {
	const stream = new PassThrough();
	const controller = new AbortController();
	const reading = collect(stream, controller.signal);
	stream.write('a');
	await after(10);
	stream.write('b');
	controller.abort();
	stream.write('c');
	t.is(await reading, 'abc');
	t.true(stream.destroyed);
});

test('a stream that never pauses is left after a grace', async t => {
	const stream = new PassThrough();
	const flood = setInterval(() => stream.write('x'), 5);
	const began = performance.now();
	const text = await collect(stream, AbortSignal.abort());
	clearInterval(flood);
	t.true(text.length > 0);
	t.true(performance.now() - began < 5000);
});

test('an error of the stream is passed on', async t => {
	const stream = new PassThrough();
	const reading = collect(stream, new AbortController().signal);
	stream.destroy(new Error('gone'));
	await t.throwsAsync(reading, {message: 'gone'});
});

test('a stream that is taken away after the signal has ended, and is not damaged', async t => {
	const stream = new PassThrough();
	const controller = new AbortController();
	const reading = collect(stream, controller.signal);
	stream.write('a');
	await after(10);
	controller.abort();
	stream.destroy();
	t.is(await reading, 'a');
});
