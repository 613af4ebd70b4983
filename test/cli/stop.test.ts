import {constants} from 'node:os';
import test from 'ava';
import {stopOnSignal} from '../../src/cli/stop.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const listeners = (): number[] => names.map(name => process.listenerCount(name));

test('many stops beside each other are one listener of the process for each signal, and none when all are released', t => {
	const before = listeners();
	const stops = Array.from({length: 20}, stopOnSignal);
	t.deepEqual(
		listeners(),
		before.map(count => count + 1),
	);
	process.emit('SIGTERM');
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
	process.emit('SIGINT');
	t.is(released.number(), null);
	t.is(kept.number(), constants.signals.SIGINT);
	kept.release();
});
