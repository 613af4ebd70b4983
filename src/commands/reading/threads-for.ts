import {availableParallelism} from 'node:os';
import type {Settings} from '../../cli/settings.ts';
import type {Source} from '../../ingest/sources/source.ts';
import {mostThreads} from '../../pipeline/workers.ts';

/** Below so many bytes a second thread costs more than it saves. */
const worthThreads = 24 << 20;

/** A log packs to a sixth or less. By the name: nothing but speed depends on it. */
const packedName = /\.(?:gz|bz2|xz|zst)$/;

function textBytes({name, size}: Source): number {
	return (size ?? 0) * (packedName.test(name) ? 6 : 1);
}

/** Threads on so many processors. */
export function usualThreads(processors: number): number {
	return processors === 1 ? 1 : Math.max(3, Math.min(processors, mostThreads));
}

/**
 * DuckDB and reading have this thread, one joins, the others read lines: one up to three processors, more where there are more. Three
 * threads on two processors as well, for all three together take as long as two.
 */
export function threadsFor(sources: readonly Source[], settings: Settings): number {
	const size = sources.reduce((sum, source) => sum + textBytes(source), 0);
	const wanted = settings.threads ?? usualThreads(availableParallelism());
	return size < worthThreads && settings.threads === undefined ? 1 : wanted;
}
