import {constants} from 'node:os';
import {render} from 'ink';
import {App} from './app.tsx';
import {faultOf, listenForEndings, type Shown} from './endings.ts';
import {createFeed} from './feed.ts';
import {createMoments, harmless} from './format.ts';
import type {Port} from './port.ts';
import {createScreen, type Frame} from './screen.ts';
import {current} from './state.ts';
import type {Terminal} from './terminal.ts';
import {createTheme, speaksUnicode} from './theme.ts';
import {wholeView} from './whole-view.ts';

export type ShowOptions = {
	readonly terminal: Terminal;
	readonly colour: boolean;
	/** IANA name of the zone that moments are written in. */
	readonly zone: string;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** When it fails there is nothing to show: the screen ends, and its error is thrown. */
	readonly opening: Promise<unknown>;
};

/** The work of a frame is some 20 ms: ten a second are enough for an eye. */
const maxFps = 10;
const frameMs = 1000 / maxFps;

/** The chosen row, or the lines of a page of text, as plain text. */
function copied({sheet, text, selected, state}: Frame): string {
	if (text !== null) return text.map(line => line.replaceAll(/\u001B\[\d+m/g, '').trimEnd()).join('\n');
	if (sheet === null) return '';
	const values = sheet.values(selected).map(value => harmless(String(value ?? '')));
	return current(state).view === 'coverage' ? (values[1] ?? '') : values.join('\t');
}

/**
 * The life of the screen: takes the terminal, draws until `q` or a signal, gives the terminal back on every way out, a
 * crash included. Suspends on Ctrl-Z with the whole job and draws anew when it comes back.
 */
export async function show(port: Port, {terminal, colour, zone, env, opening}: ShowOptions): Promise<Shown> {
	const look = {theme: createTheme({colour, unicode: speaksUnicode(env)}), moments: createMoments(zone), near: null};
	const {output, input} = terminal;
	const sizeNow = () => ({columns: output.columns || 80, rows: output.rows || 24});
	const feed = createFeed(port);
	let finish: (shown: Shown) => void = () => undefined;
	let fail: (error: Error) => void = () => undefined;
	const ended = new Promise<Shown>((resolve, reject) => {
		finish = resolve;
		fail = reject;
	});

	const screen = createScreen(
		feed,
		sizeNow(),
		{
			quit: () => finish({signal: null}),
			interrupt: () => finish({signal: constants.signals.SIGINT}),
			suspend: () => process.kill(0, 'SIGTSTP'),
			copy() {
				const text = copied(screen.get());
				if (text === '') return;
				terminal.copy(text);
				const lines = text.split('\n').length;
				screen.send({
					type: 'say',
					message: `copied ${lines === 1 ? 'the row' : `${lines} lines`}, if the terminal allows it (OSC 52)`,
				});
			},
			save(format) {
				void wholeView(screen.get(), port)
					.then(({view, columns, rows}) => port.save(view, format, columns, rows))
					.then(
						name => screen.send({type: 'say', message: `written to ${name}`}),
						(error: Error) => screen.send({type: 'say', message: error.message}),
					);
			},
		},
		look,
	);

	const leave = (): void => terminal.leave();
	// From Ctrl-Z or from outside: the terminal goes back to the shell before the process stands still.
	const onStop = (): void => {
		// Ink writes only what differs from the last frame: the empty one must be out before, or nothing is drawn afterwards.
		screen.send({type: 'suspended', on: true});
		setTimeout(() => {
			leave();
			process.kill(process.pid, 'SIGSTOP');
		}, frameMs + 20);
	};
	const onContinue = (): void => {
		terminal.enter();
		screen.resize(sizeNow());
		screen.send({type: 'suspended', on: false});
	};
	const onResize = (): void => screen.resize(sizeNow());

	const stopListening = listenForEndings({input, leave, finish, fail});
	process.on('SIGTSTP', onStop);
	process.on('SIGCONT', onContinue);
	output.on('resize', onResize);
	terminal.enter();
	const instance = render(<App screen={screen} policy={port.policy} look={look} />, {
		stdout: output,
		stdin: input,
		exitOnCtrlC: false,
		patchConsole: false,
		maxFps,
	});
	// Ink ends by itself only when a component threw.
	instance.waitUntilExit().catch(error => fail(faultOf(error)));
	try {
		return await Promise.race([ended, opening.then(() => ended)]);
	} finally {
		instance.unmount();
		leave();
		terminal.close();
		screen.dispose();
		await feed.stop();
		output.off('resize', onResize);
		stopListening();
		process.off('SIGTSTP', onStop);
		process.off('SIGCONT', onContinue);
	}
}
