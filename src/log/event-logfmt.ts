import {eventOf, type Fields} from './event.ts';

/**
 * A line of named values: `time=… host=mx app=postfix/smtpd msg="…"` (logfmt), or `time:…\thost:mx\tmessage:…` (LTSV). In: the
 * line. Out: a record, which `event.ts` reads; undefined when it is no such line or has no text.
 */

const opening = /^(?:[A-Za-z_@][\w.@-]*=(?:"|[^\s"]+ )|[A-Za-z_@][\w.@-]*:[^\t]*\t[A-Za-z_@][\w.@-]*:)/;
const pair = /\s*([A-Za-z_@][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))(?=\s|$)/y;
const label = /^([A-Za-z_@][\w.@-]*):(.*)$/s;
const mostPairs = 100;

const unescaped = (text: string): string =>
	text.replaceAll(/\\(.)/g, (_, mark: string) => (mark === 'n' ? ' ' : mark === 't' ? '\t' : mark));

function logfmtPairs(line: string): Fields | undefined {
	const fields: Record<string, string> = {};
	pair.lastIndex = 0;
	for (let count = 0; count < mostPairs; count++) {
		const from = pair.lastIndex;
		const match = pair.exec(line);
		if (!match) return line.slice(from).trim() === '' ? fields : undefined;
		const [, name = '', quoted, bare = ''] = match;
		fields[name] ??= quoted === undefined ? bare : unescaped(quoted);
	}
	return undefined;
}

function labelledValues(line: string): Fields | undefined {
	const fields: Record<string, string> = {};
	for (const cell of line.split('\t')) {
		const [, name, value] = label.exec(cell) ?? [];
		if (name === undefined || value === undefined) return undefined;
		fields[name] ??= value;
	}
	return fields;
}

/** The record of a line of named values; undefined when it is none. */
export function logfmtRecord(line: string): Fields | undefined {
	if (!opening.test(line)) return undefined;
	const fields = logfmtPairs(line) ?? (line.includes('\t') ? labelledValues(line) : undefined);
	return fields && eventOf(fields) ? fields : undefined;
}
