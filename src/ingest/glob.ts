/** Whether a FILE argument holds wildcards that the shell left standing. */
export function hasWildcards(text: string): boolean {
	return /[*?[]|\{[^{}]*(?:,|\.\.)[^{}]*\}/.test(text);
}

/**
 * Paths that match a quoted pattern, sorted: `*`, `?`, `[…]`, `{a,b}` and `**` (any depth of folders, none included),
 * as bash with globstar. A leading dot must be written out. Folders match too, except where `**` takes the files in them.
 * What cannot be listed matches nothing. The part before the first wildcard stays as it was typed.
 */
export async function matches(pattern: string): Promise<string[]> {
	const {glob} = await import('tinyglobby');
	const segments = pattern.split('/');
	const first = segments.findIndex(segment => /[*?[{]/.test(segment));
	const prefix = segments
		.slice(0, first)
		.map(segment => `${segment}/`)
		.join('');
	const rest = segments.slice(first).join('/');
	// Brackets of other kinds and a leading `!` mean something to the matcher, and nothing to a shell.
	const literal = rest.replaceAll(/[()|]/g, '\\$&').replace(/^!/, '\\!');
	const found = await glob(literal, {
		cwd: prefix === '' ? '.' : prefix,
		expandDirectories: false,
		onlyFiles: rest.includes('**'),
		onlyDirectories: rest.endsWith('/'),
	}).catch(() => []);
	return found.map(path => prefix + path.replace(/\/$/, '')).sort();
}
