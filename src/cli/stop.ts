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

type SignalName = (typeof signals)[number];

/** What ends at a signal. The process has one listener for all, as Node warns of ten: several logs may be read beside each other. */
const stopping = new Set<(name: SignalName) => void>();

function deliver(name: SignalName): void {
	for (const stop of [...stopping]) stop(name);
}

function listen(stop: (name: SignalName) => void): void {
	if (stopping.size === 0) for (const name of signals) process.on(name, deliver);
	stopping.add(stop);
}

function unlisten(stop: (name: SignalName) => void): void {
	if (stopping.delete(stop) && stopping.size === 0) for (const name of signals) process.off(name, deliver);
}

/**
 * The first signal ends reading, so that the report is still made; the second ends the process at once, whatever it is busy
 * with. Of SIGHUP a closing terminal may send two.
 */
export function stopOnSignal(): Stop {
	const controller = new AbortController();
	let received: number | null = null;
	const stop = (name: SignalName): void => {
		const number = constants.signals[name];
		if (received === null) {
			received = number;
			controller.abort();
			return;
		}
		if (name === 'SIGHUP') return;
		// The system ends the process without asking what its threads are doing, as `process.exit` would.
		for (const each of [...stopping]) unlisten(each);
		process.kill(process.pid, name);
	};
	listen(stop);
	return {
		signal: controller.signal,
		number: () => received,
		release: () => unlisten(stop),
	};
}
