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

/** `full` is called when a batch is full, and must take it. */
export function createSessionCollector(capacity: number, full: () => void): SessionCollector {
	let rows = 0;
	const spare: BatchMemory[] = [];
	const fresh = (): BatchMemory => ({
		times: timeFields.map(() => new Float64Array(capacity)),
		numbers: numberFields.map(() => new Int32Array(capacity)),
		words: wordFields.map(() => new Uint32Array(capacity)),
	});
	let {times, numbers, words} = fresh();
	let ids = new Map<string, number>();
	const lastWords: Array<string | null> = wordFields.map(() => null);
	const lastIds = wordFields.map(() => 0);

	function idOf(word: string | null): number {
		if (word === null) return 0;
		const known = ids.get(word);
		if (known !== undefined) return known;
		const id = ids.size + 1;
		ids.set(word, id);
		return id;
	}

	return {
		get rows() {
			return rows;
		},
		add(session) {
			for (let field = 0; field < timeFields.length; field++) {
				const column = times[field];
				const name = timeFields[field];
				if (column && name) column[rows] = session[name] ?? Number.NaN;
			}
			for (let field = 0; field < numberFields.length; field++) {
				const column = numbers[field];
				const name = numberFields[field];
				if (column && name) column[rows] = session[name] ?? noNumber;
			}
			for (let field = 0; field < wordFields.length; field++) {
				const column = words[field];
				const name = wordFields[field];
				if (!column || !name) continue;
				const word = session[name];
				// Most words are those of the row before, and the very same string.
				if (word !== lastWords[field]) {
					lastWords[field] = word;
					lastIds[field] = idOf(word);
				}
				column[rows] = lastIds[field] ?? 0;
			}
			rows++;
			if (rows === capacity) full();
		},
		take() {
			if (rows === 0) return undefined;
			const batch: SessionBatch = {rows, times, numbers, words, vocabulary: [...ids.keys()]};
			rows = 0;
			({times, numbers, words} = spare.pop() ?? fresh());
			ids = new Map();
			lastWords.fill(null);
			lastIds.fill(0);
			return batch;
		},
		reuse(memory) {
			if (memory.times[0]?.length === capacity && spare.length < mostSpare) spare.push(memory);
		},
	};
}

/** The memory of a batch, to be handed over to another thread instead of copied. */
export function memoryOf(batch: BatchMemory): ArrayBuffer[] {
	return [...batch.times, ...batch.numbers, ...batch.words].map(column => column.buffer);
}
