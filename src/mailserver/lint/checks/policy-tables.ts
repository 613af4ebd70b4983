import type {ClientPolicy} from '../../effective/effective.ts';
import {placeWords} from '../../read/parameters.ts';
import {floorList} from './postconf-commands.ts';
import {contentsOf, type NextHop, nextHopOf, waysOf} from './routes.ts';
import {type Draft, quoted, type Rule} from './rule.ts';
import {isSniTable, rebuildSni} from './sni.ts';

/** `tls_policy line 3`, by its file alone. */
function rowWords(row: {
	readonly key: string;
	readonly value: string;
	readonly place: {file: string; line: number | null};
}) {
	return placeWords({name: row.key, value: row.value, place: row.place});
}

/** What can be written instead of the row, where that is known. */
function repaired({levelSetting, fault}: ClientPolicy, version: Parameters<typeof floorList>[0]): readonly string[] {
	const row = levelSetting.value;
	const separated = row.replace(
		/\b(protocols|ciphers|exclude)\s*=\s*([^\s=]+(?:\s*,\s*[^\s=]+|\s+![^\s=]+)*)/gi,
		(_, name: string, list: string) =>
			`${name}=${list
				.split(/[\s,:]+/)
				.filter(Boolean)
				.join(':')}`,
	);
	if (separated !== row) return [`${levelSetting.setting?.name ?? ''} ${separated}`];
	if (fault?.text.includes('malformed'))
		return [
			`${levelSetting.setting?.name ?? ''} ${row.split(/[\s,]/, 1)[0]} protocols=${floorList(version).replaceAll(',', ':')}`,
		];
	return [];
}

const attributeSyntax: Rule = {
	id: 'policy-attribute-syntax',
	severity: 'error',
	source: 'postconf(5) smtp_tls_policy_maps; Postfix smtp_tls_policy.c',
	needs: ['main.cf', 'policy tables'],
	log: {
		complaints: [
			{words: '_tls_policy_maps, next-hop destination "'},
			{words: 'ignoring attribute "', also: /with TLS disabled/},
		],
		alsoBy: ['sts-plugin-fault'],
		alone: {
			severity: 'error',
			why: 'A row of the policy table cannot be read: mail for its destination is deferred.',
			source: 'postconf(5) smtp_tls_policy_maps',
		},
	},
	find: ({configuration, clients}) => {
		const drafts = new Map<string, Draft>();
		for (const policy of clients) {
			const {levelSetting, fault, service} = policy;
			const row = levelSetting.setting;
			if (row === null || !levelSetting.parameter.endsWith('_tls_policy_maps')) continue;
			const ignored = /^none[\s,]+\S/i.test(row.value);
			if (fault?.kind !== 'policy-syntax' && !ignored) continue;
			const words = `${rowWords({key: row.name, ...row})}: ${quoted(`${row.name} ${row.value}`)}`;
			const key = `${row.place.file}:${row.place.line}`;
			if (drafts.has(key)) continue;
			drafts.set(key, {
				service: `${service.name}/${service.type}`,
				severity: ignored ? 'warn' : 'error',
				parameter: levelSetting.parameter,
				place: row.place,
				evidence: words,
				why: ignored
					? 'Attributes behind the level none are ignored: there is no TLS to set them for.'
					: `${fault?.text.replace(/; mail is deferred\.$/, '') ?? ''}. Mail for the destination is deferred (client TLS configuration problem). In a list, colons stand between the words.`,
				fix: ignored ? [`${row.name} none`] : repaired(policy, configuration.version),
			});
		}
		return [...drafts.values()];
	},
};

/** Keys that mean the host of a next hop and are not the next hop as Postfix looks it up. */
function nearKey(key: string, hop: NextHop): boolean {
	const host = nextHopOf(key)?.host ?? key.replace(/^\./, '');
	return key !== hop.text.toLowerCase() && host.toLowerCase() === hop.host.toLowerCase();
}

const keyMismatch: Rule = {
	id: 'policy-key-mismatch',
	severity: 'error',
	source: 'postconf(5) smtp_tls_policy_maps; Postfix smtp_tls_policy.c',
	needs: ['main.cf', 'policy tables'],
	find: subject => {
		const {configuration} = subject;
		const drafts: Draft[] = [];
		const ways = waysOf(configuration);
		for (const family of ['smtp', 'lmtp'] as const) {
			const parameter = `${family}_tls_policy_maps`;
			const {rows} = contentsOf(configuration, parameter);
			const keys = new Set(rows.map(({key}) => key));
			const draft = (row: (typeof rows)[number], why: string, fix: readonly string[]): Draft => ({
				service: 'main.cf',
				parameter,
				place: row.place,
				evidence: `${rowWords(row)}: ${quoted(`${row.key} ${row.value}`)}`,
				why,
				fix,
			});
			for (const row of rows) {
				if (row.key.startsWith('/')) continue;
				if (row.key.includes('*')) {
					const parent = row.key.replace(/^\*(?=\.)/, '');
					const why =
						'There are no wildcards in such a table: the row is never found. Subdomains are meant by a leading dot.';
					drafts.push(draft(row, why, parent.includes('*') ? [] : [`${parent} ${row.value}`]));
					continue;
				}
				const way = ways.find(({nextHop}) => !keys.has(nextHop.text.toLowerCase()) && nearKey(row.key, nextHop));
				// A domain that mail also goes to by its own MX records is looked up by its bare name.
				if (way === undefined || ways.some(({nextHop}) => nextHop.text.toLowerCase() === row.key)) continue;
				const why = `Mail goes there by ${way.parameter} as ${way.nextHop.text}, and the key must be just that, brackets and port and all: the row is never found, and nothing says so.`;
				drafts.push(draft(row, why, [`${way.nextHop.text} ${row.value}`]));
			}
		}
		return drafts;
	},
};

const notRebuilt: Rule = {
	id: 'table-not-rebuilt',
	severity: 'warn',
	source: 'postmap(1); Postfix dict_db.c',
	needs: ['files'],
	log: {
		complaints: [{words: ' is older than source file '}],
		alone: {
			severity: 'warn',
			why: 'A table was edited and not rebuilt: what was written does not count yet.',
			fix: 'run postmap on the table that the line names',
			source: 'postmap(1)',
		},
	},
	find: ({configuration}) =>
		[...configuration.tables]
			.filter(([, {newerThanIndex}]) => newerThanIndex === true)
			.map(([table, {file}]) => ({
				service: 'main.cf',
				place: {file, line: null},
				evidence: `${table}: its source is newer than its index`,
				why: 'Postfix reads the index: what was written since the last postmap does not count yet.',
				fix: isSniTable(configuration, table) ? rebuildSni(table) : [`postmap ${table.replace(/^proxy:/, '')}`],
			})),
};

/** Rules about lookup tables. */
export const policyTableRules: readonly Rule[] = [attributeSyntax, keyMismatch, notRebuilt];
