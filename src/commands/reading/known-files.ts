import type {LedgerEntry} from '../../store/ledger/ledger.ts';

/**
 * Bytes by which beginnings are looked up: less than a log's first line mostly is, and enough that few logs begin alike as far
 * as that.
 */
const keyLength = 96;

/** The files that are known, quick to look up: there may be many thousands, and each new one is looked for among them. */
export type KnownFiles = {
	/** Adds an entry, or puts it in place of the one with its id. */
	remember(entry: LedgerEntry): void;
	/** Entries whose text begins as this one does, as far as both go; the one read furthest first. */
	beginningLike(head: Uint8Array): LedgerEntry[];
	/** The entry of a packed file that was read to its end and has this hash as stored. */
	storedAs(hash: string): LedgerEntry | undefined;
	/** The entry of an id. */
	withId(id: number): LedgerEntry | undefined;
	/** The newest entry of a name. A name that it loses is not that of an older one again. */
	namedLast(name: string): LedgerEntry | undefined;
	/** An id that no entry has. */
	newId(): number;
	/** Entries remembered since they were taken last. */
	readonly changes: number;
	takeChanges(): LedgerEntry[];
};

function beginAlike(one: Uint8Array, other: Uint8Array): boolean {
	const length = Math.min(one.length, other.length);
	return length > 0 && Buffer.compare(one.subarray(0, length), other.subarray(0, length)) === 0;
}

/** What a beginning is looked up by; that of a shorter one is empty. */
function keyOf(head: Uint8Array): string {
	return head.length < keyLength ? '' : Buffer.from(head.buffer, head.byteOffset, keyLength).toString('latin1');
}

function addTo(index: Map<string, Set<number>>, key: string, id: number): void {
	const same = index.get(key);
	if (same) same.add(id);
	else index.set(key, new Set([id]));
}

/** Makes the index of the entries that a database remembers. */
export function createKnownFiles(remembered: readonly LedgerEntry[]): KnownFiles {
	const byId = new Map<number, LedgerEntry>();
	const byKey = new Map<string, Map<number, LedgerEntry>>();
	const byHash = new Map<string, Set<number>>();
	const byName = new Map<string, Set<number>>();
	const changed = new Set<number>();
	let highest = 0;

	function remove(entry: LedgerEntry): void {
		byKey.get(keyOf(entry.head))?.delete(entry.id);
		if (entry.stored !== null) byHash.get(entry.stored)?.delete(entry.id);
		byName.get(entry.name)?.delete(entry.id);
	}

	function put(entry: LedgerEntry): void {
		const {id, name, head, stored} = entry;
		const before = byId.get(id);
		if (before) remove(before);
		byId.set(id, entry);
		const key = keyOf(head);
		const alike = byKey.get(key);
		if (alike) alike.set(id, entry);
		else byKey.set(key, new Map([[id, entry]]));
		if (stored !== null) addTo(byHash, stored, id);
		addTo(byName, name, id);
		highest = Math.max(highest, id);
	}

	for (const entry of remembered) put(entry);

	return {
		remember(entry) {
			const former = byId.get(entry.id)?.name ?? entry.name;
			put(entry);
			changed.add(entry.id);
			if (former === entry.name) return;
			for (const id of [...(byName.get(former) ?? [])].filter(each => each < entry.id)) {
				const older = byId.get(id);
				if (older === undefined) continue;
				put({...older, name: `${former} (former)`});
				changed.add(id);
			}
		},
		beginningLike(head) {
			const key = keyOf(head);
			const candidates =
				key === '' ? [...byId.values()] : ['', key].flatMap(each => [...(byKey.get(each)?.values() ?? [])]);
			return candidates
				.filter(entry => beginAlike(entry.head, head))
				.sort((a, b) => b.offset - a.offset || a.id - b.id);
		},
		storedAs(hash) {
			const [id] = byHash.get(hash) ?? [];
			return id === undefined ? undefined : byId.get(id);
		},
		withId: id => byId.get(id),
		namedLast(name) {
			const ids = byName.get(name) ?? [];
			return byId.get(Math.max(...ids));
		},
		newId: () => highest + 1,
		get changes() {
			return changed.size;
		},
		takeChanges() {
			const entries = [...changed].flatMap(id => byId.get(id) ?? []);
			changed.clear();
			return entries;
		},
	};
}
