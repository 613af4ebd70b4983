import type {PostfixConfiguration} from '../../read/configuration.ts';
import {outsideBraces, type TableRow} from '../../read/lookup-table.ts';
import {placeWords} from '../../read/parameters.ts';
import {certbotFile, isChainName, isKeyName} from './file-names.ts';
import {contentsOf} from './routes.ts';
import {type Draft, type LintSubject, quoted, type Rule} from './rule.ts';
import {rulingValue} from './values.ts';

const parameter = 'tls_server_sni_maps';

/** `sni line 2` of the tables, by its file alone. */
function rowWords({key, value, place}: TableRow): string {
	return placeWords({name: key, value, place});
}

/**
 * The command that builds a table again. The value of an SNI table is not the names of files but what is in them, in base64,
 * which is what -F is for (postconf(5) tls_server_sni_maps; tried with postmap 3.7). Types that are read as text need none.
 */
export function rebuildSni(table: string): readonly string[] {
	return /^(?:proxy:)?(?:hash|btree|lmdb|cdb|dbm|sdbm):/.test(table)
		? [`postmap -F ${table.replace(/^proxy:/, '')}`]
		: [];
}

/** Whether a table, by its name in main.cf, is one of certificates by name. */
export function isSniTable(configuration: PostfixConfiguration, table: string): boolean {
	return outsideBraces(rulingValue(configuration, parameter)).includes(table);
}

/** What is wrong with the files of a row, and their right order where it is sure; null: nothing that names show. */
function disorder(value: string): {readonly why: string; readonly files: readonly string[] | null} | null {
	const files = value.split(/[\s,]+/).filter(Boolean);
	const [first = ''] = files;
	const keys = files.filter(isKeyName);
	const [key] = keys;
	if (isChainName(first) && key !== undefined)
		return {
			why: 'The private key must come first, its certificates behind it: in this order the chain is refused (key not first), and TLS fails for every client that asks for this name.',
			files: keys.length === 1 ? [key, ...files.filter(file => file !== key)] : null,
		};
	const kinds = files.map(certbotFile);
	if (files.length === 0 || kinds.some(kind => kind !== 'fullchain' && kind !== 'cert')) return null;
	return {
		why: 'Only certificates are named, and certbot puts no key among them: TLS fails for every client that asks for this name.',
		files: [first.replace(/[^/]*$/, 'privkey.pem'), ...files],
	};
}

/** A rule about each row of the SNI tables; those that nobody read are not sure. */
function eachRow(find: (row: TableRow, rebuild: readonly string[]) => Draft | null) {
	return ({configuration}: LintSubject): readonly Draft[] => {
		const {rows, unread} = contentsOf(configuration, parameter);
		const tables = outsideBraces(rulingValue(configuration, parameter));
		const drafts = rows.flatMap(row => {
			const table = tables.find(name => configuration.tables.get(name)?.file === row.place.file);
			return find(row, table === undefined ? [] : rebuildSni(table)) ?? [];
		});
		if (unread.length === 0) return drafts;
		return [...drafts, {service: 'main.cf', parameter, evidence: '', why: '', unread}];
	};
}

const sniMapOrder: Rule = {
	id: 'sni-map-order',
	severity: 'error',
	source: 'postconf(5) tls_server_sni_maps, smtp_tls_chain_files',
	needs: ['main.cf'],
	log: {
		complaints: [{words: 'key not first'}],
	},
	find: eachRow((row, rebuild) => {
		const found = disorder(row.value);
		if (found === null) return null;
		const right = found.files === null ? 'each key before its certificates' : `${row.key} ${found.files.join(', ')}`;
		return {
			service: 'main.cf',
			parameter,
			place: row.place,
			evidence: `${parameter}, ${rowWords(row)}: ${quoted(`${row.key} ${row.value}`)}`,
			why: found.why,
			fix: [`in ${rowWords(row)}: ${right}`, ...rebuild.map(command => `then: ${command}`)],
		};
	}),
};

const sniMapKey: Rule = {
	id: 'sni-map-key',
	severity: 'error',
	source: 'postconf(5) tls_server_sni_maps',
	needs: ['main.cf'],
	find: eachRow((row, rebuild) => {
		// Patterns of regexp and pcre begin with a slash.
		if (row.key.startsWith('/') || /^\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(row.key)) return null;
		const parent = row.key.replace(/^\*(?=\.)/, '');
		return {
			service: 'main.cf',
			parameter,
			place: row.place,
			evidence: `${parameter}, ${rowWords(row)}: ${quoted(`${row.key} ${row.value}`)}`,
			why: 'A key is the name that the client asks for, in letters of DNS, or a parent domain behind a dot: this row is never found, and the certificate of the server itself is shown.',
			fix:
				parent === row.key
					? []
					: [`in ${rowWords(row)}: ${parent} ${row.value}`, ...rebuild.map(command => `then: ${command}`)],
		};
	}),
};

/** Rules about the certificates that are chosen by the name a client asks for. */
export const sniRules: readonly Rule[] = [sniMapOrder, sniMapKey];
