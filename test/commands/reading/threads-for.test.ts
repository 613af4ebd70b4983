import test from 'ava';
import {usualThreads} from '../../../src/commands/reading/threads-for.ts';
import {readersIn} from '../../../src/pipeline/workers.ts';

test('up to three processors one thread reads lines, where there are more all but two, up to a bound', t => {
	const processors = [1, 2, 3, 4, 5, 6, 8, 64];
	t.deepEqual(processors.map(usualThreads), [1, 3, 3, 4, 5, 6, 6, 6]);
	t.deepEqual(
		processors.map(it => readersIn(usualThreads(it))),
		[1, 1, 1, 2, 3, 4, 4, 4],
	);
});
