/**
 * The screen. It takes screen data (queries and their results) and a terminal, and writes rows on that terminal. It does not
 * know logs, databases or files. `state.ts` says what is shown, `poller.ts` asks for it, `draw.ts` makes rows of it, `app.tsx`
 * hands them to Ink.
 */
import {count, many} from '../text/number.ts';
import {plain} from '../text/plain.ts';
import {createMoments} from '../text/time.ts';
import {drawn} from './draw.ts';
import {faultOf, listenForExitSignals, type Shown} from './exit-signals.ts';
import {exportedView} from './export.ts';
import {createPoller} from './poller.ts';
import {createScreen, type Effects, type Frame, type Screen} from './screen.ts';
import type {ScreenData} from './screen-data.ts';
import {current} from './state.ts';
import {clipboardFault, type Terminal} from './terminal.ts';
import {createTheme, speaksUnicode} from './theme.ts';
import {readSpan} from './typing/span-choice.ts';

export type ShowOptions = {
	readonly terminal: Terminal;
	readonly colour: boolean;
	/** IANA name of the zone that moments are written in. */
	readonly zone: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Begins to read; called when the first frame is on the terminal. When it fails the screen ends with its error. */
	readonly open: () => Promise<unknown>;
};

/** The chosen row as plain text. */
function copiedRow({table, selected, state}: Frame): string {
	if (table === null) return '';
	const values = table.values(selected).map(value => plain(String(value ?? '')));
	return current(state).view === 'coverage' ? (values[1] ?? '') : values.join('\t');
}

/** Offers the row, or the raw lines to the byte, to the clipboard; returns what there is to say. */
function copy(frame: Frame, terminal: Terminal, env: ShowOptions['env']): string {
	const {rawLines, text} = frame;
	const pieces = text === null ? [Buffer.from(copiedRow(frame))] : rawLines.map(({bytes}) => bytes);
	if (pieces.every(({length}) => length === 0)) return 'there is nothing to copy';
	const toFile = text === null ? 'x writes the view to a file' : 'x and then t writes them to a file';
	const fault = clipboardFault(env);
	if (fault !== null) return `${fault}; ${toFile}`;
	const copied = terminal.copy(pieces);
	if (copied === 0) return `that is too long for the clipboard of a terminal; ${toFile}`;
	const what = text === null ? 'the row' : many(copied, 'line');
	if (copied < pieces.length)
		return `copied the first ${what} of ${count(pieces.length)}, as terminals take no more; ${toFile}`;
	return `copied ${what} (OSC 52); if the clipboard stays as it was, ${toFile}`;
}

/** What keys of the screen do outside of it. */
function effectsOf({
	screen,
	data,
	terminal,
	env,
	finish,
	redraw,
}: {
	readonly screen: () => Screen;
	readonly data: ScreenData;
	readonly terminal: Terminal;
	readonly env: ShowOptions['env'];
	readonly finish: (shown: Shown) => void;
	readonly redraw: () => void;
}): Effects {
	const say = (message: string): void => screen().send({type: 'say', message});
	async function saved(format: 'csv' | 'json' | 'text'): Promise<string> {
		const frame = screen().get();
		if (format !== 'text') {
			const {view, columns, rows} = await exportedView(frame, data);
			return data.save(view, format, columns, rows);
		}
		if (frame.rawLines.length === 0) throw new Error('there are no raw lines here: open a session, then x and t');
		return data.saveLines(frame.rawLines.map(({bytes}) => bytes));
	}
	return {
		quit: () => finish({signal: null}),
		interrupt: () => process.kill(process.pid, 'SIGINT'),
		suspend: () => process.kill(0, 'SIGTSTP'),
		mouse: terminal.mouse,
		redraw,
		copy: () => say(copy(screen().get(), terminal, env)),
		save(format) {
			void saved(format).then(
				name => say(`written to ${name}`),
				(error: Error) => say(error.message),
			);
		},
		findWords() {
			void data.words().then(
				words => screen().send({type: 'words', words}),
				// Completion is a help: what is wrong with the store is said by the next query.
				() => undefined,
			);
		},
		readSpan(text, chosen) {
			void readSpan(text, data.moment).then(read => screen().send({type: 'span', chosen, ...read}));
		},
		policies: data.policies,
	};
}

/** The longest interval of a timer, ms. */
const longestMs = 2 ** 31 - 1;

/**
 * The life of the screen: takes the terminal, draws until `q` or a signal, gives the terminal back on every way out, a
 * crash included. Suspends on Ctrl-Z with the whole job and draws anew when it comes back.
 */
export async function show(data: ScreenData, {terminal, colour, zone, env, open}: ShowOptions): Promise<Shown> {
	const look = {theme: createTheme({colour, unicode: speaksUnicode(env)}), moments: createMoments(zone), near: null};
	const {output, input} = terminal;
	const sizeNow = () => ({columns: output.columns || 80, rows: output.rows || 24});
	const poller = createPoller(data);
	let finish: (shown: Shown) => void = () => undefined;
	let fail: (error: Error) => void = () => undefined;
	const ended = new Promise<Shown>((resolve, reject) => {
		finish = resolve;
		fail = reject;
	});

	const screen: Screen = createScreen(
		poller,
		sizeNow(),
		effectsOf({screen: () => screen, data, terminal, env, finish: shown => finish(shown), redraw: () => drawAll()}),
		look,
		{policy: data.policy, span: data.span, hops: data.hops},
	);

	const paint = (): void => terminal.paint(drawn(screen.get(), look));
	const drawAll = (): void => {
		terminal.forget();
		screen.resize(sizeNow());
		paint();
	};
	// From Ctrl-Z or from outside: the terminal goes back to the shell before the process stops.
	const onStop = (): void => {
		terminal.leave();
		process.kill(process.pid, 'SIGSTOP');
	};
	const onContinue = (): void => {
		terminal.enter();
		drawAll();
	};

	const stopListening = listenForExitSignals({input, leave: terminal.leave, finish, fail});
	process.on('SIGTSTP', onStop);
	process.on('SIGCONT', onContinue);
	output.on('resize', drawAll);
	terminal.enter();
	paint();
	const unsubscribe = screen.subscribe(paint);
	let unmount: () => void = () => undefined;
	let isOver = false;
	// Until Ink reads the keys nothing else keeps the process alive once a short log is read: Node would end with status 13.
	const alive = setInterval(() => undefined, longestMs);
	// The first frame is drawn without Ink; what is typed waits for it, so it is loaded before there is something to show.
	async function handOver(): Promise<void> {
		const {mount} = await import('./app.tsx');
		if (isOver) return;
		const mounted = mount({screen, look, terminal});
		unsubscribe();
		unmount = mounted.unmount;
		mounted.failed.catch(error => fail(faultOf(error)));
	}
	try {
		handOver().catch(error => fail(faultOf(error)));
		open().catch(fail);
		return await ended;
	} finally {
		isOver = true;
		clearInterval(alive);
		unsubscribe();
		unmount();
		terminal.leave();
		terminal.close();
		screen.dispose();
		await poller.stop();
		output.off('resize', drawAll);
		stopListening();
		process.off('SIGTSTP', onStop);
		process.off('SIGCONT', onContinue);
	}
}
