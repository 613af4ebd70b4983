import type {ConfigSource} from '../../ingest/configuration/config-source.ts';
import type {PostfixConfiguration, TableText} from '../../mailserver/read/configuration.ts';
import {readMainCf} from '../../mailserver/read/main-cf.ts';
import {readMasterCf} from '../../mailserver/read/master-cf.ts';
import {readPostconf} from '../../mailserver/read/postconf-output.ts';
import {tableNames, withoutPasswords} from '../../mailserver/read/table-names.ts';

/** One instance of Postfix, and what of it could not be read. */
export type ReadInstance = {readonly configuration: PostfixConfiguration | null; readonly problems: readonly string[]};

/** The tables that main.cf and the services name, as far as they are text and can be read. */
async function withTables(configuration: PostfixConfiguration, source: ConfigSource): Promise<PostfixConfiguration> {
	const tables = new Map<string, TableText>();
	const unread: string[] = [];
	for (const {name, file, index, passwords} of tableNames(configuration)) {
		// A table that may not be read is named as unread; the configuration is checked without it.
		const found = file === null ? null : await source.read(file).catch(() => null);
		if (file === null || found === null) {
			unread.push(name);
			continue;
		}
		const built = index === null ? null : await source.changed(index);
		const newerThanIndex = built === null || found.modified === null ? null : found.modified > built;
		const table = {text: found.text, file, newerThanIndex};
		tables.set(name, passwords ? withoutPasswords(table) : table);
	}
	return {...configuration, tables, unread};
}

/** The files of one instance: main.cf, master.cf, and the tables they name. Null without main.cf. */
export async function readInstance(source: ConfigSource): Promise<ReadInstance> {
	const main = await source.read('main.cf');
	if (main === null) return {configuration: null, problems: []};
	const problems: string[] = [];
	const master = await source.read('master.cf').catch((error: Error) => {
		problems.push(error.message);
		return null;
	});
	if (main.text.trim() === '' && (master === null || master.text.trim() === ''))
		problems.push(
			`${source.name}: main.cf and master.cf hold nothing; name the directory that postconf -h config_directory prints`,
		);
	const read = readMainCf(main.text, 'main.cf');
	const services = master === null ? {services: null, faults: []} : readMasterCf(master.text, 'master.cf');
	const configuration: PostfixConfiguration = {
		form: 'files',
		directory: source.directory,
		version: null,
		main: read.main,
		services: services.services,
		defaults: null,
		tables: new Map(),
		unread: [],
		faults: [...read.faults, ...services.faults],
		warnings: [],
		edited: [
			{file: 'main.cf', time: main.modified},
			{file: 'master.cf', time: master?.modified ?? null},
		].flatMap(({file, time}) => (time === null ? [] : [{file, time}])),
	};
	return {configuration: await withTables(configuration, source), problems};
}

/**
 * Adds what postconf(1) knows of an instance: its version and its own defaults, and what it warns of. Settings and services
 * stay those of the files, where there are files: postconf has lost lines, duplicates and glued options.
 */
export async function withPostconf(
	files: PostfixConfiguration | null,
	output: string,
	source: ConfigSource,
): Promise<PostfixConfiguration> {
	const printed = readPostconf(output);
	if (files !== null && files.services !== null)
		return {...files, version: printed.version, defaults: printed.defaults, warnings: printed.warnings};
	return withTables({...printed, directory: source.directory}, source);
}

/**
 * The same configuration as that of a second instance, by its own name (postconf(5) multi_instance_name) or its
 * directory's.
 */
export function asInstance(configuration: PostfixConfiguration, directory: string): PostfixConfiguration {
	const name = configuration.main?.findLast(setting => setting.name === 'multi_instance_name')?.value;
	return {...configuration, directory, instance: name || directory.slice(directory.lastIndexOf('/') + 1)};
}

/** Directories of the other instances (postconf(5) multi_instance_directories). */
export function otherInstances({main}: PostfixConfiguration): readonly string[] {
	const value = main?.findLast(({name}) => name === 'multi_instance_directories')?.value ?? '';
	return [...new Set(value.split(/[\s,]+/).filter(path => path.startsWith('/')))];
}
