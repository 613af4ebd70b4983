import {render, useInput} from 'ink';
import {type ReactElement, useLayoutEffect, useSyncExternalStore} from 'react';
import {drawn} from './draw.ts';
import {keyNames} from './keymap.ts';
import type {Screen} from './screen.ts';
import type {Look} from './sheet.ts';
import type {Terminal} from './terminal.ts';

/**
 * Rows on the terminal. Ink's own `<Text>` cuts each frame into cells (28 ms at 160×50, twice a second) and remembers the
 * width of every text it ever measured, which a screen that runs for weeks cannot afford; so the rows are painted here.
 */
function Rows({of, terminal}: {readonly of: readonly string[]; readonly terminal: Terminal}): null {
	useLayoutEffect(() => terminal.paint(of));
	return null;
}

type AppProps = {
	readonly screen: Screen;
	readonly policy: string;
	readonly look: Look;
	readonly terminal: Terminal;
};

/** The whole screen. The only place that listens to keys. */
function App({screen, policy, look, terminal}: AppProps): ReactElement {
	const frame = useSyncExternalStore(screen.subscribe, screen.get);
	useInput((input, key) => {
		for (const name of keyNames(input, key)) screen.press(name);
	});
	return <Rows of={drawn(frame, policy, look)} terminal={terminal} />;
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
