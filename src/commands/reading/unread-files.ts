import type {UnreadLog} from '../../store/ledger/unread-logs.ts';

/** A log as an import knows it. */
export type Log = Pick<UnreadLog, 'file' | 'name' | 'stored'>;

/** Which logs were not read to their end, as far as an import knows: what it remembers, and what it finds. */
export type UnreadFiles = {
	/** A log is being read, or is the next one; null: none. Should the process die now, it was not read to its end. */
	reading(log: Log | null): void;
	/** The same, unless another one is being read. */
	awaits(log: Log | null): void;
	/** Its end cannot be read; `brought`: more of it than before. Gives whether just this was accepted. */
	failed(log: Log, problem: string, brought: boolean): boolean;
	/** The files of the ledger among them that nobody has accepted. */
	lacking(): number[];
	/** Somebody has accepted another one of this name with the same problem. */
	isAccepted(name: string, problem: string): boolean;
	/** It was read to its end. */
	ended(log: Log): void;
	/** There is something to write. */
	readonly changed: boolean;
	/** All of them, to be written. */
	take(): readonly UnreadLog[];
};

/** Whether a row is of a log. One of which no line was read is known by its name, or by that of its folder, or by its bytes. */
function isOf({file, name, stored}: UnreadLog, log: Log): boolean {
	if (file !== null) return file === log.file;
	return name === log.name || log.name.startsWith(`${name}/`) || (stored !== null && stored === log.stored);
}

/** Makes the list of what a database remembers; `now`: ms since 1970 UTC. */
export function createUnreadFiles(remembered: readonly UnreadLog[], now: number): UnreadFiles {
	let rows = remembered;
	let current: Log | null = null;
	const all = (): readonly UnreadLog[] => {
		const log = current;
		if (log === null || rows.some(row => row.accepted === null && isOf(row, log))) return rows;
		const problem = `${log.name}: reading it was interrupted; import it again`;
		return [...rows.filter(row => !isOf(row, log)), {...log, problem, since: now, accepted: null}];
	};
	let written = JSON.stringify(rows);

	return {
		reading(log) {
			current = log;
		},
		awaits(log) {
			current ??= log;
		},
		failed(log, problem, brought) {
			const former = rows.find(row => isOf(row, log) && row.file === log.file);
			const accepted = brought ? null : (former?.accepted ?? null);
			const since = brought ? now : (former?.since ?? now);
			rows = [...rows.filter(row => !isOf(row, log)), {...log, problem, since, accepted}];
			return accepted !== null;
		},
		lacking: () => rows.flatMap(({file, accepted}) => (accepted === null && file !== null ? [file] : [])),
		isAccepted: (name, problem) =>
			rows.some(row => row.accepted !== null && row.name === name && row.problem === problem),
		ended(log) {
			if (rows.some(row => isOf(row, log))) rows = rows.filter(row => !isOf(row, log));
		},
		get changed() {
			return JSON.stringify(all()) !== written;
		},
		take() {
			written = JSON.stringify(all());
			return all();
		},
	};
}
