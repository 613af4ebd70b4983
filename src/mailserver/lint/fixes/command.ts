import {plain} from '../../../text/plain.ts';
import {shellQuoted, shellWord, shellWords} from '../../../text/shell.ts';

/**
 * Commands of fixes as data. A line of a finding's fix comes in; what it changes goes out, or null where it is advice for a
 * person. The one command that may stand in a fix is postconf(1), beside postmap(1). Pure.
 */

/** One change: a parameter of main.cf (`service` null) or an option of a service (`smtp/inet`); null takes it away. */
export type Edit = {readonly service: string | null; readonly name: string; readonly value: string | null};

/** A whole line of master.cf for a service (`postconf -M tlsmgr/unix=…`, Postfix 2.11). */
type Entry = {readonly service: string; readonly line: string};

/** What a line of a fix does. `ends` is a file that gets the newline it lacks; `rebuilt` a table that is indexed anew. */
export type Command =
	| {readonly edits: readonly Edit[]}
	| {readonly entry: Entry}
	| {readonly rebuilt: string}
	| {readonly ends: string};

/** A name as parameters have them; whatever else begins with a sign would be an option of postconf. */
const parameterName = /^[A-Za-z0-9_][\w.-]*$/;
/** `smtp/inet`; a star is a pattern to postconf, a second slash the beginning of the parameter. */
const serviceKey = /^[^\s/*=-][^\s/*=]*\/(?:inet|unix|fifo|pass|unix-dgram)$/;
/** Words in place of a file that only the administrator knows. */
const placeholder = /(?:^|[,/\s])(?:EC|RSA)?(?:KEYFILE|FULLCHAIN)\b|FINGERPRINT/;

function assignment(word: string): readonly [name: string, value: string] | null {
	const sign = word.indexOf('=');
	return sign <= 0 ? null : [word.slice(0, sign), word.slice(sign + 1)];
}

function editOf(flag: string, word: string): Edit | null {
	const removes = flag.endsWith('X');
	const [left, value] = removes ? [word, null] : (assignment(word) ?? ['', null]);
	if (value !== null && placeholder.test(value)) return null;
	if (!flag.startsWith('-P')) return parameterName.test(left) ? {service: null, name: left, value} : null;
	const slash = left.lastIndexOf('/');
	const service = left.slice(0, slash);
	const name = left.slice(slash + 1);
	// postconf -P takes no blanks in a value, and splits one in braces.
	if (!serviceKey.test(service) || !parameterName.test(name) || (value !== null && /[\s{}]/.test(value))) return null;
	return {service, name, value};
}

function entryOf(word: string): Entry | null {
	const [service = '', line = ''] = assignment(word) ?? [];
	return serviceKey.test(service) && line.split(/\s+/).length >= 8 ? {service, line} : null;
}

function postconfCommand(words: readonly string[]): Command | null {
	const [flag = '', ...rest] = words[0] === '-c' ? words.slice(2) : words;
	if (rest.length === 0) return null;
	if (flag === '-M') {
		const entry = rest.length === 1 ? entryOf(rest[0] ?? '') : null;
		return entry && {entry};
	}
	if (!['-e', '-X', '-P', '-PX'].includes(flag)) return null;
	const edits = rest.map(word => editOf(flag, word));
	return edits.includes(null) ? null : {edits: edits.filter(edit => edit !== null)};
}

/** What a line of a fix does when it is run; null where it is no command that can be run as it stands. */
export function commandOf(line: string): Command | null {
	// A character that is not shown as it is cannot be pasted.
	if (plain(line) !== line) return null;
	const [file, ...others] = shellWords(/^echo >> (.+)$/.exec(line)?.[1] ?? '') ?? [];
	if (file !== undefined && others.length === 0 && /(?:^|\/)(?:main|master)\.cf$/.test(file))
		return {ends: file.slice(file.lastIndexOf('/') + 1)};
	const [program, ...words] = shellWords(line) ?? [];
	if (program === 'postmap' && words.length === 1 && words[0]?.startsWith('-') === false)
		return {rebuilt: words[0] ?? ''};
	return program === 'postconf' ? postconfCommand(words) : null;
}

/** The directory that a command names for a second instance; null: the default one. */
export function directoryOf(line: string): string | null {
	const [program, flag, directory] = shellWords(line) ?? [];
	return program === 'postconf' && flag === '-c' ? (directory ?? null) : null;
}

/** The command line of one change, for the directory of a second instance or (null) the default one. */
export function editLine({service, name, value}: Edit, directory: string | null): string {
	const postconf = directory === null ? 'postconf' : `postconf -c ${shellWord(directory)}`;
	const full = service === null ? name : `${service}/${name}`;
	const flag = service === null ? '-' : '-P';
	if (value === null) return `${postconf} ${flag}X ${shellWord(full)}`;
	return `${postconf} ${service === null ? '-e' : '-P'} ${shellQuoted(`${full}=${value}`)}`;
}
