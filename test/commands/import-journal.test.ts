import {appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {readSources} from '../../src/commands/reading/read-sources.ts';
import {journalSource} from '../../src/ingest/journal/journal-source.ts';
import {openStore} from '../../src/store/store.ts';
import {random} from '../bench/random.ts';
import {importUntil} from '../faults/import-process.ts';
import {entriesOf, standIn} from '../ingest/journal/fixture/stand-in.ts';
import {runs} from '../runs.ts';
import {
	differences,
	foundIn,
	type Held,
	heldIn,
	importing,
	newFolder,
	none,
	now,
	quietIo,
} from './fixture/importing.ts';

const folder = newFolder();
const journal = join(folder, 'journal.jsonl');
Object.assign(process.env, standIn(folder, journal));

const entries = entriesOf(readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8'));
const ofMail = (lines: readonly string[]): string => lines.filter(line => !line.includes('"CRON"')).join('');

/** What a reader makes of the entries of mail servers. */
const found = (lines: readonly string[]): Promise<Held> =>
	foundIn([{name: 'journal', text: Buffer.from(ofMail(lines))}]);

let databases = 0;
const newDb = (): string => join(folder, `${++databases}.db`);
const journalInto = (db: string, ...words: string[]): ReturnType<typeof importing> =>
	importing(db, '--journal', ...words);

// One after the other: they share the journal.
test.serial(
	'a journal that grows by any entries gives the sessions of the whole, and a second import adds nothing',
	async t => {
		const whole = await found(entries);
		t.true(whole.sessions.length > 100);
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(fc.nat(entries.length - 1), {minLength: 1, maxLength: 2}),
				fc.constantFrom('20000', '200000000'),
				async (cuts, step) => {
					const db = newDb();
					writeFileSync(journal, '');
					let before = 0;
					for (const cut of [...cuts.filter(each => each > 0).sort((a, b) => a - b), entries.length]) {
						appendFileSync(journal, entries.slice(before, cut).join(''));
						before = cut;
						const {incomplete, said} = await journalInto(db, '--step-bytes', step);
						t.false(incomplete, said.join());
					}
					t.deepEqual(differences(await heldIn(db), whole), none);
					const again = await journalInto(db);
					t.regex(again.said.at(-1) ?? '', /: read the journal, nothing new in it; sessions \+0, /);
					t.deepEqual(differences(await heldIn(db), whole), none);
					rmSync(db);
				},
			),
			{numRuns: runs(2), endOnFailure: true},
		);
	},
);

test.serial('an import that is killed at any moment and made again loses and doubles nothing', async t => {
	t.timeout(170_000);
	const some = entries.slice(0, 900);
	const whole = await found(some);
	writeFileSync(journal, some.join(''));
	const words = ['--journal', '--timezone', 'UTC', '--step-bytes', '20000'];
	const full = await importUntil(['--db', newDb(), ...words], null);
	t.is(full.status, 0, full.said);
	const chance = random(7);
	for (let kill = 0; kill < runs(3); kill++) {
		const db = newDb();
		const ms = (0.3 + (0.7 * chance.below(1000)) / 1000) * full.seconds * 1000;
		await importUntil(['--db', db, ...words], {ms, signal: 'SIGKILL'});
		if (existsSync(db)) t.true((await heldIn(db)).coverage.lines <= whole.coverage.lines);
		const rest = await importUntil(['--db', db, ...words], null);
		t.is(rest.status, 0, rest.said);
		t.deepEqual(differences(await heldIn(db), whole), none, `killed after ${ms} ms`);
	}
});

