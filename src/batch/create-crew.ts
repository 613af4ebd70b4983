import type {Crew, CrewOptions} from './crew.ts';
import {createSingle} from './single.ts';
import {createThreads} from './threads.ts';

/** Makes the readers, in this thread or in threads of their own; the sessions are the same. */
export function createCrew(options: CrewOptions): Crew {
	return options.threads > 1 ? createThreads(options) : createSingle(options);
}
