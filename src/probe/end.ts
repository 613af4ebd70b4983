/** Aborts when the user stops the probe and after `within` ms; `end` clears the timer. */
export function createEnd(within: number, stopped: AbortSignal): {signal: AbortSignal; end: () => void} {
	const controller = new AbortController();
	const abort = (): void => controller.abort();
	const timer = setTimeout(abort, within);
	stopped.addEventListener('abort', abort);
	if (stopped.aborted) abort();
	return {
		signal: controller.signal,
		end: () => {
			clearTimeout(timer);
			stopped.removeEventListener('abort', abort);
		},
	};
}
