import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = process.env.TLSAUDIT_BIN ?? join(root, 'bin/tlsaudit.js');

/** Why there is no end-to-end test of the screen here; null when there can be one. */
export function missing(): string | null {
	return spawnSync('tmux', ['-V']).status === 0 ? null : 'tmux is not installed: the screen is not tested end to end';
}

export type Tmux = {
	/** Types a text, as it is. */
	readonly type: (text: string) => void;
	/** Presses keys by tmux's names. */
	readonly press: (...keys: string[]) => void;
	readonly capture: () => string;
	/** The same with its colours, as escape sequences (SGR). */
	readonly painted: () => string;
	/** Waits until the screen passes; gives it, or throws with what was there instead. */
	readonly until: (what: string, test: (screen: string) => boolean) => Promise<string>;
	/** Waits until one and the same screen has all of them: a heading is drawn before the rows below it are there. */
	readonly shows: (...what: ReadonlyArray<string | RegExp>) => Promise<string>;
	readonly resize: (columns: number, rows: number) => void;
	/** What was put into the clipboard last. */
	readonly clipboard: () => string;
	/** What tmux knows about the terminal, by its own format. */
	readonly asked: (format: string) => string;
	/** The window is closed from outside. */
	readonly kill: () => void;
	/** A directory of its own; removed at the end. */
	readonly folder: string;
	readonly read: (name: string) => string;
	readonly end: () => void;
};

let started = 0;

/** A shell in a terminal of its own, in the directory of the project. */
export function startTmux(columns: number, rows: number): Tmux {
	started += 1;
	const socket = `tlsaudit-test-${process.pid}-${started}`;
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-ui-'));
	const tmux = (...words: string[]): string => execFileSync('tmux', ['-L', socket, ...words], {encoding: 'utf8'});
	const clean =
		'env -u CI -u NODE_ENV -u NO_COLOR -u FORCE_COLOR -u NODE_V8_COVERAGE TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PS1=READY:';
	tmux(
		'-f',
		'/dev/null',
		'new-session',
		'-d',
		'-s',
		't',
		'-x',
		String(columns),
		'-y',
		String(rows),
		'-c',
		root,
		`${clean} bash --norc --noprofile`,
	);
	tmux('set-option', '-g', 'set-clipboard', 'on');
	const capture = (): string => tmux('capture-pane', '-t', 't', '-p').replace(/\n+$/, '\n');
	async function until(what: string, test: (screen: string) => boolean): Promise<string> {
		let screen = '';
		for (let turn = 0; turn < 400; turn += 1) {
			screen = capture();
			if (test(screen)) return screen;
			await after(50);
		}
		throw new Error(`never seen: ${what}; on the screen was:\n${screen}`);
	}
	return {
		folder,
		capture,
		painted: () => tmux('capture-pane', '-t', 't', '-e', '-p'),
		until,
		shows: (...what) =>
			until(what.join(', '), screen =>
				what.every(each => (typeof each === 'string' ? screen.includes(each) : each.test(screen))),
			),
		type: text => void tmux('send-keys', '-t', 't', '-l', text),
		press: (...keys) => void tmux('send-keys', '-t', 't', ...keys),
		resize: (width, height) => void tmux('resize-window', '-t', 't', '-x', String(width), '-y', String(height)),
		clipboard: () => tmux('show-buffer'),
		asked: format => tmux('display-message', '-p', '-t', 't', format).trim(),
		kill: () => void spawnSync('tmux', ['-L', socket, 'kill-server']),
		read: name => readFileSync(join(folder, name), 'utf8'),
		end() {
			spawnSync('tmux', ['-L', socket, 'kill-server']);
			rmSync(folder, {recursive: true, force: true});
		},
	};
}
