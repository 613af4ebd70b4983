import type {Readable} from 'node:stream';
import {setTimeout as after} from 'node:timers/promises';

/** After the signal, input that is already under way is still taken: until it has been quiet so long … */
const quietMs = 100;
/** … but no longer than this in all. */
const graceMs = 1000;

/** What comes first. A race with a promise that lives as long as the signal would keep every chunk in memory with it. */
function unlessStopped<T>(next: Promise<T>, signal: AbortSignal): Promise<T | 'stop'> {
	if (signal.aborted) return Promise.resolve('stop');
	return new Promise((resolve, reject) => {
		const stop = (): void => resolve('stop');
		signal.addEventListener('abort', stop, {once: true});
		next.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
	});
}

/**
 * The chunks of a stream until its end or until the signal. `tail -f | tlsaudit` gets Ctrl-C together with tail: what tail
 * has written by then is still in the pipe and belongs to the report, hence the short grace after the signal.
 */
export async function* untilStopped(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
	const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	let deadline = Number.POSITIVE_INFINITY;
	try {
		for (;;) {
			const next = chunks.next();
			next.catch(() => undefined);
			let result = deadline === Number.POSITIVE_INFINITY ? await unlessStopped(next, signal) : 'stop';
			if (result === 'stop') {
				if (deadline === Number.POSITIVE_INFINITY) deadline = performance.now() + graceMs;
				const left = Math.min(quietMs, deadline - performance.now());
				result = left <= 0 ? 'stop' : await Promise.race([next, after(left, 'stop' as const)]);
			}
			if (result === 'stop') return;
			if (typeof result === 'string' || result.done === true) return;
			yield result.value;
		}
	} catch (error) {
		// Who stops may take the stream away as well: that it ends before its end is then no damage.
		if (!signal.aborted || (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
	} finally {
		stream.destroy();
	}
}
