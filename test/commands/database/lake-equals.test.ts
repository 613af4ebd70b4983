import test from 'ava';
import {check} from '../../../src/commands/check.ts';
import {report} from '../../../src/commands/report.ts';
import {sessions} from '../../../src/commands/sessions.ts';
import {sql} from '../../../src/commands/sql.ts';
import {whatIf} from '../../../src/commands/what-if.ts';
import {policies} from '../../../src/policy/policies.ts';
import {databaseAndLake, printed, screenViews} from '../fixture/lakes.ts';

/** The real logs of three hosts, as one database and as a lake that three databases have filled. */
const both = databaseAndLake();

type Command = Parameters<typeof printed>[0];

/** What a command prints of the database and of the lake. */
async function ofBoth(command: Command, ...words: string[]) {
	const {db, lake} = await both;
	return Promise.all([db, lake].map(path => printed(command, ...words, '--db', path)));
}

for (const {name} of policies())
	test.serial(`a lake says what the database says, byte for byte: ${name}`, async t => {
		for (const [command, words] of [
			[report, ['report']],
			[check, ['check']],
			[whatIf, ['whatif', '--min-version', 'TLSv1.3']],
		] as const) {
			const [one, other] = await ofBoth(command, ...words, '--format', 'json', '--policy', name);
			t.true((one?.text.length ?? 0) > 10_000);
			t.deepEqual(other, one);
		}
	});

const others: ReadonlyArray<readonly [Command, readonly string[]]> = [
	[report, ['report', '--by', 'domain']],
	[report, ['report', '--by', 'day']],
	[report, ['report', '--by', 'suite']],
	[report, ['report', '--compare', 'yesterday']],
	[report, ['report', '--since', '2026-11-29', '--hop', 'relay-out']],
	[report, ['report', '--format', 'tlsrpt']],
	[sessions, ['sessions']],
	[sql, ['sql', 'from deliveries order by all']],
	[sql, ['sql', 'from held order by all']],
	[sql, ['sql', 'from tls_reports order by all']],
	[sql, ['sql', 'from violations order by all']],
];

for (const [command, words] of others)
	test.serial(`a lake says what the database says: ${words.join(' ')}`, async t => {
		const [one, other] = await ofBoth(command, ...words);
		t.true((one?.text.length ?? 0) > 100);
		t.deepEqual(other, one);
	});

test.serial('the screen shows of a lake what it shows of the database', async t => {
	const {db, lake} = await both;
	const [one, other] = [await screenViews(db), await screenViews(lake)];
	t.true(one.overview.rows.length > 3);
	t.deepEqual(other, one);
});
