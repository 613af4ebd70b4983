import {EventEmitter} from 'node:events';
import {render} from 'ink';
import {App} from '../../src/ui/app.tsx';
import {createFeed, type Feed} from '../../src/ui/feed.ts';
import {createMoments} from '../../src/ui/format.ts';
import type {Port} from '../../src/ui/port.ts';
import {createScreen, type Effects, type Screen} from '../../src/ui/screen.ts';
import {createTheme} from '../../src/ui/theme.ts';

/** A terminal of a chosen size that keeps the last frame. */
class FakeOutput extends EventEmitter {
	columns: number;
	rows: number;
	frame = '';
	readonly isTTY = true;
	constructor(columns: number, rows: number) {
		super();
		this.columns = columns;
		this.rows = rows;
	}
	write(text: string): boolean {
		this.frame = text;
		return true;
	}
}

/** A keyboard: what is sent is read as one report. */
class FakeInput extends EventEmitter {
	readonly isTTY = true;
	#pending: string | null = null;
	send(text: string): void {
		this.#pending = text;
		this.emit('readable');
	}
	read(): string | null {
		const text = this.#pending;
		this.#pending = null;
		return text;
	}
	setEncoding(): void {}
	setRawMode(): void {}
	ref(): void {}
	unref(): void {}
}

export type TestScreen = {
	/** The frame as lines, painted as it is. */
	readonly painted: () => string[];
	/** The same without paint. */
	readonly lines: () => string[];
	readonly text: () => string;
	/** Types a text as one report, and waits until it is drawn. */
	readonly type: (text: string) => Promise<void>;
	readonly resize: (columns: number, rows: number) => Promise<void>;
	readonly settle: () => Promise<void>;
	readonly screen: Screen;
	readonly feed: Feed;
	readonly done: string[];
	readonly end: () => Promise<void>;
};

export const keys = {
	enter: '\r',
	escape: '\u001B',
	tab: '\t',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
} as const;

/** Turns of the loop that React 19 and Ink need until a change is drawn. */
async function settle(): Promise<void> {
	for (let turn = 0; turn < 4; turn += 1) {
		await new Promise(resolve => setImmediate(resolve));
		await new Promise(resolve => setTimeout(resolve, 5));
	}
}

/** The real screen on a terminal that is none. */
export async function startScreen(
	port: Port,
	{
		columns = 80,
		rows = 24,
		colour = false,
		unicode = true,
	}: {columns?: number; rows?: number; colour?: boolean; unicode?: boolean} = {},
): Promise<TestScreen> {
	const output = new FakeOutput(columns, rows);
	const input = new FakeInput();
	const look = {theme: createTheme({colour, unicode}), moments: createMoments('UTC'), near: null};
	const feed = createFeed(port);
	const done: string[] = [];
	const note = (what: string) => (): void => void done.push(what);
	const effects: Effects = {
		quit: note('quit'),
		interrupt: note('interrupt'),
		suspend: note('suspend'),
		copy: note('copy'),
		save: format => void done.push(`save ${format}`),
	};
	const screen = createScreen(feed, {columns, rows}, effects, look);
	const instance = render(<App screen={screen} policy={port.policy} look={look} />, {
		stdout: output as unknown as NodeJS.WriteStream,
		stdin: input as unknown as NodeJS.ReadStream,
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	await settle();
	const painted = (): string[] => output.frame.split('\n');
	const lines = (): string[] => painted().map(line => line.replaceAll(/\u001B\[\d+m/g, '').trimEnd());
	return {
		painted,
		lines,
		text: () => lines().join('\n'),
		settle,
		screen,
		feed,
		done,
		async type(text) {
			input.send(text);
			await settle();
		},
		async resize(width, height) {
			output.columns = width;
			output.rows = height;
			screen.resize({columns: width, rows: height});
			await settle();
		},
		async end() {
			instance.unmount();
			screen.dispose();
			await feed.stop();
		},
	};
}
