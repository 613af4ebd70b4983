import type {Session} from './session.ts';

/**
 * One line of a log explained: what `tlsaudit explain` prints. All texts are as they were in the log, so not safe for a
 * terminal.
 */
export type Explanation = {
	readonly source: string;
	readonly line: number;
	readonly text: string;
	readonly framing: ExplainedFraming;
	/** Who wrote the line; null where it has no tag. */
	readonly program: ExplainedProgram | null;
	/** What the line counts as in the coverage; null for a piece of a record that nothing ended. */
	readonly countedAs: 'understood' | 'irrelevant' | 'foreign' | 'malformed' | null;
	/** It speaks of TLS and no rule knows it: it is in the coverage, with an example. */
	readonly notUnderstood: boolean;
	readonly records: readonly ExplainedRecord[];
	/** The sessions that the line is part of, mostly one. */
	readonly sessions: readonly ExplainedSession[];
	/** Why the line is part of no session, as sentences; empty where it is part of one. */
	readonly why: readonly string[];
};

/** How a line came apart into stamp, host, tag and text. */
export type ExplainedFraming = {
	/** In words; null where no head was found. */
	readonly shape: string | null;
	/** What was taken off around the head, from the outside in. */
	readonly layers: ReadonlyArray<{readonly what: string; readonly text: string}>;
	/** The line at which a record ends that this one is a piece of. */
	readonly endsAt: number | null;
	readonly stamp: string | null;
	/** ms since 1970 UTC. */
	readonly time: number | null;
	/** What of the moment the stamp does not say, and where it was taken from. */
	readonly inferred: string | null;
	readonly host: string | null;
	readonly tag: string | null;
	readonly pid: number | null;
	/** What follows the head. */
	readonly message: string | null;
};

export type ExplainedProgram = {
	/** What the tag, or the text, says that it is. */
	readonly name: string;
	readonly about: string;
	readonly instance: string | null;
	readonly service: string | null;
};

/** What the scanner made of a line. */
export type ExplainedRecord = {
	readonly kind: string;
	readonly fields: Readonly<Record<string, string | number | boolean>>;
};

export type ExplainedSession = {
	readonly session: Readonly<Session>;
	/** Why the line is part of it, as sentences. */
	readonly why: readonly string[];
	/** The line after which it was complete; null where the log ended before. */
	readonly completeAt: number | null;
	/** Its verdict had to wait for what its tag might still teach. */
	readonly deferred: boolean;
};
