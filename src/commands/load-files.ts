import {createCrew} from '../batch/create-crew.ts';
import type {Source} from '../ingest/source.ts';
import {saveCoverage} from '../store/account.ts';
import {createBulkLoader} from '../store/bulk-load.ts';
import type {Store} from '../store/store.ts';
import {beginning, parseFile} from './parse-files.ts';
import type {Read, ReadingHooks} from './read-sources.ts';
import {readerOptions, type Settings} from './settings.ts';
import {threadsFor} from './threads-for.ts';

/** Reads files into a store that nothing is remembered in: the report of a few files, kept in memory. */
export async function loadFiles(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	{io, bytes, linesFrom, opened: onOpened, loaded, loadingMemory}: ReadingHooks,
	signal: AbortSignal,
): Promise<Read> {
	const problems: string[] = [];
	let opened = 0;
	const loader = await createBulkLoader(store, loadingMemory);
	const crew = await createCrew({
		...readerOptions(settings),
		threads: threadsFor(sources, settings),
		states: null,
		async sessions(batch) {
			await loader.load(batch);
			loaded?.(batch.rows);
		},
	});
	linesFrom(() => crew.lines);
	try {
		for (const source of sources) {
			if (signal.aborted) break;
			onOpened?.(source);
			const file = {source, resume: beginning, growing: false, resumable: false};
			const parsed = await parseFile(crew, file, {io, signal, onBytes: bytes, parsed: async () => undefined});
			if (parsed.opened) opened++;
			if (parsed.problem !== null) problems.push(parsed.problem);
		}
		await saveCoverage(store, await crew.end());
	} finally {
		await crew.close();
		// Settings only; a database that has failed takes none any more.
		await loader.end().catch(() => undefined);
	}
	return {problems, opened};
}
