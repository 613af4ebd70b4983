import {closeSync, openSync} from 'node:fs';
import {ReadStream, type WriteStream} from 'node:tty';

/** The terminal while the screen has it. */
export type Terminal = {
	readonly input: ReadStream;
	readonly output: WriteStream;
	/** The other screen of the terminal, cleared, without a cursor; what is wider than the window is cut, not folded. */
	readonly enter: () => void;
	/** Rows from the top; only those that are not there yet are written. Does nothing before `enter` and after `leave`. */
	readonly paint: (rows: readonly string[]) => void;
	/** Whether the mouse is reported (a press, the wheel); else the terminal keeps it. It is given back by `leave`. */
	readonly mouse: (on: boolean) => void;
	/** The next rows are written all: the window has another size, or something else wrote on it. */
	readonly forget: () => void;
	/** Raw mode off, the first screen and the cursor back. Synchronous and safe to call twice. */
	readonly leave: () => void;
	/** Lets go of the keyboard for good, so that the process can end. */
	readonly close: () => void;
	/**
	 * Asks the terminal to put lines into the clipboard (OSC 52 of xterm's ctlseqs), as their bytes are; some refuse, some do
	 * not know how. Returns how many of the lines were not too many for it.
	 */
	readonly copy: (lines: readonly Uint8Array[]) => number;
};

const esc = '\u001B';
const clear = `${esc}[2J`;
const alternateScreen = `${esc}[?1049h${esc}[?7l${esc}[?25l`;
/** Presses and the wheel, in decimal digits (xterm's ctlseqs: 1000 and 1006). */
const mouseOn = `${esc}[?1000h${esc}[?1006h`;
const mouseOff = `${esc}[?1006l${esc}[?1000l`;
const firstScreen = `${esc}[m${esc}[?25h${esc}[?7h${esc}[?1049l`;
/** Terminals drop longer ones; xterm's limit is the lowest known. */
const mostCopied = 74_000;

/** Why no text gets into the clipboard of a terminal that is known not to have one; null where it may. */
export function clipboardFault(env: Readonly<Record<string, string | undefined>>): string | null {
	const {TERM = '', TERM_PROGRAM = ''} = env;
	if (/^(?:linux|vt\d+|dumb)/.test(TERM)) return `this terminal (${TERM}) has no clipboard`;
	if (TERM_PROGRAM === 'Apple_Terminal') return 'Terminal of macOS lets no program into its clipboard';
	return null;
}

/** What turns the rows on a terminal into others. A row is erased first: behind its last column there is nothing to erase. */
export function rowChanges(before: readonly string[], after: readonly string[]): string {
	let text = '';
	for (let row = 0; row < Math.max(before.length, after.length); row += 1) {
		const wanted = after[row] ?? '';
		if (wanted !== (before[row] ?? '')) text += `${esc}[${row + 1};1H${esc}[m${esc}[2K${wanted}`;
	}
	return text;
}

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
	let takesMouse = true;
	/** Rows on the screen; null: not known. */
	let shown: readonly string[] | null = null;
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
			shown = null;
			raw(true);
			write(alternateScreen + (takesMouse ? mouseOn : ''));
		},
		paint(rows) {
			if (!entered) return;
			const changes = rowChanges(shown ?? [], rows);
			if (shown === null) write(clear + changes);
			else if (changes !== '') write(changes);
			shown = rows;
		},
		mouse(on) {
			takesMouse = on;
			if (entered) write(on ? mouseOn : mouseOff);
		},
		forget() {
			shown = null;
		},
		leave() {
			if (!entered) return;
			entered = false;
			raw(false);
			write(mouseOff + firstScreen);
		},
		close() {
			input.pause();
			input.unref();
			if (input !== (stdin as unknown)) input.destroy();
		},
		copy(lines) {
			const bytes: Uint8Array[] = [];
			let room = mostCopied;
			for (const line of lines) {
				room -= line.length + 1;
				if (room < 0) break;
				bytes.push(...(bytes.length === 0 ? [line] : [Buffer.from('\n'), line]));
			}
			const copied = Math.ceil(bytes.length / 2);
			if (copied > 0) write(`${esc}]52;c;${Buffer.concat(bytes).toString('base64')}${esc}\\`);
			return copied;
		},
	};
}
