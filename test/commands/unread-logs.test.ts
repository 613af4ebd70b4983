import {spawnSync} from 'node:child_process';
import {readFileSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {exitStatus} from '../../src/cli/exit.ts';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {check} from '../../src/commands/check.ts';
import {accept} from '../../src/commands/database/accept.ts';
import {verify} from '../../src/commands/database/verify.ts';
import {importFiles} from '../../src/commands/reading/import-files.ts';
import {prepareImport} from '../../src/commands/reading/import-store.ts';
import {report} from '../../src/commands/report.ts';
import {sessions} from '../../src/commands/sessions.ts';
import {sql} from '../../src/commands/sql.ts';
import {whatIf} from '../../src/commands/what-if.ts';
import {expand} from '../../src/ingest/sources/expand.ts';
import {openStore} from '../../src/store/store.ts';
import {runs} from '../runs.ts';
import {importing, newFolder, now, quietIo} from './fixture/importing.ts';
import {ioWith} from './fixture/io.ts';
import {exporting, printed, screenViews} from './fixture/lakes.ts';

/*
 * A database knows which logs were not read to their end: no verdict on it is a pass before they are, or a person has said that nobody has
 * the rest.
 */

const real = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url));

function put(folder: string, name: string, bytes: Uint8Array): string {
	const path = join(folder, name);
	writeFileSync(path, bytes);
	return path;
}

/** Packs the log by a program; null where it is not installed. */
const packedBy = (program: string, input: Buffer): Buffer | null => {
	const {status, stdout} = spawnSync(program, ['-q', '-c'], {input, maxBuffer: 1 << 24});
	return status === 0 ? stdout : null;
};

/** The log in all forms of archives that there are here. */
const packings = [
	['gz', gzipSync(real)],
	['zst', packedBy('zstd', real)],
	['xz', packedBy('xz', real)],
	// In blocks of 900 kB, of which one that is cut gives nothing.
	['bz2', packedBy('bzip2', Buffer.concat([real, real, real, real]))],
] as const;

/** The verdict of `check` on a database or lake, violations allowed: without a gap it is a pass. */
async function verdictOf(db: string): Promise<{verdict: string; partial: boolean; status: number; said: string}> {
	const {text, said, outcome} = await printed(
		check,
		...['check', '--max-violations', '100000', '--max-undecided', '100%', '--format', 'json', '--db', db],
	);
	const {verdict, partial} = JSON.parse(text);
	return {verdict, partial, status: exitStatus(outcome), said: said.join('\n')};
}

async function isUndecided(t: ExecutionContext, db: string, what: RegExp): Promise<void> {
	const {said, ...rest} = await verdictOf(db);
	t.deepEqual(rest, {verdict: 'undecided', partial: true, status: 2});
	t.regex(said, what);
}

async function isPass(t: ExecutionContext, db: string): Promise<void> {
	t.deepEqual(await verdictOf(db), {verdict: 'pass', partial: false, status: 0, said: ''});
}

for (const [ending, packed] of packings)
	test.serial(`an archive of ${ending} that broke off is lacking until it is read whole`, async t => {
		if (packed === null) {
			t.log(`skipped: ${ending} cannot be packed here`);
			t.pass();
			return;
		}
		const folder = newFolder();
		const db = join(folder, 'x.db');
		const cut = put(folder, `mail.log.3.${ending}`, packed.subarray(0, Math.floor(packed.length * 0.8)));
		t.true((await importing(db, cut)).incomplete);
		await isUndecided(t, db, /x\.db: a log was not read to its end on 2026-12-01: .*mail\.log\.3\.\w+: the \w+ file /);
		t.true((await importing(db, cut)).incomplete);
		await isUndecided(t, db, /mail\.log\.3/);
		t.is((await importing(db, put(folder, `copy.${ending}`, packed))).incomplete, false);
		await isPass(t, db);
		// A copy that breaks off has nothing that is not known.
		t.true((await importing(db, cut)).incomplete);
		await isPass(t, db);
	});

