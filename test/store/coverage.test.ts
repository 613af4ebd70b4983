import test from 'ava';
import {type Coverage, emptyCoverage} from '../../src/model/coverage.ts';
import {readCoverage, saveCoverage} from '../../src/store/coverage.ts';
import {openStore} from '../../src/store/store.ts';

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

test('the coverage is stored and read back, and replaced the next time', async t => {
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
