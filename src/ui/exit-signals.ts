import {writeSync} from 'node:fs';
import {constants} from 'node:os';
import type {Readable} from 'node:stream';
import {errorLine} from '../cli/exit.ts';

/** How the screen ended: `q` (null) or a signal's number. */
export type Shown = {readonly signal: number | null};

export type ExitOptions = {
	readonly input: Readable;
	/** Gives the terminal back; synchronous. */
	readonly leave: () => void;
	readonly finish: (shown: Shown) => void;
	/** The screen cannot go on; the error is a sentence. */
	readonly fail: (error: Error) => void;
};

const exitSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
/** How long cleaning up after a signal or a fault may take; then the process ends anyway. */
const patienceMs = 3000;
const failed = 2;

/** A fault inside, as a user can do something about it. Its stack is that of the cause, which `--verbose` shows. */
export function faultOf(cause: unknown): Error {
	const what = cause instanceof Error ? cause.message : String(cause);
	return new Error(
		`the screen had to be left: ${what}; this is a fault of tlsaudit: please report what --verbose says, or use "tlsaudit report" meanwhile`,
		{cause},
	);
}

/**
 * Listens to every way out but `q`: signals, a terminal that goes away, and faults anywhere in the process. The terminal
 * is given back at once, before any other cleaning up. Returns the function that stops listening.
 */
export function listenForExitSignals({input, leave, finish, fail}: ExitOptions): () => void {
	const onSignal = (name: NodeJS.Signals): void => {
		leave();
		const number = constants.signals[name];
		setTimeout(() => process.exit(128 + number), patienceMs).unref();
		finish({signal: number});
	};
	// Nobody sits there any more; the system sends the signal only to whom it knows.
	const onGone = (): void => onSignal('SIGHUP');
	let isFailing = false;
	const onFault = (cause: unknown): void => {
		leave();
		// What breaks during cleaning up says less than what broke first.
		if (isFailing) return;
		isFailing = true;
		const error = faultOf(cause);
		setTimeout(() => {
			writeSync(2, errorLine(error.message));
			process.exit(failed);
		}, patienceMs).unref();
		fail(error);
	};
	for (const name of exitSignals) process.on(name, onSignal);
	process.on('uncaughtException', onFault);
	process.on('unhandledRejection', onFault);
	process.on('exit', leave);
	input.on('end', onGone);
	input.on('error', onGone);
	return () => {
		for (const name of exitSignals) process.off(name, onSignal);
		process.off('uncaughtException', onFault);
		process.off('unhandledRejection', onFault);
		process.off('exit', leave);
		input.off('end', onGone);
		// A terminal that goes away while it is given back is no error any more.
		input.off('error', onGone).on('error', () => undefined);
	};
}
