import {readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** Whether a FILE argument holds wildcards that the shell left standing. */
export function hasWildcards(text: string): boolean {
	return /[*?[]/.test(text);
}

/** One path segment as a regular expression: `*`, `?` and `[…]`; a leading dot must be written out. */
function segmentPattern(segment: string): RegExp {
	const body = segment
		.replaceAll(/[.+^$(){}|\\]/g, '\\$&')
		.replaceAll(/\[!/g, '[^')
		.replaceAll(/\[(?![^\]]+\])/g, '\\[')
		.replaceAll('*', '.*')
		.replaceAll('?', '.');
	return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${body}$`, 's');
}

/** Paths that match a shell pattern, sorted; folders that cannot be listed match nothing. `**` means `*` here. */
export async function matches(pattern: string): Promise<string[]> {
	const absolute = pattern.startsWith('/');
	let found = [absolute ? '/' : ''];
	for (const segment of pattern.split('/').filter(part => part !== '')) {
		const next: string[] = [];
		for (const folder of found) {
			if (!hasWildcards(segment)) next.push(join(folder, segment));
			else {
				const wanted = segmentPattern(segment);
				const names = await readdir(folder === '' ? '.' : folder).catch(() => []);
				next.push(...names.filter(name => wanted.test(name)).map(name => join(folder, name)));
			}
		}
		found = next;
	}
	return found.sort();
}
