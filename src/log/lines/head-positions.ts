/**
 * The head of a line, as positions in `line` so that nothing is copied before a line is known to matter.
 * One object is used over and over.
 */
export type Head = {
	/** The line the positions refer to: the innermost one, without container layers. */
	line: string;
	/** ms since 1970 UTC; NaN when the framing bears no date. */
	time: number;
	/** -1 when the framing has no host. */
	hostAt: number;
	hostEnd: number;
	tagAt: number;
	tagEnd: number;
	/** -1 when the framing has no process id. */
	pid: number;
	textAt: number;
	/** Where in `line` the stamp begins of a head that says all by itself, whatever surrounds it; -1 where it does not. */
	aloneAt: number;
};

/** A head that was not read yet. */
export function emptyHead(): Head {
	return {line: '', time: Number.NaN, hostAt: -1, hostEnd: -1, tagAt: 0, tagEnd: 0, pid: -1, textAt: 0, aloneAt: -1};
}

/**
 * `ok`: there is a tag and a text. `repeated`: «last message repeated N times», N in `pid`. `part`: a piece of a CRI
 * line or of a record that goes over several lines. `foreign`: no syslog line, but known as harmless (blank, journalctl
 * header). `malformed`: no head, or an impossible date.
 */
export type HeadKind = 'ok' | 'repeated' | 'part' | 'foreign' | 'malformed';

/** Decimal digits between two positions, -1 when there is anything else. */
function digitsAt(line: string, from: number, to: number): number {
	if (to <= from || to - from > 10) return -1;
	let value = 0;
	for (let at = from; at < to; at++) {
		const code = line.charCodeAt(at) - 48;
		if (!(code >= 0 && code <= 9)) return -1;
		value = value * 10 + code;
	}
	return value;
}

/**
 * `HOST APP PROCID MSGID SD TEXT` after the stamp, `-` for nil (RFC 5424 section 6). `from` is the position of HOST.
 * rsyslog cuts APP at the slash and leaves two blanks before the text. False when a part is missing.
 */
export function readStructured(line: string, from: number, head: Head): boolean {
	const host = from;
	const app = line.indexOf(' ', host) + 1;
	const process = line.indexOf(' ', app) + 1;
	const id = line.indexOf(' ', process) + 1;
	const data = line.indexOf(' ', id) + 1;
	if (app <= 0 || process <= 0 || id <= 0 || data <= 0) return false;
	// A tag with its colon is no app-name: it is another line that happens to begin alike.
	if (line.charCodeAt(process - 2) === 58) return false;
	let text = data;
	if (line.charCodeAt(text) === 91) {
		while (line.charCodeAt(text) === 91) text = elementEnd(line, text);
		if (text < 0) return false;
	} else if (line.charCodeAt(text) === 45) text++;
	else return false;
	while (line.charCodeAt(text) === 32) text++;
	// The byte order mark that the RFC puts before UTF-8 text, as one character or as the bytes it is.
	if (line.charCodeAt(text) === 0xfeff) text++;
	else if (line.startsWith('\u00ef\u00bb\u00bf', text)) text += 3;
	head.line = line;
	head.hostAt = line.charCodeAt(host) === 45 && app - host === 2 ? -1 : host;
	head.hostEnd = app - 1;
	head.tagAt = app;
	head.tagEnd = process - 1;
	head.pid = digitsAt(line, process, id - 1);
	head.textAt = Math.min(text, line.length);
	return true;
}

/** Position after a structured data element, in which `\]` does not end it; -1 when nothing does. */
function elementEnd(line: string, from: number): number {
	for (let at = from + 1; at < line.length; at++) {
		const code = line.charCodeAt(at);
		if (code === 92) at++;
		else if (code === 93) return at + 1;
	}
	return -1;
}
