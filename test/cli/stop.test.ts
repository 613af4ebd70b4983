import {constants} from 'node:os';
import test from 'ava';
import {stopOnSignal} from '../../src/cli/stop.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const listeners = (): number[] => names.map(name => process.listenerCount(name));

/** What others in this process listen with, such as the runner of the tests, which ends at a signal. */
const others = new Map(names.map(name => [name, process.listeners(name)]));

/** Lets a signal come to what was added since. */
function come(name: (typeof names)[number]): void {
	for (const listener of process.listeners(name)) if (!others.get(name)?.includes(listener)) listener(name);
}

test('many stops beside each other are one listener of the process for each signal, and none when all are released', t => {
	const before = listeners();
	const stops = Array.from({length: 20}, stopOnSignal);
	t.deepEqual(
		listeners(),
		before.map(count => count + 1),
	);
	come('SIGTERM');
	t.true(stops.every(({signal, number}) => signal.aborted && number() === constants.signals.SIGTERM));
	stops[0]?.release();
	stops[0]?.release();
	t.deepEqual(
		listeners(),
		before.map(count => count + 1),
	);
	for (const stop of stops) stop.release();
	t.deepEqual(listeners(), before);
});

test('what is released takes no notice of a signal, what is not ends at it', t => {
	const [released, kept] = [stopOnSignal(), stopOnSignal()];
	released.release();
	come('SIGINT');
	t.is(released.number(), null);
	t.is(kept.number(), constants.signals.SIGINT);
	kept.release();
});
