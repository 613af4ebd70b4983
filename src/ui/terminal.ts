import {closeSync, openSync} from 'node:fs';
import {ReadStream, type WriteStream} from 'node:tty';

/** The terminal while the screen has it. */
export type Terminal = {
	readonly input: ReadStream;
	readonly output: WriteStream;
	/** The other screen of the terminal, cleared, without a cursor. */
	readonly enter: () => void;
	/** Raw mode off, the first screen and the cursor back. Synchronous and safe to call twice. */
	readonly leave: () => void;
	/** Lets go of the keyboard for good, so that the process can end. */
	readonly close: () => void;
	/** Asks the terminal to put a text into the clipboard; some refuse, some do not know how. */
	readonly copy: (text: string) => void;
};

const esc = '\u001B';
const alternateScreen = `${esc}[?1049h${esc}[2J${esc}[H${esc}[?25l`;
const firstScreen = `${esc}[?25h${esc}[?1049l`;
/** Terminals drop longer ones; xterm's limit is the lowest known. */
const mostCopied = 74_000;

/** Keys come from standard input when that is the terminal, else, when it is the log, from the process's own terminal. */
function openKeys(stdin: NodeJS.ReadStream): ReadStream | null {
	if (stdin.isTTY) return stdin as unknown as ReadStream;
	let descriptor: number | null = null;
	try {
		descriptor = openSync('/dev/tty', 'r');
		return new ReadStream(descriptor);
	} catch {
		if (descriptor !== null) closeSync(descriptor);
		return null;
	}
}

/** Takes the terminal, or gives null where there is none to take keys from (cron, a container without one). */
export function openTerminal(stdin: NodeJS.ReadStream, stdout: WriteStream): Terminal | null {
	const input = openKeys(stdin);
	if (input === null) return null;
	let entered = false;
	const write = (text: string): void => {
		try {
			stdout.write(text);
		} catch {
			// The window was closed: nobody is left to see a restored terminal.
		}
	};
	const raw = (on: boolean): void => {
		try {
			input.setRawMode(on);
		} catch {
			// As above.
		}
	};
	return {
		input,
		output: stdout,
		enter() {
			if (entered) return;
			entered = true;
			raw(true);
			write(alternateScreen);
		},
		leave() {
			if (!entered) return;
			entered = false;
			raw(false);
			write(firstScreen);
		},
		close() {
			input.pause();
			input.unref();
			if (input !== (stdin as unknown)) input.destroy();
		},
		copy(text) {
			const bytes = Buffer.from(text).subarray(0, mostCopied);
			write(`${esc}]52;c;${bytes.toString('base64')}${esc}\\`);
		},
	};
}
