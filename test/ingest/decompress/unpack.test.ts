import {execFileSync, spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as after} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {BrokenArchive, MissingProgram, type PackedFormat} from '../../../src/ingest/decompress/archive-problem.ts';
import {contentOf} from '../../../src/ingest/decompress/sniff.ts';
import {unpack} from '../../../src/ingest/decompress/unpack.ts';

const text = Array.from({length: 200_000}, (_, index) => `line ${index} ${(index * 7919) % 1013}\n`).join('');
const byProgram =
	(program: string) =>
	(input: string): Buffer =>
		execFileSync(program, ['-c'], {input, maxBuffer: 1e8, stdio: ['pipe', 'pipe', 'ignore']});
const packers: Readonly<Record<PackedFormat, (input: string) => Buffer>> = {
	gzip: input => gzipSync(input),
	zstd: byProgram('zstd'),
	xz: byProgram('xz'),
	bzip2: byProgram('bzip2'),
};
/** A host without one of the programs tests the others. */
const formats = (Object.keys(packers) as PackedFormat[]).filter(
	format => format === 'gzip' || spawnSync(format, ['--version'], {input: ''}).error === undefined,
);

type Unpacked = {text: string; error: unknown};

async function unpacked(format: PackedFormat, chunks: readonly Buffer[], signal = new AbortController().signal) {
	async function* source(): AsyncGenerator<Buffer> {
		yield* chunks;
	}
	const pieces: Buffer[] = [];
	const result: Unpacked = {text: '', error: null};
	try {
		for await (const piece of unpack(format, source(), signal)) pieces.push(piece);
	} catch (error) {
		result.error = error;
	}
	return {...result, text: Buffer.concat(pieces).toString()};
}

/** Our children, zombies included. */
function children(): string[] {
	return readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.filter(pid => {
			try {
				const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
				return /\((?:xz|bzip2|zstd)\) /.test(stat) && stat.split(') ')[1]?.split(' ')[1] === String(process.pid);
			} catch {
				return false;
			}
		});
}

for (const format of formats) {
	const packed = packers[format](text);

	test.serial(`${format} is known by its bytes and unpacked, whatever the chunks`, async t => {
		t.is(contentOf(packed).kind, format);
		t.deepEqual(await unpacked(format, [packed]), {text, error: null});
		t.deepEqual(await unpacked(format, [packed.subarray(0, 5), packed.subarray(5, 6), packed.subarray(6)]), {
			text,
			error: null,
		});
	});

	test.serial(`${format}: members one after another are one text`, async t => {
		const whole = Buffer.concat([packed, packers[format]('more\n'), packers[format](''), packers[format]('end\n')]);
		t.deepEqual(await unpacked(format, [whole]), {text: `${text}more\nend\n`, error: null});
	});

	test.serial(`${format}: of a truncated file everything before its end is given out`, async t => {
		const {text: found, error} = await unpacked(format, [packed.subarray(0, Math.floor(packed.length * 0.9))]);
		t.true(error instanceof BrokenArchive && error.kind === 'short');
		t.true(text.startsWith(found));
		t.is((error as BrokenArchive).text, found.length);
		t.is((error as BrokenArchive).stored, Math.floor(packed.length * 0.9));
		t.true(found.length > text.length / 3);
	});

	test.serial(`${format}: even the last bytes missing are noticed`, async t => {
		const {error} = await unpacked(format, [packed.subarray(0, -4)]);
		t.true(error instanceof BrokenArchive && error.kind === 'short');
	});

	test.serial(`${format}: damage in the middle is noticed`, async t => {
		const damaged = Buffer.from(packed);
		damaged.fill(0xff, Math.floor(damaged.length * 0.8), Math.floor(damaged.length * 0.8) + 200);
		const {text: found, error} = await unpacked(format, [damaged]);
		t.true(error instanceof BrokenArchive && error.kind === 'corrupt');
		t.true(found.length > text.length / 4);
	});

	test.serial(`${format}: something else behind the end is damage, and nothing is lost`, async t => {
		const {text: found, error} = await unpacked(format, [packed, Buffer.from('Jan 31 08:40:05 mx plain text\n')]);
		if (format === 'bzip2') t.is(error, null, 'bzip2 itself ignores it');
		else t.true(error instanceof BrokenArchive && error.kind === 'corrupt');
		t.is(found.length, text.length);
	});

	test.serial(`${format}: what the source throws comes through, behind the text before it`, async t => {
		const broken = new Error('input/output error');
		async function* source(): AsyncGenerator<Buffer> {
			yield packed.subarray(0, Math.floor(packed.length * 0.9));
			throw broken;
		}
		let length = 0;
		const reading = async (): Promise<void> => {
			for await (const piece of unpack(format, source(), new AbortController().signal)) length += piece.length;
		};
		t.is(await t.throwsAsync(reading), broken);
		t.true(length > text.length / 3);
	});

	test.serial(`${format}: input that ends because of the signal is no damage`, async t => {
		const {error} = await unpacked(format, [packed.subarray(0, Math.floor(packed.length / 2))], AbortSignal.abort());
		t.is(error, null);
	});

	test.serial(`${format}: leaving early leaves no process behind and closes the source`, async t => {
		let closed = false;
		async function* source(): AsyncGenerator<Buffer> {
			try {
				for (;;) {
					yield packed;
					await after(1);
				}
			} finally {
				closed = true;
			}
		}
		for await (const piece of unpack(format, source(), new AbortController().signal)) {
			t.true(piece.length > 0);
			break;
		}
		t.true(closed);
		t.deepEqual(children(), []);
	});
}

