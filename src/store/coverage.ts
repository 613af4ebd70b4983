import {type Coverage, type CoverageCounts, coverageCounts, emptyCoverage} from '../model/coverage.ts';
import type {Store} from './store.ts';

const countNames = Object.keys(coverageCounts(emptyCoverage()));
const columns = countNames.map(name => `"${name}"`);

/** The coverage as the database holds it. */
export async function readCoverage(store: Store): Promise<Coverage> {
	const counts = await store.all<CoverageCounts>(
		`select ${columns.map(name => `${name}::double as ${name}`)} from coverage`,
	);
	const examples = await store.all<Coverage['examples'][number]>(
		'select shape, count::double as count, example, source, line::double as line from coverage_examples order by count desc, shape',
	);
	const notices = await store.all<{notice: string}>('select notice from coverage_notices');
	const found = counts[0];
	return {
		lines: found?.lines ?? 0,
		understood: found?.understood ?? 0,
		irrelevant: found?.irrelevant ?? 0,
		foreign: found?.foreign ?? 0,
		malformed: found?.malformed ?? 0,
		notUnderstood: found?.not_understood ?? 0,
		examples,
		noDialogue: found?.no_dialogue ?? 0,
		evicted: found?.evicted ?? 0,
		notices: notices.map(({notice}) => notice),
	};
}

/** Replaces the coverage in the tables `coverage` (one row), `coverage_examples` and `coverage_notices`. */
export async function saveCoverage(store: Store, coverage: Coverage): Promise<void> {
	await store.run('begin');
	try {
		await writeCoverage(store, coverage);
		await store.run('commit');
	} catch (error) {
		await store.run('rollback');
		throw error;
	}
}

/** The same, in the transaction that is open. */
export async function writeCoverage(store: Store, coverage: Coverage): Promise<void> {
	await store.run('delete from coverage');
	await store.run('delete from coverage_examples');
	await store.run('delete from coverage_notices');
	await store.run(
		`insert into coverage(${columns}) values (${countNames.map(name => `$${name}`)})`,
		coverageCounts(coverage),
	);
	for (const example of coverage.examples)
		await store.run('insert into coverage_examples values ($shape, $count, $example, $source, $line)', {...example});
	for (const notice of coverage.notices) await store.run('insert into coverage_notices values ($notice)', {notice});
}
