import {execFileSync, spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as after} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {BrokenArchive, MissingProgram, type PackedFormat} from '../../../src/ingest/decompress/archive-problem.ts';
import {freeMemory} from '../../../src/ingest/decompress/node-decompressor.ts';
import {contentOf} from '../../../src/ingest/decompress/sniff.ts';
import {unpack} from '../../../src/ingest/decompress/unpack.ts';

test('memory that is freed is gone at once, for all who hold it', t => {
	const memory = new ArrayBuffer(1024);
	const views = [new Uint8Array(memory), Buffer.from(memory, 8, 16)];
	freeMemory(memory);
	t.is(memory.byteLength, 0);
	t.deepEqual(
		views.map(({length}) => length),
		[0, 0],
	);
});

test('memory may be freed twice', t => {
	const memory = new ArrayBuffer(8);
	freeMemory(memory);
	t.notThrows(() => freeMemory(memory));
});

const line = 'Jan 31 08:40:05 mx postfix/smtpd[1]: connect from unknown[192.0.2.1]\n';
const refusal = (block: Buffer | string): string => {
	const content = contentOf(Buffer.from(block as string, 'latin1'));
	return content.kind === 'refused' ? content.why : content.kind;
};

test('text is text, also when empty, with a mark of byte order, or with broken bytes in it', t => {
	for (const text of ['', 'x', line, `\xef\xbb\xbf${line}`, `${line}\xff\xfe\x01\x02\n`]) t.is(refusal(text), 'text');
});

test('NUL padding before or in a log is no binary file', t => {
	t.is(contentOf(Buffer.concat([Buffer.alloc(4096), Buffer.from('some text\n')])).kind, 'text');
	t.is(contentOf(Buffer.alloc(4096)).kind, 'text');
});

test('compressed files are known by content', t => {
	t.is(contentOf(gzipSync(line)).kind, 'gzip');
	t.is(refusal('\xfd7zXZ\0rest'), 'xz');
	t.is(refusal('\x28\xb5\x2f\xfdrest'), 'zstd');
	t.is(refusal('\x50\x2a\x4d\x18\x04\0\0\0'), 'zstd');
	t.is(refusal('BZh91AY&SY'), 'bzip2');
	t.is(refusal('BZhost said'), 'text');
	t.regex(refusal('\x1f\x9d\x90'), /zcat FILE/);
});

test('programs, images, archives, journals and databases are refused with what to do', t => {
	t.regex(refusal('\x7fELF\x02\x01'), /program/);
	t.regex(refusal('\x89PNG\r\n'), /image/);
	t.regex(refusal('PK\x03\x04'), /zip/);
	t.regex(refusal('LPKSHHRH'), /journalctl/);
	t.regex(refusal(`12345678DUCK`), /--db/);
	t.regex(refusal(`${'a'.repeat(257)}ustar`), /tar/);
	t.regex(refusal('\xff\xfeJ\0a\0n\0'), /UTF-16/);
});

test('bytes full of control characters are a binary file', t => {
	let seed = 1;
	const noise = Buffer.from(
		Array.from({length: 4096}, () => {
			seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
			return (seed >> 16) & 255;
		}),
	);
	t.regex(refusal(noise.toString('latin1')), /binary/);
	t.regex(refusal('a\0b\0c\0d\0'), /binary/);
});

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
