import type {Session} from './session.ts';
import {createWordNumbers, type WordNumbers} from './word-numbers.ts';

/** Fields of a session by what they are made of. */
export const timeFields = ['startedAt', 'endedAt'] as const satisfies ReadonlyArray<keyof Session>;
export const numberFields = [
	'pid',
	'port',
	'peerPort',
	'cipherBits',
	'reused',
	'messages',
	'rejected',
	'firstLine',
	'lastLine',
] as const satisfies ReadonlyArray<keyof Session>;
export const wordFields = [
	'hop',
	'direction',
	'logHost',
	'tag',
	'service',
	'portSource',
	'tlsMode',
	'peerHost',
	'peerIp',
	'serverName',
	'outcome',
	'protocol',
	'cipher',
	'trust',
	'keyExchange',
	'serverSignature',
	'serverDigest',
	'clientSignature',
	'clientDigest',
	'tlsLevel',
	'failure',
	'username',
	'source',
] as const satisfies ReadonlyArray<keyof Session>;

/** Stands for null among the numbers, which are never negative. */
export const noNumber = -1;

/**
 * Many sessions as columns: what crosses from a worker thread to the store without a copy, and what the store loads at the
 * speed of numbers. Words are numbered from 1 in `vocabulary`, 0 is null; a time that is null is NaN.
 */
export type SessionBatch = {
	readonly rows: number;
	/** One array for each of `timeFields`, ms since 1970 UTC. */
	readonly times: readonly Float64Array<ArrayBuffer>[];
	readonly numbers: readonly Int32Array<ArrayBuffer>[];
	readonly words: readonly Uint32Array<ArrayBuffer>[];
	readonly vocabulary: readonly string[];
};

/** Collects sessions into batches of at most `capacity` rows. */
export type SessionCollector = {
	/** Rows collected since the last `take`. */
	readonly rows: number;
	add(session: Session): void;
	/** What was collected, and begins anew; undefined when that is nothing. */
	take(): SessionBatch | undefined;
	/** Memory of a batch that `take` gave and nobody needs any more, for the next one: fresh memory for each would pile up. */
	reuse(memory: BatchMemory): void;
};

/** The columns of a batch without its words. */
export type BatchMemory = Pick<SessionBatch, 'times' | 'numbers' | 'words'>;

const mostSpare = 4;

/** A column of words that is being filled; most words are those of the row before, and the very same string. */
type WordColumn = {readonly cells: Uint32Array; word: string | null; id: number};

/** The columns of a batch by the names of their fields. */
type NamedColumns = {
	readonly times: Record<(typeof timeFields)[number], Float64Array>;
	readonly numbers: Record<(typeof numberFields)[number], Int32Array>;
	readonly words: Record<(typeof wordFields)[number], WordColumn>;
};

function named({times, numbers, words}: BatchMemory): NamedColumns {
	const by = (fields: readonly string[], columns: readonly unknown[]): unknown =>
		Object.fromEntries(fields.map((field, index) => [field, columns[index]]));
	return {
		times: by(timeFields, times) as NamedColumns['times'],
		numbers: by(numberFields, numbers) as NamedColumns['numbers'],
		words: by(
			wordFields,
			words.map((cells): WordColumn => ({cells, word: null, id: 0})),
		) as NamedColumns['words'],
	};
}

function putWord(column: WordColumn, row: number, word: string | null, number: (word: string) => number): void {
	if (word !== column.word) {
		column.word = word;
		column.id = word === null ? 0 : number(word);
	}
	column.cells[row] = column.id;
}

/** Field by field: loads by a name that changes took five times as long. */
function putSession({times, numbers, words}: NamedColumns, row: number, session: Session, ids: WordNumbers): void {
	times.startedAt[row] = session.startedAt ?? Number.NaN;
	times.endedAt[row] = session.endedAt ?? Number.NaN;
	numbers.pid[row] = session.pid ?? noNumber;
	numbers.port[row] = session.port ?? noNumber;
	numbers.peerPort[row] = session.peerPort ?? noNumber;
	numbers.cipherBits[row] = session.cipherBits ?? noNumber;
	numbers.reused[row] = session.reused;
	numbers.messages[row] = session.messages;
	numbers.rejected[row] = session.rejected;
	numbers.firstLine[row] = session.firstLine ?? noNumber;
	numbers.lastLine[row] = session.lastLine ?? noNumber;
	putWord(words.hop, row, session.hop, ids.few);
	putWord(words.direction, row, session.direction, ids.few);
	putWord(words.logHost, row, session.logHost, ids.few);
	putWord(words.tag, row, session.tag, ids.few);
	putWord(words.service, row, session.service, ids.few);
	putWord(words.portSource, row, session.portSource, ids.few);
	putWord(words.tlsMode, row, session.tlsMode, ids.few);
	putWord(words.peerHost, row, session.peerHost, ids.many);
	putWord(words.peerIp, row, session.peerIp, ids.many);
	putWord(words.serverName, row, session.serverName, ids.many);
	putWord(words.outcome, row, session.outcome, ids.few);
	putWord(words.protocol, row, session.protocol, ids.few);
	putWord(words.cipher, row, session.cipher, ids.few);
	putWord(words.trust, row, session.trust, ids.few);
	putWord(words.keyExchange, row, session.keyExchange, ids.few);
	putWord(words.serverSignature, row, session.serverSignature, ids.few);
	putWord(words.serverDigest, row, session.serverDigest, ids.few);
	putWord(words.clientSignature, row, session.clientSignature, ids.few);
	putWord(words.clientDigest, row, session.clientDigest, ids.few);
	putWord(words.tlsLevel, row, session.tlsLevel, ids.few);
	putWord(words.failure, row, session.failure, ids.few);
	putWord(words.username, row, session.username, ids.many);
	putWord(words.source, row, session.source, ids.few);
}

/** `full` is called when a batch is full, and must take it. */
export function createSessionCollector(capacity: number, full: () => void): SessionCollector {
	let rows = 0;
	const spare: BatchMemory[] = [];
	const fresh = (): BatchMemory => ({
		times: timeFields.map(() => new Float64Array(capacity)),
		numbers: numberFields.map(() => new Int32Array(capacity)),
		words: wordFields.map(() => new Uint32Array(capacity)),
	});
	let memory = fresh();
	let columns = named(memory);
	const ids = createWordNumbers();

	return {
		get rows() {
			return rows;
		},
		add(session) {
			putSession(columns, rows, session, ids);
			rows++;
			if (rows === capacity) full();
		},
		take() {
			if (rows === 0) return undefined;
			const batch: SessionBatch = {...memory, rows, vocabulary: ids.take()};
			rows = 0;
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
