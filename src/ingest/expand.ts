import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {logsAmong} from './folder.ts';
import {hasWildcards, matches} from './glob.ts';
import {explain} from './problem.ts';
import {inTimeOrder} from './rotation.ts';
import {type Source, standardInput} from './source.ts';

export type Expansion = {readonly sources: Source[]; readonly problems: string[]};

/** Adds one path, once however often and by whichever link it is named. */
type Add = (path: string, name?: string) => Promise<void>;

async function addFolder(folder: string, add: Add): Promise<boolean> {
	const entries = await readdir(folder, {withFileTypes: true});
	const logs = logsAmong(entries.filter(entry => !entry.isDirectory()).map(entry => entry.name));
	for (const name of logs.sort()) await add(join(folder, name));
	return logs.length > 0;
}

/**
 * What FILE arguments mean: files, folders (their logs, not deeper), patterns, `-` or nothing for standard input.
 * Never throws: an argument that cannot be read becomes one sentence in `problems`, the others are kept.
 */
export async function expand(args: readonly string[]): Promise<Expansion> {
	if (args.length === 0) return {sources: [standardInput], problems: []};
	const files: Source[] = [];
	const problems: string[] = [];
	const seen = new Set<string>();
	let fromInput = false;
	const add: Add = async path => {
		const found = await stat(path);
		const identity = `${found.dev}:${found.ino}`;
		if (seen.has(identity)) return;
		seen.add(identity);
		files.push({name: path, path, modified: found.mtimeMs, size: found.isFile() ? found.size : null});
	};
	const take = async (path: string): Promise<void> => {
		try {
			if (!(await stat(path)).isDirectory()) await add(path);
			else if (!(await addFolder(path, add)))
				problems.push(`${path}: the directory holds no log files; name the files to read`);
		} catch (error) {
			problems.push(explain(path, error));
		}
	};
	for (const argument of args) {
		if (argument === '-') fromInput = true;
		else if (hasWildcards(argument) && !(await exists(argument))) {
			const paths = await matches(argument);
			if (paths.length === 0) problems.push(`${argument}: no file matches; check the pattern`);
			for (const path of paths) await take(path);
		} else await take(argument);
	}
	return {sources: [...inTimeOrder(files), ...(fromInput ? [standardInput] : [])], problems};
}

async function exists(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}
