import {posix} from 'node:path';
import type {ConfigSource} from '../../ingest/configuration/config-source.ts';
import type {DovecotConfiguration, DovecotLine, Inclusion} from '../../mailserver/dovecot/configuration.ts';
import {hasIncludes, headingVersion, readDoveconf, readDovecotLines} from '../../mailserver/dovecot/doveconf-output.ts';
import {filesMatching} from './file-patterns.ts';

/** More files than any configuration has. */
const mostFiles = 500;
/** Characters in all of them. */
const mostText = 33_554_432;
/** Files that include files that include files: Dovecot itself has no limit, nobody has five. */
const deepest = 20;

/** Where Dovecot's own directory lies by custom: a copy of it has what these paths name. */
const usualDirectories = ['/etc/dovecot', '/usr/local/etc/dovecot'];

const notThere = 'no such file is there';

/** What was read, and a sentence for each file that is there and could not be read. */
export type ReadDovecot = {readonly dovecot: DovecotConfiguration; readonly problems: readonly string[]};

/**
 * What an include names, as a path in the source; null: outside the directory that was given. It is as Dovecot has it, with
 * its `..`: by that it knows a file again.
 */
function insidePath(named: string, file: string, source: ConfigSource): string | null {
	if (!posix.isAbsolute(named)) {
		const path = file.slice(0, file.lastIndexOf('/') + 1) + named;
		const plain = posix.normalize(path);
		return plain === '..' || plain.startsWith('../') ? null : path;
	}
	const path = posix.normalize(named);
	const directory = [source.directory, ...usualDirectories].find(each => path.startsWith(`${each}/`));
	if (directory !== undefined) return path.slice(directory.length + 1);
	// A tarball holds no more than its maker put into it.
	return source.packed ? path : null;
}

/** A walk through the files of one configuration. */
type Walk = {readonly source: ConfigSource; files: number; text: number; readonly problems: string[]};

type Included = {readonly inclusion: Inclusion; readonly lines: readonly DovecotLine[]};

const unread = (why: string): Included => ({inclusion: {kind: 'unread', why}, lines: []});

/** A file that is being read. */
type Reading = {
	readonly file: string;
	/** The files in which it is included, itself, and those that wait to be read. */
	readonly open: readonly string[];
	readonly depth: number;
};

/** The lines of the files that one include names. */
async function included(walk: Walk, named: string, attempt: boolean, reading: Reading): Promise<Included> {
	const {source} = walk;
	const {file, open, depth} = reading;
	const pattern = insidePath(named, file, source);
	if (pattern === null) return unread(`lies outside of ${source.name}, where nothing is read`);
	const files = await filesMatching(source, pattern);
	if (files.length === 0) return unread(attempt ? notThere : `${notThere}, and Dovecot does not start without it`);
	if (depth >= deepest) return unread(`stands ${deepest} files deep, and no deeper one is read`);
	// Dovecot opens all files of a pattern at once: what one of them includes must not be one that waits (config-parser.c).
	if (files.some((each, index) => open.includes(each) || files.indexOf(each) < index))
		return {inclusion: {kind: 'loop'}, lines: []};
	const lines: DovecotLine[] = [];
	const whys: string[] = [];
	for (const [index, each] of files.entries()) {
		if (walk.files >= mostFiles || walk.text > mostText) {
			whys.push(`${each} comes after ${walk.files} files, and no more are read`);
			break;
		}
		if (!(await source.contains(each))) {
			whys.push(`${each} leads outside of ${source.name}, where nothing is read`);
			continue;
		}
		try {
			const inner = {file: each, open: [...open, ...files.slice(index)], depth: depth + 1};
			for (const line of (await linesOf(walk, inner)) ?? []) lines.push(line);
		} catch (error) {
			const {message} = error as Error;
			walk.problems.push(message);
			whys.push(message);
		}
	}
	return {inclusion: whys.length === 0 ? {kind: 'followed'} : {kind: 'unread', why: whys.join('; ')}, lines};
}

/** The lines of a file with those of the files it includes in their places; null where there is no such file. */
async function linesOf(walk: Walk, reading: Reading): Promise<readonly DovecotLine[] | null> {
	const {file} = reading;
	const found = await walk.source.read(file);
	if (found === null) return null;
	walk.files += 1;
	walk.text += found.text.length;
	const shown = posix.normalize(file);
	const lines: DovecotLine[] = [];
	for (const [index, text] of found.text.split(/\r?\n/).entries()) {
		const line: DovecotLine = {text, place: {file: shown, line: index + 1}};
		// Dovecot takes all behind the word, but for a comment (config-parser.c).
		const [, word, named] = /^\s*(!include(?:_try)?)\s+([^#]+)/.exec(text) ?? [];
		if (named === undefined) {
			lines.push(line);
			continue;
		}
		const {inclusion, lines: inner} = await included(walk, named.trim(), word === '!include_try', reading);
		lines.push({...line, inclusion});
		for (const each of inner) lines.push(each);
	}
	return lines;
}

/**
 * An `!include_try` without files is nothing where other includes have theirs: the directory is there as a whole. Where none
 * has, it may be that dovecot.conf alone was copied.
 */
function withoutAttempts(lines: readonly DovecotLine[]): readonly DovecotLine[] {
	const some = lines.some(({place}) => place.file !== lines[0]?.place.file);
	return lines.map(line => {
		const nothing = line.inclusion?.kind === 'unread' && line.inclusion.why === notThere;
		return some && nothing ? {...line, inclusion: {kind: 'nothing'}} : line;
	});
}

/**
 * Dovecot's configuration from its files: `main`, and what it includes (patterns of glob(3), file in file), as far as that
 * lies in the source's directory; nothing outside is read. Null where there is no such file. What is not read is said in
 * the configuration's gaps. Throws an `Error` whose sentence names `main` where it is there and cannot be read.
 */
export async function readDovecotFiles(source: ConfigSource, main: string): Promise<ReadDovecot | null> {
	const text = (await source.read(main))?.text;
	if (text === undefined) return null;
	const version = headingVersion(text);
	// `doveconf -n > dovecot.conf` is what Dovecot advises after an upgrade.
	if (version !== null && !hasIncludes(text)) return {dovecot: readDoveconf(text, main), problems: []};
	const walk: Walk = {source, files: 0, text: 0, problems: []};
	const lines = (await linesOf(walk, {file: main, open: [main], depth: 1})) ?? [];
	const origin = {main: posix.basename(main) === 'dovecot.conf', printed: false, version};
	return {dovecot: readDovecotLines(withoutAttempts(lines), origin), problems: walk.problems};
}
