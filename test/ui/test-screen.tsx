import {EventEmitter} from 'node:events';
import type {ReadStream, WriteStream} from 'node:tty';
import {createMoments} from '../../src/text/time.ts';
import {mount} from '../../src/ui/app.tsx';
import {createPoller, type Poller} from '../../src/ui/poller.ts';
import {createScreen, type Effects, type Screen} from '../../src/ui/screen.ts';
import type {ScreenData} from '../../src/ui/screen-data.ts';
import {openTerminal} from '../../src/ui/terminal.ts';
import {createTheme} from '../../src/ui/theme.ts';
import {readSpan} from '../../src/ui/typing/span-choice.ts';

const row = /\u001B\[(\d+);1H\u001B\[m\u001B\[2K([^\u001B]*(?:\u001B\[\d+m[^\u001B]*)*)/g;

/** A terminal of a chosen size that keeps its rows as they are written. */
class FakeOutput extends EventEmitter {
	columns: number;
	rows: number;
	rowsShown: string[] = [];
	/** How many rows were written. */
	written = 0;
	readonly isTTY = true;
	constructor(columns: number, rows: number) {
		super();
		this.columns = columns;
		this.rows = rows;
	}
	write(text: string): boolean {
		if (text.includes('\u001B[2J')) this.rowsShown = [];
		for (const [, number = '', content = ''] of text.matchAll(row)) {
			this.written += 1;
			this.rowsShown[Number(number) - 1] = content;
		}
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
	/** Rows written to the terminal since the beginning. */
	readonly written: () => number;
	readonly poller: Poller;
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
	data: ScreenData,
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
	const poller = createPoller(data);
	const done: string[] = [];
	const note = (what: string) => (): void => void done.push(what);
	const effects: Effects = {
		quit: note('quit'),
		interrupt: note('interrupt'),
		suspend: note('suspend'),
		mouse: on => void done.push(`mouse ${on}`),
		redraw: note('redraw'),
		copy: note('copy'),
		save: format => void done.push(`save ${format}`),
		findWords: () => void data.words().then(words => screen.send({type: 'words', words})),
		readSpan: (text, chosen) =>
			void readSpan(text, data.moment).then(read => screen.send({type: 'span', chosen, ...read})),
		policies: data.policies,
	};
	const screen: Screen = createScreen(poller, {columns, rows}, effects, look, {
		policy: data.policy,
		span: data.span,
		hops: data.hops,
	});
	const terminal = openTerminal(input as unknown as ReadStream, output as unknown as WriteStream);
	if (terminal === null) throw new Error('no terminal');
	terminal.enter();
	const {unmount} = mount({screen, look, terminal});
	await settle();
	const painted = (): string[] => Array.from(output.rowsShown, line => line ?? '');
	const lines = (): string[] => painted().map(line => line.replaceAll(/\u001B\[\d+m/g, '').trimEnd());
	return {
		painted,
		lines,
		text: () => lines().join('\n'),
		settle,
		written: () => output.written,
		screen,
		poller,
		done,
		async type(text) {
			input.send(text);
			await settle();
		},
		async resize(width, height) {
			output.columns = width;
			output.rows = height;
			terminal.forget();
			screen.resize({columns: width, rows: height});
			await settle();
		},
		async end() {
			unmount();
			screen.dispose();
			await poller.stop();
		},
	};
}
