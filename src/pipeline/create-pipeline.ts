import type {Pipeline, PipelineOptions} from './pipeline.ts';
import {createThreads} from './threads.ts';

/** Makes the readers, in this thread or in threads of their own; the sessions are the same. */
export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
	if (options.threads > 1) return createThreads(options);
	// The parser is loaded in this thread only if it works here.
	const {createSingle} = await import('./single.ts');
	return createSingle(options);
}
