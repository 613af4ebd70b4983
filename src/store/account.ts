import type {Coverage} from '../tls/coverage.ts';
import type {Store} from './store.ts';

type Counts = {
	lines: number;
	understood: number;
	irrelevant: number;
	foreign: number;
	malformed: number;
	not_understood: number;
	no_dialogue: number;
	evicted: number;
};

const countNames = [
	'lines',
	'understood',
	'irrelevant',
	'foreign',
	'malformed',
	'not_understood',
	'no_dialogue',
	'evicted',
] as const satisfies ReadonlyArray<keyof Counts>;

const columns = countNames.map(name => `"${name}"`);

/** The account as the database holds it. */
export async function readCoverage(store: Store): Promise<Coverage> {
	const counts = await store.all<Counts>(`select ${columns.map(name => `${name}::double as ${name}`)} from coverage`);
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

/** The sum of two accounts: of what a database held and of what was read now. */
export function addCoverage(a: Coverage, b: Coverage): Coverage {
	const shapes = new Map(a.examples.map(example => [example.shape, {...example}]));
	for (const example of b.examples) {
		const known = shapes.get(example.shape);
		if (known === undefined) shapes.set(example.shape, {...example});
		else known.count += example.count;
	}
	return {
		lines: a.lines + b.lines,
		understood: a.understood + b.understood,
		irrelevant: a.irrelevant + b.irrelevant,
		foreign: a.foreign + b.foreign,
		malformed: a.malformed + b.malformed,
		notUnderstood: a.notUnderstood + b.notUnderstood,
		examples: [...shapes.values()].sort((x, y) => y.count - x.count).slice(0, 50),
		noDialogue: a.noDialogue + b.noDialogue,
		evicted: a.evicted + b.evicted,
		notices: [...new Set([...a.notices, ...b.notices])],
	};
}

/** Replaces the account in the tables `coverage` (one row), `coverage_examples` and `coverage_notices`. */
export async function saveCoverage(store: Store, coverage: Coverage): Promise<void> {
	await store.run('begin');
	try {
		await store.run('delete from coverage');
		await store.run('delete from coverage_examples');
		await store.run('delete from coverage_notices');
		await store.run(`insert into coverage(${columns}) values (${countNames.map(name => `$${name}`)})`, {
			lines: coverage.lines,
			understood: coverage.understood,
			irrelevant: coverage.irrelevant,
			foreign: coverage.foreign,
			malformed: coverage.malformed,
			not_understood: coverage.notUnderstood,
			no_dialogue: coverage.noDialogue,
			evicted: coverage.evicted,
		});
		for (const {shape, count, example, source, line} of coverage.examples)
			await store.run('insert into coverage_examples values ($shape, $count, $example, $source, $line)', {
				shape,
				count,
				example,
				source,
				line,
			});
		for (const notice of coverage.notices) await store.run('insert into coverage_notices values ($notice)', {notice});
		await store.run('commit');
	} catch (error) {
		await store.run('rollback');
		throw error;
	}
}