test.serial(
	'a journal that lost the entry of the cursor is read from its oldest entry, and none is counted twice',
	async t => {
		const db = newDb();
		writeFileSync(journal, entries.slice(0, 700).join(''));
		await journalInto(db);
		// Rotation took the entries up to 800, but the journal still has some that were read.
		for (const [oldest, kept] of [
			[900, 900],
			[400, 700],
		] as const) {
			const other = newDb();
			writeFileSync(journal, entries.slice(0, 700).join(''));
			await journalInto(other);
			const cursor = entries[699]?.match(/"__CURSOR":"([^"]*)"/)?.[1] ?? '';
			const left = entries.slice(oldest).filter(line => !line.includes(cursor));
			writeFileSync(journal, left.join(''));
			const {said, incomplete} = await journalInto(other);
			t.false(incomplete);
			t.regex(
				said.join('\n'),
				/^journal: does not have the entry any more up to which it was read; .* up to 2026-11-24 /m,
			);
			const store = await openStore({path: other});
			const isLost = oldest > 700;
			t.is(
				/x?\d+\.db: a log was not read to its end .*: journal from 2026-11-24 .* were deleted before/.test(
					store.lacking ?? '',
				),
				isLost,
			);
			await store.close();
			// Those of the same microsecond as the last one were read, too.
			const after = entries.slice(kept);
			t.deepEqual(differences(await heldIn(other), await found([...entries.slice(0, 700), ...after])), none);
		}
	},
);

test.serial('a unit has its own place; one that shares entries with what was read is refused', async t => {
	const db = newDb();
	writeFileSync(journal, entries.join(''));
	const only = (unit: string): string[] => entries.filter(line => line.includes(`"_SYSTEMD_UNIT":"${unit}`));
	await importing(db, '--journal', 'postfix');
	t.deepEqual(differences(await heldIn(db, ['source']), await found(only('postfix'))).coverage, null);
	const {incomplete} = await importing(db, '--journal', 'dovecot.service');
	t.false(incomplete);
	const both = await heldIn(db);
	t.is(both.coverage.lines, only('postfix').length + only('dovecot').length);
	for (const words of [['--journal'], ['--journal', 'postfix@-.service'], ['--journal', 'postfix.service']]) {
		const refused = await importing(db, ...words);
		t.true(refused.incomplete);
		t.regex(refused.said.join('\n'), /the database was filled with --journal postfix, and --journal/);
	}
	t.deepEqual(await heldIn(db), both);
});

test.serial('what the journal cannot give is one sentence, and what to do', async t => {
	writeFileSync(journal, entries.slice(0, 10).join(''));
	process.env.SAYS =
		"Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.";
	try {
		await t.throwsAsync(journalInto(newDb()), {message: /^journal: this user may not see .* group systemd-journal/});
		process.env.SAYS = 'Failed to open the thing: Bad message';
		process.env.STATUS = '1';
		await t.throwsAsync(journalInto(newDb()), {
			message:
				'journal: journalctl ended with status 1 (Failed to open the thing: Bad message); see what journalctl -n 1 says',
		});
	} finally {
		delete process.env.SAYS;
		delete process.env.STATUS;
	}
	writeFileSync(journal, '');
	await t.throwsAsync(journalInto(newDb()), {message: /^journal: there is not one entry in it; /});
	const {PATH} = process.env;
	process.env.PATH = join(folder, 'nothing');
	try {
		await t.throwsAsync(journalInto(newDb()), {message: /^journal: there is no journalctl here, .*; name a log file/});
	} finally {
		process.env.PATH = PATH;
	}
});

test.serial(
	'a database that follows the journal does not grow with every step, and shows what each brought',
	async t => {
		t.timeout(170_000);
		const db = newDb();
		writeFileSync(journal, entries.slice(0, 100).join(''));
		const settings = await readSettings(readFlags(['--journal', '--timezone', 'UTC', '--db', db]), now);
		const store = await openStore({path: db});
		const stop = new AbortController();
		let steps = 0;
		function stored(): void {
			steps += 1;
			if (steps === 50) stop.abort();
			appendFileSync(journal, entries.slice(90 + steps * 10, 100 + steps * 10).join(''));
		}
		try {
			const {io} = quietIo();
			const hooks = {io, bytes: () => undefined, linesFrom: () => undefined, stored};
			const sources = [journalSource(null, true)];
			const {problems} = await readSources(store, sources, {...settings, stepMs: 1}, hooks, stop.signal);
			t.deepEqual(problems, []);
		} finally {
			await store.close();
		}
		t.true(steps >= 50);
		// A step that leaves its rows where they are takes a quarter of a megabyte.
		t.true(statSync(db).size < 8_000_000, `${statSync(db).size} bytes after ${steps} steps`);
		await journalInto(db);
		t.deepEqual(differences(await heldIn(db), await found(readFileSync(journal, 'utf8').split(/(?<=\n)/))), none);
	},
);
