import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {PostfixConfiguration, TableText} from '../../src/mailserver/read/configuration.ts';
import {readMainCf} from '../../src/mailserver/read/main-cf.ts';
import {readMasterCf} from '../../src/mailserver/read/master-cf.ts';
import {parseVersion} from '../../src/mailserver/releases/postfix-version.ts';
import type {Postfix} from './postfix-instance.ts';

/** The configuration of a running instance, read by the program's own readers; `tables` by the names main.cf has for them. */
export async function configurationOf(
	{configuration, command}: Postfix,
	tables: Readonly<Record<string, string>> = {},
): Promise<PostfixConfiguration> {
	const read = (name: string): string => readFileSync(join(configuration, name), 'utf8');
	const {main, faults: mainFaults} = readMainCf(read('main.cf'), 'main.cf');
	const {services, faults: masterFaults} = readMasterCf(read('master.cf'), 'master.cf');
	const version = await command('postconf', ['-h', 'mail_version']);
	const texts = Object.entries(tables).map(([name, text]): [string, TableText] => [
		name,
		{text, file: name.slice(name.indexOf(':') + 1), newerThanIndex: false},
	]);
	return {
		form: 'files',
		directory: configuration,
		version: parseVersion(version.trim()),
		main,
		services,
		defaults: null,
		tables: new Map(texts),
		unread: [],
		faults: [...mainFaults, ...masterFaults],
		warnings: [],
	};
}
