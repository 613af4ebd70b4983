import {constants} from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;

export type Stop = {
	/** Aborts at the first signal. */
	readonly signal: AbortSignal;
	/** Number of the signal that came, or null. */
	readonly number: () => number | null;
	/** Gives the signals back to the system. */
	readonly release: () => void;
};

/** The first SIGINT or SIGTERM ends reading, so that the report is still made; the second ends the process at once. */
export function stopOnSignal(): Stop {
	const controller = new AbortController();
	let received: number | null = null;
	const listen = (name: (typeof signals)[number]): void => {
		const number = constants.signals[name];
		if (received !== null) process.exit(128 + number);
		received = number;
		controller.abort();
	};
	for (const name of signals) process.on(name, listen);
	return {
		signal: controller.signal,
		number: () => received,
		release: () => {
			for (const name of signals) process.off(name, listen);
		},
	};
}
