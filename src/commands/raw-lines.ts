import {existsSync} from 'node:fs';
import {readerOptions, type Settings} from '../cli/settings.ts';
import {isJournal} from '../ingest/journal/journal-source.ts';
import {createLineRing, type Found, type LineIndex, type LineRing, readLinesAgain} from '../ingest/raw-lines.ts';
import type {Source} from '../ingest/sources/source.ts';
import type {ReaderOptions} from '../log/reader-options.ts';
import {ownLines, type SessionSigns} from '../log/session-lines.ts';
import type {ListedSession} from '../model/sessions.ts';
import {count} from '../text/number.ts';
import type {RawLine, RawLines} from '../ui/screen-data.ts';

/** Finds the raw lines of sessions again: in what is kept of streams, else in the files. */
export type LinesAgain = {
	readonly rawLines: (row: ListedSession, around: number) => Promise<RawLines>;
	/** Takes lines that cannot be read again. */
	readonly add: LineRing['add'];
	/** Lines are counted on, so that a line's number stays its own; the file no longer has it in that place. */
	readonly rotated: () => void;
};

/** Raw lines kept of input that cannot be read again. */
const ringBytes = 24 << 20;
/** Lines of a session that are looked through; of a longer one the first and the last half of so many. */
const mostLines = 20_000;
/** Lines before and behind a session that tell what its processes were about. */
const linesAround = 200;
const standardInput = '-';

/** What is said in place of lines of the journal, which journalctl knows. */
const fromJournal =
	'These lines came from the journal and are not kept here; journalctl shows them by their time, as long as it has them.';

const textOrNull = (value: string | number | null | undefined): string | null =>
	typeof value === 'string' ? value : null;

function signsOf(row: ListedSession): SessionSigns {
	return {
		logHost: textOrNull(row.log_host),
		tag: textOrNull(row.tag),
		pid: typeof row.pid === 'number' ? row.pid : null,
		peerIp: textOrNull(row.peer_ip),
		peerHost: textOrNull(row.peer_host),
	};
}

const none = (problem: string): RawLines => ({lines: [], problem, note: null});

/** Why a file gives no lines, and where they may be. */
function unreadable(name: string, path: string, isKnown: boolean, error: NodeJS.ErrnoException): string {
	if (error.code === 'ENOENT')
		return isKnown
			? `${name} is gone: it was deleted or renamed since it was read; a rotated copy, such as ${name}.1, may hold the lines.`
			: `${name} is not here (looked for ${path === name ? 'from the current directory' : `as ${path}`}): a database keeps sessions, not their lines; run tlsaudit where the log lies, or unpack the archive that holds it.`;
	return `${name}: the lines cannot be read again: ${error.message}.`;
}

/** Pieces of the session's lines: one, or of a very long session its beginning and its end, each with lines around it. */
function stretches(first: number, last: number): Array<readonly [from: number, to: number]> {
	const [from, to] = [Math.max(1, first - linesAround), last + linesAround];
	if (last - first < mostLines) return [[from, to]];
	const half = mostLines / 2;
	return [
		[from, first + half - 1],
		[last - half + 1, to],
	];
}

type Place = {readonly row: ListedSession; readonly first: number; readonly last: number};

/** Puts together what was read, and says which of it is the session's own. */
function marked(found: readonly Found[], {row, first, last}: Place, around: number, options: ReaderOptions): RawLines {
	const all = found.flatMap(({from, lines}) => lines.map((bytes, index) => ({number: from + index, bytes})));
	const from = all.findIndex(({number}) => number === first) + 1;
	const to = all.findLastIndex(({number}) => number <= last) + 1;
	const name = String(row.source);
	if (from === 0)
		return none(`${name} has no line ${count(first)} any more: it was emptied, rotated or replaced since it was read.`);
	const bytes = all.map(line => line.bytes);
	const own = ownLines(bytes, {from, to}, signsOf(row), options);
	const notes: string[] = [];
	if (own === null)
		notes.push(
			`${name} has other lines in this place than when it was read: it was rotated or replaced since; a rotated copy, such as ${name}.1, may hold the session's own.`,
		);
	else if (all[to - 1]?.number !== last)
		notes.push(`${name} ends before line ${count(last)}, where the session ends: it was cut since it was read.`);
	if (last - first >= mostLines)
		notes.push(
			`The session goes on for ${count(last - first + 1)} lines of the log; lines ${count(first + mostLines / 2)} to ${count(last - mostLines / 2)} are left out here.`,
		);
	const lines = all.map((line, index): RawLine => ({...line, text: line.bytes.toString(), own: own?.[index] === true}));
	return {
		lines: lines.filter(({number, own: isOwn}) => isOwn || (number >= first - around && number <= last + around)),
		problem: null,
		note: notes.length === 0 ? null : notes.join(' '),
	};
}

/** Makes the finder of lines for the sources of a run; `live` keeps what comes but once. */
export function createLinesAgain(
	sources: readonly Source[],
	followed: string | null,
	live: boolean,
	settings: Settings,
): LinesAgain {
	const ring = createLineRing(live ? ringBytes : 0);
	const places: LineIndex = new Map();
	const paths = new Map(sources.flatMap(({name, path}) => (path === null ? [] : [[name, path] as const])));
	const streams = new Set(sources.filter(({size}) => size === null).map(({name}) => name));
	const options = readerOptions(settings);
	let rotated = false;

	async function rawLines(row: ListedSession, around: number): Promise<RawLines> {
		const {source, first_line: first, last_line: end} = row;
		if (typeof source !== 'string' || typeof first !== 'number')
			return none('The log does not say where the lines of this session are.');
		const last = typeof end === 'number' ? Math.max(first, end) : first;
		const place = {row, first, last};
		const wanted = stretches(first, last);
		if (streams.has(source) || (source === followed && rotated)) {
			const found = wanted.map(([from, to]) => ring.get(from, to) ?? ring.get(Math.max(first, from), to));
			const held = found.filter(each => each !== null);
			return held.length === 0
				? none(
						isJournal(source)
							? fromJournal
							: `These lines came from ${source === followed ? 'a file that was rotated' : 'a pipe'} and are no longer kept: the newest 24 MB are.`,
					)
				: marked(held, place, around, options);
		}
		const path = paths.get(source) ?? source;
		if (path === standardInput && !existsSync(path))
			return none('These lines came from standard input into the database, which keeps sessions, not their lines.');
		if (isJournal(source) && !existsSync(path)) return none(fromJournal);
		try {
			const found: Found[] = [];
			for (const [from, to] of wanted) found.push(await readLinesAgain(path, from, to, places));
			return marked(found, place, around, options);
		} catch (error) {
			return none(unreadable(source, path, paths.has(source), error as NodeJS.ErrnoException));
		}
	}

	return {
		rawLines,
		add: ring.add,
		rotated() {
			rotated = true;
		},
	};
}