test.serial('all that looks at a database, at a lake that it fills, or at the screen of either, says so', async t => {
	const folder = newFolder();
	const [db, lake] = [join(folder, 'x.db'), join(folder, 'lake')];
	const packed = gzipSync(real);
	const cut = put(folder, 'mail.log.3.gz', packed.subarray(0, packed.length - 9000));
	await importing(db, cut);
	t.regex((await exporting(db, lake)).said[0] ?? '', /x\.db: a log was not read to its end/);
	for (const path of [db, lake]) {
		for (const [command, words] of [
			[report, ['report', '--format', 'json']],
			[whatIf, ['whatif', '--min-version', 'TLSv1.2', '--format', 'json']],
			[sessions, ['sessions']],
			[sql, ['sql', 'select 1']],
		] as const) {
			const {text, said, outcome} = await printed(command, ...words, '--db', path);
			t.is(exitStatus(outcome), 2, words[0]);
			t.regex(said.join('\n'), /a log was not read to its end on .*mail\.log\.3\.gz: the gzip file ends too early/);
			if (text.startsWith('{\n')) t.true(JSON.parse(text).partial);
		}
		await isUndecided(t, path, /tlsaudit db accept/);
		const {progress, filtered} = await screenViews(path);
		t.is(progress.problems.length, 1);
		t.not(filtered.verdict, 'pass');
		t.regex(filtered.sentence, /not all logs could be read to the end/);
	}
	const other = join(folder, 'other.db');
	await importing(other, put(folder, 'mail.log.4.gz', packed));
	const {text} = await printed(report, 'report', '--compare', db, '--db', other);
	t.regex(text.replaceAll(/\s+/g, ' '), /x\.db: not all of its logs were read to their end/);
	await importing(db, join(folder, 'mail.log.4.gz'));
	await isPass(t, db);
	await isUndecided(t, lake, /mail\.log\.3\.gz/);
	await exporting(db, lake);
	await isPass(t, lake);
});

test.serial('whatever was read of a log in whatever order, it is lacking until its last line is read', async t => {
	const folder = newFolder();
	const packed = gzipSync(real, {level: 1});
	const lines = real.toString().split(/(?<=\n)/);
	let databases = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.array(
				fc.oneof(fc.record({cut: fc.double({min: 0.05, max: 0.999, noNaN: true})}), fc.constant('whole' as const)),
				{
					minLength: 1,
					maxLength: 3,
				},
			),
			fc.constantFrom('gz', 'plain'),
			async (parts, form) => {
				databases++;
				const db = join(folder, `${databases}.db`);
				for (const [index, part] of parts.entries()) {
					const name = `mail.log.${databases}-${index}`;
					if (part !== 'whole')
						await importing(db, put(folder, `${name}.gz`, packed.subarray(0, Math.ceil(packed.length * part.cut))));
					else if (form === 'gz') await importing(db, put(folder, `${name}.gz`, packed));
					else await importing(db, put(folder, name, real));
				}
				const {verdict} = await verdictOf(db);
				t.is(verdict, parts.includes('whole') ? 'pass' : 'undecided', JSON.stringify(parts));
			},
		),
		{numRuns: runs(4), endOnFailure: true},
	);
	// The text of an archive that broke off is no more than the archive.
	const db = join(folder, 'text.db');
	await importing(db, put(folder, 'cut.gz', packed.subarray(0, packed.length - 9000)));
	const some = lines.slice(0, 900).join('');
	await importing(db, put(folder, 'unpacked.log', Buffer.from(some.slice(0, -20))));
	t.is((await verdictOf(db)).verdict, 'undecided');
});

