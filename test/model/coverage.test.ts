import test from 'ava';
import {type Coverage, emptyCoverage, summedCoverage, without} from '../../src/model/coverage.ts';

const coverage: Coverage = {
	...emptyCoverage(),
	lines: 10,
	understood: 4,
	irrelevant: 3,
	foreign: 2,
	malformed: 1,
	notUnderstood: 1,
	noDialogue: 5,
	examples: [{shape: 'TLS #', count: 1, example: "TLS '1", source: 'a.log', line: 3}],
	notices: ['The log lacks something.'],
};

test('two accounts add up, examples by their shape, notices once', t => {
	const other = {
		...coverage,
		examples: [...coverage.examples, {shape: 'b', count: 9, example: 'b', source: null, line: 1}],
	};
	const sum = summedCoverage([coverage, other]);
	t.like(sum, {lines: 20, understood: 8, irrelevant: 6, foreign: 4, malformed: 2, notUnderstood: 2, noDialogue: 10});
	t.deepEqual(
		sum.examples.map(({shape, count}) => [shape, count]),
		[
			['TLS #', 2],
			['b', 9],
		],
	);
	t.deepEqual(sum.notices, coverage.notices);
	t.is(coverage.examples[0]?.count, 1);
});

test('what one part counted can be taken away again', t => {
	t.deepEqual(without(summedCoverage([coverage, coverage]), coverage), coverage);
	t.deepEqual(without(coverage, emptyCoverage()), coverage);
	t.like(without(emptyCoverage(), coverage), {lines: 0, examples: []});
});
