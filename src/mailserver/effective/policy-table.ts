import {insideBraces, nameAndValue, outsideBraces} from '../read/lookup-table.ts';
import {atLeast, carries, type PostfixVersion} from '../releases/postfix-version.ts';
import {clientLevelOf} from './client-level.ts';
import type {ClientLevel} from './effective.ts';

/** What a row of smtp_tls_policy_maps says. */
export type PolicyRow = {
	/** Null where the row is refused: mail to the destination is deferred (`client TLS configuration problem`). */
	readonly level: ClientLevel | null;
	/** The attributes that replace lists of main.cf, and `connection_reuse`; the rest by name. */
	readonly attributes: ReadonlyMap<string, string>;
	/** Why it is refused, in Postfix's own words; null for a good row. */
	readonly problem: string | null;
};

/** Attributes, the releases that know them, and whether one may be there more than once (smtp_tls_policy.c). */
const attributes: Readonly<Record<string, readonly [since: string, repeats: boolean]>> = {
	protocols: ['2.3', false],
	ciphers: ['2.3', false],
	exclude: ['2.6', false],
	match: ['2.3', true],
	tafile: ['2.11', true],
	servername: ['3.4', false],
	connection_reuse: ['3.4', true],
	enable_rpk: ['3.9', true],
	policy_ttl: ['3.10', false],
	policy_type: ['3.10', false],
	policy_domain: ['3.10', false],
	policy_string: ['3.10', true],
	mx_host_pattern: ['3.10', true],
	policy_failure: ['3.10', false],
};

function attributeProblem(name: string, value: string, level: ClientLevel): string | null {
	if (value === '' && /^(?:ciphers|match|tafile)$/.test(name)) return `attribute "${name}" has empty value`;
	const matching = ['fingerprint', 'verify', 'secure'];
	if (name === 'match' && !matching.includes(level)) return `attribute "match" invalid at security level "${level}"`;
	if (name === 'tafile' && !['verify', 'secure'].includes(level))
		return `attribute "tafile" invalid at security level "${level}"`;
	if ((name === 'connection_reuse' || name === 'enable_rpk') && !/^(?:yes|no)$/i.test(value))
		return `attribute "${name}" has bad value: "${value}"`;
	return null;
}

/**
 * Reads the right-hand side of a row: a level, then attributes. Up to 3.9 a blank or a comma always ends an attribute; from
 * 3.10 on an attribute may be in braces. Repeated `match` are joined as if written at once.
 */
export function readPolicy(text: string, version: PostfixVersion): PolicyRow {
	const braces = atLeast(version, 3, 10);
	const [word, ...rest] = braces ? outsideBraces(text) : text.split(/[\s,]+/).filter(each => each !== '');
	const refused = (problem: string): PolicyRow => ({level: null, attributes: new Map(), problem});
	if (word === undefined) return refused('invalid empty policy');
	const level = clientLevelOf(word, version);
	if (level === null) return refused(`invalid security level "${word}"`);
	const found = new Map<string, string>();
	// Attributes behind `none` are ignored with a warning.
	if (level === 'none') return {level, attributes: found, problem: null};
	for (const token of rest) {
		const pair = nameAndValue((braces ? insideBraces(token) : null) ?? token);
		if (pair === null) return refused(`malformed attribute/value pair "${token}": missing '=' after attribute name`);
		const name = pair[0].toLowerCase();
		const known = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
		if (known === undefined || !carries(version, known[0])) return refused(`invalid attribute name: "${pair[0]}"`);
		const before = found.get(name);
		if (before !== undefined && !known[1]) return refused(`attribute "${name}" is specified multiple times`);
		const problem = attributeProblem(name, pair[1], level);
		if (problem !== null) return refused(problem);
		const joined = name === 'match' && before !== undefined ? `${before}${level === 'fingerprint' ? '|' : ':'}` : '';
		found.set(name, `${joined}${pair[1]}`);
	}
	return {level, attributes: found, problem: null};
}

const levels: Readonly<Record<string, ClientLevel>> = {
	none: 'none',
	may: 'may',
	must_nopeermatch: 'encrypt',
	must: 'verify',
};

/**
 * Reads a row of the old smtp_tls_per_site. MAY does not weaken a stronger level of main.cf (smtp_tls_policy.c,
 * tls_site_lookup and policy_create).
 */
export function readSite(text: string, general: ClientLevel | null): PolicyRow {
	const word = text.trim().toLowerCase();
	const level = Object.hasOwn(levels, word) ? levels[word] : undefined;
	const attributes = new Map<string, string>();
	if (level === undefined) return {level: null, attributes, problem: `unknown TLS policy '${text.trim()}'`};
	return {
		level: level === 'may' && general !== null && general !== 'none' ? general : level,
		attributes,
		problem: null,
	};
}
