import {type Dirent, existsSync, readdirSync, type Stats, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import {unreadable} from './problem.ts';
import {identityOf} from './relocated.ts';
import {inTimeOrder, rotationOf} from './rotation.ts';
import {type Source, standardInput} from './source.ts';

/** What is there and could not be looked at, with the sentence about it. */
export type Unreadable = {readonly name: string; readonly problem: string};

export type Expansion = {
	readonly sources: Source[];
	readonly problems: string[];
	/** Those of the problems that are about something that is there: logs may be in it. */
	readonly unreadable: readonly Unreadable[];
};

/** Errors that say that a path names nothing. */
const missing: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'];

/** What a walk through folders reports. */
type Walk = {
	/** Adds one path that is no folder, once however often and by whichever link it is named. */
	readonly add: (path: string, found: Stats) => void;
	/** A folder or a file cannot be read. */
	readonly failed: (path: string, error: unknown) => void;
};

/** Folders under a named one that are looked into: host, year, month, day. */
const deepest = 4;

/**
 * The logs of a folder; of one without logs those of its folders, for central loggers keep one for each host. Folders
 * behind symbolic links are left out. Gives whether a log was found, or something that could not be read.
 */
function addFolder(folder: string, walk: Walk, depth = 0): boolean {
	let entries: Dirent[];
	try {
		entries = readdirSync(folder, {withFileTypes: true});
	} catch (error) {
		walk.failed(folder, error);
		return true;
	}
	const logs = logsAmong(entries.filter(entry => !entry.isDirectory()).map(entry => entry.name));
	for (const path of logs.sort().map(name => join(folder, name))) {
		try {
			const found = statSync(path);
			// A link in a folder may point to one.
			if (!found.isDirectory()) walk.add(path, found);
		} catch (error) {
			walk.failed(path, error);
		}
	}
	if (logs.length > 0 || depth === deepest) return logs.length > 0;
	let found = false;
	const folders = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'));
	for (const name of folders.map(entry => entry.name).sort())
		found = addFolder(join(folder, name), walk, depth + 1) || found;
	return found;
}

/**
 * What FILE arguments mean: files, folders (see `addFolder`), patterns, `-` or nothing for standard input, in the order
 * that `inTimeOrder` gives them. Never throws: an argument that cannot be read becomes one sentence in `problems`, the
 * others are kept. It waits for the system, as nothing else goes on yet: asking beside other work costs ten times as much.
 */
export async function expand(args: readonly string[]): Promise<Expansion> {
	if (args.length === 0) return {sources: [standardInput], problems: [], unreadable: []};
	const files: Source[] = [];
	const problems: string[] = [];
	const seen = new Set<string>();
	let fromInput = false;
	const closed: Unreadable[] = [];
	const failed: Walk['failed'] = (path, error) => {
		const problem = unreadable(path, error);
		problems.push(problem);
		if (!missing.includes((error as NodeJS.ErrnoException).code)) closed.push({name: path, problem});
	};
	const add: Walk['add'] = (path, found) => {
		const identity = identityOf(found);
		if (seen.has(identity)) return;
		seen.add(identity);
		files.push({name: path, path, modified: found.mtimeMs, size: found.isFile() ? found.size : null, identity});
	};
	const take = (path: string): boolean => {
		try {
			const found = statSync(path);
			if (found.isDirectory()) return addFolder(path, {add, failed});
			add(path, found);
		} catch (error) {
			failed(path, error);
		}
		return true;
	};
	for (const argument of args) {
		if (argument === '-') fromInput = true;
		else if (hasWildcards(argument) && !existsSync(argument)) {
			let found = false;
			for (const path of await matches(argument)) found = take(path) || found;
			if (!found) problems.push(`${argument}: no file matches; check the pattern`);
		} else if (!take(argument)) problems.push(`${argument}: the directory holds no log files; name the files to read`);
	}
	const sources = [...inTimeOrder(files), ...(fromInput ? [standardInput] : [])];
	return {sources, problems, unreadable: closed};
}

/** Names that system loggers give to the whole mail log. */
const mailLogs = new Set(['mail.log', 'maillog', 'mail']);
const logName = /(?:\.log|^maillog|^mail|^syslog|^messages|^mail\.(?:info|warn|warning|err))$/;
const mailName = /mail|postfix|dovecot/i;
/** rsyslog's usual set-up writes each mail line to these as well: reading both would count sessions twice. */
const copies = /^mail\.(?:info|warn|warning|err)$/;

/**
 * Chooses, among the file names of one folder, those that are logs. Where a system's mail log is found, other programs'
 * logs and the copies of mail lines in `syslog` or `mail.info` are left out.
 */
export function logsAmong(names: readonly string[]): string[] {
	const bases = new Map(names.map(name => [name, basename(rotationOf(name).base)]));
	const logs = names.filter(name => logName.test(bases.get(name) ?? ''));
	if (!logs.some(name => mailLogs.has(bases.get(name) ?? ''))) return logs;
	return logs.filter(name => {
		const base = bases.get(name) ?? '';
		return mailName.test(base) && !copies.test(base);
	});
}

/** Whether a FILE argument holds wildcards that the shell left standing. */
function hasWildcards(text: string): boolean {
	return /[*?[]|\{[^{}]*(?:,|\.\.)[^{}]*\}/.test(text);
}

/**
 * Paths that match a quoted pattern, sorted: `*`, `?`, `[…]`, `{a,b}` and `**` (any depth of folders, none included),
 * as bash with globstar. A leading dot must be written out. Folders match too, except where `**` takes the files in them.
 * What cannot be listed matches nothing. The part before the first wildcard stays as it was typed.
 */
async function matches(pattern: string): Promise<string[]> {
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
