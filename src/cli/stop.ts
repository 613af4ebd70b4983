import {constants} from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export type Stop = {
	/** Aborts at the first signal. */
	readonly signal: AbortSignal;
	/** Number of the signal that came, or null. */
	readonly number: () => number | null;
	/** Gives the signals back to the system. */
	readonly release: () => void;
};

/**
 * The first signal ends reading, so that the report is still made; the second ends the process at once, whatever it is busy
 * with. Of SIGHUP a closing terminal may send two.
 */
export function stopOnSignal(): Stop {
	const controller = new AbortController();
	let received: number | null = null;
	const listen = (name: (typeof signals)[number]): void => {
		const number = constants.signals[name];
		if (received === null) {
			received = number;
			controller.abort();
			return;
		}
		if (name === 'SIGHUP') return;
		// The system ends the process without asking what its threads are doing, as `process.exit` would.
		release();
		process.kill(process.pid, name);
	};
	function release(): void {
		for (const name of signals) process.off(name, listen);
	}
	for (const name of signals) process.on(name, listen);
	return {
		signal: controller.signal,
		number: () => received,
		release,
	};
}
