const remembered = 512;

/**
 * Whether a login was told of already, by its id and when it was logged, ms: the id is unique for a connection (lib-master), so
 * the same twice is the same line, come in twice. `logins` holds the latest and is kept current.
 */
export function isSeen(logins: Map<string, number>, id: string, time: number): boolean {
	// Also where no line bears a time.
	if (Object.is(logins.get(id), time)) return true;
	if (logins.size >= remembered)
		for (const login of logins.keys()) {
			logins.delete(login);
			if (logins.size <= remembered / 2) break;
		}
	logins.set(id, time);
	return false;
}
