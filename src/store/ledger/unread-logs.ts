/** As much of a store as is asked here: a store itself tells what its ledger has, and so is none of what this file knows. */
type Asked = {readonly all: <R extends Record<string, unknown>>(sql: string) => Promise<R[]>};
type Changed = {
	readonly run: (sql: string, parameters?: Readonly<Record<string, string | number | null>>) => Promise<void>;
};

/** A log that an import could not read to its end: what is in the rest of it is in no session. */
export type UnreadLog = {
	/** The id of its entry in the ledger; null of one of which no line was read. */
	readonly file: number | null;
	/** The name it was last read under. */
	readonly name: string;
	/** Hash of the file as stored, see `LedgerEntry`; null where there is none. */
	readonly stored: string | null;
	/** What is wrong with it, in the sentence that was said; it begins with its name. */
	readonly problem: string;
	/** When that was found, ms since 1970 UTC. */
	readonly since: number;
	/** When a person has said that the rest is not to be had; null: nobody has. */
	readonly accepted: number | null;
};

/** The logs that were not read to their end, those that were found first at the beginning. */
export const readUnreadLogs = (store: Asked): Promise<UnreadLog[]> =>
	store.all<UnreadLog>(
		`select file, name, stored_hash as stored, problem, epoch_ms(since)::double as since,
			epoch_ms(accepted)::double as accepted
		from unread_logs order by unread_logs.since, name, file`,
	);

/** Replaces them; in the transaction that is open. */
export async function writeUnreadLogs(store: Changed, logs: readonly UnreadLog[]): Promise<void> {
	await store.run('delete from unread_logs');
	for (const log of logs)
		await store.run(
			`insert into unread_logs values ($file, $name, $stored, $problem, make_timestamp_ms($since::bigint),
				make_timestamp_ms($accepted::bigint))`,
			{...log},
		);
}

const day = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

/** One that is accepted, in a sentence of a report. */
const acceptedWords = ({name, since, accepted}: UnreadLog): string =>
	`${name} was not read to its end on ${day(since)}, which was accepted on ${day(accepted ?? since)}.`;

/**
 * What a store lacks as imports could not read it, as a sentence without a full stop, and sentences about what was accepted.
 * `isCopied`: it is a lake or a server, and imports are made on other hosts.
 */
export async function lackingOf(
	store: Asked,
	path: string,
	isCopied: boolean,
): Promise<{readonly lacking: string | null; readonly remarks: readonly string[]}> {
	const logs = await readUnreadLogs(store);
	const open = logs.filter(({accepted}) => accepted === null);
	const [first] = open;
	const remarks = logs.filter(({accepted}) => accepted !== null).map(acceptedWords);
	if (first === undefined) return {lacking: null, remarks};
	const what =
		open.length === 1 ? 'a log was not read to its end' : `${open.length} logs were not read to their end, the first`;
	const then = isCopied
		? 'import it whole on its host and export again, or accept there that it is lacking with tlsaudit db accept'
		: 'import it whole, or accept that it is lacking with tlsaudit db accept';
	return {lacking: `${path}: ${what} on ${day(first.since)}: ${first.problem}; ${then}`, remarks};
}

/**
 * Notes that a person takes logs for what there is of them. Throws one sentence for a name of which nothing is lacking. Gives
 * how many there were of these names.
 */
export async function acceptUnreadLogs(
	store: Asked & Changed,
	path: string,
	names: readonly string[],
	now: number,
): Promise<number> {
	const open = (await readUnreadLogs(store)).filter(({accepted}) => accepted === null);
	const known = new Set(open.map(({name}) => name));
	const other = names.find(name => !known.has(name));
	if (other !== undefined) {
		const most = 5;
		const shown = [...known].slice(0, most).join(', ') + (known.size > most ? ` and ${known.size - most} more` : '');
		throw new Error(
			`${path}: nothing is lacking of ${other}; ${known.size === 0 ? 'all logs were read to their end' : `not read to their end: ${shown}`}`,
		);
	}
	for (const name of new Set(names))
		await store.run(
			'update unread_logs set accepted = make_timestamp_ms($now::bigint) where name = $name and accepted is null',
			{now, name},
		);
	return open.filter(({name}) => names.includes(name)).length;
}
