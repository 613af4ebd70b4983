import type {Outcome} from '../session.ts';

/* What became of sessions of which a reason for a failure was logged; see `failures` in `session.ts`. */
const words: Readonly<Record<Outcome, string>> = {
	failed: 'failed',
	plaintext: 'plaintext afterwards',
	encrypted: 'encrypted, then broken',
};
const short: Readonly<Record<Outcome, string>> = {failed: 'failed', plaintext: 'plain', encrypted: 'broken'};

/** Sessions with a reason for a failure, and how many of them count as failed. */
export function withReason(rows: ReadonlyArray<{readonly outcome: Outcome | null; readonly sessions: number}>): {
	readonly sessions: number;
	readonly failed: number;
} {
	const sum = (of: typeof rows): number => of.reduce((all, {sessions}) => all + sessions, 0);
	return {sessions: sum(rows), failed: sum(rows.filter(({outcome}) => outcome === 'failed'))};
}

/** What became of a session, in a sentence. */
export const afterwards = (outcome: Outcome | null): string => (outcome === null ? 'not logged' : words[outcome]);

/** The same in at most six columns. */
export const afterwardsShort = (outcome: Outcome | null): string => (outcome === null ? '?' : short[outcome]);
