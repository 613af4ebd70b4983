/** DuckDB lacked room; the sentence says where and what to do. */
class StoreProblem extends Error {}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What DuckDB throws while it writes, as one sentence with what to do, which ends with `again`; other errors as they are. */
export function storeProblem(path: string, error: unknown, again = 'import the same files again'): unknown {
	if (error instanceof StoreProblem) return error;
	if (
		/No space left on device|disk (?:is )?full|ENOSPC|File too large|Could not write all bytes/i.test(messageOf(error))
	)
		return new StoreProblem(`${path}: the disk is full; what was imported before is kept: make room and ${again}`, {
			cause: error,
		});
	return error;
}

/** What DuckDB throws where a query has no room in memory, as one sentence; other errors as they are. */
export function memoryProblem(path: string, limit: string, error: unknown): unknown {
	if (!/Out of Memory Error|failed to (?:allocate|offload|pin)/i.test(messageOf(error))) return error;
	return new StoreProblem(
		`${path}: the query needs more memory than DuckDB may take (${limit}): ask about less with --since, --until or --hop`,
		{cause: error},
	);
}
