import type {Place} from '../../model/lint-finding.ts';
import {harmless, isSecret} from '../read/secrets.ts';
import type {DovecotLine, DovecotStatement, Inclusion} from './configuration.ts';

/** Names whose values are keys, as text, as `</path`, or as doveconf's word that it hid them. */
const holdsKey = /^(?:ssl_key|ssl_alt_key|ssl_client_key|ssl_dh)$|_(?:key|dh)$/;
/** `service imap-login {`: a name, at most an argument, and no equals sign before the brace. */
const opening = /^([\w./@-]+(?:\s+(?:"[^"]*"|[^\s={}"]+(?:\s+[^\s={}"]+)*))?)\s*\{\s*(.*)$/;
/** `</etc/ssl/mail.key`, or the path alone, which is a mistake. */
const fileName = /^(?:<\s*\S+|(?:\/[\w@.-]+){2,})$/;
const include = /^(!include(?:_try)?)\s+(.+)$/;

/** A line without its comment, as Dovecot takes it off: a `#` within quotes is none (config-parser.c). */
function withoutComment(line: string): string {
	let quote = '';
	for (let at = 0; at < line.length; at += 1) {
		const character = line[at] ?? '';
		if (quote === '' && character === '#') return line.slice(0, at).trimEnd();
		if (quote !== '' && character === '\\') at += 1;
		else if (quote === '' && (character === '"' || character === "'")) quote = character;
		else if (character === quote) quote = '';
	}
	return line.trimEnd();
}

/** A value without the quotes around it. */
function unquoted(text: string): string {
	const [, , inner] = /^(["'])(.*)\1$/s.exec(text) ?? [];
	return inner === undefined ? text : inner.replace(/\\(.)/g, '$1');
}

/** What of a value may be kept: the name of a file that holds a key is no secret, the key is. */
function kept(name: string, value: string): string | null {
	if (isSecret(name)) return null;
	if (holdsKey.test(name) && !fileName.test(value)) return null;
	return harmless(name, value);
}

/** The lines as Dovecot joins them: a backslash at the end goes on in the next line. */
function* logical(lines: Iterable<DovecotLine>): Generator<DovecotLine> {
	let begun: DovecotLine | null = null;
	for (const line of lines) {
		const text = withoutComment(line.text.trim());
		const whole: DovecotLine = begun === null ? {...line, text} : {...begun, text: `${begun.text} ${text}`};
		if (text.endsWith('\\')) begun = {...whole, text: whole.text.slice(0, -1).trimEnd()};
		else {
			begun = null;
			if (whole.text !== '') yield whole;
		}
	}
	if (begun !== null && begun.text !== '') yield begun;
}

/**
 * What the lines of Dovecot's configuration say, in order. A block on one line, as people write it in a question, is read
 * too, and marked. Never throws. Source: Dovecot, config-parser.c; manual, config file syntax.
 */
export function dovecotStatements(lines: Iterable<DovecotLine>): readonly DovecotStatement[] {
	const statements: DovecotStatement[] = [];
	const blocks: string[] = [];
	const say = (
		kind: DovecotStatement['kind'],
		name: string,
		value: string | null,
		place: Place,
		more: {inclusion?: Inclusion; glued?: true} = {},
	): void => {
		statements.push({kind, blocks: [...blocks], name, value, place, ...more});
	};
	const open = (head: string, place: Place, glued: boolean): void => {
		const [, name = '', argument = ''] = /^(\S+)\s*(.*)$/s.exec(head) ?? [];
		const value = unquoted(argument);
		say('block', name, value, place, glued ? {glued: true} : {});
		blocks.push(value === '' ? name : `${name} ${value}`);
	};
	const assign = (text: string, place: Place): void => {
		const [, name, value = ''] = /^([\w./@-]+)\s*=\s*(.*)$/s.exec(text) ?? [];
		if (name !== undefined) say('setting', name, kept(name, unquoted(value)), place);
	};
	/** `inet_listener imaps { port = 993; ssl = yes }`. */
	const takeShort = (rest: string, place: Place): void => {
		let head = '';
		for (const [part] of rest.matchAll(/%\{[^}]*\}|[{};]|[^{};%]+|%/g)) {
			if (part !== '{' && part !== '}' && part !== ';') {
				head += part;
				continue;
			}
			if (part === '{') open(head.trim(), place, true);
			else assign(head.trim(), place);
			if (part === '}') blocks.pop();
			head = '';
		}
		assign(head.trim(), place);
	};
	for (const {text, place, inclusion} of logical(lines)) {
		const included = include.exec(text);
		const opened = opening.exec(text);
		if (included !== null) say('include', included[1] ?? '', included[2] ?? '', place, inclusion && {inclusion});
		else if (opened !== null) {
			const rest = opened[2] ?? '';
			open(opened[1] ?? '', place, rest !== '');
			takeShort(rest, place);
		} else if (text.startsWith('}')) {
			blocks.pop();
			takeShort(text.slice(1), place);
		} else assign(text, place);
	}
	return statements;
}

/** What Dovecot makes of a word for yes or no: `yes`, `y`, `1` or `no` in any case (settings-parser.c); null: nothing. */
export function truthOf(value: string | undefined): boolean | null {
	if (value === undefined) return null;
	if (/^(?:yes|y|1)$/i.test(value)) return true;
	return /^no$/i.test(value) ? false : null;
}

/** What `$name` (2.4: `$SET:name`) means: the value the setting had before, as in `protocols = $protocols lmtp`. */
function withEarlier(value: string, settings: ReadonlyMap<string, string>): string {
	return value
		.replace(/\$(?:SET:)?(\w+)/g, (whole, name: string) => settings.get(name) ?? (name === 'protocols' ? '' : whole))
		.trim();
}

/**
 * The path of a setting. 2.4 lets the name of a block stand before or in the names of its settings, and doveconf takes it
 * off: `ssl_server { cert_file = … }` is ssl_server_cert_file (Dovecot 2.4 manual, config file syntax, named filters).
 */
function pathOf({blocks, name}: DovecotStatement): string {
	const last = blocks.at(-1);
	if (last?.startsWith('inet_listener ')) return [...blocks, name.replace(/^inet_listener_/, '')].join('/');
	if (last !== 'ssl_server') return [...blocks, name].join('/');
	const outside = name.startsWith('ssl_server_') ? name : name.startsWith('ssl_') ? null : `ssl_server_${name}`;
	return outside === null ? [...blocks, name].join('/') : [...blocks.slice(0, -1), outside].join('/');
}

/** The settings by their paths: `ssl_min_protocol`, `protocol imap/ssl`. The last of several counts. */
export function settingsIn(statements: readonly DovecotStatement[]): ReadonlyMap<string, string> {
	const settings = new Map<string, string>();
	for (const statement of statements) {
		if (statement.kind !== 'setting' || statement.value === null) continue;
		const path = pathOf(statement);
		const value = withEarlier(statement.value, settings);
		// In the order of the last lines: of two names for one thing the later one holds.
		settings.delete(path);
		settings.set(path, value);
	}
	return settings;
}
