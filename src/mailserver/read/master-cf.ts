import type {OptionForm, ServiceEntry, ServiceOption, SyntaxFault} from './configuration.ts';
import {folded, type LogicalLine, lineAt, logicalLines, unendedLine} from './logical-lines.ts';
import {portOf} from './service-port.ts';

/** A word of a master.cf line and where it begins. */
type Word = {readonly text: string; readonly offset: number};

const space = ' \t\v\f\r\n';

/**
 * The words of a line: parted by white space, which braces protect (`{ name = value }` is one word). A brace that nothing
 * closes takes the rest of the line (Postfix: util/mystrtok.c).
 */
function masterWords(line: string): Word[] {
	const words: Word[] = [];
	let start = -1;
	let depth = 0;
	for (let at = 0; at <= line.length; at += 1) {
		const sign = line[at] ?? '';
		if (sign === '' || (depth === 0 && space.includes(sign))) {
			if (start >= 0) words.push({text: line.slice(start, at), offset: start});
			start = -1;
			continue;
		}
		if (start < 0) start = at;
		if (sign === '{') depth += 1;
		if (sign === '}' && depth > 0) depth -= 1;
	}
	return words;
}

/**
 * What is between the braces of a word, without blanks at the ends; null where nothing closes them or something follows
 * (master(8) refuses to start then).
 */
function betweenBraces(word: string): string | null {
	let depth = 0;
	for (const [at, sign] of [...word].entries()) {
		if (sign === '{') depth += 1;
		if (sign !== '}') continue;
		depth -= 1;
		if (depth === 0) return at === [...word].length - 1 ? word.slice(1, -1).trim() : null;
	}
	return null;
}

/** The words behind a service's command, by kind. */
type ServiceArguments = {
	readonly options: readonly ServiceOption[];
	readonly stray: readonly string[];
	readonly faults: readonly SyntaxFault[];
};

/**
 * Postfix's own programs that take nothing beside options. The arguments of pipe(8), spawn(8) and of other programs are
 * not looked at.
 */
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
	/** It is smtp(8) or lmtp(8). */
	readonly client: boolean;
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

/** `flags=DORX` behind smtp(8) or lmtp(8) (3.5). */
function isClientFlags({words, client}: Reading, at: number): boolean {
	return client && /^flags=[A-Z]*$/i.test(words[at]?.text ?? '');
}

/** Whether the word at a place is such flags, which are then noted: older releases die of them. */
function takeClientFlags(reading: Reading, at: number): boolean {
	const word = reading.words[at];
	if (word === undefined || !isClientFlags(reading, at)) return false;
	reading.faults.push({kind: 'client-flags', place: reading.placeOf(word), subject: reading.subject, text: word.text});
	return true;
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
		const whole = reading.own || follower === undefined || follower.startsWith('-') || isClientFlags(reading, next);
		return whole ? next : takeStray(reading, next, at);
	}
	return takeStray(reading, Math.min(next, reading.words.length), at);
}

/**
 * Separates the options of a daemon from words that it does not take. `subject` is the service (`smtps/inet`) for the faults;
 * `placeOf` says where a word is. Sources: master(5), Postfix: master/master_ent.c, postconf/postconf_master.c.
 */
function readArguments(
	command: string,
	words: readonly Word[],
	subject: string,
	placeOf: (word: Word) => SyntaxFault['place'],
): ServiceArguments {
	const program = command.slice(command.lastIndexOf('/') + 1);
	const own = !optionsAlone.has(program);
	const client = program === 'smtp' || program === 'lmtp';
	const reading: Reading = {words, subject, own, client, placeOf, options: [], stray: [], faults: []};
	let at = 0;
	while (at < words.length) {
		const text = words[at]?.text ?? '';
		if (takeClientFlags(reading, at)) at += 1;
		else if (text.startsWith('-') && text.length > 1 && text !== '--') at = takeFlags(reading, at);
		else if (own) break;
		else at = takeStray(reading, text === '--' ? at + 1 : at, at);
	}
	return {options: reading.options, stray: reading.stray, faults: reading.faults};
}

/** What master.cf says, in order, with every duplicate; and what is wrong with it as text. */
export type MasterCf = {readonly services: readonly ServiceEntry[]; readonly faults: readonly SyntaxFault[]};

const types = new Set(['inet', 'unix', 'unix-dgram', 'fifo', 'pass']);
/** Private, unpriv, chroot, wakeup, maxproc. */
const columnForms = [/^[-yn]$/, /^[-yn]$/, /^[-yn]$/, /^(?:-|\d+\??)$/, /^(?:-|\d+)$/];
/** A service that is commented out: eight columns and no more than options behind them. */
const commentedService =
	/^[ \t]*#+[ \t]*[^ \t#]+[ \t]+(?:inet|unix|unix-dgram|fifo|pass)(?:[ \t]+[-yn]){3}[ \t]+(?:-|\d+\??)[ \t]+(?:-|\d+)[ \t]+[^ \t]/;

