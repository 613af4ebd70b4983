import type {Explanation} from '../model/explanation.ts';
import type {Session} from '../model/session.ts';
import {createExplainer, type WantedLines} from './explain.ts';
import type {ReaderOptions} from './reader-options.ts';

/** What a session is known by among the lines it stands in. */
export type SessionSigns = Pick<Session, 'logHost' | 'tag' | 'pid' | 'peerIp' | 'peerHost'>;

/** The process that wrote the session, also where the head of a line is of no known shape. */
function namesProcess(text: string, {tag, pid}: SessionSigns): boolean {
	if (pid !== null) return text.includes(`[${pid}]`) || text.includes(`"${pid}"`) || text.includes(` ${pid} `);
	return tag !== null && text.includes(tag);
}

/** The joiner gave the line to the session, which `begins` with that line if it is known. */
const isJoined = ({sessions}: Explanation, of: SessionSigns, begins: number | null): boolean =>
	sessions.some(
		({session: {tag, pid, peerIp, peerHost, firstLine}}) =>
			tag === of.tag &&
			pid === of.pid &&
			(peerIp === of.peerIp || (peerHost !== null && peerHost === of.peerHost)) &&
			(begins === null || firstLine === begins),
	);

/** The joiner gave the line to nothing, and the process of the session wrote it. */
const isAlongside = ({sessions, framing}: Explanation, of: SessionSigns): boolean =>
	sessions.length === 0 &&
	of.pid !== null &&
	framing.pid === of.pid &&
	framing.tag === of.tag &&
	framing.host === of.logHost;

/**
 * Which lines of a stretch of a log are a session's own; the others were written in between by other processes, or about other
 * sessions. `from` and `to` are the numbers of its first and last line in the stretch, counted from 1; what stands before
 * tells the joiner what the processes were about. Null when they are lines of something else: the file is no longer what was
 * read.
 */
export function ownLines(
	lines: readonly Buffer[],
	{from, to}: WantedLines,
	of: SessionSigns,
	options: ReaderOptions,
): readonly boolean[] | null {
	const within = (test: (index: number) => boolean): boolean[] =>
		lines.map((_, index) => index >= from - 1 && index < to && test(index));
	const all = within(() => true);
	// An example of a line has no process, a session in one line nothing in between.
	if (of.tag === null && of.pid === null) return all;
	const explainer = createExplainer(options, {from: 1, to: lines.length});
	explainer.open({name: '', modified: null});
	const newline = Buffer.from('\n');
	const bytes = Buffer.concat(lines.flatMap(line => [line, newline]));
	explainer.block(bytes as Parameters<typeof explainer.block>[0], 0, bytes.length);
	const explained = explainer.end();
	const where = (test: (one: Explanation) => boolean): boolean[] =>
		lines.map((_, index) => explained[index] !== undefined && test(explained[index]));
	const alongside = within(index => explained[index] !== undefined && isAlongside(explained[index], of));
	const withThem = (joined: readonly boolean[]): boolean[] =>
		joined.map((isOwn, index) => isOwn || alongside[index] === true);
	// What the joiner took into account may stand before the first line of the session and behind its last.
	const known = where(one => isJoined(one, of, from));
	if (known.includes(true)) return withThem(known);
	// Another one of the same process and peer is as near as it gets; where it ends is not known.
	const alike = where(one => isJoined(one, of, null)).map((isOwn, index) => isOwn && all[index] === true);
	if (alike.includes(true)) return withThem(alike);
	if (alongside.includes(true)) return alongside;
	const named = within(index => namesProcess(String(lines[index]), of));
	if (named.includes(true)) return named;
	// Part of a record over many lines, or a table without its head: nothing speaks against it.
	return explained.some(({framing}) => framing.tag !== null) ? null : all;
}
