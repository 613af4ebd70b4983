import {readFileSync} from 'node:fs';

/** The version of this program. Read from here, one folder below the package, in the tree and when built. */
export function programVersion(): string {
	return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
