import type {OptionForm, ServiceOption, SyntaxFault} from './configuration.ts';
import {folded} from './logical-lines.ts';
import {betweenBraces, type Word} from './master-words.ts';

/** The words behind a service's command, told apart. */
export type ServiceArguments = {
	readonly options: readonly ServiceOption[];
	readonly stray: readonly string[];
	readonly faults: readonly SyntaxFault[];
};

/** Postfix's own programs that take nothing beside options. What pipe(8), spawn(8) or a stranger is told is its own affair. */
const optionsAlone = new Set(
	(
		'anvil bounce cleanup discard dnsblog error flush lmtp local nqmgr oqmgr pickup postlogd postscreen proxymap qmgr qmqpd ' +
		'scache showq smtp smtpd tlsmgr tlsproxy trivial-rewrite verify virtual'
	).split(' '),
);

/** Letters of the options that take a value (Postfix: master/single_server.c and its sisters). */
const withValue = 'imnost';

/** What is left of the text of `-o`: `name=value`, or `name = value` from between braces (Postfix: split_nameval.c). */
function nameAndValue(text: string, blanksAround: boolean): readonly [name: string, value: string] | null {
	const found = blanksAround
		? /^([^ \t\v\f\r=]+)[ \t\v\f\r]*=([\s\S]*)$/.exec(text)
		: /^([^ \t\v\f\r=]+)=([\s\S]*)$/.exec(text);
	const [, name, value] = found ?? [];
	return name === undefined || value === undefined ? null : [name, folded(value)];
}

/** Reads the words from left to right; one reader for one service. */
type Reading = {
	readonly words: readonly Word[];
	readonly subject: string;
	/** The program has arguments of its own behind its options. */
	readonly own: boolean;
	readonly placeOf: (word: Word) => SyntaxFault['place'];
	readonly options: ServiceOption[];
	readonly stray: string[];
	readonly faults: SyntaxFault[];
};

/** `-o` at word `at`, whose text is `text`. True when it is whole. */
function takeOption(reading: Reading, at: number, text: string, glued: boolean): boolean {
	const {words, options, placeOf} = reading;
	const word = words[at];
	if (word === undefined) return false;
	const braced = text.startsWith('{');
	const inside = braced ? betweenBraces(text) : text;
	const found = inside === null ? null : nameAndValue(inside, braced);
	if (found === null) return false;
	const form: OptionForm = glued ? 'glued' : braced ? 'braces' : 'plain';
	options.push({name: found[0], value: found[1], place: placeOf(word), form});
	return true;
}

/** Words that no daemon takes, from `at` on; gives the place behind them. `since`: where the broken option begins. */
function takeStray(reading: Reading, at: number, since: number): number {
	const {words, placeOf, subject, stray, faults} = reading;
	const first = words[at];
	const comment = first?.text.startsWith('#') === true;
	const line = first && placeOf(first).line;
	let end = at;
	for (let word = first; word !== undefined; word = words[end]) {
		// A comment reaches to the end of its line, whatever it holds; other words to the next option.
		if (comment ? placeOf(word).line !== line : word.text.startsWith('-') && word.text.length > 1) break;
		stray.push(word.text);
		end += 1;
	}
	const from = comment ? at : since;
	const begin = words[from];
	if (begin !== undefined)
		faults.push({
			kind: comment ? 'trailing-comment' : 'broken-option',
			place: placeOf(begin),
			subject,
			text: words
				.slice(from, end)
				.map(word => folded(word.text))
				.join(' '),
		});
	return end;
}

/** One word that begins with `-`, which may join flags and an option: `-v`, `-o`, `-vo`. Gives the place behind it. */
function takeFlags(reading: Reading, at: number): number {
	const text = reading.words[at]?.text ?? '';
	const letters = [...text];
	const index = letters.findIndex((letter, position) => position > 0 && withValue.includes(letter));
	if (index < 0) return at + 1;
	const rest = letters.slice(index + 1).join('');
	const next = rest === '' ? at + 2 : at + 1;
	if (letters[index] !== 'o') return next;
	const value = rest === '' ? (reading.words[at + 1]?.text ?? '') : rest;
	if (takeOption(reading, at, value, rest !== '')) {
		const follower = reading.words[next]?.text;
		// The next word is no option: the value was broken at a blank, and the fault shows the whole of it.
		return reading.own || follower === undefined || follower.startsWith('-') ? next : takeStray(reading, next, at);
	}
	return takeStray(reading, Math.min(next, reading.words.length), at);
}

/**
 * Tells the options of a daemon from words that it does not take. `subject` is the service (`smtps/inet`) for the faults;
 * `placeOf` says where a word stands. Sources: master(5), Postfix: master/master_ent.c, postconf/postconf_master.c.
 */
export function readArguments(
	command: string,
	words: readonly Word[],
	subject: string,
	placeOf: (word: Word) => SyntaxFault['place'],
): ServiceArguments {
	const own = !optionsAlone.has(command.slice(command.lastIndexOf('/') + 1));
	const reading: Reading = {words, subject, own, placeOf, options: [], stray: [], faults: []};
	let at = 0;
	while (at < words.length) {
		const text = words[at]?.text ?? '';
		if (text.startsWith('-') && text.length > 1 && text !== '--') at = takeFlags(reading, at);
		else if (own) break;
		else at = takeStray(reading, text === '--' ? at + 1 : at, at);
	}
	return {options: reading.options, stray: reading.stray, faults: reading.faults};
}
