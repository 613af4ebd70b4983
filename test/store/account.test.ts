import test from 'ava';
import {addCoverage, readCoverage, saveCoverage} from '../../src/store/account.ts';
import {openStore} from '../../src/store/store.ts';
import {type Coverage, emptyCoverage} from '../../src/tls/coverage.ts';

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

test('the account is stored and read back, and replaced the next time', async t => {
	const store = await openStore();
	t.deepEqual(await readCoverage(store), emptyCoverage());
	await saveCoverage(store, coverage);
	await saveCoverage(store, coverage);
	t.deepEqual(await readCoverage(store), coverage);
	t.deepEqual(
		await store.all('select lines = understood + irrelevant + "foreign" + malformed as whole from coverage'),
		[{whole: true}],
	);
	await store.close();
});

test('two accounts add up, examples by their shape, notices once', t => {
	const other = {
		...coverage,
		examples: [...coverage.examples, {shape: 'b', count: 9, example: 'b', source: null, line: 1}],
	};
	const sum = addCoverage(coverage, other);
	t.like(sum, {lines: 20, understood: 8, irrelevant: 6, foreign: 4, malformed: 2, notUnderstood: 2, noDialogue: 10});
	t.deepEqual(
		sum.examples.map(({shape, count}) => [shape, count]),
		[
			['b', 9],
			['TLS #', 2],
		],
	);
	t.deepEqual(sum.notices, coverage.notices);
	t.is(coverage.examples[0]?.count, 1);
});
