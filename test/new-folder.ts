import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const made: string[] = [];

/** Makes a folder among temporary files. It goes when the process ends; a run of AVA removes it in any case, see `test/ava.config.js`. */
export function newFolder(name: string): string {
	if (made.length === 0)
		process.once('exit', () => {
			for (const folder of made) rmSync(folder, {recursive: true, force: true});
		});
	const folder = mkdtempSync(join(tmpdir(), `tlsaudit-${name}-`));
	made.push(folder);
	return folder;
}
