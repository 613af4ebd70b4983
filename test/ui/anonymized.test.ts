import {readFileSync} from 'node:fs';
import test from 'ava';
import {heldBy, namesIn} from '../privacy/fixture/names-in.ts';
import {left, run, within} from './in-terminal.ts';
import {missing, program} from './tmux.ts';

const absent = missing();
if (absent !== null) test(absent, t => t.log(absent));
const inTmux = absent === null ? test.serial : test.serial.skip;

const log = 'samples/real/rfc3339.log';
const {addresses, words} = namesIn(readFileSync(log, 'utf8'));
const named = {addresses, words: new Set([...words, 'rfc3339.log'])};

inTmux('with --anonymize no name of the log is on the screen, in the clipboard or in a file that is written', t =>
	within(t, 160, 50, async tmux => {
		const seen: string[] = [];
		const shows = async (...what: ReadonlyArray<string | RegExp>): Promise<string> => {
			const screen = await tmux.shows(...what);
			seen.push(screen);
			return screen;
		};
		// The path of the folder would be on the screen of the shell.
		run(tmux, `cd ${tmux.folder} && node '${program}' ${process.cwd()}/${log} --anonymize mask`);
		await shows('277 sessions', /✘ submission +465/);
		tmux.press('2');
		await shows(/✘ violation min-version/);
		tmux.press('3');
		await shows(/▶ . 127\.\d+\.x\.x#\d+/);
		tmux.press('y');
		await shows('copied the row');
		t.regex(tmux.clipboard(), /127\.\d+\.x\.x#\d+/);
		tmux.press('x');
		await shows('c CSV, j JSON');
		tmux.press('j');
		const said = await shows('written to tlsaudit-peers-');
		const written = tmux.read(/written to (\S+)/.exec(said)?.[1] ?? '');
		t.true(JSON.parse(written).length > 40);
		tmux.type('7/user:user-1');
		await shows(/▶ . \d\d:\d\d:\d\d .*user-1\b/);
		tmux.press('Enter');
		tmux.press('Enter');
		await shows('Lines of the log are not shown with --anonymize.');
		tmux.press('y');
		await shows('there is nothing to copy');
		for (const text of [...seen, tmux.clipboard(), written]) t.deepEqual(heldBy(text, named), [], text);
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);
