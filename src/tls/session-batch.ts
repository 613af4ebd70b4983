import type {Session} from './session.ts';

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
 * speed of numbers. Words are numbered from 1 in `vocabulary`, 0 is null; a time that is null is NaN. A word of the columns that
 * hold few has one number; one that names a peer or a user may have several, for to find the first took longer than all the rest.
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

/**
 * A column of words that is being filled. Most hold a few words over and over, and the very same strings: those used last
 * are found by a glance at two letters.
 */
type WordColumn = {readonly cells: Uint32Array; readonly words: Array<string | null>; readonly ids: Uint32Array};

const lastWords = 16;

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
			words.map(
				(cells): WordColumn => ({cells, words: new Array(lastWords).fill(null), ids: new Uint32Array(lastWords)}),
			),
		) as NamedColumns['words'],
	};
}

/** The words of a batch, and the numbers of those that come over and over. */
type Vocabulary = {words: string[]; readonly numbers: Map<string, number>};

function numberOf({words, numbers}: Vocabulary, word: string): number {
	const known = numbers.get(word);
	if (known !== undefined) return known;
	const number = words.push(word);
	numbers.set(word, number);
	return number;
}

/** Puts a word of which a column has few. */
function putFew({cells, words, ids}: WordColumn, row: number, word: string | null, vocabulary: Vocabulary): void {
	if (word === null) {
		cells[row] = 0;
		return;
	}
	const {length} = word;
	const at = (length + 3 * word.charCodeAt(length - 1) + word.charCodeAt(length >> 1)) & (lastWords - 1);
	if (words[at] !== word) {
		words[at] = word;
		ids[at] = numberOf(vocabulary, word);
	}
	cells[row] = ids[at] ?? 0;
}

/** Puts a word of which a column may have any number: an address, a host, a user. */
function putMany({cells}: WordColumn, row: number, word: string | null, {words}: Vocabulary): void {
	cells[row] = word === null ? 0 : words.push(word);
}

/** Field by field: loads by a name that changes took five times as long. */
function putSession({times, numbers, words}: NamedColumns, row: number, session: Session, ids: Vocabulary): void {
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
	putFew(words.hop, row, session.hop, ids);
	putFew(words.direction, row, session.direction, ids);
	putFew(words.logHost, row, session.logHost, ids);
	putFew(words.tag, row, session.tag, ids);
	putFew(words.service, row, session.service, ids);
	putFew(words.portSource, row, session.portSource, ids);
	putFew(words.tlsMode, row, session.tlsMode, ids);
	putMany(words.peerHost, row, session.peerHost, ids);
	putMany(words.peerIp, row, session.peerIp, ids);
	putMany(words.serverName, row, session.serverName, ids);
	putFew(words.outcome, row, session.outcome, ids);
	putFew(words.protocol, row, session.protocol, ids);
	putFew(words.cipher, row, session.cipher, ids);
	putFew(words.trust, row, session.trust, ids);
	putFew(words.keyExchange, row, session.keyExchange, ids);
	putFew(words.serverSignature, row, session.serverSignature, ids);
	putFew(words.serverDigest, row, session.serverDigest, ids);
	putFew(words.clientSignature, row, session.clientSignature, ids);
	putFew(words.clientDigest, row, session.clientDigest, ids);
	putFew(words.tlsLevel, row, session.tlsLevel, ids);
	putFew(words.failure, row, session.failure, ids);
	putMany(words.username, row, session.username, ids);
	putFew(words.source, row, session.source, ids);
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
	const vocabulary: Vocabulary = {words: [], numbers: new Map()};

	return {
		get rows() {
			return rows;
		},
		add(session) {
			putSession(columns, rows, session, vocabulary);
			rows++;
			if (rows === capacity) full();
		},
		take() {
			if (rows === 0) return undefined;
			const batch: SessionBatch = {...memory, rows, vocabulary: vocabulary.words};
			vocabulary.words = [];
			vocabulary.numbers.clear();
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
