import {createHash} from 'node:crypto';
import {readJournalHead} from '../ledger/journal-head.ts';
import type {Store} from '../store.ts';

/*
 * By what databases are told apart. The fingerprint names files: it comes of what was read first, so that a database that is lost and made
 * anew from the same logs is the same one. The id says which database it was: two of them under one fingerprint are noticed.
 */

const short = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** The id of a database, which stays what it is as long as the database is there, and in its copies. The salt itself is a secret. */
export async function databaseId(store: Store): Promise<string> {
	const [key] = await store.all<{salt: string}>('select salt from former_peers_key');
	return short(`id of ${key?.salt ?? ''}`);
}

/** The first line that is not blank, with its end; null where there is none. */
function firstLine(head: Buffer): Buffer | null {
	for (let from = 0; from < head.length; ) {
		const to = head.indexOf(10, from) + 1 || head.length;
		const line = head.subarray(from, to);
		if (line.toString('latin1').trim() !== '') return line;
		from = to;
	}
	return null;
}

/**
 * What tells the first log of a database from those of others: its first line with content, which names time and host; of a journal, which
 * always begins otherwise, its unit, its machine and the name of the host. Null where there is no such thing.
 */
function contentOf(head: Buffer): Buffer | null {
	const journal = readJournalHead(head);
	if (journal === null) return firstLine(head);
	return journal.machine === null ? null : head;
}

/** By what the files of a database are known at a target: what they have there, else by the content of its first log, else by its id. */
export async function fingerprintOf(store: Store, target: string): Promise<string> {
	const [known] = await store.all<{fingerprint: string}>('select fingerprint from exports where target = $target', {
		target,
	});
	if (known !== undefined) return known.fingerprint;
	const [first] = await store.all<{head: {bytes: Uint8Array} | Uint8Array}>(
		'select head from imported_files order by id limit 1',
	);
	const head = first === undefined ? null : Buffer.from('bytes' in first.head ? first.head.bytes : first.head);
	return short((head === null ? null : contentOf(head)) ?? (await databaseId(store)));
}