/** Options that join the service above, since only the line of their own service was commented out. */
function orphans({pieces}: LogicalLine, file: string, subject: string): SyntaxFault[] {
	return pieces
		.slice(1)
		.filter(({text, commentsBefore}) => {
			// What is between the commented service and the option may only be its other, commented options.
			const above = commentsBefore.findLast(comment => !/^[ \t]*#+[ \t]*(?:-|$)/.test(comment));
			return /^[ \t]+-/.test(text) && above !== undefined && commentedService.test(above);
		})
		.map(({text, line}) => ({kind: 'orphan-continuation', place: {file, line}, subject, text: folded(text)}));
}

/** Whether the words from a place on are a service: name, type, five columns and a command. */
function isServiceAt(words: readonly Word[], at: number): boolean {
	const columns = words.slice(at + 2, at + 7);
	return (
		types.has(words[at + 1]?.text ?? '') &&
		words[at + 7] !== undefined &&
		columns.every((column, index) => columnForms[index]?.test(column.text))
	);
}

/**
 * A second service in the line of the first: its own line begins with a blank, or was glued on behind a file without a line
 * end. Postfix takes it for arguments of the first.
 */
function joinedService(
	{pieces}: LogicalLine,
	words: readonly Word[],
	subject: string,
	placeOf: (word: Word) => SyntaxFault['place'],
): {readonly from: number; readonly fault: SyntaxFault} | null {
	const from = words.findIndex((_, index) => index >= 7 && isServiceAt(words, index));
	const word = words[from];
	if (word === undefined) return null;
	const indented = pieces.some(({text, offset}) => offset > 0 && offset + text.search(/[^ \t\v\f\r]/) === word.offset);
	const text = words.slice(from, from + 8).map(each => each.text);
	const kind = indented ? 'indented-service' : 'glued-line';
	return {from, fault: {kind, place: placeOf(word), subject, text: text.join(' ')}};
}

/** The service of a logical line, or null where its columns are wrong. */
function readService(
	line: LogicalLine,
	words: readonly Word[],
	placeOf: (word: Word) => SyntaxFault['place'],
): [ServiceEntry, SyntaxFault[]] | null {
	const [name, type, ...rest] = words;
	const columns = rest.slice(0, 5).map(word => word.text);
	const command = rest[5];
	if (name === undefined || type === undefined || command === undefined || !isServiceAt(words, 0)) return null;
	const subject = `${name.text}/${type.text}`;
	const joined = joinedService(line, words, subject, placeOf);
	const end = joined === null ? words.length : Math.max(8, joined.from);
	const read = readArguments(command.text, words.slice(8, end), subject, placeOf);
	const stray = [...read.stray, ...words.slice(end).map(word => word.text)];
	const faults = joined === null ? read.faults : [...read.faults, joined.fault];
	const place = placeOf(name);
	const {options} = read;
	return [{name: name.text, type: type.text, columns, command: command.text, options, stray, place}, [...faults]];
}

/**
 * Reads master.cf: eight columns, then the options of the daemon. Values are not expanded; `file` is the name for messages.
 * Never throws: what master(8) or the daemon would refuse is a fault (master(5), Postfix: master/master_ent.c).
 */
export function readMasterCf(text: string, file: string): MasterCf {
	const services: ServiceEntry[] = [];
	const faults: SyntaxFault[] = [];
	for (const line of logicalLines(text)) {
		const placeOf = (word: Word): SyntaxFault['place'] => ({file, line: lineAt(line, word.offset)});
		const words = masterWords(line.text);
		const place = {file, line: line.pieces[0]?.line ?? 1};
		const whole = folded(line.text);
		const above = services.at(-1);
		const subject = above === undefined ? '' : `${above.name}/${above.type}`;
		if (line.orphan) {
			faults.push({kind: 'orphan-continuation', place, subject: '', text: whole});
			continue;
		}
		if (whole.startsWith('-')) {
			faults.push({kind: 'lost-indentation', place, subject, text: whole});
			continue;
		}
		const service = readService(line, words, placeOf);
		if (service === null) {
			faults.push({kind: 'bad-service', place, subject: words[0]?.text ?? '', text: whole});
			continue;
		}
		services.push(service[0]);
		faults.push(...service[1], ...orphans(line, file, `${service[0].name}/${service[0].type}`));
	}
	return {services, faults: [...faults, ...unendedLine(text, file)]};
}

/**
 * What master(8) distinguishes services by: type and name, and of an `inet` service the number of its port whatever it is
 * called. Of two that are the same, such as `smtps` and `465`, the last runs and the other does not: "duplicate
 * master.cf entry for service "smtps" (465) -- using the last entry", which it logs since Postfix 3.4 (master_conf.c;
 * seen with 3.7.11). /
 */
export function identityOf({name, type}: Pick<ServiceEntry, 'name' | 'type'>): string {
	if (type !== 'inet') return `${type} ${name}`;
	const colon = name.lastIndexOf(':');
	const port = name.slice(colon + 1).toLowerCase();
	const host = name.slice(0, colon + 1).replace(/^\[(.*)\]:$/, '$1:');
	return `${type} ${host}${portOf(port) ?? port}`;
}
