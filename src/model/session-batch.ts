import type {HeldLine} from './outbound.ts';
import {heldCount, heldNumber, heldTime, type Session} from './session.ts';
import {type Handshake, handshakeFields} from './session-parts.ts';
import {createHandshakeTuples, createOriginTuples} from './tuples/session-tuples.ts';
import type {TupleItem} from './tuples/tuple-numbers.ts';

/** Fields of a session by what they are made of. */
export const timeFields = ['startedAt', 'endedAt'] as const satisfies ReadonlyArray<keyof Session>;
export const numberFields = [
	'pid',
	'peerPort',
	'reused',
	'messages',
	'rejected',
	'firstLine',
	'lastLine',
] as const satisfies ReadonlyArray<keyof Session>;
/** Of these a log has any number of words. */
export const wordFields = [
	'peerHost',
	'peerIp',
	'serverName',
	'username',
	'deliveries',
	'tlsReports',
] as const satisfies ReadonlyArray<keyof Session>;
/** In place of null among the numbers, which are never negative. */
export const noNumber = -1;

/**
 * Many sessions as columns: what crosses from a worker thread to the store without a copy, and what the store loads at the
 * speed of numbers. A word is its place in `vocabulary`, 0 is null; one word may have several places, for to find the first
 * took longer than all the rest. A time that is null is NaN. What sessions have in common is written once and numbered
 * from 0.
 */
export type SessionBatch = {
	readonly rows: number;
	/** One array for each of `timeFields`, ms since 1970 UTC. */
	readonly times: readonly Float64Array<ArrayBuffer>[];
	/** One for each of `numberFields`, one for numbers of handshakes, one for numbers of origins. */
	readonly numbers: readonly Int32Array<ArrayBuffer>[];
	readonly words: readonly Uint32Array<ArrayBuffer>[];
	readonly vocabulary: readonly string[];
	/** `handshakeFields`, then whether mail was carried, whether somebody logged in, and whether the beginning was seen. */
	readonly handshakes: readonly TupleItem[][];
	/** `originFields`. */
	readonly origins: readonly TupleItem[][];
	/** Mail that TLS held back, line by line: few, and of no session. */
	readonly held: readonly HeldLine[];
};

/** Where in `numbers` of a batch its handshakes and origins are. */
export const handshakeAt = numberFields.length;
export const originAt = handshakeAt + 1;

/** A handshake of a batch by the names of its fields. */
export function handshakeOf(values: readonly TupleItem[]): Handshake {
	const [carriedMail, loggedIn] = values.slice(handshakeFields.length);
	return {
		...Object.fromEntries(handshakeFields.map((field, index) => [field, values[index] ?? null])),
		carriedMail: carriedMail === true,
		loggedIn: loggedIn === true,
	} as Handshake;
}

/** Collects sessions into batches of at most `capacity` rows. */
export type SessionCollector = {
	/** Rows collected since the last `take`. */
	readonly rows: number;
	add(session: Session): void;
	/** Adds what a line says of mail that TLS held back. */
	addHeld(line: HeldLine): void;
	/** What was collected, and starts over; undefined when that is nothing. */
	take(): SessionBatch | undefined;
	/**
	 * Memory of a batch that `take` gave and nobody needs any more, for the next one: fresh memory for each would pile
	 * up.
	 */
	reuse(memory: BatchMemory): void;
};

/** The columns of a batch without its words. */
export type BatchMemory = Pick<SessionBatch, 'times' | 'numbers' | 'words'>;

const mostSpare = 4;

/**
 * The first batch is small: what was never done before a function is compiled is not in what is compiled, and the first
 * time it is done all of that is thrown away. /
 */
const firstRows = 256;

/** The place 0 is null's. */
const noWords = (): string[] => [''];

