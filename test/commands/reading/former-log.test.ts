import {
	appendFileSync,
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {readFlags} from '../../../src/cli/flags.ts';
import {readSettings} from '../../../src/cli/settings.ts';
import {accept} from '../../../src/commands/database/accept.ts';
import {openStore} from '../../../src/store/store.ts';
import {importUntil} from '../../faults/import-process.ts';
import {runs} from '../../runs.ts';
import {
	differences,
	foundIn,
	heldIn,
	importing,
	newFolder,
	none,
	now,
	quietIo,
	whereabouts,
} from '../fixture/importing.ts';

// A log that is imported by its name alone, again and again, and is rotated between.

const text = readFileSync(new URL('../../../samples/real/rfc3339.log', import.meta.url));

/** Ways to rotate a log; each gives the names of the parts, the youngest last. */
const rotations = {
	numbers(log: string, folder: string) {
		const highest = readdirSync(folder).filter(name => /^mail\.log\.\d+$/.test(name)).length;
		for (let number = highest; number > 0; number--) renameSync(`${log}.${number}`, `${log}.${number + 1}`);
		renameSync(log, `${log}.1`);
	},
	packed(log: string, folder: string) {
		const parts = readdirSync(folder).filter(name => /^mail\.log\.\d+\.gz$/.test(name)).length;
		for (let number = parts; number > 0; number--) renameSync(`${log}.${number}.gz`, `${log}.${number + 1}.gz`);
		writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log)));
		rmSync(log);
	},
	dates(log: string, folder: string) {
		renameSync(log, `${log}-202611${String(10 + readdirSync(folder).length)}`);
	},
	truncated(log: string, folder: string) {
		copyFileSync(log, `${log}.copy`);
		truncateSync(log);
		renameSync(log, `${log}.kept`);
		renameSync(`${log}.copy`, log);
		rotations.numbers(log, folder);
		renameSync(`${log}.kept`, log);
	},
};
type Kind = keyof typeof rotations;

type Turn = {readonly bytes: number; readonly act: 'import' | 'rotate' | 'kill'};
const turns = (kinds: ReadonlyArray<Turn['act']>) =>
	fc.array(fc.record({bytes: fc.integer({min: 1, max: 90_000}), act: fc.constantFrom(...kinds)}), {
		minLength: 3,
		maxLength: 9,
	});

/** Writes the text piece by piece, cut at lines where the log is rotated, and imports and rotates as is said; in the end imports once more. */
async function written(
	db: string,
	folder: string,
	kind: Kind,
	script: readonly Turn[],
	take: (words: readonly string[], kill: boolean) => Promise<unknown>,
): Promise<void> {
	const log = join(folder, 'mail.log');
	const words = ['--step-bytes', '20000', '--block-bytes', '140000', log];
	writeFileSync(log, '');
	let at = 0;
	for (const {bytes, act} of script) {
		const to = act === 'rotate' ? text.indexOf(10, at + bytes) + 1 : at + bytes;
		if (to <= at || to >= text.length) break;
		appendFileSync(log, text.subarray(at, to));
		at = to;
		if (act === 'rotate') rotations[kind](log, folder);
		else await take(['--db', db, ...words], act === 'kill');
	}
	appendFileSync(log, text.subarray(at));
	await take(['--db', db, ...words], false);
}

test('a log that is rotated between imports of its name alone gives the sessions of the whole, however it is rotated', async t => {
	const whole = await foundIn([{name: 'mail.log', text}], whereabouts);
	let rotated = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(...(Object.keys(rotations) as Kind[])),
			turns(['import', 'rotate', 'rotate']),
			async (kind, script) => {
				// What was never read under the name may be of any other time.
				const first: Turn = {bytes: 6000, act: 'import'};
				rotated += script.filter(({act}) => act === 'rotate').length;
				const folder = newFolder();
				const db = join(folder, 'x.db');
				await written(db, folder, kind, [first, ...script], async words => {
					const {said, incomplete} = await importing(db, ...words.slice(2));
					t.false(incomplete, said.join());
				});
				t.deepEqual(differences(await heldIn(db, whereabouts), whole), none);
				const store = await openStore({path: db});
				t.is(store.lacking ?? null, null);
				await store.close();
				rmSync(folder, {recursive: true});
			},
		),
		{
			numRuns: runs(6),
			endOnFailure: true,
			examples: (Object.keys(rotations) as Kind[]).map((kind): [Kind, Turn[]] => [
				kind,
				(['rotate', 'rotate', 'import', 'rotate'] as const).map(act => ({bytes: 40_000, act})),
			]),
		},
	);
	t.true(rotated > 10);
});

