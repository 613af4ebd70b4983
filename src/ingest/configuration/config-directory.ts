import {open, readdir, realpath, stat} from 'node:fs/promises';
import {basename, dirname, isAbsolute, join, resolve, sep} from 'node:path';
import {unreadable} from '../sources/problem.ts';
import {type ConfigSource, type ConfigText, largestFile} from './config-source.ts';

const missing = new Set(['ENOENT', 'ENOTDIR']);

/** Reads a regular file; null where there is none. Pipes and devices are never opened: they might never end. */
async function readText(path: string): Promise<ConfigText | null> {
	try {
		if (!(await stat(path)).isFile()) return null;
		const file = await open(path, 'r');
		try {
			const {size, mtimeMs} = await file.stat();
			if (size > largestFile) throw new Error(`it is larger than ${largestFile / 1_048_576} MiB`);
			const text = await file.readFile('utf8');
			if (text.includes('\0'))
				throw new Error('it is a binary file, not configuration; put the text file in its place');
			return {text, modified: mtimeMs};
		} finally {
			await file.close();
		}
	} catch (error) {
		if (missing.has((error as NodeJS.ErrnoException).code ?? '')) return null;
		throw new Error(unreadable(path, error), {cause: error});
	}
}

/**
 * Where a file may lie that configuration in `directory` names. A copy of `/etc/postfix` under another root has its own
 * files: those of this host would be of another server.
 */
function candidates(directory: string, path: string): readonly string[] {
	if (!isAbsolute(path)) return [join(directory, path)];
	const whole = resolve(directory);
	if (whole === '/etc/postfix' || whole === '/etc/dovecot' || path.startsWith(`${whole}/`)) return [path];
	const isCopy = basename(dirname(whole)) === 'etc';
	const below = isCopy ? [join(dirname(dirname(whole)), path)] : [];
	const standard = /^\/etc\/(?:postfix|dovecot)\/(.+)$/.exec(path)?.[1];
	return standard === undefined ? [...below, path] : [...below, join(whole, standard)];
}

/** A directory of this host; null where there is no such directory. Throws as `read` of its files does. */
export async function configDirectory(directory: string): Promise<ConfigSource | null> {
	try {
		return (await stat(directory)).isDirectory() ? sourceOf(directory) : null;
	} catch (error) {
		if (missing.has((error as NodeJS.ErrnoException).code ?? '')) return null;
		throw new Error(unreadable(directory, error), {cause: error});
	}
}

function sourceOf(directory: string): ConfigSource {
	return {
		name: directory,
		directory: resolve(directory),
		packed: false,
		async read(path) {
			for (const one of candidates(directory, path)) {
				const found = await readText(one);
				if (found !== null) return found;
			}
			return null;
		},
		async changed(path) {
			for (const one of candidates(directory, path)) {
				const found = await stat(one).catch(() => null);
				if (found !== null) return found.mtimeMs;
			}
			return null;
		},
		async list(path) {
			for (const one of candidates(directory, path)) {
				const names = await readdir(one).catch(() => null);
				if (names !== null) return names.sort();
			}
			return [];
		},
		async contains(path) {
			const target = await realpath(join(directory, path)).catch(() => null);
			const root = await realpath(directory).catch(() => null);
			if (target === null || root === null) return false;
			return target.startsWith(root.endsWith(sep) ? root : root + sep);
		},
		at: other => sourceOf(candidates(directory, other)[0] ?? other),
	};
}
