import {basename, dirname} from 'node:path';
import type {Readable} from 'node:stream';
import {configDirectory} from '../../ingest/configuration/config-directory.ts';
import {configFile} from '../../ingest/configuration/config-file.ts';
import type {ConfigSource} from '../../ingest/configuration/config-source.ts';
import {runPostconf} from '../../ingest/configuration/postconf-program.ts';
import type {DovecotConfiguration} from '../../mailserver/dovecot/configuration.ts';
import {doveconfStart, hasIncludes, isDoveconfOutput, readDoveconf} from '../../mailserver/dovecot/doveconf-output.ts';
import type {PostfixConfiguration} from '../../mailserver/read/configuration.ts';
import {isPostconfOutput, readPostconf} from '../../mailserver/read/postconf-output.ts';
import {type ReadDovecot, readDovecotFiles} from './read-dovecot.ts';
import {asInstance, otherInstances, readInstance, withPostconf} from './read-postfix.ts';

/**
 * Dovecot's configuration from its files, in the directory itself or, in a tarball, in etc/dovecot; null where there is no
 * dovecot.conf.
 */
async function dovecotIn(source: ConfigSource): Promise<ReadDovecot | null> {
	const own = await readDovecotFiles(source, 'dovecot.conf');
	return own === null && source.packed ? readDovecotFiles(source.at('/etc/dovecot'), 'dovecot.conf') : own;
}

/** How configuration is read. */
export type ReadingOptions = {
	/** Run postconf(1) on the directory: nothing is ever executed without it. */
	readonly postconf: boolean;
	/** Output of doveconf(1) in a file, `-` for standard input, or a directory of Dovecot. */
	readonly dovecot: string | undefined;
	readonly stdin: Readable;
};

/** What was read; the first of `postfix` is the default instance. */
export type ReadConfiguration = {
	readonly postfix: readonly PostfixConfiguration[];
	readonly dovecot: DovecotConfiguration | null;
	/** One sentence for each thing that could not be read. */
	readonly problems: readonly string[];
	/** Reads a file that the configuration names; null where it cannot be had. */
	readonly readFile: (path: string) => Promise<string | null>;
};

const nothing: ReadConfiguration = {postfix: [], dovecot: null, problems: [], readFile: async () => null};

const failed = (problem: unknown): ReadConfiguration => ({...nothing, problems: [(problem as Error).message]});

/** One instance, with what postconf says of it where the user wants that. */
async function instance(source: ConfigSource, postconf: boolean) {
	if (!postconf) return readInstance(source);
	const files = await readInstance(source).catch((error: Error) => ({configuration: null, problems: [error.message]}));
	const {outputs, complaints, problems} = await runPostconf(source.name);
	const text = [complaints, outputs['-d'], outputs['-n'], outputs['-M'], outputs['-P']].join('\n');
	// -d is answered without any main.cf: it alone shows no instance.
	const answered = outputs['-d'] !== '' && (files.configuration !== null || outputs['-n'] !== '');
	const configuration = answered ? await withPostconf(files.configuration, text, source) : files.configuration;
	// What keeps the files from being read matters only where postconf could not read them either.
	return {configuration, problems: problems.length === 0 ? [] : [...files.problems, ...problems]};
}

/** A directory and the directories of the other instances that it names. */
async function fromSource(source: ConfigSource, postconf: boolean): Promise<ReadConfiguration> {
	const {dovecot = null, problems: unread = []} = (await dovecotIn(source)) ?? {};
	const readFile = async (path: string): Promise<string | null> =>
		(await source.read(path).catch(() => null))?.text ?? null;
	const {configuration, problems} = await instance(source, postconf);
	if (configuration === null && dovecot !== null) return {postfix: [], dovecot, problems: unread, readFile};
	if (configuration === null)
		return {
			...nothing,
			problems:
				problems.length > 0
					? problems
					: [`${source.name}: has no main.cf; name the directory that postconf -h config_directory prints`],
		};
	const postfix = [configuration];
	const all = [...unread, ...problems];
	for (const directory of otherInstances(configuration)) {
		const other = await instance(source.at(directory), postconf).catch((error: Error) => ({
			configuration: null,
			problems: [error.message],
		}));
		all.push(...other.problems);
		if (other.configuration !== null) postfix.push(asInstance(other.configuration, directory));
		else if (other.problems.length === 0)
			all.push(
				`${directory}: is named by multi_instance_directories and has no main.cf here; this instance is left out`,
			);
	}
	return {postfix, dovecot, problems: all, readFile};
}

function fromText(text: string, name: string): ReadConfiguration {
	// doveconf's output begins with a line of its own: what was pasted before it is postconf's.
	const start = doveconfStart(text);
	if (start > 0 && isPostconfOutput(text.slice(0, start)))
		return {...nothing, postfix: [readPostconf(text.slice(0, start))], dovecot: readDoveconf(text.slice(start), name)};
	if (isDoveconfOutput(text)) return {...nothing, dovecot: readDoveconf(text, name)};
	if (isPostconfOutput(text)) return {...nothing, postfix: [readPostconf(text)]};
	return failed(
		new Error(
			`${name}: is neither output of postconf nor of doveconf; give what postconf -n, -M and -d print, what doveconf -n prints, or a directory`,
		),
	);
}

/** A directory, a tarball, or a text; main.cf by its own name means its directory. */
async function read(where: string, {postconf, stdin}: ReadingOptions): Promise<ReadConfiguration> {
	if (where === '-') {
		const input = await configFile(null, stdin);
		return input.kind === 'text' ? fromText(input.text, 'standard input') : fromSource(input.source, false);
	}
	const named = where.replace(/(^|\/)(?:main|master|dovecot)\.(?:cf|conf)$/, '$1') || '.';
	const directory = await configDirectory(named);
	if (directory !== null) return fromSource(directory, postconf);
	const input = await configFile(where, stdin);
	if (postconf)
		throw new Error(
			`${where}: is no directory, which --postconf needs; leave out --postconf, or name the directory of main.cf`,
		);
	if (input.kind !== 'text') return fromSource(input.source, false);
	const beside = hasIncludes(input.text) ? await configDirectory(dirname(where)) : null;
	const found = beside === null ? null : await readDovecotFiles(beside, basename(where));
	return found === null ? fromText(input.text, where) : {...nothing, ...found};
}

/**
 * Reads the configuration of Postfix, and Dovecot's beside it: from a directory, from a tarball of one, from a file or
 * standard input (`-`) with output of postconf(1) and doveconf(1). Nothing is executed unless `postconf` asks for it. Never
 * throws for what is there or not: that is in `problems`.
 */
export async function readConfiguration(where: string, options: ReadingOptions): Promise<ReadConfiguration> {
	const found = await read(where, options).catch(failed);
	if (options.dovecot === undefined) return found;
	const beside = await read(options.dovecot, {...options, postconf: false}).catch(failed);
	const problems = [...found.problems, ...beside.problems];
	if (beside.dovecot === null && beside.problems.length === 0)
		problems.push(`${options.dovecot}: is no output of doveconf; give what doveconf -n prints`);
	const readFile = async (path: string): Promise<string | null> =>
		(await found.readFile(path)) ?? beside.readFile(path);
	return {postfix: found.postfix, dovecot: beside.dovecot ?? found.dovecot, problems, readFile};
}
