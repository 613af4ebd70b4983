import test from 'ava';
import {tear, tearMigration} from '../faults/torn.ts';

// Some cuts; `tsx test/faults/torn-commit.ts` makes all of them.

test('a small step that dies in its commit is a step that never began', async t => {
	t.like(await tear(300, 3, 4), {repaired: 0, problems: []});
});

test('of a step of more than a row group that dies in its commit no row is left, and none counts twice', async t => {
	const {repaired, problems} = await tear(130_000, 1, 2);
	t.deepEqual(problems, []);
	// DuckDB keeps rows of it: were that not so, the test would show nothing.
	t.true(repaired > 0);
});

test('a migration that dies in its commit is made by the next opening', async t => {
	t.deepEqual((await tearMigration(130_000, 1, 1)).problems, []);
	for (const version of [7, 8] as const) t.deepEqual((await tearMigration(300, 3, 3, version)).problems, []);
});
