import type {Term} from '../../model/filter.ts';
import type {Command} from '../keymap.ts';
import type {Page} from '../pages.ts';
import type {FilterWords} from '../screen-data.ts';
import {type EditLine, edited, lineOf, replaced, typed} from './edit-line.ts';
import {commonBeginning, completionsOf} from './filter-completion.ts';
import {readFilter} from './filter-language.ts';

export type AppliedFilter = {readonly text: string; readonly terms: readonly Term[]};

export const noFilter: AppliedFilter = {text: '', terms: []};

/** The filter line while it is edited. */
export type FilterLine = {
	readonly line: EditLine;
	/** What Esc goes back to. */
	readonly before: {readonly filter: AppliedFilter; readonly pages: readonly Page[]};
	/** Place in the history; null: what is typed now. */
	readonly at: number | null;
	/** What was typed before a filter of the history took its place. */
	readonly draft: string;
	/** Candidates that Tab goes through, and the one that stands in the text from `from` on. */
	readonly cycle: {readonly candidates: readonly string[]; readonly at: number; readonly from: number} | null;
};

/** What the filter line and its keys look at beside themselves. */
export type Around = {readonly history: readonly string[]; readonly words: FilterWords};

/** The line as `/` opens it. */
export const openFilter = (filter: AppliedFilter, pages: readonly Page[]): FilterLine => ({
	line: lineOf(filter.text === '' ? '' : `${filter.text} `),
	before: {filter, pages},
	at: null,
	draft: '',
	cycle: null,
});

/** The line after a text was typed into it. */
export const withTyped = (typing: FilterLine, text: string): FilterLine => ({
	...typing,
	line: typed(typing.line, text),
	at: null,
	cycle: null,
});

function fromHistory(typing: FilterLine, by: number, history: readonly string[]): FilterLine {
	const at = (typing.at ?? history.length) + by;
	if (at < 0 || at > history.length || (at === history.length && typing.at === null)) return typing;
	const draft = typing.at === null ? typing.line.text : typing.draft;
	const isNow = at === history.length;
	return {...typing, line: lineOf(isNow ? draft : (history[at] ?? '')), at: isNow ? null : at, draft, cycle: null};
}

/** Something behind which the next word may come. */
const finished = (candidate: string): string => (candidate.endsWith(':') ? candidate : `${candidate} `);

function completed(typing: FilterLine, by: number, words: FilterWords): FilterLine {
	const {line, cycle} = typing;
	if (cycle !== null) {
		const {candidates, at, from} = cycle;
		const next = (at + by + candidates.length) % candidates.length;
		const put = replaced(line, from, line.cursor, candidates[next] ?? '');
		return {...typing, line: put, cycle: {candidates, at: next, from}};
	}
	const {from, to, candidates} = completionsOf(line, words);
	const [only] = candidates;
	if (only === undefined) return typing;
	if (candidates.length === 1) return {...typing, line: replaced(line, from, to, finished(only)), at: null};
	const begun = line.text.slice(from, to);
	const common = commonBeginning(candidates);
	if (common.length > begun.length && common.toLowerCase().startsWith(begun.toLowerCase()))
		return {...typing, line: replaced(line, from, to, common), at: null};
	const at = by > 0 ? 0 : candidates.length - 1;
	return {
		...typing,
		line: replaced(line, from, to, candidates[at] ?? ''),
		at: null,
		cycle: {candidates, at, from},
	};
}

/** What a key does to the line. */
export function withKey(typing: FilterLine, command: Command, {history, words}: Around): FilterLine {
	switch (command) {
		case 'earlier':
			return fromHistory(typing, -1, history);
		case 'later':
			return fromHistory(typing, 1, history);
		case 'complete':
			return completed(typing, 1, words);
		case 'complete-back':
			return completed(typing, -1, words);
		default: {
			const line = edited(typing.line, command);
			if (line === null) return typing;
			return {...typing, line, cycle: null, at: line.text === typing.line.text ? typing.at : null};
		}
	}
}

/** The filter that the line stands for; null while it is wrong or unfinished. */
export function filterIn({line}: FilterLine): AppliedFilter | null {
	const {terms, problem} = readFilter(line.text);
	return problem === null ? {text: line.text.trim(), terms} : null;
}

/** The history with one more; what was the last filter already is not in it twice. */
export function remembered(history: readonly string[], text: string): readonly string[] {
	return text === '' || history.at(-1) === text ? history : [...history, text];
}
