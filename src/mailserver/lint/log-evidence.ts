import {type PostfixVersion, parseVersion} from '../releases/postfix-version.ts';
import type {LogSign} from './checks/rule.ts';
import {loggedRules} from './rules.ts';

/** A sign and the rule it speaks for. */
type RuleSign = LogSign & {readonly id: string};

const complaints: readonly RuleSign[] = loggedRules.flatMap(({id, log}) =>
	(log?.complaints ?? []).map(sign => ({id, ...sign})),
);
const remarks: readonly RuleSign[] = loggedRules.flatMap(({id, log}) =>
	(log?.remarks ?? []).map(sign => ({id, ...sign})),
);

/** One line of a log that speaks for a rule. */
export type Witness = {
	readonly id: string;
	/** What the line is tagged with (`postfix/smtps/smtpd`), null where it has none. */
	readonly tag: string | null;
	/** What is behind the tag, cut to a length for people; as hostile as all text of a log. */
	readonly text: string;
	/** Written before the service knew its own tag. */
	readonly early: boolean;
};

/** A witness and how many lines said the same of the same tag; the text is that of the first. */
export type CountedWitness = Witness & {readonly count: number};

const longestText = 300;
const tagged = /(?:^|[\s"])((?:[\w.-]+\/)+[\w.-]+|dovecot)(?:\[\d+\])?: /;

function tagAndText(line: string): {readonly tag: string | null; readonly text: string} {
	const found = tagged.exec(line);
	if (found !== null) return {tag: found[1] ?? null, text: line.slice(found.index + found[0].length)};
	// The journal's own format has them in fields.
	const tag = /"SYSLOG_IDENTIFIER":"([^"]+)"/.exec(line)?.[1] ?? null;
	const message = /"MESSAGE":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
	return {tag, text: message?.replaceAll('\\"', '"') ?? line};
}

function firstSign(signs: readonly RuleSign[], line: string): Witness | null {
	let whole: ReturnType<typeof tagAndText> | null = null;
	// Quotes are escaped inside the journal's fields.
	const plain = line.startsWith('{') ? line.replaceAll('\\"', '"') : line;
	for (const {id, words, also, tag, early} of signs) {
		if (!plain.includes(words)) continue;
		whole ??= tagAndText(line);
		if (tag !== undefined && !tag.test(whole.tag ?? '')) continue;
		if (also !== undefined && !also.test(whole.text)) continue;
		return {id, tag: whole.tag, text: whole.text.slice(0, longestText), early: early === true};
	}
	return null;
}

/** Any of the fixed words; a quote may be escaped, as in the journal's fields. */
function anyOf(signs: readonly LogSign[]): string {
	const words = new Set(signs.map(sign => sign.words));
	return [...words].map(text => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('"', '\\\\?"')).join('|');
}

/** One pass over a line excludes nearly all of them; that of complaints runs only behind their own first word. */
const likely = new RegExp(`(?:warning|fatal|error): .*(?:${anyOf(complaints)})|${anyOf(remarks)}`);

/**
 * What a line of a mail log says of the configuration, in any framing; null for nearly all lines, at the price of one pass.
 * The words are those of the rules.
 */
export function witness(line: string): Witness | null {
	if (!likely.test(line)) return null;
	const complains = line.includes('warning: ') || line.includes('fatal: ') || line.includes('error: ');
	return (complains ? firstSign(complaints, line) : null) ?? firstSign(remarks, line);
}

/** Adds a witness to a count, which holds one entry for each rule and tag. */
export function countWitness(counts: Map<string, CountedWitness>, found: Witness): void {
	const key = `${found.id} ${found.tag ?? ''}`;
	const known = counts.get(key);
	counts.set(key, known === undefined ? {...found, count: 1} : {...known, count: known.count + 1});
}

/** When master read its configuration: what is in master.cf counts from then on (Postfix master.c). */
export type ConfigurationLoad = {
	readonly how: 'started' | 'reloaded';
	readonly version: PostfixVersion | null;
	readonly directory: string;
};

const load = /(daemon started|reload) -- version ([^\s,]+), configuration ([^\s"]+)/;

/** `daemon started -- version 3.7.11, configuration /etc/postfix` and the line of a reload; null for all others. */
export function configurationLoad(line: string): ConfigurationLoad | null {
	if (!line.includes(' -- version ')) return null;
	const [, how, version = '', directory = ''] = load.exec(line) ?? [];
	if (how === undefined) return null;
	return {how: how === 'reload' ? 'reloaded' : 'started', version: parseVersion(version), directory};
}
