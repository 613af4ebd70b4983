import {programOfTag} from './tag.ts';
import {ownCopy} from './text.ts';

/*
 * Words and marks in front of a log's text. In: a word, or a line and a position. Out: what it may be (severity, facility,
 * host, tag, quoted cell). It keeps nothing of a line and knows no order: that is `head.ts`.
 */

const space = 32;
/** Words of syslog.conf(5) for facility and severity; `mail` alone is rather a host. */
const facility = '(?:kern|user|mail|daemon|auth|authpriv|syslog|lpr|news|uucp|cron|ftp|local[0-7])';
const severity =
	'(?:emerg|emergency|panic|alert|crit|critical|err|error|warn|warning|notice|info|informational|debug|fatal)';
export const levelWord = new RegExp(
	`^(?:[[(<]?(?:${facility}[.|:/])?${severity}[\\])>]?|[[(<]${facility}[\\])>]):?$`,
	'i',
);
const facilityWord = new RegExp(`^${facility}$`, 'i');
const severityWord = new RegExp(`^${severity}$`, 'i');
export const hostWord = /^(?!\d{1,5}$)[\w:](?:[\w.:@/-]*\w)?$/;
const hostWithLevel = /^([\w.:-]+)\([\w.]+\)$/;
/** A tag that a template wrote without its colon. */
const tagWithoutColon = /^[\w.@-]+(?:\/[\w.@-]+)*\/(?:smtpd|smtp|lmtp|tlsproxy|postscreen)\[\d{1,10}\]$/;
/** Between words; those that are no blank stand between columns. */
export const separators = ' \t,;|';
/** `<22>`, `<mail.info>`, and the length that octet counting puts before it (RFC 6587). */
export const priority = /(?:\d{1,5} )?<(?:\d{1,3}|[a-z0-9]{2,10}\.[a-z]{2,10})>/y;
export const labels = /\{[^{}]*\}[\]),]*(?=[ \t])/y;
/** Glued to the front of a stamp. */
export const ahead = ':-*';
export const openingMarks = '[("\'';
/**
 * Headings of journalctl (`-- Boot …`) and tail, the line between two matches of `grep -C`, the brackets of a list of records,
 * the line that gives spreadsheets their separator.
 */
export const harmless = /^(?:-- |--$|==> .* <==$|\s*(?:\[|[\]}]+),?\s*$|sep=.$)/;
const closingMarks = '])}"\',;:';

/** What a word alone may be. */
export type Meaning = {
	/** A severity, with a facility or not. */
	readonly level: boolean;
	readonly facility: boolean;
	readonly tag: boolean;
	readonly host: string | undefined;
};
const meanings = new Map<string, Meaning>();
const mostMeanings = 1000;

/** What a word in front of a tag means; remembered, as the words of a log are few. */
export function meaningOf(word: string): Meaning {
	const known = meanings.get(word);
	if (known) return known;
	const level = levelWord.test(word);
	const tag = !level && (word.endsWith(':') || tagWithoutColon.test(word));
	const host = level || tag ? undefined : (hostWithLevel.exec(word)?.[1] ?? (hostWord.test(word) ? word : undefined));
	const meaning = {level, facility: facilityWord.test(word), tag, host};
	if (meanings.size >= mostMeanings) meanings.clear();
	if (word.length < 200) meanings.set(ownCopy(word), meaning);
	return meaning;
}

/** The end of the next word where it is a severity; -1 where it is none. */
export function severityEnd(line: string, from: number): number {
	let end = from + 1;
	while (end < line.length && !separators.includes(line.charAt(end))) end++;
	return severityWord.test(line.slice(from + 1, end)) ? end : -1;
}

export function afterMarks(line: string, from: number): number {
	let at = from;
	while (at < line.length && closingMarks.includes(line.charAt(at))) at++;
	return at;
}

/** What is between a quote at a position and the last one of its kind; undefined where none opens or closes. */
export function inQuotes(line: string, at: number): string | undefined {
	const mark = line.charAt(at);
	const close = line.lastIndexOf(mark);
	if ((mark !== '"' && mark !== "'") || close <= at) return undefined;
	return line.slice(at + 1, close).replaceAll(mark === '"' ? /""|\\"/g : /''|\\'/g, mark);
}

const quotedCell = /"((?:[^"]|"")*)"(?=[,;]|$)/y;

/**
 * What is in the quotes of a cell that begins between a stamp and where words go on (RFC 4180, section 2); undefined
 * where none does.
 */
export function cellBehind(line: string, stampEnd: number, at: number): string | undefined {
	if (at < stampEnd + 2 || line.charAt(at - 1) !== '"' || !',;'.includes(line.charAt(at - 2))) return undefined;
	quotedCell.lastIndex = at - 1;
	return quotedCell.exec(line)?.[1]?.replaceAll('""', '"');
}

/** Texts of these programs may be lines of others: containers whose output is logged under one name. */
export function mayHoldHead(name: string): boolean {
	const program = programOfTag(name);
	return program === 'foreign' || program === 'dovecot' || program === 'cut' || program === 'logger';
}

/**
 * Whether a text may begin with a head of its own, that is with a stamp: a tag alone is what anybody forges who has one
 * program log a word of his. The scanner asks the same.
 */
export function mayBeginHead(line: string, at: number): boolean {
	const first = line.charCodeAt(at);
	if (first >= 65 && first <= 90) {
		if (line.charCodeAt(at + 3) !== space) return false;
		const next = line.charCodeAt(at + 4);
		return (
			next === space || (next >= 48 && next <= 57) || (next >= 65 && next <= 90 && line.charCodeAt(at + 7) === space)
		);
	}
	if (first >= 48 && first <= 57) {
		const mark = line.charCodeAt(at + 4);
		return mark >= 45 && mark <= 47 && line.charCodeAt(at + 7) === mark;
	}
	return false;
}

/** Whether a tag is one of a mail program. */
export function isMail(name: string): boolean {
	const program = programOfTag(name);
	return program !== 'foreign' && program !== 'logger';
}
