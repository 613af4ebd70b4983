/** What DuckDB throws while it writes, as one sentence with what to do; other errors as they are. */
export function storeProblem(path: string, error: unknown): unknown {
	const message = error instanceof Error ? error.message : String(error);
	if (/No space left on device|disk (?:is )?full|ENOSPC|Could not write all bytes/i.test(message))
		return new Error(
			`${path}: the disk is full; what was imported before is kept: make room and import the same files again`,
			{cause: error},
		);
	return error;
}