test.serial('what nobody has whole is accepted by a person, and is a remark from then on', async t => {
	const folder = newFolder();
	const [db, lake] = [join(folder, 'x.db'), join(folder, 'lake')];
	const packed = gzipSync(real);
	const cut = put(folder, 'mail.log.3.gz', packed.subarray(0, packed.length - 9000));
	await importing(db, cut);
	const accepting = async (...names: string[]) => {
		const {io, said} = quietIo();
		await accept(await readSettings(readFlags(['db', 'accept', db, ...names]), now), io);
		return said.join('\n');
	};
	await t.throwsAsync(accepting('other.gz'), {
		message: /x\.db: nothing is lacking of other\.gz; not read to their end: .*mail\.log\.3\.gz$/,
	});
	const listed = async (): Promise<string> => {
		let text = '';
		const write = async (more: string): Promise<void> => {
			text += more;
		};
		await verify(await readSettings(readFlags(['db', 'verify', db]), now), ioWith({write}));
		return text;
	};
	t.regex(
		await listed(),
		/x\.db: whole: [^\n]*\n[^\n]*mail\.log\.3\.gz: the gzip file ends too early; [^\n]*\(not read to its end, found on 2026-12-01\)\n$/,
	);
	t.regex(await accepting(cut), /accepted that 1 log cannot be read to the end/);
	t.regex(await listed(), /accepted on 2026-12-01/);
	await exporting(db, lake);
	for (const path of [db, lake]) {
		const {said, ...rest} = await verdictOf(path);
		t.deepEqual(rest, {verdict: 'pass', partial: false, status: 0});
		t.regex(said, /mail\.log\.3\.gz was not read to its end on 2026-12-01, which was accepted on 2026-12-01$/);
		const {text, said: none} = await printed(report, 'report', '--db', path);
		t.deepEqual(none, []);
		t.regex(
			text.replaceAll(/\s+/g, ' '),
			/Note: \S*mail\.log\.3\.gz was not read to its end on 2026-12-01, which was accepted/,
		);
		const hidden = await printed(report, 'report', '--anonymize', 'mask', '--format', 'json', '--db', path);
		t.notRegex(hidden.text, /mail\.log/);
	}
	// The job of the next night finds it again: that is no news.
	const again = await importing(db, cut);
	t.false(again.incomplete);
	t.regex(again.said[0] ?? '', /the gzip file ends too early; .*; that is accepted$/);
	t.is((await verdictOf(db)).verdict, 'pass');
	await t.throwsAsync(accepting(cut), {message: /nothing is lacking of .*; all logs were read to their end$/});
	// More of it, and still not all: that is another matter.
	await importing(db, put(folder, 'longer.gz', packed.subarray(0, packed.length - 3000)));
	await isUndecided(t, db, /longer\.gz/);
	await importing(db, put(folder, 'whole.gz', packed));
	await isPass(t, db);
});

test.serial('an archive that is corrupt stays lacking, as its sound copy is refused', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const spoilt = gzipSync(real, {level: 0});
	spoilt.fill('?\n', 100_000, 101_000);
	await importing(db, put(folder, 'c.gz', spoilt));
	await importing(db, put(folder, 'd.gz', gzipSync(real, {level: 0})));
	await isUndecided(t, db, /c\.gz: the gzip file is corrupt/);
});

test.serial('a log that cannot be read at all is lacking until it can; what is not there is not', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const other = put(folder, 'other.log', real);
	const log = join(folder, 'mail.log');
	// Its first page belongs to nobody, so that reading it is an error also to root.
	symlinkSync('/proc/self/mem', log);
	t.true((await importing(db, log, other)).incomplete);
	await isUndecided(t, db, /mail\.log: the system could not read it \(input\/output error\)/);
	t.false((await importing(db, other)).incomplete);
	await isUndecided(t, db, /mail\.log: the system/);
	rmSync(log);
	put(folder, 'mail.log', Buffer.from(real.toString().replaceAll(' vm ', ' mx ')));
	await importing(db, folder);
	await isPass(t, db);
	t.true((await importing(db, join(folder, 'mail.lgo'), other)).incomplete);
	await isPass(t, db);
	// An archive of which nothing can be unpacked is known by its bytes.
	const empty = gzipSync(real).subarray(0, 12);
	await importing(db, put(folder, 'mail.log.1.gz', empty));
	await isUndecided(t, db, /mail\.log\.1\.gz: the gzip file ends too early/);
	await accept(await readSettings(readFlags(['db', 'accept', db, join(folder, 'mail.log.1.gz')]), now), quietIo().io);
	renameSync(join(folder, 'mail.log.1.gz'), join(folder, 'mail.log.2.gz'));
	t.false((await importing(db, folder)).incomplete);
	t.is((await verdictOf(db)).verdict, 'pass');
});

