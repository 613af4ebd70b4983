import type {Command} from '../keymap.ts';
import {type EditLine, edited, emptyLine, typed} from './edit-line.ts';
import {type Span, spanPresets, spanWords} from './span.ts';

/** The choice of a span while it is open: a list, and a line for dates. */
export type SpanChoice = {
	readonly line: EditLine;
	/** Place in `spanPresets`. */
	readonly at: number;
	/** What the text means, as far as it was read; null: not yet, or it is wrong. */
	readonly read: Span | null;
	/** Why it means nothing, in a sentence. */
	readonly problem: string | null;
};

/** What came of reading a text as a span. */
export type ReadSpan = {readonly text: string; readonly span: Span | null; readonly problem: string | null};

/** Reads a typed text as a span, date by date; what is wrong is a sentence. */
export async function readSpan(text: string, moment: (text: string) => Promise<number>): Promise<ReadSpan> {
	const {since: from, until: to} = spanWords(text);
	try {
		const since = from === null ? null : await moment(from);
		const until = to === null ? null : await moment(to);
		if (since !== null && until !== null && since >= until)
			throw new Error(`"${text.trim()}": the first date is not before the second: no session can lie between them`);
		return {text, span: {since, until, last: null}, problem: null};
	} catch (error) {
		return {text, span: null, problem: (error as Error).message};
	}
}

/** The choice as `t` opens it, at the span that holds now. */
export function openSpans(now: Span): SpanChoice {
	const same = ({since, until, last}: Span): boolean => since === now.since && until === now.until && last === now.last;
	const at = spanPresets.findIndex(({span}) => span !== null && same(span));
	return {line: emptyLine, at: Math.max(0, at), read: null, problem: null};
}

const withLine = (choice: SpanChoice, line: EditLine): SpanChoice =>
	line.text === choice.line.text ? {...choice, line} : {...choice, line, read: null, problem: null};

/** The choice after a text was typed into its line. */
export const withDates = (choice: SpanChoice, text: string): SpanChoice => withLine(choice, typed(choice.line, text));

/** What a key does to the choice. */
export function withSpanKey(choice: SpanChoice, command: Command): SpanChoice {
	const last = spanPresets.length - 1;
	if (command === 'up') return {...choice, at: Math.max(0, choice.at - 1)};
	if (command === 'down') return {...choice, at: Math.min(last, choice.at + 1)};
	const line = edited(choice.line, command);
	return line === null ? choice : withLine(choice, line);
}

/** The words that Enter means, to be read by who knows calendars; null where the list already says what it is. */
export function wordsOf({line, at}: SpanChoice): string | null {
	if (line.text.trim() !== '') return line.text;
	const preset = spanPresets[at];
	return preset === undefined || preset.span !== null ? null : preset.words;
}
