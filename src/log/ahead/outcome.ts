import {isDeepStrictEqual} from 'node:util';
import type {Coverage} from '../../model/coverage.ts';
import {mostExamples} from '../coverage-recorder.ts';
import type {LineState} from '../line-state.ts';
import {type ClockSpan, type ClockState, dayMs, restartClock} from '../lines/clock.ts';
import {type HeadState, restartHead} from '../lines/head-state.ts';

/*
 * A block can be read before those in front of it were: of what they leave behind only little changes what its lines mean, and that
 * is guessed. In: the guess, what came of the block by it, and later the true state in front of it. Out: whether the guess made
 * no difference; the state behind the block, if so. Else it is to be read again, from the true state.
 */

/** What is guessed of the state in front of a block. */
export type LineGuess = {readonly clock: ClockState; readonly head: HeadState};

/** What came of a block that was read by a guess. */
export type LineOutcome = {
	/** The state behind the block if the guess was right. */
	readonly clock: ClockState;
	readonly head: HeadState;
	readonly span: ClockSpan;
	/** Of the block alone; lines are numbered from the first one on. */
	readonly coverage: Coverage;
	/** Lines that are part of one that is not over. */
	readonly parts: number;
	/** All lines of the block, those parts included. */
	readonly lines: number;
	/** As in the state; undefined where no line of the block decides it. */
	readonly failedOn: LineState['failedOn'] | undefined;
};

/** The nearest year to a stamp is the same for all times that lie so close together. */
const oneYear = 90 * dayMs;

/** The guess that the state in front of the following block is as this one. */
export function guessFrom({clock, head}: LineState | LineGuess): LineGuess {
	return structuredClone({clock, head});
}

/** A new source begins. Of a state only between two records: see `LineReader.open`. */
export function restartLines(
	state: LineState | LineGuess,
	{year, modified}: {readonly year: number | undefined; readonly modified: number | null},
): void {
	restartClock(state.clock, year, modified);
	restartHead(state.head);
}

/** No record or line is spread over lines, which may be told from the state alone. */
export function isBetweenRecords({parts, head}: Pick<LineState, 'parts' | 'head'>): boolean {
	return parts === 0 && head.parts === '' && head.record === null && head.json.depth === 0 && head.json.text === '';
}

/** Whether the times of the block's stamps are the same by the true clock. */
function sameTimes(clock: ClockState, guess: ClockState, {earliest, latest, fell, twice}: ClockSpan): boolean {
	if (isDeepStrictEqual(clock, guess)) return true;
	if (earliest > latest) return true;
	if (clock.last === null || fell || twice) return false;
	// A step back of more than a day would set the clock back.
	if (earliest < clock.last - dayMs) return false;
	return Math.max(latest, clock.last) - Math.min(earliest, clock.last) < oneYear;
}

/** The clock behind the block, where `sameTimes` holds. */
function clockBehind(clock: ClockState, guess: ClockState, outcome: LineOutcome): ClockState {
	if (isDeepStrictEqual(clock, guess)) return outcome.clock;
	const {latest} = outcome.span;
	const last = latest > (clock.last ?? Number.NEGATIVE_INFINITY) ? latest : clock.last;
	return {...clock, last: Number.isFinite(latest) ? last : clock.last};
}

/** Adds the coverage of a block behind `line` lines of its source, as its lines would have been counted one by one. */
function addCoverage(whole: Coverage, part: Coverage, line: number): void {
	whole.lines += part.lines;
	whole.understood += part.understood;
	whole.irrelevant += part.irrelevant;
	whole.foreign += part.foreign;
	whole.malformed += part.malformed;
	whole.notUnderstood += part.notUnderstood;
	for (const example of part.examples) {
		const known = whole.examples.find(({shape}) => shape === example.shape);
		if (known) known.count += example.count;
		else if (whole.examples.length < mostExamples) whole.examples.push({...example, line: example.line + line});
	}
	for (const notice of part.notices) if (!whole.notices.includes(notice)) whole.notices.push(notice);
}

/**
 * Takes the outcome of a block in front of which the state is `state`, behind `line` lines of its source: brings the state
 * behind the block. False where the guess may have made a difference; the state is as it was then.
 */
export function takeOutcome(state: LineState, line: number, guess: LineGuess, outcome: LineOutcome): boolean {
	if (!isBetweenRecords(state) || !isDeepStrictEqual(state.head, guess.head)) return false;
	if (!sameTimes(state.clock, guess.clock, outcome.span)) return false;
	state.clock = clockBehind(state.clock, guess.clock, outcome);
	state.head = outcome.head;
	state.parts = outcome.parts;
	if (outcome.failedOn !== undefined) state.failedOn = outcome.failedOn;
	addCoverage(state.coverage, outcome.coverage, line);
	return true;
}
