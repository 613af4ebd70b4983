import {randomUUID} from 'node:crypto';
import {link, open, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {partsFolder, unfinishedName} from '../lake/lake-paths.ts';
import {makeFolder, removeUnfinishedFiles, sync, writeProblem} from './write-file.ts';

/** The name of the file of the id, in the folder of the parts. */
const idFile = 'id';

/** The id that lies in a lake; null when there is none. */
async function idIn(path: string): Promise<string | null> {
	try {
		const text = (await readFile(path, 'utf8')).trim();
		return /^[\da-f-]{36}$/.test(text) ? text : null;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
}

/**
 * The id of a lake, by which databases know it under whatever path; the first export makes it. Of two that make it at once one wins. Throws one
 * sentence when it can be neither read nor written.
 */
export async function lakeId(folder: string): Promise<string> {
	const parts = join(folder, partsFolder);
	const [path, unfinished] = [join(parts, idFile), join(parts, unfinishedName(idFile))];
	await makeFolder(parts);
	try {
		await removeUnfinishedFiles(parts, idFile);
		const known = await idIn(path);
		if (known !== null) return known;
		const file = await open(unfinished, 'w', 0o600);
		await file.writeFile(`${randomUUID()}\n`);
		await file.sync();
		await file.close();
		// What is there and says nothing was torn by a power failure; some file systems have no links.
		await link(unfinished, path).catch(async () => {
			if ((await idIn(path)) === null) await rename(unfinished, path);
		});
		await sync(parts);
		const made = await idIn(path);
		if (made === null) throw new Error('it does not stay as it was written');
		return made;
	} catch (error) {
		throw writeProblem(path, error);
	} finally {
		await rm(unfinished, {force: true}).catch(() => undefined);
	}
}
