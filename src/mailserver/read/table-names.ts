import {defaultOf} from '../releases/defaults.ts';
import type {PostfixConfiguration, TableText} from './configuration.ts';
import {outsideBraces} from './lookup-table.ts';
import {governing} from './parameters.ts';
import {holdsPasswords} from './secrets.ts';

/** A lookup table as the configuration names it. */
export type TableName = {
	/** `hash:/etc/postfix/tls_policy`, expanded. */
	readonly name: string;
	/** The file whose text it is; null where the table is no text (`mysql:`, `socketmap:`). */
	readonly file: string | null;
	/** What is built from the text and may be older than it; null where the text itself is read. */
	readonly index: string | null;
	readonly passwords: boolean;
};

/** Endings of what postmap(1) builds. */
const indexes: Readonly<Record<string, string | null>> = {
	hash: '.db',
	btree: '.db',
	lmdb: '.lmdb',
	cdb: '.cdb',
	dbm: '.dir',
	sdbm: '.pag',
	texthash: null,
	regexp: null,
	pcre: null,
	cidr: null,
};

/** Parameters whose tables bear on TLS: policies, routes that choose a policy, credentials. */
const bearsOnTls = /tls|transport|relayhost|sasl_password|per_site/;

function tableName(word: string, passwords: boolean): TableName | null {
	const [, type = '', path = ''] = /^(?:proxy:)?([a-z]+):(.*)$/s.exec(word) ?? [];
	if (type === '' || type === 'static' || type === 'inline') return null;
	// A session cache and other things that postmap(1) does not build from text have no text beside them.
	const ending = indexes[type];
	if (ending === undefined || !path.startsWith('/')) return {name: word, file: null, index: null, passwords};
	return {name: word, file: path, index: ending === null ? null : path + ending, passwords};
}

/** The tables that parameters about TLS and routes name, in main.cf and in the options of services. */
export function tableNames(configuration: PostfixConfiguration): readonly TableName[] {
	const found = new Map<string, TableName>();
	const take = (service: Parameters<typeof governing>[1], parameter: string): void => {
		if (!bearsOnTls.test(parameter) || !/_maps$|_per_site$/.test(parameter)) return;
		const {value} = governing(configuration, service, parameter, defaultOf);
		for (const word of outsideBraces(value)) {
			const table = tableName(word, holdsPasswords(parameter));
			if (table !== null) found.set(table.name, table);
		}
	};
	for (const {name} of configuration.main ?? []) take(null, name);
	for (const service of configuration.services ?? []) for (const {name} of service.options) take(service, name);
	return [...found.values()];
}

/** The text of a table of passwords with its keys alone: the rest is not needed and is not kept. */
export function withoutPasswords({text, file, newerThanIndex}: TableText): TableText {
	return {
		text: text.replace(/^([^\s#]\S*[ \t]+)\S.*$/gm, '$1***').replace(/^[ \t]+[^\s#].*$/gm, ''),
		file,
		newerThanIndex,
	};
}
