import {createPipeline} from '../batch/create-pipeline.ts';
import type {Source} from '../ingest/source.ts';
import {saveCoverage} from '../store/account.ts';
import {createBulkLoader} from '../store/bulk-load.ts';
import type {Store} from '../store/store.ts';
import type {Io} from './io.ts';
import {beginning, parseFile} from './parse-files.ts';
import type {Progress} from './progress.ts';
import {readerOptions, type Settings} from './settings.ts';
import {threadsFor} from './threads-for.ts';

export type LoadedFiles = {readonly problems: string[]; readonly opened: number};

/** Reads files into a store that nothing is remembered in: the report of a few files, kept in memory. */
export async function loadFiles(
	store: Store,
	sources: readonly Source[],
	settings: Settings,
	io: Io,
	signal: AbortSignal,
	progress: Pick<Progress, 'bytes' | 'linesFrom'>,
): Promise<LoadedFiles> {
	const problems: string[] = [];
	let opened = 0;
	const loader = await createBulkLoader(store);
	const pipeline = await createPipeline({
		...readerOptions(settings),
		threads: threadsFor(sources, settings),
		states: null,
		sessions: batch => loader.load(batch),
	});
	progress.linesFrom(() => pipeline.lines);
	try {
		for (const source of sources) {
			if (signal.aborted) break;
			const file = {source, resume: beginning, growing: false, resumable: false};
			const parsed = await parseFile(pipeline, file, {
				io,
				signal,
				onBytes: progress.bytes,
				parsed: async () => undefined,
			});
			if (parsed.opened) opened++;
			if (parsed.problem !== null) problems.push(parsed.problem);
		}
		await saveCoverage(store, await pipeline.end());
	} finally {
		await pipeline.close();
		// Settings only; a database that has failed takes none any more.
		await loader.end().catch(() => undefined);
	}
	return {problems, opened};
}
