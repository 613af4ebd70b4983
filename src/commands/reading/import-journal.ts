import type {Io} from '../../cli/io.ts';
import type {JournalPlace} from '../../ingest/journal/entries.ts';
import {JournalProblem} from '../../ingest/journal/journal-problem.ts';
import {createPortions} from '../../ingest/journal/journal-source.ts';
import {holdsCursor, type JournalRequest, journalMachine, oldestTime} from '../../ingest/journal/journalctl.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {explainSource} from '../../ingest/sources/source-problem.ts';
import type {Pipeline} from '../../pipeline/pipeline.ts';
import type {LedgerEntry} from '../../store/ledger/ledger.ts';
import {utcSecond} from '../../text/time.ts';
import {journalConflict, journalEntry, journalsIn} from './journal-ledger.ts';
import type {KnownFiles} from './known-files.ts';
import {beginning, parseFile} from './parse-files.ts';

/** Text of a portion, unless a step is smaller: behind each it is known how far the journal was read. */
const portionBytes = 16 << 20;

export type ImportJournal = {
	readonly source: Source & {readonly journal: NonNullable<Source['journal']>};
	/** What the ledger remembers. */
	readonly entries: readonly LedgerEntry[];
	readonly known: KnownFiles;
	readonly io: Io;
	readonly signal: AbortSignal;
	readonly onBytes: (count: number) => void;
	/** Entries were deleted before they were read; called before anything is. */
	readonly lost: (gap: JournalGap) => void;
	/** Text of a step. */
	readonly stepBytes: number;
	/** So many bytes of text were parsed, and how far the journal was read is among what is known. */
	readonly parsed: (bytes: number) => Promise<void>;
	/** Time until the step is due, ms; null while there is nothing to write. */
	readonly due: () => number | null;
};

/** A time of the journal whose entries were deleted before they were read: how a database calls it, and a sentence about it. */
type JournalGap = {readonly name: string; readonly problem: string};

export type ImportedJournal = {
	readonly problem: string | null;
	readonly brought: boolean;
	/** Nothing was to be read, as it would be counted twice. */
	readonly refused?: boolean;
};

/**
 * Where to begin: behind the entry that was read last, or at the oldest one there is when the journal does not have that one any
 * more. Then the time says which entries were read before, so that none is counted twice.
 */
async function beginAt(
	place: JournalPlace | undefined,
	name: string,
	{io, lost}: Pick<ImportJournal, 'io' | 'lost'>,
): Promise<Pick<JournalRequest, 'after' | 'newerThan'>> {
	if (place === undefined) return {};
	if (await holdsCursor(place.cursor)) return {after: place.cursor};
	const second = (time: number): string => utcSecond(Math.floor(time / 1000));
	const until = second(place.time);
	io.warn(
		`${name}: does not have the entry any more up to which it was read; reading begins at its oldest entry, and entries up to ${until} UTC, which were read before, are left out`,
	);
	const oldest = await oldestTime();
	if (oldest !== null && oldest > place.time) {
		const gap = `${name} from ${until} to ${second(oldest)}`;
		const problem = `${gap} UTC: entries of this time, if there were any, were deleted before they were read; import more often than the journal rotates`;
		lost({name: gap, problem});
	}
	return {newerThan: place.time};
}

/**
 * Hands the journal to a pipeline, portion by portion, from the place on that the ledger has. What is wrong with the journal is a
 * message in `problem`, and what was read before it was parsed; throws only what the pipeline throws.
 */
export async function importJournal(pipeline: Pipeline, options: ImportJournal): Promise<ImportedJournal> {
	const {source, entries, known, io, signal, onBytes, stepBytes, parsed, due} = options;
	const {unit, follow} = source.journal;
	const journals = journalsIn(entries);
	const conflict = journalConflict(journals, unit);
	if (conflict !== null) return {problem: `${source.name}: ${conflict}`, brought: false, refused: true};
	const before = journals.find(each => each.unit === unit);
	const id = before?.id ?? known.newId();
	let begin: Pick<JournalRequest, 'after' | 'newerThan'>;
	let machine = before?.machine ?? null;
	try {
		machine ??= await journalMachine();
		begin = await beginAt(before?.place, source.name, options);
	} catch (error) {
		if (!(error instanceof JournalProblem)) throw error;
		return {problem: explainSource(source, error), brought: false};
	}
	const portions = createPortions({unit, follow, ...begin}, signal);
	let lines = before?.lines ?? 0;
	let brought = false;
	let problem: string | null = null;
	const note = (): void => {
		const {place} = portions;
		if (place !== null) known.remember(journalEntry({id, unit, machine, place, lines}, source.name));
	};
	try {
		while (!portions.over && problem === null) {
			let bytes = 0;
			const portion = {...source, output: () => portions.next(Math.min(portionBytes, stepBytes), due())};
			const read = await parseFile(
				pipeline,
				{source: portion, resume: {...beginning, lines}, growing: false, resumable: false},
				{
					io,
					signal,
					onBytes,
					async parsed(_, more) {
						bytes += more;
					},
				},
			);
			({problem} = read);
			if (read.brought) {
				brought = true;
				lines = await pipeline.line();
				note();
			}
			await parsed(bytes);
		}
		// Entries of others may have come behind the last one of a mail server: they need not be looked at again.
		note();
	} finally {
		await portions.close();
	}
	return {problem, brought};
}
