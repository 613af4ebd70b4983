import {blobValue} from '@duckdb/node-api';
import type {Store} from './store.ts';

/** A file that was imported, known by its text and not by its name. */
export type LedgerEntry = {
	/** The name it was last read under. */
	readonly name: string;
	readonly headLength: number;
	/** Hash of so many bytes at the beginning of its text. */
	readonly headHash: string;
	/** Bytes of its text that were read, all of them whole lines. */
	readonly offset: number;
	readonly lines: number;
	/** Hash of the last text bytes before the offset; null where it was not taken. */
	readonly tailHash: string | null;
	/** Hash of size and first bytes of the file as stored, when it was read to its end; else null. */
	readonly stored: string | null;
};

/** What an import remembers for the next one. */
export type Ledger = {readonly entries: LedgerEntry[]; readonly states: Uint8Array[] | null};

export async function readLedger(store: Store): Promise<Ledger> {
	const rows = await store.all<Record<string, string | number | null>>(
		`select name, head_length, head_hash, text_offset::double as text_offset, lines::double as lines, tail_hash, stored_hash
		from imported_files order by text_offset desc`,
	);
	const states = await store.all<{state: {bytes: Uint8Array} | Uint8Array}>(
		'select state from import_states order by share',
	);
	return {
		entries: rows.map(row => ({
			name: String(row.name),
			headLength: Number(row.head_length),
			headHash: String(row.head_hash),
			offset: Number(row.text_offset),
			lines: Number(row.lines),
			tailHash: row.tail_hash === null ? null : String(row.tail_hash),
			stored: row.stored_hash === null ? null : String(row.stored_hash),
		})),
		states: states.length === 0 ? null : states.map(({state}) => ('bytes' in state ? state.bytes : state)),
	};
}

/** Replaces what was remembered; in the transaction that is open. */
export async function writeLedger(store: Store, {entries, states}: Ledger): Promise<void> {
	await store.run('delete from imported_files');
	for (const entry of entries) {
		await store.run(
			`insert into imported_files values ($name, $headLength, $headHash, $offset::bigint, $lines::bigint, $tailHash, $stored)`,
			{...entry},
		);
	}
	await store.run('delete from import_states');
	for (const [share, state] of (states ?? []).entries()) {
		const statement = await store.writer.prepare('insert into import_states values ($1, $2)');
		statement.bindInteger(1, share);
		statement.bindBlob(2, blobValue(state).bytes);
		await store.track(statement.run());
	}
}

/** Sessions that were open when the last import ended are in `sessions` as they looked then: takes them out again. */
export async function dropOpenSessions(store: Store): Promise<void> {
	const same = ['source', 'first_line', 'started_at', 'tag', 'pid'].map(
		name => `s.${name} is not distinct from o.${name}`,
	);
	await store.run(`delete from sessions s using open_sessions o where ${same.join(' and ')}`);
	await store.run('delete from open_sessions');
}
