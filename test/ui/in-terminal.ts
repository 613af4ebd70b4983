import type {ExecutionContext} from 'ava';
import {startTmux, type Tmux} from './tmux.ts';

/** Runs in a shell of that size, and puts everything away however it ends. */
export async function within(
	t: ExecutionContext,
	columns: number,
	rows: number,
	work: (tmux: Tmux) => Promise<void>,
): Promise<void> {
	t.timeout(90_000);
	const tmux = startTmux(columns, rows);
	try {
		await tmux.shows('READY:');
		await work(tmux);
	} finally {
		tmux.end();
	}
}

/** Types a command, with the terminal's settings written to `before` and `after`, and the exit status shown. */
export function run({type, press, folder}: Tmux, command: string): void {
	type(`clear; stty -a > ${folder}/before; ${command}; echo "STATUS:$?"; stty -a > ${folder}/after`);
	press('Enter');
}

/** The command has ended so, and the terminal is as it was before. */
export async function left(t: ExecutionContext, tmux: Tmux, status: number): Promise<void> {
	const screen = await tmux.until(`status ${status}`, text => /^STATUS:\d+/m.test(text));
	t.regex(screen, new RegExp(`^STATUS:${status}$`, 'm'));
	t.notRegex(screen, /1 Overview/, 'the first screen is back');
	t.is(tmux.asked('#{mouse_any_flag}'), '0', 'the mouse is the terminal’s again');
	await tmux.until('prompt', text => text.trimEnd().endsWith('READY:'));
	const withoutSize = (text: string): string => text.replace(/rows \d+; columns \d+/, '');
	t.is(withoutSize(tmux.read('after')), withoutSize(tmux.read('before')));
}

/** Whether presses of the mouse are reported to the program, in the form of SGR. */
export const takesMouse = (tmux: Tmux): boolean => tmux.asked('#{mouse_standard_flag}#{mouse_sgr_flag}') === '11';

/** Whether the terminal shows its other screen. */
export const isAlternate = (tmux: Tmux): boolean => tmux.asked('#{alternate_on}') === '1';
export const cursorIsShown = (tmux: Tmux): boolean => tmux.asked('#{cursor_flag}') === '1';
