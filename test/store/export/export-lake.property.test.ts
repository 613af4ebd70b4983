import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {summaryOf} from '../../../src/commands/report.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {reportJson} from '../../../src/report/formats/json.ts';
import {exportLake} from '../../../src/store/export/export-lake.ts';
import {judgeByPolicy} from '../../../src/store/judgement.ts';
import {openDatabase} from '../../../src/store/opening/open-database.ts';
import {openStore} from '../../../src/store/store.ts';
import {importing, newFolder, now} from '../../commands/fixture/importing.ts';
import {threeLogs} from '../../commands/fixture/lakes.ts';
import {runs} from '../../runs.ts';

const policy = findPolicy('rfc9325');

/** The report, and each session as often as it is there. */
async function said(path: string): Promise<{report: string; sessions: unknown}> {
	const store = await openDatabase({path, readOnly: true});
	try {
		await judgeByPolicy(store, policy, now);
		const filter = {since: undefined, until: undefined, hops: []};
		const summary = await summaryOf(
			store,
			policy,
			{filter, asOf: now, judging: {}},
			{nothing: null, partial: false, problems: []},
		);
		return {report: reportJson(summary), sessions: await store.all('from sessions order by all')};
	} finally {
		await store.close();
	}
}

test('any cut of sessions into segments gives the same report', async t => {
	const folder = newFolder();
	const logs = threeLogs(folder).map(path => ({path, text: readFileSync(path)}));
	let lakes = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.nat(2),
			fc.uniqueArray(fc.double({min: 0.05, max: 0.95, noNaN: true}), {maxLength: 3}),
			fc.constantFrom(1, 7, 40, 200_000),
			fc.constantFrom(1, 2, 4),
			async (which, cuts, most, threads) => {
				const {path, text} = logs[which] ?? {path: '', text: Buffer.alloc(0)};
				lakes++;
				const [db, lake] = [join(folder, `${lakes}.db`), join(folder, `lake-${lakes}`)];
				for (const cut of [...cuts.toSorted((a, b) => a - b), 1]) {
					writeFileSync(path, text.subarray(0, Math.ceil(text.length * cut)));
					await importing(db, path);
					const store = await openStore({path: db});
					await store.run(`set threads = ${threads}`);
					await exportLake(store, lake, new AbortController().signal, most);
					await store.close();
				}
				t.deepEqual(await said(lake), await said(db));
			},
		),
		{numRuns: runs(3), endOnFailure: true},
	);
});

/** Changes a new database of a log, exports it, and gives its one segment. */
async function oneSegment(folder: string, log: string, name: string, change: readonly string[]): Promise<string> {
	const [db, lake] = [join(folder, `${name}.db`), join(folder, `${name}-lake`)];
	await importing(db, log);
	const store = await openStore({path: db});
	for (const statement of change) await store.run(statement);
	await exportLake(store, lake, new AbortController().signal);
	const [segment] = await store.all<{file: string}>(`select file from glob('${lake}/day=*/*/*.parquet')`);
	await store.close();
	return segment?.file ?? '';
}

test('the bytes of a segment do not depend on the order of rows, and are in that of start and line', async t => {
	const folder = newFolder();
	const [log = ''] = threeLogs(folder);
	// More than a row group of Parquet has.
	const more =
		'insert into session_rows select r.* replace (first_line + i as first_line) from session_rows r, range(600) n(i)';
	const turned = [
		more,
		'create temp table turned as from session_rows order by hash(rowid)',
		'delete from session_rows',
		'insert into session_rows from temp.turned',
	];
	const files = [];
	for (const [name, change] of [
		['as-read', [more]],
		['turned', turned],
	] as const)
		files.push(await oneSegment(folder, log, name, change));
	const [one = '', other = ''] = files;
	t.true(readFileSync(one).length > 50_000);
	t.true(readFileSync(other).equals(readFileSync(one)));
	const store = await openStore();
	const [row] = await store.all(
		`select count(*)::int as rows, count(*) filter (previous > this)::int as wrong from (
			select row(started_at, first_line) as this, lag(this) over (order by file_row_number) as previous
			from read_parquet('${one}', file_row_number = true))`,
	);
	await store.close();
	t.true(Number(row?.rows) > 122_880);
	t.is(row?.wrong, 0);
});

test('columns of many words are sent as those of few', async t => {
	const folder = newFolder();
	const [log = ''] = threeLogs(folder);
	await oneSegment(folder, log, 'many', [
		`insert into handshakes select h.* replace (1000000 + i as handshake, concat('cipher-', i) as cipher)
			from (from handshakes limit 1) h, range(2000) n(i)`,
		`insert into session_rows select r.* replace (1000000 + i as handshake, i as first_line)
			from (from session_rows limit 1) r, range(2000) n(i)`,
	]);
	const [made, lake] = await Promise.all([said(join(folder, 'many.db')), said(join(folder, 'many-lake'))]);
	t.deepEqual(lake, made);
});
