import {readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {deliveryTexts} from '../../src/log/delivery.ts';
import {argumentAt, kindAt, record, recordSize} from '../../src/log/records.ts';
import {type Scanner, scannedPrograms, takeScanner} from '../../src/log/scanner.ts';

const scan = new URL('../../src/scan/', import.meta.url);

/** Constants of a source of the scanner by their names. */
function constantsOf(file: string): Map<string, number> {
	const source = readFileSync(new URL(file, scan), 'utf8');
	return new Map(
		[...source.matchAll(/^(?:export )?const (\w+): i32 = (\d+);$/gm)].map(([, name, value]) => [
			name ?? '',
			Number(value),
		]),
	);
}

test('what the scanner writes has the numbers that the joiner reads', t => {
	const kinds = constantsOf('out.ts');
	t.is(kinds.get('recordSize'), recordSize);
	const notWritten = ['daemon', 'source', 'forget', 'lossy', 'restart', 'again'];
	for (const [name, number] of Object.entries(record))
		if (!notWritten.includes(name)) t.is(kinds.get(name), number, name);
	const kebab = (name: string) => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
	const texts = [...constantsOf('delivery-text.ts')].sort(([, a], [, b]) => a - b).map(([name]) => kebab(name));
	t.deepEqual(texts, [...deliveryTexts]);
	const programs = [...constantsOf('programs.ts')].sort(([, a], [, b]) => a - b).map(([name]) => name);
	t.deepEqual(programs, ['irrelevant', ...scannedPrograms.slice(1, 4), 'client', 'tlsproxy', 'postscreen', 'others']);
});

const nobody = {flush: () => undefined, unknown: () => undefined, unread: () => undefined, seen: () => false};
const postscreen = scannedPrograms.indexOf('postscreen');

/** Lets the scanner read a PASS of a client, and gives what the number of its end stands for by what was defined. */
function passed(scanner: Scanner, client: string, words: Map<number, string>): string | undefined {
	const {at, end} = scanner.write(`PASS OLD ${client}`);
	scanner.beginLine(1, 0, 7, 0, 1);
	scanner.readText(postscreen, 0, 0, at, end, 0, 0);
	const batch = {ints: new Int32Array(8192 * recordSize), bytes: Buffer.alloc(1 << 18) as never, used: 0, filled: 0};
	scanner.moveInto(batch);
	for (let record_ = 0; record_ < batch.used; record_ += recordSize) {
		const [number, from, to] = batch.ints.subarray(record_ + argumentAt, record_ + argumentAt + 3);
		const kind = batch.ints[record_ + kindAt];
		if (kind === record.end) words.set(number ?? -1, (batch.bytes as Buffer).toString('utf8', from, to));
		if (kind === record.screenPass) return words.get(number ?? -1);
	}
	return undefined;
}

test('a number stands for the word it was given for, whatever was forgotten meanwhile', t => {
	const client = fc.oneof(
		fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([ip, port]) => `[${ip}]:${port}`),
		fc.tuple(fc.ipV6(), fc.nat(3)).map(([ip, port]) => `[${ip}]:${port}`),
		fc.string({minLength: 1, maxLength: 80}).filter(text => !text.includes('\u0000')),
		fc.constantFrom('[192.0.2.1]:1', '[192.0.2.1]:2', 'x', '[]'),
	);
	fc.assert(
		fc.property(fc.array(client, {maxLength: 200}), clients => {
			const scanner = takeScanner(nobody);
			const words = new Map<number, string>();
			for (const each of clients) t.is(passed(scanner, each, words), Buffer.from(each).toString());
			scanner.release();
		}),
		{numRuns: 100},
	);
});

test('a scanner that is lent again knows no words', t => {
	const first = takeScanner(nobody);
	t.is(passed(first, '[192.0.2.1]:25', new Map()), '[192.0.2.1]:25');
	first.release();
	const second = takeScanner(nobody);
	t.is(passed(second, '[192.0.2.1]:25', new Map()), '[192.0.2.1]:25');
	second.release();
});