test.serial(
	'what is no log lacks nothing, and an archive that has to be unpacked first does; nor does a log that is still written',
	async t => {
		const folder = newFolder();
		const db = join(folder, 'x.db');
		await importing(join(folder, 'other.db'), put(folder, 'mail.log', real.subarray(0, -20)));
		const image = put(folder, 'chart.log', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
		t.true((await importing(db, join(folder, 'mail.log'), join(folder, 'other.db'), image)).incomplete);
		await isPass(t, db);
		const zip = put(folder, 'old.log', Buffer.from('PK\x03\x04\x14', 'latin1'));
		t.true((await importing(db, zip)).incomplete);
		await isUndecided(t, db, /old\.log: is a zip archive; unpack it first/);
	},
);

/** Imports with small steps, and is stopped after some blocks; `kill`: as a process that dies does, without a last word. */
async function stopped(db: string, log: string, kill: boolean): Promise<void> {
	const words = ['import', '--threads', '1', '--block-bytes', '140000', '--step-bytes', '100000', '--db', db, log];
	const settings = await readSettings(readFlags(words), now);
	const {sources} = await expand([log]);
	const store = await openStore({path: db});
	const stop = new AbortController();
	try {
		const {remembered, steps} = await prepareImport(store);
		let turns = 0;
		const counted = {
			...steps,
			turn(end: Parameters<typeof steps.turn>[0]) {
				if (++turns === 2) {
					if (kill) throw new Error('killed');
					stop.abort();
				}
				return steps.turn(end);
			},
		};
		const target = {remembered, steps: async () => counted};
		const progress = {bytes: () => undefined, linesFrom: () => undefined};
		const importing = importFiles(target, sources, settings, quietIo().io, stop.signal, progress);
		await importing.catch(error => {
			if (!kill || error.message !== 'killed') throw error;
		});
	} finally {
		await store.close();
	}
}

for (const kill of [false, true])
	test.serial(
		`a log that an import was ${kill ? 'killed' : 'stopped'} in is lacking until the next one ends`,
		async t => {
			const folder = newFolder();
			const db = join(folder, 'x.db');
			const log = put(folder, 'mail.log', Buffer.concat(Array.from({length: 5}, () => real)));
			await stopped(db, log, kill);
			await isUndecided(t, db, /mail\.log: reading it was interrupted; import it again/);
			await importing(db, log);
			await isPass(t, db);
		},
	);

test.serial(
	'files that are known already, behind a step that ended, are not taken for the rest of an import',
	async t => {
		const folder = newFolder();
		const db = join(folder, 'x.db');
		const host = (name: string): Buffer => Buffer.from(real.toString().replaceAll(' vm ', ` ${name} `));
		const logs = ['a', 'b', 'c'].map(name => put(folder, `${name}.log`, host(name)));
		await importing(db, ...logs.slice(1));
		await importing(db, '--threads', '1', '--step-seconds', '0.001', ...logs);
		await isPass(t, db);
		await importing(db, '--threads', '1', '--step-seconds', '0.001', ...logs.toReversed());
		await isPass(t, db);
	},
);

test.serial('an archive that came by a pipe and broke off is lacking, too', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const packed = gzipSync(real);
	const settings = await readSettings(
		readFlags(['report', '--db', db, '-'], () => true),
		now,
	);
	await report(settings, ioWith({stdin: Readable.from([packed.subarray(0, packed.length - 9000)])}));
	await isUndecided(t, db, /standard input: the gzip file ends too early/);
});

test.serial('a report that brings the rest of a log does not say that it is lacking', async t => {
	const folder = newFolder();
	const db = join(folder, 'x.db');
	const packed = gzipSync(real);
	const log = put(folder, 'mail.log.3.gz', packed.subarray(0, packed.length - 9000));
	const first = await printed(report, 'report', '--format', 'json', '--db', db, log);
	t.is(first.said.length, 1);
	t.true(JSON.parse(first.text).partial);
	writeFileSync(log, packed);
	const second = await printed(report, 'report', '--format', 'json', '--db', db, log);
	t.deepEqual(second.said, []);
	t.false(JSON.parse(second.text).partial);
	t.is(exitStatus(second.outcome), 0);
});
