import {whoses} from '../../model/failure/causes.ts';
import {hops, outcomes} from '../../model/session.ts';
import {severities} from '../../model/severity.ts';
import {plain} from '../../text/plain.ts';
import {cipherClasses} from '../../tls/cipher-class.ts';
import {keyExchangeKinds} from '../../tls/group.ts';
import {protocols} from '../../tls/version.ts';
import type {FilterWords} from '../screen-data.ts';
import type {EditLine} from './edit-line.ts';
import {type FilterField, filterFields} from './filter-language.ts';

/** What may stand in place of a part of the filter line. */
export type Completion = {
	/** The part of the text that a candidate takes the place of. */
	readonly from: number;
	readonly to: number;
	/** As they are put in, what fits best first. */
	readonly candidates: readonly string[];
};

/** Words that hold whatever the log says. */
const always: Partial<Record<FilterField, readonly string[]>> = {
	hop: hops,
	outcome: outcomes,
	pq: keyExchangeKinds,
	whose: whoses,
	tls: ['implicit', 'starttls'],
	broken: severities,
	version: protocols,
	cipher: cipherClasses,
};
/** Fields whose values are a list with commas. */
const listed: readonly FilterField[] = ['hop', 'outcome', 'whose', 'tls', 'port', 'pq', 'group'];

const isField = (word: string): word is FilterField => filterFields.some(([name]) => name === word);

/** A value that the line can hold: no quotes inside, and nothing that a terminal does not show. */
const isWritable = (value: string): boolean => !value.includes('"') && value !== '' && plain(value) === value;

/** The word of the filter that the cursor is behind, from its beginning. */
function wordAt({text, cursor}: EditLine): string {
	let word = '';
	let inQuotes = false;
	for (const character of text.slice(0, cursor)) {
		if (character === '"') inQuotes = !inQuotes;
		word = character === ' ' && !inQuotes ? '' : word + character;
	}
	return word;
}

/** Names of fields, and the words of the log that the cursor may be in. */
function fieldsLike(begun: string): string[] {
	return filterFields
		.map(([name]) => name)
		.filter(name => name.startsWith(begun.toLowerCase()))
		.map(name => `${name}:`);
}

/**
 * What Tab may put in at the cursor: names of fields, behind a colon what the log has of that field, the most frequent first.
 * Where no word begins with what is typed, those that contain it are taken.
 */
export function completionsOf(line: EditLine, words: FilterWords): Completion {
	const word = wordAt(line);
	const [, minus = '', name = '', value = ''] = /^([-!]?)(?:([a-z]+):)?(.*)$/is.exec(word) ?? [];
	const field = name.toLowerCase();
	const to = line.cursor;
	if (name === '')
		return {from: to - word.length + minus.length, to, candidates: value.includes('"') ? [] : fieldsLike(value)};
	if (!isField(field)) return {from: to, to, candidates: []};
	let begun = value.replace(/^"/, '');
	let before = '';
	if (listed.includes(field)) before = begun.slice(0, begun.lastIndexOf(',') + 1);
	if (field === 'version') before = /^[<>]?=?/.exec(begun)?.[0] ?? '';
	begun = begun.slice(before.length);
	const taken = new Set(before.split(','));
	const known = [...new Set([...(words[field] ?? []), ...(always[field] ?? [])])].filter(
		each => isWritable(each) && !(listed.includes(field) && taken.has(each)),
	);
	const lower = begun.toLowerCase();
	const starting = known.filter(each => each.toLowerCase().startsWith(lower));
	const found = starting.length > 0 ? starting : known.filter(each => each.toLowerCase().includes(lower));
	const written = found.map(each => `${before}${each}`);
	return {
		from: to - value.length,
		to,
		candidates: written.map(each => (each.includes(' ') ? `"${each}"` : each)),
	};
}

/** How far all candidates go on from what is typed in the same way. */
export function commonBeginning(candidates: readonly string[]): string {
	const [first = '', ...others] = candidates;
	let length = first.length;
	for (const other of others)
		while (length > 0 && other.slice(0, length).toLowerCase() !== first.slice(0, length).toLowerCase()) length -= 1;
	// Not through the middle of a character.
	return /[\uD800-\uDBFF]$/.test(first.slice(0, length)) ? first.slice(0, length - 1) : first.slice(0, length);
}
