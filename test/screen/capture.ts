/**
 * Captures of every view, with colours, to be looked at: drives the screen in tmux at a list of sizes and writes each view as
 * escape sequences (.ansi, for `cat`), as pages of HTML on dark and light ground and, where chromium is, as pictures.
 * tsx test/screen/capture.ts [--sizes 80x24,120x30,160x50] [--out DIR] [--views 1,2,7] [--grounds dark,light] [LOG…]
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {views} from '../../src/ui/pages.ts';
import {program, startTmux, type Tmux} from '../ui/tmux.ts';
import {type Ground, paintedPage} from './painted-page.ts';

/** What is pressed on the first screen to see a page. Several of them go deeper than a view. */
const paths: ReadonlyArray<readonly [name: string, keys: readonly string[]]> = [
	...views.map((view, index): readonly [string, readonly string[]] => [view, [String(index + 1)]]),
	['peers-of-a-hop', ['1', 'Enter']],
	['session', ['7', 'Enter']],
	['raw', ['7', 'Enter', 'Enter']],
	['filtered-empty', ['7', '/', 'nobody.example', 'Enter']],
	['change', ['1', 'c']],
	['domains', ['1', 'd']],
	['key-exchange', ['1', 'K']],
	['policy', ['1', 'P']],
	['time', ['1', 't']],
	['typing', ['1', '/', 'version:']],
	['help', ['1', '?']],
];

/** Waits until two captures in a row are alike. */
async function still(tmux: Tmux): Promise<string> {
	let before = '';
	for (let turn = 0; turn < 50; turn += 1) {
		await after(150);
		const now = tmux.painted();
		if (now === before) return now;
		before = now;
	}
	return before;
}

function picture(page: string, file: string, columns: number, rows: number): void {
	const size = `${Math.ceil(columns * 8.43) + 16},${rows * 17 + 16}`;
	spawnSync('chromium', [
		'--headless',
		'--no-sandbox',
		'--disable-gpu',
		'--hide-scrollbars',
		`--window-size=${size}`,
		`--screenshot=${file}`,
		page,
	]);
}

async function captureAll(
	log: string,
	size: string,
	wanted: readonly string[],
	write: (name: string, capture: string, columns: number, rows: number) => void,
): Promise<void> {
	const [columns = 80, rows = 24] = size.split('x').map(Number);
	const tmux = startTmux(columns, rows);
	try {
		await tmux.shows('READY:');
		tmux.type(`clear; node '${program}' ${log}`);
		tmux.press('Enter');
		await tmux.until('the overview', text => /Overview|needs/.test(text) && !text.includes('READY:'));
		await after(1200);
		for (const [name, keys] of paths) {
			if (wanted.length > 0 && !wanted.includes(name)) continue;
			for (const key of keys) {
				tmux.press(key);
				await still(tmux);
			}
			write(`${basename(log).replace(/\W+/g, '-')}-${size}-${name}`, await still(tmux), columns, rows);
			for (let back = 0; back < 4; back += 1) {
				tmux.press('Escape');
				await after(60);
			}
		}
		tmux.press('q');
	} finally {
		tmux.end();
	}
}

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		sizes: {type: 'string', default: '80x24,120x30,160x50'},
		out: {type: 'string', default: join(tmpdir(), 'tlsaudit-captures')},
		views: {type: 'string', default: ''},
		grounds: {type: 'string', default: 'dark,light'},
	},
});
const logs = positionals.length > 0 ? positionals : ['samples/founding-case.log', 'samples/real/rfc3339.log'];
mkdirSync(values.out, {recursive: true});
const drawsPictures = spawnSync('chromium', ['--version']).status === 0;
for (const log of logs)
	for (const size of values.sizes.split(','))
		await captureAll(log, size, values.views.split(',').filter(Boolean), (name, capture, columns, rows) => {
			writeFileSync(join(values.out, `${name}.ansi`), capture);
			for (const ground of values.grounds.split(',') as Ground[]) {
				const page = join(values.out, `${name}-${ground}.html`);
				writeFileSync(page, paintedPage(capture, ground));
				if (drawsPictures) picture(page, join(values.out, `${name}-${ground}.png`), columns, rows);
			}
			process.stdout.write(`${join(values.out, name)}\n`);
		});
