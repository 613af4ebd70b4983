import {type Protocol, protocols} from '../../tls/version.ts';
import {atLeast, carries, newestRelease, type PostfixVersion, versionText} from '../releases/postfix-version.ts';

/** The server takes any set; a client can only offer versions without a gap between them. */
export type Side = 'server' | 'client';

/** Numbers of the versions on the wire, for `>=0303`. SSLv2 has no place in that order (tls_misc.c, tls_version_table). */
const wire: Readonly<Partial<Record<Protocol, number>>> = {
	SSLv3: 0x300,
	TLSv1: 0x301,
	'TLSv1.1': 0x302,
	'TLSv1.2': 0x303,
	'TLSv1.3': 0x304,
};

/** From which releases on a list may name a version (RELEASE_NOTES 2.10, postconf(5) smtpd_tls_protocols). */
const namedSince: Readonly<Partial<Record<Protocol, string>>> = {
	'TLSv1.1': '2.6.15 2.7.9 2.8.10 2.9.2 2.10.0',
	'TLSv1.2': '2.6.15 2.7.9 2.8.10 2.9.2 2.10.0',
	'TLSv1.3': '3.0.14 3.1.10 3.2.7 3.3.2 3.4.0',
};

/** The versions that a Postfix of this age can have in its library at all: 3.6 wants OpenSSL 1.1.1, which has no SSLv2. */
function buildable(version: PostfixVersion): readonly Protocol[] {
	return protocols.filter(protocol => {
		if (protocol === 'SSLv2') return !atLeast(version, 3, 6);
		return protocol !== 'TLSv1.3' || atLeast(version, 3, 0);
	});
}

/** A name as the program's table has it: any case, but no other spelling (`TLSv1_1` and `TLS1.2` are unknown). */
function named(word: string, version: PostfixVersion): Protocol | null {
	const protocol = protocols.find(one => one.toLowerCase() === word.toLowerCase());
	if (protocol === undefined) return null;
	const since = namedSince[protocol];
	return since === undefined || carries(version, since) ? protocol : null;
}

/**
 * The bound in `>=TLSv1.2`, `>=0303`, `>=None`: 0 is no bound, null cannot be read (strtoul, base 16). A number that is no
 * version is read and comes to nothing, since OpenSSL refuses it as a bound; so does none at all, which is what is
 * before the blank in `>= TLSv1.2`.
 */
function bound(text: string): number | null {
	const lower = text.toLowerCase();
	if (lower === 'none') return 0;
	const protocol = protocols.find(one => one.toLowerCase() === lower);
	if (protocol !== undefined) return wire[protocol] ?? null;
	if (!/^[+-]?(?:0x(?=[\da-f]))?[\da-f]*$/.test(lower)) return null;
	const value = Number.parseInt(lower.replace(/^[+-]/, '').replace(/^0x/, '') || '0', 16);
	if (value > 0x7fffffff || (lower.startsWith('-') && value !== 0)) return null;
	return value >= 0x300 && value <= 0x304 ? value : 0;
}

type Parsed = {
	readonly excluded: ReadonlySet<Protocol>;
	readonly included: ReadonlySet<Protocol>;
	readonly floor: number;
	readonly ceiling: number;
	readonly invalid: readonly string[];
};

function parse(list: string, version: PostfixVersion): Parsed {
	const excluded = new Set<Protocol>();
	const included = new Set<Protocol>();
	const invalid: string[] = [];
	let floor = 0;
	let ceiling = 0;
	for (const word of list.split(/[\s,:]+/)) {
		if (word === '') continue;
		const relation = atLeast(version, 3, 6) ? word.slice(0, 2) : '';
		if (relation === '>=' || relation === '<=') {
			const limit = bound(word.slice(2));
			if (limit === null) invalid.push(word);
			else if (relation === '>=') floor = limit;
			else ceiling = limit;
			continue;
		}
		const negative = word.startsWith('!') && atLeast(version, 2, 5);
		const protocol = named(negative ? word.slice(1) : word, version);
		if (protocol === null) invalid.push(word);
		else (negative ? excluded : included).add(protocol);
	}
	return {excluded, included, floor, ceiling, invalid};
}