/** The columns of a batch by the names of their fields. */
type NamedColumns = {
	readonly times: Record<(typeof timeFields)[number], Float64Array>;
	readonly numbers: Record<(typeof numberFields)[number] | 'handshake' | 'origin', Int32Array>;
	readonly words: Record<(typeof wordFields)[number], Uint32Array>;
};

function named({times, numbers, words}: BatchMemory): NamedColumns {
	const by = (fields: readonly string[], columns: readonly unknown[]): unknown =>
		Object.fromEntries(fields.map((field, index) => [field, columns[index]]));
	return {
		times: by(timeFields, times) as NamedColumns['times'],
		numbers: by([...numberFields, 'handshake', 'origin'], numbers) as NamedColumns['numbers'],
		words: by(wordFields, words) as NamedColumns['words'],
	};
}

/** `full` is called when a batch is full, and must take it. */
export function createSessionCollector(capacity: number, full: () => void): SessionCollector {
	let rows = 0;
	let mostRows = Math.min(firstRows, capacity);
	const spare: BatchMemory[] = [];
	const fresh = (): BatchMemory => ({
		times: timeFields.map(() => new Float64Array(capacity)),
		numbers: [...numberFields, 'handshake', 'origin'].map(() => new Int32Array(capacity)),
		words: wordFields.map(() => new Uint32Array(capacity)),
	});
	let memory = fresh();
	let columns = named(memory);
	let vocabulary = noWords();
	let held: HeldLine[] = [];
	const handshakes = createHandshakeTuples();
	const origins = createOriginTuples();

	const wordId = (word: string | null): number => (word === null ? 0 : vocabulary.push(word) - 1);

	/**
	 * Field by field: loads by a name that changes took five times as long. And all in one function, too large for the
	 * compiler to write it into each of those that hand out sessions. /
	 */
	function add(session: Session): void {
		const {times, numbers, words} = columns;
		const row = rows;
		times.startedAt[row] = heldTime(session.startedAt) ?? Number.NaN;
		times.endedAt[row] = heldTime(session.endedAt) ?? Number.NaN;
		numbers.pid[row] = heldNumber(session.pid) ?? noNumber;
		numbers.peerPort[row] = heldNumber(session.peerPort) ?? noNumber;
		numbers.reused[row] = heldCount(session.reused);
		numbers.messages[row] = heldCount(session.messages);
		numbers.rejected[row] = heldCount(session.rejected);
		numbers.firstLine[row] = heldNumber(session.firstLine) ?? noNumber;
		numbers.lastLine[row] = heldNumber(session.lastLine) ?? noNumber;
		words.peerHost[row] = wordId(session.peerHost);
		words.peerIp[row] = wordId(session.peerIp);
		words.serverName[row] = wordId(session.serverName);
		words.username[row] = wordId(session.username);
		words.deliveries[row] = wordId(session.deliveries);
		words.tlsReports[row] = wordId(session.tlsReports);
		numbers.handshake[row] = handshakes.of(session);
		numbers.origin[row] = origins.of(session);
		rows++;
		if (rows === mostRows) full();
	}

	return {
		get rows() {
			return rows;
		},
		add,
		addHeld(line) {
			held.push(line);
			if (held.length === capacity) full();
		},
		take() {
			if (rows === 0 && held.length === 0) return undefined;
			const batch = {...memory, rows, vocabulary, handshakes: handshakes.take(), origins: origins.take(), held};
			vocabulary = noWords();
			held = [];
			rows = 0;
			mostRows = capacity;
			memory = spare.pop() ?? fresh();
			columns = named(memory);
			return batch;
		},
		reuse({times, numbers, words}) {
			// Who gives a whole batch back gives its columns, and not its number of rows.
			if (times[0]?.length === capacity && spare.length < mostSpare) spare.push({times, numbers, words});
		},
	};
}

/** The memory of a batch, to be handed over to another thread instead of copied. */
export function memoryOf(batch: BatchMemory): ArrayBuffer[] {
	return [...batch.times, ...batch.numbers, ...batch.words].map(column => column.buffer);
}
