import {createReader, type ReaderOptions} from '../../src/log/reader.ts';
import type {Coverage} from '../../src/tls/coverage.ts';
import type {Session} from '../../src/tls/session.ts';

/** Runs lines through a reader: what tests of the parser start from. */
export function sessionsOf(
	lines: Iterable<string>,
	options: Partial<ReaderOptions> = {},
): {sessions: Session[]; coverage: Coverage} {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {
		zone: 'UTC',
		now: Date.UTC(2026, 11, 1),
		...options,
	});
	reader.open({name: 'test.log', modified: null});
	for (const line of lines) reader.line(line);
	reader.end();
	return {sessions, coverage: reader.coverage};
}

/** Sessions without what depends on the order of other processes' lines, in an order of their own. */
export function inOrder(sessions: readonly Session[]): string[] {
	return sessions
		.map(session =>
			JSON.stringify({...session, startedAt: null, endedAt: null, firstLine: null, lastLine: null, source: null}),
		)
		.sort();
}
