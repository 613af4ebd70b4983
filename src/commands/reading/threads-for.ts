import {availableParallelism} from 'node:os';
import type {Settings} from '../../cli/settings.ts';
import type {Source} from '../../ingest/sources/source.ts';

/** Below so many bytes a second thread costs more than it saves. */
const worthThreads = 24 << 20;

/** A log packs to a sixth or less. By the name: nothing but speed depends on it. */
const packedName = /\.(?:gz|bz2|xz|zst)$/;

function textBytes({name, size}: Source): number {
	return (size ?? 0) * (packedName.test(name) ? 6 : 1);
}

/**
 * DuckDB and reading have this thread, two others parse: more have nothing to do. On two processors as well, for all three
 * together take as long as two.
 */
export function threadsFor(sources: readonly Source[], settings: Settings): number {
	const size = sources.reduce((sum, source) => sum + textBytes(source), 0);
	const wanted = settings.threads ?? (availableParallelism() > 1 ? 3 : 1);
	return size < worthThreads && settings.threads === undefined ? 1 : wanted;
}
