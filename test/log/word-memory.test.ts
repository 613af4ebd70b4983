import test from 'ava';
import fc from 'fast-check';
import {createTextRoom} from '../../src/log/text.ts';
import {createWordMemory} from '../../src/log/word-memory.ts';

/** A memory, and what its numbers stand for by what it told. */
function remembered(sets: number, most: number) {
	const defined = new Map<number, string>();
	const told: string[] = [];
	const textOf = createTextRoom();
	const memory = createWordMemory(sets, most, (number, {bytes}, from, to) => {
		const word = bytes.toString('utf8', from, to);
		defined.set(number, word);
		told.push(word);
	});
	const of = (word: string, process?: number): number => {
		const text = textOf(word, 0);
		return memory(text, text.at, text.end, process);
	};
	return {of, defined, told};
}

test('a word that comes again has its number and is not defined again', t => {
	const {of, told} = remembered(64, 48);
	const first = of('mx1.example.net[192.0.2.1]', 7);
	const other = of('mx2.example.net[192.0.2.1]', 7);
	t.not(first, other);
	t.is(of('mx1.example.net[192.0.2.1]', 7), first);
	t.is(of('mx1.example.net[192.0.2.1]', 8), first);
	t.is(told.length, 2);
});

test('a number stands for the word it was given for, and so do the two before it, whatever is forgotten', t => {
	const word = fc.oneof(
		fc.string({maxLength: 12}),
		fc.string({unit: 'binary', maxLength: 60}),
		fc.constantFrom('192.0.2.1', '192.0.2.2', 'abcd', 'abcdabcd', 'abc', ''),
	);
	fc.assert(
		fc.property(fc.constantFrom(1, 2, 16), fc.array(fc.tuple(word, fc.nat(3)), {maxLength: 200}), (sets, words) => {
			const {of, defined} = remembered(sets, 32);
			const given = words.map(([each, process]) => {
				// What the bytes of half a surrogate pair say when they are read again.
				const wellFormed = Buffer.from(each, 'utf8').toString('utf8');
				return {word: wellFormed, number: of(wellFormed, process)};
			});
			// Only the last three are still in use by a line.
			for (const {word: said, number} of given.slice(-3)) t.is(defined.get(number), said);
		}),
		{numRuns: 500},
	);
});
