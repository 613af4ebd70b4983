import type {Verdict} from '../model/verdict.ts';
import {plain, plainLines} from '../text/plain.ts';

/** Exit statuses; a signal's is 128 plus its number. */
export const status = {clean: 0, violations: 1, failed: 2, undecided: 3} as const;

/**
 * The status of a run that could not be made: 2, but 3 for Nagios, which reads 2 as critical. From the words of the command
 * line, which may be the very thing that is wrong.
 */
export function failedStatus(argv: readonly string[]): number {
	const nagios = argv[argv.indexOf('--format') + 1] === 'nagios' || argv.includes('--format=nagios');
	return nagios && (argv.includes('check') || argv.includes('probe')) ? 3 : status.failed;
}

/** What a run came to. */
export type Outcome = {
	/** Some input could not be read, or not to its end. */
	readonly incomplete?: boolean;
	/** There was nothing to judge: not one line was understood, or no session is in the time that was asked for. */
	readonly unread?: boolean;
	/** A comparison found differences. */
	readonly violations?: boolean;
	/** What a check came to. */
	readonly verdict?: Verdict;
	/** Number of the signal that ended reading. */
	readonly signal?: number | null;
	/** A status of another program's rules, which counts before all but a signal. */
	readonly own?: number;
};

const verdicts = {
	pass: status.clean,
	fail: status.violations,
	undecided: status.undecided,
	'nothing-read': status.failed,
} as const satisfies Record<Verdict, number>;

/** The one place that decides the exit status: a signal before unread input before the verdict. */
export function exitStatus(outcome: Outcome): number {
	const {incomplete = false, unread = false, violations = false, verdict = 'pass', signal = null, own} = outcome;
	if (signal !== null) return 128 + signal;
	if (own !== undefined) return own;
	if (incomplete || unread) return status.failed;
	return violations ? status.violations : verdicts[verdict];
}

/** A sentence as a line of standard error, whatever names and words of others are in it. */
export function errorLine(sentence: string): string {
	return `tlsaudit: ${plain(sentence)}\n`;
}

/**
 * An error as the user reads it, without the line's end: one line, with `verbose` the stack and the causes; of several
 * errors a line each.
 */
export function complaint(error: unknown, verbose: boolean): string {
	if (error instanceof AggregateError) return error.errors.map(each => complaint(each, verbose)).join('\ntlsaudit: ');
	if (!(error instanceof Error)) return plain(String(error));
	if (!verbose) return plain(error.message);
	const cause = error.cause === undefined ? '' : `\ncaused by: ${complaint(error.cause, true)}`;
	return `${plainLines(error.stack ?? error.message)}${cause}`;
}

/** Errors of which each is one sentence. */
export function severalErrors(sentences: readonly string[]): AggregateError {
	return new AggregateError(sentences.map(sentence => new Error(sentence)));
}

const reasons: Readonly<Record<string, string>> = {
	ENOSPC: 'the disk is full; make room on it',
	EDQUOT: 'the quota is used up; make room in it',
	ENOENT: 'there is no such directory; check the path',
	ENOTDIR: 'a part of the path is no directory; check the path',
	EISDIR: 'it is a directory; name a file',
	EEXIST: 'it is a file; name a directory',
	EACCES: 'permission denied; choose a place you may write to',
	EPERM: 'permission denied; choose a place you may write to',
	EROFS: 'the disk is read-only; choose another place',
};

/** One sentence about output that could not be written: what, where, what to do. */
export function unwritable(name: string, error: unknown): string {
	const {code, message} = error as NodeJS.ErrnoException;
	return `${name}: cannot be written: ${reasons[code ?? ''] ?? message}`;
}

/** Whether the reader of our output has gone (`tlsaudit … | head`): that ends the work, and is no error. */
export function isBrokenPipe(error: unknown): boolean {
	return (error as NodeJS.ErrnoException | null)?.code === 'EPIPE';
}
