import type {Source} from '../sources/source.ts';
import type {JournalEntries, JournalPlace} from './entries.ts';
import {type JournalRequest, readJournal} from './journalctl.ts';

async function* linesOf(entries: AsyncGenerator<JournalEntries>): AsyncGenerator<Buffer> {
	for await (const {lines} of entries) if (lines.length > 0) yield lines;
}

/** The name of the journal, as rows of sessions have it; behind a colon that of the unit. */
const journalName = 'journal';

/** Whether a row's source is the journal. */
export const isJournal = (source: string): boolean => source === journalName || source.startsWith(`${journalName}:`);

/** The entries of a unit, or of all mail servers; those that are there, or with `follow` what comes until the signal. */
export function journalSource(unit: string | null, follow: boolean): Source {
	return {
		name: unit === null ? journalName : `${journalName}:${unit}`,
		path: null,
		modified: null,
		size: null,
		output: signal => linesOf(readJournal({unit, follow}, signal)),
		journal: {unit, follow},
	};
}

/** The journal in portions, between which it is known how far it was read. */
export type JournalPortions = {
	/** The next lines; ends after enough of them, after `wait` ms without an entry, and when there are no more. */
	next(enough: number, wait: number | null): AsyncGenerator<Buffer>;
	/** The last entry of the portions that were given out to their end; null before the first. */
	readonly place: JournalPlace | null;
	/** There are no more. */
	readonly over: boolean;
	close(): Promise<void>;
};

/** Reads the journal in portions, from the first that is asked for. `next` throws `JournalProblem`. */
export function createPortions(request: JournalRequest, signal: AbortSignal): JournalPortions {
	const leaving = new AbortController();
	const entries = readJournal(request, AbortSignal.any([signal, leaving.signal]));
	let coming: Promise<IteratorResult<JournalEntries, void>> | undefined;
	let place: JournalPlace | null = null;
	let over = false;

	/** The next entries, or null when none came in time; they are then those of the next call. */
	async function within(wait: number | null): Promise<IteratorResult<JournalEntries, void> | null> {
		coming ??= entries.next();
		// Who asks later gets the error.
		coming.catch(() => undefined);
		if (wait === null) return coming;
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<null>(resolve => {
			timer = setTimeout(() => resolve(null), wait);
		});
		try {
			return await Promise.race([coming, late]);
		} finally {
			clearTimeout(timer);
		}
	}

	return {
		async *next(enough, wait) {
			const until = wait === null ? null : performance.now() + wait;
			let bytes = 0;
			while (bytes < enough) {
				const got = await within(until === null ? null : Math.max(0, until - performance.now()));
				if (got === null) return;
				coming = undefined;
				if (got.done === true) {
					over = true;
					return;
				}
				const {lines, last} = got.value;
				if (lines.length > 0) yield lines;
				place = last ?? place;
				bytes += lines.length;
				// What comes one by one is shown one by one.
				if (request.follow && wait === null && bytes > 0) return;
			}
		},
		get place() {
			return place;
		},
		get over() {
			return over;
		},
		async close() {
			leaving.abort();
			await coming?.catch(() => undefined);
			await entries.return(undefined);
		},
	};
}
