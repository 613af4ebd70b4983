import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {check} from '../../../src/commands/check.ts';
import {report} from '../../../src/commands/report.ts';
import {sessions} from '../../../src/commands/sessions.ts';
import {whatIf} from '../../../src/commands/what-if.ts';
import {openStore} from '../../../src/store/store.ts';
import {makeSessions} from '../../bench/made-sessions.ts';
import {newFolder} from '../fixture/importing.ts';
import {exporting, printed} from '../fixture/lakes.ts';

/** A database of six days of two hosts, and its lake. Some sessions have no date, and some begin at midnight or end on another day. */
async function sixDays(): Promise<{readonly db: string; readonly lake: string}> {
	const folder = newFolder();
	const [db, lake] = [join(folder, 'x.db'), join(folder, 'lake')];
	await makeSessions(db, {sessions: 3000, hosts: 2, days: 6});
	const store = await openStore({path: db});
	await store.run(`update session_rows set started_at = null, ended_at = null where rowid % 97 = 0;
		update session_rows set started_at = date_trunc('day', started_at) where rowid % 89 = 0;
		update session_rows set ended_at = started_at + interval 26 hour where rowid % 83 = 0`);
	await store.close();
	await exporting(db, lake);
	return {db, lake};
}

const both = sixDays();

const spans: ReadonlyArray<readonly string[]> = [
	['--since', '2026-01-03', '--until', '2026-01-04'],
	['--since', '2026-01-02T22:30:00', '--until', '2026-01-03T01:00:00'],
	['--since', '2026-01-04T12:00:00'],
	['--until', '2026-01-02'],
	['--since', '2026-01-03', '--until', '2026-01-04', '--hop', 'relay-in', '--timezone', 'Pacific/Auckland'],
	['--since', '2026-02-01'],
];

for (const span of spans)
	test.serial(`a lake says of a span what the database says: ${span.join(' ')}`, async t => {
		const {db, lake} = await both;
		for (const [command, words] of [
			[report, ['report', '--format', 'json']],
			[check, ['check', '--format', 'sarif']],
			[whatIf, ['whatif', '--min-version', 'TLSv1.3', '--format', 'json']],
			[sessions, ['sessions']],
		] as const) {
			const [one, other] = await Promise.all([db, lake].map(path => printed(command, ...words, ...span, '--db', path)));
			t.true((one?.text.length ?? 0) + (one?.said.length ?? 0) > 0);
			t.deepEqual(other && {...other, said: other.said.map(said => said.replaceAll(lake, db))}, one, words.join(' '));
		}
	});

test.serial(
	'what rests on the sessions of a span opens no file of other days, and what rests on all of them does',
	async t => {
		const {db, lake} = await both;
		const day = ['--since', '2026-01-03', '--until', '2026-01-04'];
		// All but the first of each side, of which the columns are read.
		for (const host of ['mx1', 'mx2'])
			for (const name of ['2026-01-02', '2026-01-06']) {
				const folder = join(lake, `day=${name}`, `log_host=${host}`);
				for (const file of readdirSync(folder)) {
					const path = join(folder, file);
					writeFileSync(path, readFileSync(path).fill(0));
				}
			}
		for (const [command, words] of [
			[check, ['check', '--format', 'json']],
			[whatIf, ['whatif', '--min-version', 'TLSv1.3', '--format', 'json']],
			[sessions, ['sessions']],
		] as const) {
			const [one, other] = await Promise.all([db, lake].map(path => printed(command, ...words, ...day, '--db', path)));
			t.true((one?.text.length ?? 0) > 1000);
			t.deepEqual(other, one);
			await t.throwsAsync(printed(command, ...words, '--since', '2026-01-02', '--db', lake), {message: /is torn/});
		}
		await t.throwsAsync(printed(report, 'report', ...day, '--db', lake), {message: /is torn/});
	},
);
