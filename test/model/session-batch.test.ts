import test from 'ava';
import fc from 'fast-check';
import {type Coverage, emptyCoverage, summedCoverage, without} from '../../src/model/coverage.ts';
import {emptySession, hops, type Session} from '../../src/model/session.ts';
import {
	createSessionCollector,
	handshakeAt,
	handshakeOf,
	originAt,
	type SessionBatch,
	wordFields,
} from '../../src/model/session-batch.ts';
import {handshakeFields, originFields} from '../../src/model/session-parts.ts';
import {createTupleNumbers, type TupleItem} from '../../src/model/tuples/tuple-numbers.ts';

test('an empty session knows its hop and direction and nothing else', t => {
	for (const hop of hops) {
		const {hop: role, direction, reused, messages, rejected, loggedIn, startSeen, ...rest} = emptySession(hop, 'in');
		t.deepEqual([role, direction, reused, messages, rejected, loggedIn, startSeen], [hop, 'in', 0, 0, 0, false, true]);
		t.true(Object.values(rest).every(value => value === null));
	}
});

test('an empty coverage sums up, and two of them share nothing', t => {
	const {lines, understood, irrelevant, foreign, malformed} = emptyCoverage();
	t.is(lines, understood + irrelevant + foreign + malformed);
	t.not(emptyCoverage().notices, emptyCoverage().notices);
});

const coverage: Coverage = {
	...emptyCoverage(),
	lines: 10,
	understood: 4,
	irrelevant: 3,
	foreign: 2,
	malformed: 1,
	notUnderstood: 1,
	noDialogue: 5,
	examples: [{shape: 'TLS #', count: 1, example: "TLS '1", source: 'a.log', line: 3}],
	notices: ['The log lacks something.'],
};

test('two accounts add up, examples by their shape, notices once', t => {
	const other = {
		...coverage,
		examples: [...coverage.examples, {shape: 'b', count: 9, example: 'b', source: null, line: 1}],
	};
	const sum = summedCoverage([coverage, other]);
	t.like(sum, {lines: 20, understood: 8, irrelevant: 6, foreign: 4, malformed: 2, notUnderstood: 2, noDialogue: 10});
	t.deepEqual(
		sum.examples.map(({shape, count}) => [shape, count]),
		[
			['TLS #', 2],
			['b', 9],
		],
	);
	t.deepEqual(sum.notices, coverage.notices);
	t.is(coverage.examples[0]?.count, 1);
});

test('what one part counted can be taken away again', t => {
	t.deepEqual(without(summedCoverage([coverage, coverage]), coverage), coverage);
	t.deepEqual(without(coverage, emptyCoverage()), coverage);
	t.like(without(emptyCoverage(), coverage), {lines: 0, examples: []});
});

/** Three columns: words, numbers, booleans. */
const tuple = fc.tuple(
	fc.option(fc.constantFrom('', 'null', 'a', 'b', 'ä', 'TLSv1.2', 'TLSv1.3', 'constructor', '0'), {nil: null}),
	fc.option(fc.integer({min: 0, max: 3}), {nil: null}),
	fc.boolean(),
);

test('a number stands for one tuple, and one tuple has one number', t => {
	fc.assert(
		fc.property(fc.array(fc.array(tuple, {maxLength: 80}), {maxLength: 4}), rounds => {
			const numbers = createTupleNumbers(3);
			for (const tuples of rounds) {
				const given = tuples.map(one => numbers.of(one));
				const taken = numbers.take();
				t.deepEqual(
					given.map(number => taken[number]),
					tuples,
				);
				t.is(taken.length, new Set(tuples.map(one => JSON.stringify(one))).size);
			}
		}),
	);
});

test('any number of tuples stays distinct', t => {
	const numbers = createTupleNumbers(2);
	const tuples = Array.from({length: 70_000}, (_, index): TupleItem[] => [`word ${index % 60_000}`, index % 7]);
	for (let round = 0; round < 2; round++) {
		const given = tuples.map(one => numbers.of(one));
		t.deepEqual(
			given,
			tuples.map((_, index) => index),
		);
		t.deepEqual(numbers.take(), tuples);
	}
});

test('what is returned is a copy: the tuple may change afterwards', t => {
	const numbers = createTupleNumbers(1);
	const mine: TupleItem[] = ['a'];
	t.is(numbers.of(mine), 0);
	mine[0] = 'b';
	t.is(numbers.of(mine), 1);
	t.deepEqual(numbers.take(), [['a'], ['b']]);
	t.deepEqual(numbers.take(), []);
});

