import {type ChildProcessByStdio, spawn} from 'node:child_process';
import type {Readable} from 'node:stream';
import {createEntries, type EntriesOptions, firstEntry, type JournalEntries, placeOf} from './entries.ts';
import {endedBadly, noEntries, notStarted, problemSaid} from './journal-problem.ts';

/*
 * Reads the journal of systemd by journalctl(1), which has ended when reading has. It is given no unit and no match: where a
 * match meets --after-cursor it leaves an entry out (systemd issue 30288), so the entries are chosen here.
 */

export type JournalRequest = EntriesOptions & {
	/** The cursor of an entry; reading begins with the next one. */
	readonly after?: string | undefined;
	/** Wait for entries until the signal. */
	readonly follow: boolean;
};

/** The fields that say what a line of syslog says, and whose it is; journalctl adds place and time by itself. */
const fields = 'MESSAGE,SYSLOG_IDENTIFIER,SYSLOG_PID,_PID,_HOSTNAME,_SYSTEMD_UNIT';
/** Of a field longer than 4096 bytes only --all writes the text. */
const asJson = (wanted: string): string[] => ['-o', 'json', '--all', `--output-fields=${wanted}`];

type Running = {
	readonly output: Readable;
	/** Why it cannot be read, as far as it is known. */
	readonly problem: () => Error | null;
	/** Waits for its end; null when it ended well. */
	readonly ended: () => Promise<Error | null>;
	readonly stop: () => void;
};

function start(words: readonly string[], wanted = fields): Running {
	const child: ChildProcessByStdio<null, Readable, Readable> = spawn('journalctl', [...asJson(wanted), ...words], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {...process.env, LC_ALL: 'C', SYSTEMD_COLORS: '0'},
		// Out of the terminal's group: Ctrl-C is for us. When we die, it finds its output closed and ends.
		detached: true,
	});
	let said = '';
	let failure: Error | null = null;
	const end = new Promise<number | null>(resolve => child.on('close', resolve));
	child.on('error', error => {
		failure = notStarted(error);
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		said = (said + text).slice(0, 4000);
		const problem = problemSaid(said);
		if (problem === null) return;
		failure ??= problem;
		child.kill();
	});
	return {
		output: child.stdout,
		problem: () => failure,
		async ended() {
			const status = await end;
			return failure ?? (status === 0 ? null : endedBadly(status, said));
		},
		stop: () => void child.kill(),
	};
}

/**
 * Entries of the journal as journalctl gives them, the oldest first: those that are there, or with `follow` until the signal. Throws
 * `JournalProblem` when they cannot be read.
 */
export async function* readJournal(
	{after, follow, ...options}: JournalRequest,
	signal: AbortSignal,
): AsyncGenerator<JournalEntries> {
	const place = after === undefined ? [] : ['--after-cursor', after];
	const {output, problem, ended, stop} = start([...(follow ? ['-f', '--no-tail'] : []), ...place]);
	const take = createEntries(options);
	if (signal.aborted) stop();
	signal.addEventListener('abort', stop, {once: true});
	try {
		for await (const piece of output) {
			if (problem() !== null) break;
			yield take(piece as Buffer);
		}
		const failure = await ended();
		if (failure !== null && (!signal.aborted || problem() !== null)) throw failure;
	} finally {
		signal.removeEventListener('abort', stop);
		output.destroy();
		stop();
		await ended();
	}
}

type Found = {readonly entry: ReturnType<typeof firstEntry>; readonly failure: Error | null};

/** The first entry that journalctl writes, or null and how it ended where it writes none. Throws what it cannot be used for. */
async function firstWritten(words: readonly string[], wanted = fields): Promise<Found> {
	const {output, problem, ended, stop} = start(words, wanted);
	let text: Buffer = Buffer.alloc(0);
	let entry: Found['entry'] = null;
	for await (const piece of output) {
		text = Buffer.concat([text, piece as Buffer]);
		entry = firstEntry(text);
		if (entry !== null) break;
	}
	if (entry !== null) stop();
	const failure = await ended();
	if (problem() !== null) throw problem();
	return {entry, failure};
}

/** Looks whether there is a journal that this user may read. Throws `JournalProblem`. */
export async function checkJournal(): Promise<void> {
	const {entry, failure} = await firstWritten(['-n', '1']);
	if (entry === null) throw failure ?? noEntries();
}

/**
 * Whether the journal still has the entry of a cursor. journalctl takes one that it does not have for the nearest place, without a
 * word, and then leaves an entry out. Throws `JournalProblem`.
 */
export async function holdsCursor(cursor: string): Promise<boolean> {
	const {entry} = await firstWritten(['--cursor', cursor]);
	return entry !== null && placeOf(entry)?.cursor === cursor;
}

/** The time of the oldest entry that the journal has, µs since 1970 UTC; null where it has none. Throws `JournalProblem`. */
export async function oldestTime(): Promise<number | null> {
	const {entry} = await firstWritten([]);
	return entry === null ? null : (placeOf(entry)?.time ?? null);
}

/**
 * Whose journal it is, by its newest entry: the machine's id (machine-id(5)), which machines that were cloned may share, and the name of the host. Null
 * where an entry has neither. Throws `JournalProblem`.
 */
export async function journalMachine(): Promise<string | null> {
	const {entry} = await firstWritten(['-n', '1'], '_MACHINE_ID,_HOSTNAME');
	const words = [entry?._MACHINE_ID, entry?._HOSTNAME].filter(word => typeof word === 'string' && word !== '');
	return words.length === 0 ? null : words.join(' ');
}
