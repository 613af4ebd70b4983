import {guessFrom, isBetweenRecords, restartLines, takeOutcome} from '../log/ahead/outcome.ts';
import type {SourceInfo} from '../log/reader-options.ts';
import type {LineSide} from './line-side.ts';
import type {StageOptions} from './line-stage.ts';
import type {AheadAnswer, AheadOrder, StageMessage} from './messages.ts';
import {placesOfReader} from './places.ts';
import {lineStateOf, saved} from './states.ts';

/** A thread that reads lines. */
export type AheadReader = {
	postMessage(order: AheadOrder, moved: ArrayBuffer[]): void;
	on(event: 'message', take: (answer: AheadAnswer) => void): void;
	terminate(): Promise<unknown>;
};

/** What is to be done in order. */
type Task =
	| BlockTask
	| {readonly kind: 'open'; readonly source: SourceInfo}
	| {readonly kind: 'line'; readonly answer: (line: number) => void}
	| {readonly kind: 'snapshot'; readonly last: boolean}
	| {readonly kind: 'end'};

type BlockTask = {
	readonly kind: 'block';
	readonly from: number;
	readonly to: number;
	/** null while a reader has it. */
	memory: ArrayBuffer | null;
	/** null where it is to be read in order. */
	ahead: ReadAhead | null;
};

/** A block with a reader. */
type ReadAhead = {
	readonly reader: number;
	readonly place: number;
	readonly guess: ReturnType<typeof guessFrom>;
	/** What came of it; null until then. */
	answer: (AheadAnswer & {kind: 'ahead'}) | null;
};

/** So many blocks are read in order when one could not be read ahead, twice as many each time that this happens again. */
const fewestInOrder = 4;
const mostInOrder = 256;

/** The thread that reads in order what cannot be read ahead. */
const orderly = 0;

/**
 * Several threads read blocks before their turn, by a guess of what is in front of them. In the order of the blocks the guess is
 * held against what is true, see `log/ahead/outcome.ts`: their records go to the second stage, or the block is read again by one
 * thread, from the true state, and with it those that follow, as a log that needs it once may need it always. One closure, as
 * all share the state and where it is.
 */
