import test from 'ava';
import fc from 'fast-check';
import {createKnownFiles} from '../../../src/commands/reading/known-files.ts';
import type {LedgerEntry} from '../../../src/store/ledger/ledger.ts';

const entry = (id: number, head: string, offset: number, stored: string | null): LedgerEntry => ({
	id,
	name: `${id % 5}.log`,
	head: Buffer.from(head),
	tail: null,
	offset,
	lines: 1,
	stored,
});

const inOrder = (them: readonly LedgerEntry[]): LedgerEntry[] => them.toSorted((a, b) => a.id - b.id);

/** Beginnings that are often the same, and of lengths around that by which they are looked up. */
const heads = fc
	.tuple(fc.constantFrom('a', 'b'), fc.constantFrom(0, 1, 50, 95, 96, 97, 200), fc.constantFrom('', 'x', 'xy', 'z'))
	.map(([letter, length, end]) => letter.repeat(length) + end);
const entries = fc.array(
	fc
		.tuple(fc.integer({min: 1, max: 12}), heads, fc.nat(3), fc.constantFrom(null, 'one', 'two'))
		.map(parts => entry(...parts)),
	{maxLength: 25},
);

test('what is found is what one finds who looks at each', t => {
	fc.assert(
		fc.property(entries, entries, heads, (remembered, more, head) => {
			const unique = [...new Map(remembered.map(each => [each.id, each])).values()];
			const known = createKnownFiles(unique);
			const all = new Map(unique.map(each => [each.id, each]));
			for (const each of more) {
				known.remember(each);
				all.set(each.id, each);
			}
			const alike = [...all.values()].filter(({head: of}) => {
				const [long, short] = [Buffer.from(of).toString(), head].sort((a, b) => b.length - a.length) as [
					string,
					string,
				];
				return short !== '' && long.startsWith(short);
			});
			const found = known.beginningLike(Buffer.from(head));
			t.deepEqual(inOrder(found), inOrder(alike));
			t.true(found.every(({offset}, index) => offset <= (found[index - 1]?.offset ?? offset)));
			for (const hash of ['one', 'two'])
				t.is(
					known.storedAs(hash) !== undefined,
					[...all.values()].some(({stored}) => stored === hash),
				);
			for (let number = 0; number < 6; number++) {
				const name = `${number}.log`;
				t.is(known.namedLast(name), inOrder([...all.values()].filter(each => each.name === name)).at(-1));
			}
			t.false(all.has(known.newId()));
			t.is(known.changes, new Set(more.map(({id}) => id)).size);
			const changed = new Set(more.map(({id}) => id));
			t.deepEqual(inOrder(known.takeChanges()), inOrder([...all.values()].filter(({id}) => changed.has(id))));
			t.is(known.changes, 0);
		}),
		{numRuns: 500},
	);
});
