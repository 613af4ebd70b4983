import {explainArchive} from '../decompress/archive-problem.ts';
import {JournalProblem} from '../journal/journal-problem.ts';
import {NotALog} from './open.ts';
import {Shrunk} from './plain-file.ts';
import {unreadable} from './problem.ts';
import {Gone} from './relocated.ts';
import type {Source} from './source.ts';

/** A source that could not be read, or not to its end; the message is one sentence for the user. */
export class SourceProblem extends Error {
	/** The text before the damage was read. */
	readonly opened: boolean;
	/** What was not read may be of a log. */
	get mayHoldLog(): boolean {
		return !(this.cause instanceof NotALog) || this.cause.mayHoldLog;
	}
	constructor(source: Source, cause: unknown, opened: boolean) {
		super(explainSource(source, cause), {cause});
		this.opened = opened;
	}
}

/** One sentence about what reading a source threw: what, where, what to do. */
export function explainSource(source: Source, error: unknown): string {
	const name = source.path === null && source.output === undefined ? 'standard input' : source.name;
	if (error instanceof JournalProblem) return `${name}: ${error.message}`;
	if (error instanceof NotALog) return `${name}: ${error.why.replaceAll('FILE', name)}`;
	if (error instanceof Shrunk)
		return `${name}: was truncated while it was read, after ${error.offset} bytes, which are kept; read its rotated copy for the rest`;
	if (error instanceof Gone)
		return `${name}: was rotated away or replaced after the run began and could not be read; run again`;
	const archive = explainArchive(error);
	return archive === undefined ? unreadable(name, error) : `${name}: ${archive}`;
}