export function createAheadSide(
	readers: readonly AheadReader[],
	options: StageOptions,
	toJoin: {postMessage(message: StageMessage): void},
	done: (memory: ArrayBuffer) => void,
): LineSide {
	let state = lineStateOf(options.states);
	/** Where the state behind the last task that is done is kept: here, or with the thread that reads in order. */
	let holder: 'here' | 'there' | 'coming' = 'here';
	let source: SourceInfo | null = null;
	/** Lines of that source, where the state is here. */
	let line = 0;
	let guess = guessFrom(state);
	/** Sources that were opened, and whose turn has not come. */
	let opening = 0;
	/** The one that blocks come from that come now. */
	let coming = '';
	let read = 0;
	let inOrder = 0;
	let nextInOrder = fewestInOrder;
	const tasks: Task[] = [];
	/** By reader: blocks that it has, in order, and places for records that are free. */
	const sent: BlockTask[][] = readers.map(() => []);
	const free: number[][] = readers.map(() => Array.from({length: placesOfReader}, (_, place) => place));
	const waiting: Array<{readonly go: () => void; readonly fail: (error: unknown) => void}> = [];
	let failure: {readonly error: unknown} | null = null;
	const lineWaiters: Array<(line: number) => void> = [];

	function order(reader: number, message: AheadOrder, memory: ArrayBuffer[] = []): void {
		readers[reader]?.postMessage(message, memory);
	}

	function join(message: StageMessage): void {
		toJoin.postMessage(message);
	}

	/** Whether the state is here; asks for it where it is not. */
	function isHere(): boolean {
		if (holder === 'there') {
			holder = 'coming';
			order(orderly, {kind: 'state'});
		}
		return holder === 'here';
	}

	/** What follows is read in order; false where the state is on its way. */
	function giveState(): boolean {
		if (holder === 'coming') return false;
		if (holder === 'here') order(orderly, {kind: 'go-on', state, source: source && {...source, line}});
		holder = 'there';
		return true;
	}

	function guessOn(): void {
		if (opening === 0) guess = guessFrom(state);
	}

	function taken(reader: number, place: number): void {
		free[reader]?.push(place);
		waiting.shift()?.go();
	}

	/** The records of a block that was read ahead go on, or only what its strings are. */
	function hand({reader, place, answer}: ReadAhead, again: boolean): void {
		const sizes = answer?.sizes ?? [];
		if (sizes.length === 0) taken(reader, place);
		else join({kind: 'ahead', reader, place, sizes, lines: line, again});
	}

	/** Whether the block was read ahead as it is to be read. */
	function isGood({answer, guess}: ReadAhead): boolean {
		const outcome = answer?.outcome;
		if (!outcome || !takeOutcome(state, line, guess, outcome)) return false;
		read += outcome.coverage.lines;
		return true;
	}

	function readInOrder(task: BlockTask): boolean {
		const {memory, from, to} = task;
		if (memory === null || !giveState()) return false;
		order(orderly, {kind: 'block', memory, from, to}, [memory]);
		return true;
	}

	/** Whether it is done, or on its way in order. */
	function doBlock(task: BlockTask): boolean {
		const {ahead, memory} = task;
		if (ahead === null) return readInOrder(task);
		if (ahead.answer === null || memory === null) return false;
		// While blocks are read in order, the state is not asked for.
		const isOrdered = inOrder > 0 && holder === 'there';
		if (!isOrdered && !isHere()) return false;
		if (!isOrdered && isGood(ahead)) {
			hand(ahead, false);
			line += ahead.answer.outcome?.lines ?? 0;
			nextInOrder = fewestInOrder;
			guessOn();
			done(memory);
			return true;
		}
		hand(ahead, true);
		task.ahead = null;
		if (!isOrdered) {
			inOrder = nextInOrder;
			nextInOrder = Math.min(2 * nextInOrder, mostInOrder);
		}
		return readInOrder(task);
	}

	function doOpen(next: SourceInfo): boolean {
		// A record that the end of its source cut off is ended by who reads in order.
		if (holder === 'here' && !next.line && !isBetweenRecords(state)) giveState();
		if (holder === 'coming') return false;
		if (holder === 'there') order(orderly, {kind: 'open', source: next});
		else if (!next.line) restartLines(state, {year: options.year, modified: next.modified});
		source = next;
		line = next.line ?? 0;
		opening--;
		return true;
	}

	function doLine(answer: (line: number) => void): boolean {
		if (holder === 'coming') return false;
		if (holder === 'here') answer(line);
		else {
			lineWaiters.push(answer);
			order(orderly, {kind: 'line'});
		}
		return true;
	}

	function doSnapshot(last: boolean): boolean {
		if (!isHere()) return false;
		join({kind: 'snapshot', lines: {state: saved(state), coverage: state.coverage, line}, last});
		if (!last) for (const reader of readers.keys()) order(reader, {kind: 'rest'});
		return true;
	}

	function doEnd(): boolean {
		if (!isHere()) return false;
		if (state.parts > 0) {
			giveState();
			order(orderly, {kind: 'end'});
			return isHere();
		}
		join({kind: 'end', lines: state.coverage});
		return true;
	}

	function isDone(task: Task): boolean {
		switch (task.kind) {
			case 'block':
				return doBlock(task);
			case 'open':
				return doOpen(task.source);
			case 'line':
				return doLine(task.answer);
			case 'snapshot':
				return doSnapshot(task.last);
			case 'end':
				return doEnd();
		}
	}

	/** Does what can be done. */
	function goOn(): void {
		for (let [task] = tasks; task !== undefined && isDone(task); [task] = tasks) tasks.shift();
	}

	function add(task: Task): void {
		tasks.push(task);
		goOn();
	}

	function fail(error: unknown): void {
		failure ??= {error};
		for (const waiter of waiting.splice(0)) waiter.fail(failure.error);
	}

	/** The reader with the most free places. */
	function idlest(): number {
		let best = 0;
		for (const [reader, places] of free.entries()) if (places.length > (free[best]?.length ?? 0)) best = reader;
		return best;
	}

	function answered(reader: number, answer: AheadAnswer): void {
		switch (answer.kind) {
			case 'ahead': {
				const task = sent[reader]?.shift();
				if (!task?.ahead) throw new RangeError(`reader ${reader} answers, and was not asked`);
				task.memory = answer.memory;
				task.ahead.answer = answer;
				break;
			}
			case 'records':
				join(answer);
				return;
			case 'block':
				read += answer.lines;
				done(answer.memory);
				return;
			case 'line':
				lineWaiters.shift()?.(answer.line);
				return;
			case 'state':
				({state, line} = answer);
				holder = 'here';
				guessOn();
				break;
		}
		goOn();
	}

	for (const [reader, thread] of readers.entries()) {
		thread.on('message', (answer: AheadAnswer) => answered(reader, answer));
		order(reader, {kind: 'begin', options: {...options, states: null}});
	}

	return {
		taken,
		open(next) {
			guess = guessFrom(guess);
			if (!next.line) restartLines(guess, {year: options.year, modified: next.modified});
			coming = next.name;
			opening++;
			add({kind: 'open', source: next});
		},
		async block(memory, from, to) {
			if (inOrder > 0) {
				inOrder--;
				add({kind: 'block', from, to, memory, ahead: null});
				return;
			}
			while (free.every(places => places.length === 0)) {
				if (failure !== null) throw failure.error;
				await new Promise<void>((go, fail) => waiting.push({go, fail}));
			}
			const reader = idlest();
			const place = free[reader]?.pop() ?? 0;
			const ahead: ReadAhead = {reader, place, guess, answer: null};
			const task: BlockTask = {kind: 'block', from, to, memory: null, ahead};
			sent[reader]?.push(task);
			order(reader, {kind: 'ahead', memory, from, to, source: coming, guess, place}, [memory]);
			tasks.push(task);
		},
		line: answer => add({kind: 'line', answer}),
		get lines() {
			return read;
		},
		snapshot: last => add({kind: 'snapshot', last}),
		end: () => add({kind: 'end'}),
		fail,
		async close() {
			fail(new Error('the pipeline was closed'));
			await Promise.all(readers.map(thread => thread.terminate()));
		},
	};
}
