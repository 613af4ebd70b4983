import {
	appendFileSync,
	copyFileSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
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
	const {said} = await importing(db, log);
	t.regex(
		said[0] ?? '',
		/mail\.log: is another file than the one that was read before, and that one is not beside it; /,
	);
	t.regex((await lacking()) ?? '', /a log was not read to its end .*mail\.log: is another file than/);
	// Said once.
	const again = await importing(db, log);
	t.false(again.said.join('\n').includes('is another file'), again.said.join('\n'));
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
});

test('a name that is typed from the folder one is in may mean any log', async t => {
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
			t.false((await importing(db, 'mail.log')).said.join().includes('another file'));
		}
	} finally {
		process.chdir(before);
	}
	const store = await openStore({path: db});
	t.is(store.lacking ?? null, null);
	await store.close();
});
