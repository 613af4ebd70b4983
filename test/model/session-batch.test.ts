import test from 'ava';
import fc from 'fast-check';
import {emptySession, type Session} from '../../src/model/session.ts';
import {
	createSessionCollector,
	handshakeAt,
	originAt,
	type SessionBatch,
	wordFields,
} from '../../src/model/session-batch.ts';
import {handshakeFields, originFields} from '../../src/model/session-parts.ts';

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
