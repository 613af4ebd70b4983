import {existsSync, readFileSync} from 'node:fs';

/** The version of this program, from its package.json: one directory above the built program, two above this file. */
export function programVersion(): string {
	const built = new URL('../package.json', import.meta.url);
	const place = existsSync(built) ? built : new URL('../../package.json', import.meta.url);
	return JSON.parse(readFileSync(place, 'utf8')).version;
}
