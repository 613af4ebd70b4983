import type {Readable} from 'node:stream';
import {setTimeout as after} from 'node:timers/promises';

/** After the signal, input that is already under way is still taken: until it has been quiet so long … */
const quietMs = 100;
/** … but no longer than this in all. */
const graceMs = 1000;

/**
 * The chunks of a stream until its end or until the signal. `tail -f | tlsaudit` gets Ctrl-C together with tail: what tail
 * has written by then still stands in the pipe and belongs to the report, hence the short grace after the signal.
 */
export async function* untilStopped(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
	const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	const aborted = new Promise<'stop'>(resolve => {
		if (signal.aborted) resolve('stop');
		else signal.addEventListener('abort', () => resolve('stop'), {once: true});
	});
	let deadline = Number.POSITIVE_INFINITY;
	try {
		for (;;) {
			const next = chunks.next();
			next.catch(() => undefined);
			let result = deadline === Number.POSITIVE_INFINITY ? await Promise.race([next, aborted]) : 'stop';
			if (result === 'stop') {
				if (deadline === Number.POSITIVE_INFINITY) deadline = performance.now() + graceMs;
				const left = Math.min(quietMs, deadline - performance.now());
				result = left <= 0 ? 'stop' : await Promise.race([next, after(left, 'stop' as const)]);
			}
			if (result === 'stop') return;
			if (typeof result === 'string' || result.done === true) return;
			yield result.value;
		}
	} finally {
		stream.destroy();
	}
}