/**
 * What a client really offers of a set: the lowest run without a gap, since OpenSSL drops everything above the first one
 * (postconf(5) smtp_tls_protocols). SSLv2 and SSLv3 are built into hardly any library, so a gap right above them cuts
 * them off and not the rest.
 */
function lowestRun(set: readonly Protocol[]): readonly Protocol[] {
	const isOld = (protocol: Protocol) => protocol.startsWith('SSL');
	const runs: Protocol[][] = [];
	let previous = -2;
	for (const protocol of set) {
		const position = protocols.indexOf(protocol);
		const run = runs.at(-1);
		if (run !== undefined && position === previous + 1) run.push(protocol);
		else runs.push([protocol]);
		previous = position;
	}
	return runs.find(run => !run.every(isOld)) ?? runs.at(-1) ?? [];
}

/** What a list comes to. */
type Reading = {
	readonly server: readonly Protocol[];
	readonly client: readonly Protocol[];
	readonly invalid: readonly string[];
};

function read(list: string, version: PostfixVersion): Reading {
	const {excluded, included, floor, ceiling, invalid} = parse(list, version);
	if (invalid.length > 0) return {server: [], client: [], invalid};
	const server = buildable(version).filter(protocol => {
		const number = wire[protocol] ?? 0x2ff;
		if (excluded.has(protocol) || number < floor || (ceiling !== 0 && number > ceiling)) return false;
		// A version that the program has no name for cannot be left out by naming others.
		return included.size === 0 || included.has(protocol) || named(protocol, version) === null;
	});
	return {server, client: lowestRun(server), invalid};
}

/** A policy table says the same list a hundred thousand times. */
const readings = new Map<string, Reading>();

function reading(list: string, version: PostfixVersion): Reading {
	const key = `${versionText(version)} ${list}`;
	const before = readings.get(key);
	if (before !== undefined) return before;
	const found = read(list, version);
	if (readings.size > 1000) readings.clear();
	readings.set(key, found);
	return found;
}

/**
 * The versions that a protocol list leaves, oldest first, before the library's own limits; empty also where a word of it is
 * unknown, which switches TLS off. An empty list leaves all. Rules: tls_misc.c tls_proto_mask_lims, postconf(5)
 * smtpd_tls_protocols and smtp_tls_protocols.
 */
export function allowed(list: string, version: PostfixVersion, side: Side): readonly Protocol[] {
	return reading(list, version)[side];
}

/** The words of a protocol list that this version does not know, as written; any one of them switches TLS off. */
export function invalidWords(list: string, version: PostfixVersion): readonly string[] {
	return reading(list, version).invalid;
}

/**
 * A list for newer releases (`>=TLSv1.3`) in words that this version knows and that leave the same versions: exclusions,
 * and names before 2.5, which knows no exclusion. Null: no list says that there, or it would leave no version (postconf(5)
 * smtpd_tls_protocols).
 */
export function inWordsOf(list: string, version: PostfixVersion): string | null {
	const all = allowed('', version, 'server');
	const meant = allowed(list, newestRelease, 'server').filter(protocol => all.includes(protocol));
	if (meant.length === 0) return null;
	const known = all.filter(protocol => named(protocol, version) !== null);
	const exclusions = known.filter(protocol => !meant.includes(protocol)).map(protocol => `!${protocol}`);
	const names = known.filter(protocol => meant.includes(protocol));
	const same = (words: readonly string[]): boolean =>
		invalidWords(words.join(','), version).length === 0 &&
		allowed(words.join(','), version, 'server').join() === meant.join();
	return [exclusions, names].find(same)?.join(',') ?? null;
}
