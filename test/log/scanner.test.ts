import test from 'ava';
import fc from 'fast-check';
import {deliveryTexts} from '../../src/log/delivery.ts';
import {loginHeads, loginOutcomes} from '../../src/log/login-head.ts';
import {argumentAt, kindAt, record, recordKindOf, recordSize} from '../../src/log/records.ts';
import {acquireScanner, type Scanner} from '../../src/log/scanner.ts';
import * as numbers from '../../src/scan/numbers.ts';

test('each kind of record has a number of its own, and those of a program stand together', t => {
	const kinds = Object.entries(record);
	t.is(new Set(kinds.map(([, number]) => number)).size, kinds.length);
	for (const [name, number] of kinds) t.is(recordKindOf(number) as string, name);
	const families = ['server', 'client', 'proxy', 'screen', 'login'] as const;
	const first = {
		server: 'serverConnect',
		client: 'clientSummary',
		proxy: 'proxyConnect',
		screen: 'screenConnect',
		login: 'login',
	} as const;
	const familyOf = (number: number): string | undefined => families.findLast(family => number >= record[first[family]]);
	for (const [name, number] of kinds)
		if (number >= record.serverConnect) t.true(name.startsWith(familyOf(number) ?? '?'), `${name} ${number}`);
});

test('every number of what a line says has a word', t => {
	for (const [name, number] of Object.entries(numbers))
		if (name.startsWith('reply')) t.is(deliveryTexts[number]?.replaceAll('-', ''), name.slice(5).toLowerCase());
		else if (name.startsWith('head')) t.is(loginHeads[number]?.replaceAll('-', ''), name.slice(4).toLowerCase());
	t.is(deliveryTexts.includes(null), false);
	t.is(loginOutcomes.indexOf(null), 0);
});

const nobody = {flush: () => undefined, unknown: () => undefined, unread: () => undefined, seen: () => false};
const postscreen = numbers.programPostscreen;

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
		if (kind === record.endpoint) words.set(number ?? -1, (batch.bytes as Buffer).toString('utf8', from, to));
		if (kind === record.screenPass) return words.get(number ?? -1);
	}
	return undefined;
}

test('a number means the string it was given for, whatever was forgotten meanwhile', t => {
	const client = fc.oneof(
		fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([ip, port]) => `[${ip}]:${port}`),
		fc.tuple(fc.ipV6(), fc.nat(3)).map(([ip, port]) => `[${ip}]:${port}`),
		fc.string({minLength: 1, maxLength: 80}).filter(text => !text.includes('\u0000')),
		fc.constantFrom('[192.0.2.1]:1', '[192.0.2.1]:2', 'x', '[]'),
	);
	fc.assert(
		fc.property(fc.array(client, {maxLength: 200}), clients => {
			const scanner = acquireScanner(nobody);
			const words = new Map<number, string>();
			for (const each of clients) t.is(passed(scanner, each, words), Buffer.from(each).toString());
			scanner.release();
		}),
		{numRuns: 100},
	);
});

test('a scanner that is acquired again knows no strings', t => {
	const first = acquireScanner(nobody);
	t.is(passed(first, '[192.0.2.1]:25', new Map()), '[192.0.2.1]:25');
	first.release();
	const second = acquireScanner(nobody);
	t.is(passed(second, '[192.0.2.1]:25', new Map()), '[192.0.2.1]:25');
	second.release();
});
