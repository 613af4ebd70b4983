import {createLineReader, type LineReader} from '../log/line-reader.ts';
import {emptyLineState, type LineState} from '../log/line-state.ts';
import type {Bytes, ReaderOptions, SourceInfo} from '../log/reader-options.ts';
import type {Records} from '../log/records.ts';
import {collectGarbage} from './collect-garbage.ts';
import type {AheadAnswer, AheadOrder, AheadThreadData, BatchSize} from './messages.ts';
import {batchesOfPlace} from './places.ts';
import {type BatchesMemory, batchesOf, createRingWriter, type RingMemory} from './records-ring.ts';

/** Takes what a reader says; memory is handed over. */
type Answer = (message: AheadAnswer, moved?: ArrayBuffer[]) => void;

/** Reads blocks whose turn has not come. */
function createAheadReader(options: ReaderOptions, memory: BatchesMemory, answer: Answer) {
	const batches = batchesOf(memory);
	let reader: LineReader | undefined;
	let sizes: BatchSize[] = [];
	let place = 0;
	let tooMany = false;

	function roomAt(batch: number): Records {
		const room = batches[place * batchesOfPlace + Math.min(batch, batchesOfPlace - 1)];
		if (room === undefined) throw new RangeError(`there is no place ${place} for records`);
		return room;
	}

	function full({used, filled}: Records): Records {
		if (sizes.length < batchesOfPlace) sizes.push([used, filled]);
		else tooMany = true;
		return roomAt(sizes.length);
	}

	return ({memory, from, to, source, guess, place: given}: AheadOrder & {kind: 'ahead'}): void => {
		place = given;
		sizes = [];
		tooMany = false;
		reader ??= createLineReader(options, emptyLineState(), roomAt(0), full);
		reader.ahead(guess, source, roomAt(0));
		reader.block(Buffer.from(memory) as unknown as Bytes, from, to);
		const outcome = reader.outcome();
		if (outcome === null || tooMany) {
			// Its names are lost with its records.
			reader.end();
			reader = undefined;
			answer({kind: 'ahead', memory, sizes: [], outcome: null}, [memory]);
		} else answer({kind: 'ahead', memory, sizes, outcome}, [memory]);
	};
}

/** Reads blocks in order, from a state that it is given. */
function createOrderedReader(options: ReaderOptions, ring: RingMemory, answer: Answer) {
	const writer = createRingWriter(ring);
	let room = writer.next();
	let state = emptyLineState();
	let reader: LineReader | undefined;

	function full({used, filled}: Records): Records {
		answer({kind: 'records', index: room.index, used, filled});
		room = writer.next();
		return room.records;
	}

	return {
		goOn(from: LineState, source: SourceInfo | null): LineReader {
			// What the reader before had not finished goes on in the new one.
			state.parts = 0;
			reader?.end();
			state = from;
			reader = createLineReader(options, state, room.records, full);
			if (source) reader.open(source);
			return reader;
		},
		get reader(): LineReader {
			return reader ?? this.goOn(state, null);
		},
		get state(): LineState {
			return state;
		},
	};
}

/** What is read in order. */
function inOrder(order: AheadOrder, reading: ReturnType<typeof createOrderedReader>, answer: Answer): void {
	if (order.kind === 'go-on') {
		reading.goOn(order.state, order.source);
		return;
	}
	const {reader} = reading;
	switch (order.kind) {
		case 'open':
			reader.open(order.source);
			break;
		case 'block': {
			const {memory, from, to} = order;
			const before = reader.coverage.lines;
			reader.block(Buffer.from(memory) as unknown as Bytes, from, to);
			answer({kind: 'block', memory, lines: reader.coverage.lines - before}, [memory]);
			break;
		}
		case 'line':
			answer({kind: 'line', line: reader.lineNumber});
			break;
		case 'end':
			reader.end();
			break;
		case 'state':
			reader.flush();
			answer({kind: 'state', state: reading.state, line: reader.lineNumber});
			break;
	}
}

/** One of several readers of the first stage as it is spoken to: it reads blocks before their turn, and with a `ring` also those that cannot be read so. */
export function createAheadMessages({batches, ring}: AheadThreadData, answer: Answer): (order: AheadOrder) => void {
	let ahead: ReturnType<typeof createAheadReader> | undefined;
	let ordered: ReturnType<typeof createOrderedReader> | undefined;
	return order => {
		if (order.kind === 'begin') {
			const {states: _, ...options} = order.options;
			ahead = createAheadReader(options, batches, answer);
			ordered = ring === null ? undefined : createOrderedReader(options, ring, answer);
		} else if (order.kind === 'ahead') ahead?.(order);
		else if (order.kind === 'rest') collectGarbage();
		else if (ordered) inOrder(order, ordered, answer);
	};
}
