import type {HeldLine} from '../model/outbound.ts';
import type {Session} from '../model/session.ts';
import {createSessionCollector, type SessionBatch} from '../model/session-batch.ts';
import {createSessionAppender} from './append-sessions.ts';
import type {Store} from './store.ts';

/** As many as DuckDB takes in one chunk. */
const mostWaiting = 2048;

export type Loader = {
	add(session: Session): void;
	/** Adds what a line says of mail that TLS held back. */
	addHeld(line: HeldLine): void;
	/** Makes everything added so far visible to queries; does nothing while held. */
	flush(): void;
	/** Keeps rows back while the store is tidied up, so that the loop is never blocked by its lock. */
	hold(): void;
	release(): void;
	/** Forgets handshakes or origins that were deleted. */
	forget(what: 'handshake' | 'origin', numbers: ReadonlySet<number>): void;
	/** Sessions added since the beginning. */
	readonly added: number;
	/** Lines about held mail that are visible. */
	readonly heldLines: number;
	/** Rows not yet visible. */
	readonly waiting: number;
	/** Flushes, held or not, and closes the table. */
	end(): void;
};

/**
 * Loads sessions as they come, one by one; see `createBulkLoader` for batches of them. `collected` sees each batch once, before the
 * store has it.
 */
export async function createLoader(
	store: Store,
	collected: (batch: SessionBatch) => void = () => undefined,
): Promise<Loader> {
	const appender = await createSessionAppender(store);
	const collector = createSessionCollector(mostWaiting, full);
	/** Full batches that are kept back, the oldest first. */
	let batches: SessionBatch[] = [];
	let added = 0;
	let visible = 0;
	let heldLines = 0;
	let held = false;
	let draining: NodeJS.Immediate | undefined;

	function append(batch: SessionBatch): void {
		appender.append(batch);
		visible += batch.rows;
		heldLines += batch.held.length;
		collector.reuse(batch);
	}

	function take(): SessionBatch | undefined {
		const batch = collector.take();
		if (batch !== undefined) collected(batch);
		return batch;
	}

	function full(): void {
		const batch = take();
		if (batch === undefined) return;
		if (held || draining !== undefined) batches.push(batch);
		else append(batch);
	}

	/** What was held back goes a batch at a turn of the loop: some 5 ms each, and keys come in between. */
	function drain(): void {
		draining = undefined;
		if (held) return;
		const batch = batches.shift();
		if (batch === undefined) return;
		append(batch);
		draining = setImmediate(drain);
	}

	function appendAll(): void {
		const waiting = batches;
		batches = [];
		for (const batch of waiting) append(batch);
		const rest = take();
		if (rest !== undefined) append(rest);
	}

	return {
		get added() {
			return added;
		},
		get heldLines() {
			return heldLines;
		},
		get waiting() {
			return added - visible;
		},
		add(session) {
			added += 1;
			collector.add(session);
		},
		addHeld: collector.addHeld,
		flush() {
			if (!held) appendAll();
		},
		hold() {
			held = true;
		},
		release() {
			held = false;
			draining ??= setImmediate(drain);
		},
		forget: appender.forget,
		end() {
			held = false;
			clearImmediate(draining);
			appendAll();
			appender.end();
		},
	};
}
