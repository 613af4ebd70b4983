import type {Session} from '../tls/session.ts';
import {createSessionCollector} from '../tls/session-batch.ts';
import {createSessionAppender} from './append-sessions.ts';
import type {Store} from './store.ts';

/** As many as DuckDB takes in one chunk. */
const mostWaiting = 2048;

export type Loader = {
	add(session: Session): void;
	/** Makes everything added so far visible to queries. */
	flush(): void;
	/** Flushes and lets go of the table. */
	end(): void;
};

/** Loads sessions as they come, one by one; see `createBulkLoader` for batches of them. */
export async function createLoader(store: Store): Promise<Loader> {
	const appender = await createSessionAppender(store);
	const collector = createSessionCollector(mostWaiting, flush);

	function flush(): void {
		const batch = collector.take();
		if (batch === undefined) return;
		appender.append(batch);
		collector.reuse(batch);
	}
	return {
		add: collector.add,
		flush,
		end() {
			flush();
			appender.end();
		},
	};
}