test('an import that is killed while it reads rotated parts goes on there, asked for the log alone', async t => {
	t.timeout(170_000);
	const whole = await foundIn([{name: 'mail.log', text}], whereabouts);
	let ms = 0;
	for (const [index, share] of [0.5, 0.75, 0.95].slice(0, runs(2)).entries()) {
		const folder = newFolder();
		const db = join(folder, 'x.db');
		const script: Turn[] = [
			{bytes: 6000, act: 'import'},
			{bytes: 150_000, act: 'rotate'},
			{bytes: 150_000, act: 'rotate'},
			{bytes: 20_000, act: 'kill'},
		];
		await written(db, folder, index % 2 === 0 ? 'numbers' : 'packed', script, async (words, kill) => {
			const all = ['--timezone', 'UTC', ...words];
			if (!kill) {
				const {status, said, seconds} = await importUntil(all, null);
				ms ||= seconds * 1000;
				t.is(status, 0, said);
			} else await importUntil(all, {ms: 2 * ms * share, signal: 'SIGKILL'});
		});
		t.deepEqual(differences(await heldIn(db, whereabouts), whole), none, `killed after ${2 * ms * share} ms`);
	}
});

test('where the log that was read before is nowhere, verdicts are undecided until it is found or accepted', async t => {
	const folder = newFolder();
	const [db, log] = [join(folder, 'x.db'), join(folder, 'mail.log')];
	const half = text.indexOf(10, text.length / 2) + 1;
	const lacking = async (): Promise<string | null> => {
		const store = await openStore({path: db});
		await store.close();
		return store.lacking ?? null;
	};
	writeFileSync(log, text.subarray(0, 50_000));
	await importing(db, log);
	writeFileSync(log, text.subarray(half));
	const {said, incomplete} = await importing(db, log);
	t.regex(
		said.join('\n'),
		/mail\.log: was replaced, and the file of before is not beside it .* accept that with tlsaudit db accept$/m,
	);
	t.true(incomplete);
	t.regex((await lacking()) ?? '', /a log was not read to its end .*mail\.log: was replaced/);
	// Said once.
	const again = await importing(db, log);
	t.false(again.said.join('\n').includes('was replaced'), again.said.join('\n'));
	t.falsy(again.incomplete);
	// Under any name.
	const found = join(folder, 'found');
	writeFileSync(found, text.subarray(0, half));
	await importing(db, found);
	t.is(await lacking(), null);
	writeFileSync(log, text.subarray(0, 40));
	writeFileSync(log, Buffer.concat([Buffer.from('x'), text.subarray(half)]));
	await importing(db, log);
	t.not(await lacking(), null);
	await accept(await readSettings(readFlags(['db', 'accept', db, log]), now), quietIo().io);
	t.is(await lacking(), null);
	await importing(db, log);
	t.is(await lacking(), null);
	// Accepted once, it is accepted of all that are replaced under this name.
	writeFileSync(log, Buffer.concat([Buffer.from('y'), text.subarray(half)]));
	t.falsy((await importing(db, log)).incomplete);
	t.is(await lacking(), null);
});

test.serial('a name that is typed from the folder one is in may mean any log', async t => {
	const [one, other] = [newFolder(), newFolder()];
	const db = join(one, 'x.db');
	const half = text.indexOf(10, text.length / 2) + 1;
	const before = process.cwd();
	try {
		for (const [folder, bytes] of [
			[one, text.subarray(0, half)],
			[other, text.subarray(half)],
		] as const) {
			process.chdir(folder);
			writeFileSync('mail.log', bytes);
			t.false((await importing(db, 'mail.log')).said.join().includes('was replaced'));
		}
	} finally {
		process.chdir(before);
	}
	const store = await openStore({path: db});
	t.is(store.lacking ?? null, null);
	await store.close();
});

const pieces = Array.from({length: 8}, (_, index) => {
	const at = (share: number): number => (share === 0 ? 0 : text.indexOf(10, (text.length * share) / 8) + 1);
	return text.subarray(at(index), index === 7 ? text.length : at(index + 1));
});
const part = (from: number, to = from + 1): Buffer => Buffer.concat(pieces.slice(from, to));

/** What a database has, what an import of some pieces in one would have, and whether anything is lacking. */
async function sessionsOf(db: string): Promise<{sessions: number; lacks: boolean}> {
	const store = await openStore({path: db});
	const [row] = await store.all<{n: number}>('select count(*)::int as n from sessions');
	await store.close();
	return {sessions: row?.n ?? 0, lacks: (store.lacking ?? null) !== null};
}
const whole = async (...bytes: Buffer[]): Promise<{sessions: number; lacks: boolean}> => {
	const held = await foundIn([{name: 'mail.log', text: Buffer.concat(bytes)}], whereabouts);
	return {sessions: held.sessions.length, lacks: false};
};

test('a part that is being packed, or is cut, is not taken for the log that was read before', async t => {
	const folder = newFolder();
	const [db, log] = [join(folder, 'x.db'), join(folder, 'mail.log')];
	writeFileSync(log, part(0, 2));
	await importing(db, log);
	writeFileSync(`${log}.1`, part(0, 3));
	writeFileSync(`${log}.1.gz`, gzipSync(part(0, 3)).subarray(0, 4096));
	writeFileSync(log, part(3));
	t.falsy((await importing(db, log)).incomplete);
	t.deepEqual(await sessionsOf(db), await whole(part(0, 4)));
	// Shorter than what was read, and nothing else: the end is lacking until the whole part is beside the log.
	const [other, second] = [join(folder, 'other.db'), join(folder, 'second.log')];
	writeFileSync(second, part(0, 2));
	await importing(other, second);
	writeFileSync(`${second}.1.gz`, gzipSync(part(0, 3)).subarray(0, 4096));
	writeFileSync(second, part(3));
	t.true((await importing(other, second)).incomplete);
	t.true((await sessionsOf(other)).lacks);
	writeFileSync(`${second}.1.gz`, gzipSync(part(0, 3)));
	await importing(other, second);
	t.false((await sessionsOf(other)).lacks);
	t.is((await heldIn(other)).coverage.lines, (await foundIn([{name: 'mail.log', text: part(0, 4)}])).coverage.lines);
});

