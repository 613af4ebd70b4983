/**
 * The account of what was read. The sum always holds:
 * lines = understood + irrelevant + foreign + malformed; `notUnderstood` is a part of `irrelevant`.
 */
export type Coverage = {
	/** All lines read, blank ones included. */
	lines: number;
	/** Lines that told something about a session. */
	understood: number;
	/** Lines of mail programs that say nothing about a session. */
	irrelevant: number;
	/** Lines of other programs, blank lines, headers of journalctl and the like. */
	foreign: number;
	/** Lines with no readable head, impossible dates, NUL runs, and lines cut because they were too long. */
	malformed: number;
	/** Lines of mail programs that speak of TLS and that no rule knew. */
	notUnderstood: number;
	/** One example of each kind of `notUnderstood` (digits and names folded), at most 50. */
	examples: Array<{shape: string; count: number; example: string; source: string | null; line: number}>;
	/** TCP connections that ended before a word was said (port scans): no session, hence no row. */
	noDialogue: number;
	/** Sessions that memory limits closed before their end was seen. */
	evicted: number;
	/** Sentences about what the log lacks or lost, each once. */
	notices: string[];
};

export function emptyCoverage(): Coverage {
	return {
		lines: 0,
		understood: 0,
		irrelevant: 0,
		foreign: 0,
		malformed: 0,
		notUnderstood: 0,
		examples: [],
		noDialogue: 0,
		evicted: 0,
		notices: [],
	};
}