const from = (peerHost: string | null): Session => ({...emptySession('relay-in', 'in'), peerHost});

/** The hosts of a batch, by the words of that batch. */
function hostsOf({rows, words, vocabulary}: SessionBatch): Array<string | null> {
	const column = words[wordFields.indexOf('peerHost')] ?? new Uint32Array();
	return [...column.subarray(0, rows)].map(id => (id === 0 ? null : (vocabulary[id] ?? 'no such word')));
}

/** Collects sessions with batches of `capacity`; each batch is looked at when it is full, and its memory given back. */
function collected(sessions: readonly Session[], capacity: number): Array<string | null> {
	const seen: Array<string | null> = [];
	const take = (): void => {
		const batch = collector.take();
		if (batch === undefined) return;
		seen.push(...hostsOf(batch));
		collector.reuse(batch);
	};
	const collector = createSessionCollector(capacity, take);
	for (const session of sessions) collector.add(session);
	take();
	return seen;
}

test('a batch that takes the memory of a fuller one has its own rows only', t => {
	const full: SessionBatch[] = [];
	const collector = createSessionCollector(3, () => {
		const batch = collector.take();
		if (batch) full.push(batch);
	});
	for (const host of ['a', 'b', 'c']) collector.add(from(host));
	for (const batch of full) collector.reuse(batch);
	collector.add(from('d'));
	collector.take();
	collector.add(from('e'));
	const last = collector.take();
	t.is(last?.rows, 1);
	t.deepEqual(last && hostsOf(last), ['e']);
});

test('whatever the size of a batch, each session comes out once, in order, with its own words', t => {
	const host = fc.option(fc.constantFrom('a', 'b', 'c.example.net', 'd.example.org'), {nil: null});
	fc.assert(
		fc.property(fc.array(host, {maxLength: 60}), fc.integer({min: 1, max: 9}), (hosts, capacity) => {
			t.deepEqual(collected(hosts.map(from), capacity), hosts);
		}),
	);
});

test('what sessions have in common is in the order of its fields, once', t => {
	const collector = createSessionCollector(10, () => undefined);
	const item = (field: string, index: number) => (field === 'port' || field === 'cipherBits' ? index : `word ${index}`);
	const fill = (fields: ReadonlyArray<keyof Session>): Session => ({
		...emptySession('relay-in', 'in'),
		...Object.fromEntries(fields.map((field, index) => [field, item(field, index)])),
	});
	const handshake = fill(handshakeFields);
	const origin = fill(originFields);
	for (const one of [
		handshake,
		origin,
		{...handshake, messages: 2},
		{...handshake, username: 'ana', loggedIn: true},
		origin,
	])
		collector.add(one);
	const batch = collector.take();
	const inOrder = (fields: readonly string[]) => fields.map(item);
	t.deepEqual(batch?.handshakes[0], [...inOrder(handshakeFields), false, false, true]);
	t.deepEqual(batch?.handshakes[2], [...inOrder(handshakeFields), true, false, true]);
	t.deepEqual(batch?.handshakes[3], [...inOrder(handshakeFields), false, true, true]);
	t.deepEqual(batch?.origins[1], inOrder(originFields));
	t.deepEqual([...(batch?.numbers[handshakeAt]?.subarray(0, 5) ?? [])], [0, 1, 2, 3, 1]);
	t.deepEqual([...(batch?.numbers[originAt]?.subarray(0, 5) ?? [])], [0, 1, 0, 0, 1]);
});

test('a handshake of a batch has the fields of its session', t => {
	const collector = createSessionCollector(10, () => t.fail('it is not full'));
	const one = {
		...emptySession('access', 'in'),
		port: 993,
		protocol: 'TLSv1.3',
		outcome: 'encrypted',
		loggedIn: true,
	} as const;
	const other = {...emptySession('relay-out', 'out'), failure: 'dane', alert: 'x', messages: 2} as const;
	for (const session of [one, other]) collector.add(session);
	const batch = collector.take();
	const expected = [one, other].map(session => ({
		...Object.fromEntries(handshakeFields.map(field => [field, session[field]])),
		carriedMail: session.messages > 0,
		loggedIn: session.loggedIn,
	}));
	t.deepEqual(batch?.handshakes.map(handshakeOf) as object[], expected);
});
