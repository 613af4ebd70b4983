import type {ListedSession} from '../../model/sessions.ts';
import {many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {behind, folded, shortened, wrapped} from '../../text/width.ts';
import type {RawLine, RawLines} from '../screen-data.ts';
import type {Look} from '../table-view.ts';
import type {Tone} from '../theme.ts';

/** How raw lines are shown. */
export type RawShape = {
	/** Folded at the end of a row; else one row each, cut. */
	readonly wrap: boolean;
	/** With lines that are not the session's own. */
	readonly others: boolean;
	/** Columns left out on the left where lines are not wrapped. */
	readonly shift: number;
};

/** A word of the session, and how it is painted in its lines. */
type Marked = readonly [words: RegExp, tone: Tone];

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** A word as such: `TLSv1` is none in `TLSv1.2`, nor 192.0.2.1 in 192.0.2.10. */
const wordly = (text: string): string => String.raw`(?<![\w.-])${escaped(text)}(?![\w-]|\.\w)`;

/**
 * How Postfix, Dovecot and OpenSSL word what went wrong, in the lines of a session that has a reason (tls/tls_misc.c,
 * smtpd/smtpd.c, smtp/smtp_proto.c; err/openssl.txt).
 */
const failureWords =
	/SSL_(?:accept|connect) error|(?:tlsv1|sslv3|ssl\/tls) alert [a-z ]+|SSL alert number \d+|alert [a-z ]+ \(\d+\)|no shared (?:cipher|group|signature algorithms?)|no suitable (?:key share|signature algorithm)|(?:unsupported|unknown|wrong) (?:protocol|version(?: number)?)|wrong ssl version|http request|packet length too long|handshake fail(?:ure|ed)|(?:server )?certificate (?:not (?:verified|trusted)|verify failed|verification failed|unknown|expired|required)|unknown ca|unexpected eof(?: while reading)?|lost connection|timeout|timed out|connection reset(?: by peer)?|Cannot start TLS|TLS is required|no auth attempts|hostname mismatch/gi;

function marksOf(row: ListedSession): Marked[] {
	const known = (name: string): string[] => {
		const value = row[name];
		return typeof value === 'string' && value !== '' ? [plain(value)] : [];
	};
	const any = (words: readonly string[], tone: Tone): Marked[] =>
		words.length === 0 ? [] : [[new RegExp(words.map(wordly).join('|'), 'g'), tone]];
	// An alert is written with its number behind it: the log has the words.
	const alert = known('alert').map(words => words.replace(/ \(\d+\)$/, ''));
	return [
		...(row.failure === null || row.failure === undefined ? [] : [[failureWords, 'bad'] as const]),
		...any(alert, 'bad'),
		...any([...known('protocol'), ...known('cipher')], 'strong'),
		...any(['peer_host', 'peer_ip', 'server_name', 'username'].flatMap(known), 'accent'),
	];
}

/** The tone of each unit of a text: what is marked first stays. */
function tonesOf(text: string, marks: readonly Marked[]): Tone[] {
	const tones: Tone[] = new Array(text.length).fill('plain');
	for (const [words, tone] of marks)
		for (const {0: found, index} of text.matchAll(words))
			if (tones.slice(index, index + found.length).every(each => each === 'plain'))
				tones.fill(tone, index, index + found.length);
	return tones;
}

/** A piece of a text painted by the tones of its units, which begin at `from`. */
function painted(piece: string, tones: readonly Tone[], from: number, {theme}: Look): string {
	let text = '';
	for (let at = 0; at < piece.length; ) {
		const tone = tones[from + at] ?? 'plain';
		let end = at + 1;
		while (end < piece.length && (tones[from + end] ?? 'plain') === tone) end += 1;
		text += theme.paint(tone, piece.slice(at, end));
		at = end;
	}
	return text;
}

/** The lines that are on the page: what a copy takes. */
export const shownLines = ({lines}: RawLines, {others}: Pick<RawShape, 'others'>): readonly RawLine[] =>
	others ? lines : lines.filter(({own}) => own);

/** What is shown and which key shows the rest, in words. */
export function rawTitle(raw: RawLines, {others}: Pick<RawShape, 'others'>): string {
	const own = raw.lines.filter(line => line.own).length;
	const more = raw.lines.length - own;
	if (raw.problem !== null) return 'raw lines';
	if (others) return `raw lines: ${many(own, 'line')} of this session among others; o leaves these out`;
	return `raw lines: ${many(own, 'line')} of this session${more === 0 ? '' : '; o shows others between and around'}`;
}

/** A line as rows of the window: the first with its number, those it goes on in behind a blank of that width. */
function rowsOf(
	line: RawLine,
	marks: readonly Marked[],
	{wrap, shift}: RawShape,
	digits: number,
	look: Look,
	width: number,
): string[] {
	const {theme} = look;
	const room = Math.max(1, width - digits - 4);
	const text = plain(line.text);
	const pointer = line.own ? theme.paint('accent', theme.glyphs.pointer) : ' ';
	const lead = `${pointer} ${theme.paint('dim', String(line.number).padStart(digits))} `;
	const tones = line.own ? tonesOf(text, marks) : [];
	const body = (piece: string, from: number): string =>
		line.own ? painted(piece, tones, from, look) : theme.paint('dim', piece);
	if (!wrap) {
		const rest = behind(text, shift);
		const hidden = text.length - rest.length;
		// What is cut off is shown as cut, on both sides.
		const kept = shortened(hidden === 0 ? rest : `…${rest.slice(1)}`, room);
		return [lead + body(kept, hidden)];
	}
	let from = 0;
	return wrapped(text, room).map((piece, index) => {
		const row = (index === 0 ? lead : ' '.repeat(digits + 3)) + body(piece, from);
		from += piece.length;
		return row;
	});
}

/** Raw lines as rows: the session's own marked, with its words; others dimmed. `own`: the row that its first line is in. */
export function rawRows(
	raw: RawLines,
	row: ListedSession,
	shape: RawShape,
	look: Look,
	width: number,
): {readonly rows: readonly string[]; readonly own: number} {
	const words = (text: string): string[] =>
		folded(plain(text), width - 4).map(line => `  ${look.theme.paint('warn', line)}`);
	const rows = raw.note === null ? [] : words(raw.note);
	if (raw.problem !== null) return {rows: [...rows, ...words(raw.problem)], own: 0};
	const marks = marksOf(row);
	const digits = String(raw.lines.at(-1)?.number ?? 0).length;
	let own = -1;
	for (const line of shownLines(raw, shape)) {
		if (line.own && own === -1) own = rows.length;
		rows.push(...rowsOf(line, marks, shape, digits, look, width));
	}
	return {rows, own: Math.max(0, own)};
}
