import {blobValue} from '../duckdb.ts';
import type {Store} from '../store.ts';
import {readUnreadLogs, type UnreadLog} from './unread-logs.ts';

const corruptMark = 'corrupt ';

/**
 * In place of the hash of a packed file of which some text may not be what once was packed; made of the hash of all its
 * bytes.
 */
export const corruptHash = (stored: string): string => `${corruptMark}${stored}`;

/** Whether a file was corrupt when it was read. */
export const isCorrupt = ({stored}: LedgerEntry): boolean => stored?.startsWith(corruptMark) === true;

/** A file that was imported, known by its text and not by its name. */
export type LedgerEntry = {
	/** Counted from 1; identifies the file. */
	readonly id: number;
	/** The name it was last read under. */
	readonly name: string;
	/** The first bytes of its text. */
	readonly head: Uint8Array;
	/** The text bytes before the offset; null where lines too long to be kept were there. */
	readonly tail: Uint8Array | null;
	/** Bytes of its text that were read, all of them whole lines. */
	readonly offset: number;
	readonly lines: number;
	/** Hash of a packed file as stored, when it was read to its end; see `corruptHash` when that was found to be corrupt; else null. */
	readonly stored: string | null;
};

/** What an import remembers for the next one. */
export type Ledger = {
	readonly entries: LedgerEntry[];
	/** Of each stage of the parser; null when there are none of this format. */
	readonly states: Uint8Array[] | null;
	/** The number of the last step that ended; 0 before the first. */
	readonly step: number;
	readonly unread: readonly UnreadLog[];
};

type Blob = {bytes: Uint8Array} | Uint8Array;
const bytesOf = (blob: Blob): Uint8Array => ('bytes' in blob ? blob.bytes : blob);

/** Reads what earlier imports remembered; states of another format than `stateFormat` are none. */
export async function readLedger(store: Store, stateFormat: number): Promise<Ledger> {
	const rows = await store.all<{
		id: number;
		name: string;
		head: Blob;
		tail: Blob | null;
		text_offset: number;
		lines: number;
		stored_hash: string | null;
	}>(
		`select id, name, head, tail, text_offset::double as text_offset, lines::double as lines, stored_hash
		from imported_files order by id`,
	);
	const states = await store.all<{format: number; state: Blob}>(
		'select format, state from import_states order by share',
	);
	const steps = await store.all<{step: number}>('select coalesce(max(step), 0)::integer as step from import_step');
	const usable = states.length > 0 && states.every(({format}) => format === stateFormat);
	return {
		entries: rows.map(({id, name, head, tail, text_offset, lines, stored_hash}) => ({
			id,
			name,
			head: bytesOf(head),
			tail: tail === null ? null : bytesOf(tail),
			offset: text_offset,
			lines,
			stored: stored_hash,
		})),
		states: usable ? states.map(({state}) => bytesOf(state)) : null,
		step: steps[0]?.step ?? 0,
		unread: await readUnreadLogs(store),
	};
}

/** Writes entries, new ones or in place of those with the same id; in the transaction that is open. */
export async function writeEntries(store: Store, entries: Iterable<LedgerEntry>): Promise<void> {
	const all = [...entries];
	if (all.length === 0) return;
	await store.run(`delete from imported_files where id in (${all.map(({id}) => id)})`);
	const statement = await store.writer.prepare(
		'insert into imported_files values ($1, $2, $3, $4, $5::bigint, $6::bigint, $7)',
	);
	try {
		for (const {id, name, head, tail, offset, lines, stored} of all) {
			statement.bindInteger(1, id);
			statement.bindVarchar(2, name);
			statement.bindBlob(3, blobValue(head).bytes);
			if (tail === null) statement.bindNull(4);
			else statement.bindBlob(4, blobValue(tail).bytes);
			statement.bindDouble(5, offset);
			statement.bindDouble(6, lines);
			if (stored === null) statement.bindNull(7);
			else statement.bindVarchar(7, stored);
			await store.track(statement.run());
		}
	} finally {
		statement.destroySync();
	}
}

/** Replaces the parser's states; in the transaction that is open. */
export async function writeStates(store: Store, states: readonly Uint8Array[], stateFormat: number): Promise<void> {
	await store.run('delete from import_states');
	for (const [stage, state] of states.entries()) {
		const statement = await store.writer.prepare('insert into import_states values ($1, $2, $3)');
		try {
			statement.bindInteger(1, stage);
			statement.bindInteger(2, stateFormat);
			statement.bindBlob(3, blobValue(state).bytes);
			await store.track(statement.run());
		} finally {
			statement.destroySync();
		}
	}
}

/** Says which step ends; in the transaction that is open, which ends it. */
export async function writeStep(store: Store, step: number): Promise<void> {
	await store.run('delete from import_step');
	await store.run('insert into import_step values ($step)', {step});
}
