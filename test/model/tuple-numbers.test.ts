import test from 'ava';
import fc from 'fast-check';
import {createTupleNumbers, type TupleItem} from '../../src/model/tuple-numbers.ts';

/** Three columns: words, numbers, booleans. */
const tuple = fc.tuple(
	fc.option(fc.constantFrom('', 'null', 'a', 'b', 'ä', 'TLSv1.2', 'TLSv1.3', 'constructor', '0'), {nil: null}),
	fc.option(fc.integer({min: 0, max: 3}), {nil: null}),
	fc.boolean(),
);

test('a number stands for one tuple, and one tuple has one number', t => {
	fc.assert(
		fc.property(fc.array(fc.array(tuple, {maxLength: 80}), {maxLength: 4}), rounds => {
			const numbers = createTupleNumbers(3);
			for (const tuples of rounds) {
				const given = tuples.map(one => numbers.of(one));
				const taken = numbers.take();
				t.deepEqual(
					given.map(number => taken[number]),
					tuples,
				);
				t.is(taken.length, new Set(tuples.map(one => JSON.stringify(one))).size);
			}
		}),
	);
});

test('any number of tuples stays distinct', t => {
	const numbers = createTupleNumbers(2);
	const tuples = Array.from({length: 70_000}, (_, index): TupleItem[] => [`word ${index % 60_000}`, index % 7]);
	for (let round = 0; round < 2; round++) {
		const given = tuples.map(one => numbers.of(one));
		t.deepEqual(
			given,
			tuples.map((_, index) => index),
		);
		t.deepEqual(numbers.take(), tuples);
	}
});

test('what is returned is a copy: the tuple may change afterwards', t => {
	const numbers = createTupleNumbers(1);
	const mine: TupleItem[] = ['a'];
	t.is(numbers.of(mine), 0);
	mine[0] = 'b';
	t.is(numbers.of(mine), 1);
	t.deepEqual(numbers.take(), [['a'], ['b']]);
	t.deepEqual(numbers.take(), []);
});
