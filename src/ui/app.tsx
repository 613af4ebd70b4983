import {render, useStdin} from 'ink';
import {type ReactElement, useEffect, useLayoutEffect, useSyncExternalStore} from 'react';
import {drawn} from './draw.ts';
import {createKeyReader} from './keymap.ts';
import type {Screen} from './screen.ts';
import type {Look} from './table-view.ts';
import type {Terminal} from './terminal.ts';

/**
 * Paints rows on the terminal, in place of Ink's `<Text>`. Ink 6.8 remembers every text that `<Text>` ever measured or wrapped
 * (measure-text.js and wrap-text.js have caches without a bound), so a screen that runs for weeks would grow without end. It
 * also cuts each frame into cells: 28 ms at 160×50, twice a second.
 */
function Rows({of, terminal}: {readonly of: readonly string[]; readonly terminal: Terminal}): null {
	useLayoutEffect(() => terminal.paint(of));
	return null;
}

type AppProps = {
	readonly screen: Screen;
	readonly look: Look;
	readonly terminal: Terminal;
};

/**
 * Gives keys by their names. Ink 6.8's own `useInput` throws on control sequences with Ctrl that name no key it knows
 * (use-input.js: `input.startsWith` of undefined), such as a pasted `ESC [1;5G`; so its reports are read here.
 */
function useKeys(press: (key: string) => void): void {
	const {setRawMode, internal_eventEmitter: reports} = useStdin();
	useEffect(() => {
		setRawMode(true);
		return () => setRawMode(false);
	}, [setRawMode]);
	useEffect(() => {
		const read = createKeyReader();
		const take = (report: string | Buffer): void => {
			for (const name of read(String(report))) press(name);
		};
		reports.on('input', take);
		return () => void reports.off('input', take);
	}, [reports, press]);
}

/** The whole screen. The only place that listens to keys. */
function App({screen, look, terminal}: AppProps): ReactElement {
	const frame = useSyncExternalStore(screen.subscribe, screen.get);
	useKeys(screen.press);
	return <Rows of={drawn(frame, look)} terminal={terminal} />;
}

/** Hands the screen to Ink. `failed` rejects with what a component threw. */
export function mount(props: AppProps): {readonly unmount: () => void; readonly failed: Promise<never>} {
	const {output, input} = props.terminal;
	const instance = render(<App {...props} />, {
		stdout: output,
		stdin: input,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	const failed = new Promise<never>((_, reject) => {
		instance.waitUntilExit().catch(reject);
	});
	return {unmount: instance.unmount, failed};
}
