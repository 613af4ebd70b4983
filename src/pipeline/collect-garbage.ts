import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Frees what this thread has dropped. Left alone, V8 lets a heap with 6 MB of living objects grow to over 100 MB
 * before it looks through the old ones (measured with 2 GB of log); once a step costs nothing that can be measured.
 */
export function collectGarbage(): void {
	if (!collect) {
		setFlagsFromString('--expose-gc');
		collect = runInNewContext('gc') as () => void;
	}
	collect();
}