test('a log that was read under its rotated name, or in another folder, is not lacking', async t => {
	for (const rotatedName of ['old.log.1', 'mail.1.log', 'mail.log.1']) {
		const folder = newFolder();
		const [db, log, moved] = [join(folder, 'x.db'), join(folder, 'mail.log'), join(folder, rotatedName)];
		writeFileSync(log, part(0));
		await importing(db, log);
		for (const index of [1, 2, 3]) {
			renameSync(log, moved);
			writeFileSync(log, part(index));
			// In either order, and the log alone in the end.
			const files = index % 2 === 0 ? [log, moved] : [moved, log];
			const {incomplete, said} = await importing(db, ...files);
			t.falsy(incomplete, said.join('\n'));
		}
		writeFileSync(log, '');
		rmSync(moved);
		t.is((await sessionsOf(db)).lacks, false, rotatedName);
	}
});

test('parts of another scheme, folders and other logs are not read', async t => {
	const folder = newFolder();
	const [db, log] = [join(folder, 'x.db'), join(folder, 'mail.log')];
	// Of before the change to dates.
	writeFileSync(`${log}.1`, part(5));
	mkdirSync(`${log}-20261126`);
	writeFileSync(join(`${log}-20261126`, 'other.log'), part(6));
	writeFileSync(log, part(0));
	await importing(db, log);
	renameSync(log, `${log}-20261125`);
	writeFileSync(log, part(1));
	t.falsy((await importing(db, log)).incomplete);
	t.deepEqual(await sessionsOf(db), await whole(part(0, 2)));
});

test('a last line without an end is one in a rotated part of any name', async t => {
	for (const rotatedName of [
		'mail.log.1',
		'mail-20261125.log',
		'mail.1.log',
		'mail_20261125.log',
		'mail.log-20261125',
	]) {
		const folder = newFolder();
		const [db, log] = [join(folder, 'x.db'), join(folder, 'mail.log')];
		writeFileSync(log, part(0));
		await importing(db, log);
		writeFileSync(join(folder, rotatedName), part(0, 2).subarray(0, -1));
		writeFileSync(log, part(2));
		await importing(db, log);
		const {coverage} = await foundIn([{name: 'mail.log', text: part(0, 3)}]);
		t.is((await heldIn(db)).coverage.lines, coverage.lines, rotatedName);
	}
});

test('a log with the day in its name may be written to: a line of which only a part is there waits for its end', async t => {
	for (const name of ['mail-2026-11-25.log', 'mail-20261125.log', 'mail_20261125.log', 'mail.1.log']) {
		const folder = newFolder();
		const [db, log] = [join(folder, 'x.db'), join(folder, name)];
		writeFileSync(join(folder, 'mail.log'), part(7));
		for (const cut of [pieces[0]?.length ?? 0, 20_000, 20_001, 39_990]) {
			writeFileSync(log, text.subarray(0, cut - 30));
			await importing(db, log);
		}
		writeFileSync(log, part(0, 3));
		await importing(db, log);
		t.deepEqual(
			differences(await heldIn(db, whereabouts), await foundIn([{name, text: part(0, 3)}], whereabouts)),
			none,
			name,
		);
	}
});

test.serial('a log is the same by any of its names, and by a link that moves on', async t => {
	const folder = newFolder();
	const before = process.cwd();
	const [db, log] = [join(folder, 'x.db'), join(folder, 'mail.log')];
	writeFileSync(log, part(0));
	await importing(db, log);
	writeFileSync(`${log}.1`, part(0, 2));
	writeFileSync(log, part(2));
	process.chdir(folder);
	await importing(db, 'mail.log').finally(() => process.chdir(before));
	t.deepEqual(await sessionsOf(db), await whole(part(0, 3)));
	const archive = join(folder, 'archive');
	mkdirSync(archive);
	const [other, link] = [join(folder, 'other.db'), join(folder, 'current')];
	const dated = (day: number): string => join(archive, `mail-202611${day}.log`);
	for (const [index, day] of [24, 25, 26].entries()) {
		// Of the day before, what came after the import.
		if (index > 0) appendFileSync(dated(day - 1), part(2 * index - 1));
		writeFileSync(dated(day), part(2 * index));
		rmSync(link, {force: true});
		symlinkSync(dated(day), link);
		const {incomplete, said} = await importing(other, link);
		t.falsy(incomplete, said.join('\n'));
	}
	t.deepEqual(await sessionsOf(other), await whole(part(0, 5)));
});