test.serial('of a small damaged gzip file everything before the very byte is given out', async t => {
	const little = text.slice(0, 30_000);
	const packed = gzipSync(little);
	const junk = await unpacked('gzip', [packed, Buffer.from('junk\n')]);
	t.is(junk.text, little);
	// Two bytes show whether another member begins.
	t.like(junk.error, {kind: 'corrupt', text: little.length, stored: packed.length + 1});
	const spoilt = Buffer.from(packed);
	// No block of deflate is of this type.
	spoilt.fill(0xff, 5000, 5040);
	const {text: found, error} = await unpacked('gzip', [spoilt]);
	t.true(error instanceof BrokenArchive && error.kind === 'corrupt');
	t.true((error as BrokenArchive).stored >= 5000 && (error as BrokenArchive).stored < packed.length);
	t.is((error as BrokenArchive).text, found.length);
	t.is(found.slice(0, 10_000), little.slice(0, 10_000));
});

test.serial('a damaged gzip file in a sound one is read up to its damage', async t => {
	const packed = gzipSync(text);
	const outer = gzipSync(packed.subarray(0, packed.length >> 1));
	async function* source(): AsyncGenerator<Buffer> {
		yield outer;
	}
	const {signal} = new AbortController();
	let found = '';
	const reading = async (): Promise<void> => {
		for await (const piece of unpack('gzip', unpack('gzip', source(), signal, true), signal, true))
			found += piece.toString();
	};
	await t.throwsAsync(reading, {instanceOf: BrokenArchive});
	t.true(text.startsWith(found));
	t.true(found.length > text.length / 3);
});

test.serial('transient text is whole when it comes, and its memory is free when the next is read', async t => {
	async function* source(): AsyncGenerator<Buffer> {
		yield gzipSync(text);
	}
	const held: Buffer[] = [];
	const taken: Buffer[] = [];
	for await (const piece of unpack('gzip', source(), new AbortController().signal, true)) {
		held.push(piece);
		taken.push(Buffer.from(piece));
	}
	t.is(Buffer.concat(taken).toString(), text);
	// One buffer of zlib is left, the one it had not filled.
	const left = new Set(held.filter(({length}) => length > 0).map(({buffer}) => buffer));
	t.true(held.some(({length}) => length === 0));
	t.is(left.size, 1);
});

test.serial('a missing program is named with its package', async t => {
	const {PATH} = process.env;
	process.env.PATH = '/nonexistent';
	try {
		const {error} = await unpacked('xz', [Buffer.from('\xfd7zXZ\0', 'latin1')]);
		t.true(error instanceof MissingProgram);
		t.is((error as MissingProgram).debianPackage, 'xz-utils');
	} finally {
		process.env.PATH = PATH;
	}
});

test.serial('gzip members, padding between and behind them, cut into any chunks, are one text', async t => {
	const whole = Buffer.concat([gzipSync('a\n'), gzipSync('b\n'), Buffer.alloc(20), gzipSync('c\n'), Buffer.alloc(600)]);
	await fc.assert(
		fc.asyncProperty(fc.array(fc.integer({min: 0, max: whole.length}), {maxLength: 5}), async cuts => {
			const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
			const chunks = places.slice(1).map((to, index) => whole.subarray(places[index], to));
			t.deepEqual(await unpacked('gzip', chunks), {text: 'a\nb\nc\n', error: null});
		}),
	);
});
