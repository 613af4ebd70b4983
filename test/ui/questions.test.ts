import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {logOf, usualDay} from '../commands/fixture/ten-days.ts';
import {left, run, within} from './in-terminal.ts';
import {missing, program, type Tmux} from './tmux.ts';

const absent = missing();
if (absent !== null) test(absent, t => t.log(absent));
const inTmux = absent === null ? test.serial : test.serial.skip;
const real = 'samples/real/rfc3339.log';
const exchanges = fileURLToPath(new URL('../../samples/key-exchange.log', import.meta.url));

/** The questions of the README, the keys that answer them from the first screen, and what the screen shows then. */
const questions: ReadonlyArray<{asked: string; keys: readonly string[]; shows: readonly RegExp[]}> = [
	{
		asked: 'who still uses TLS 1.0 on 465',
		keys: ['Enter'],
		shows: [/› submission 465/, /✘ 127\.5\.0\.101 +1 TLS 1\.0 +· +· +1/],
	},
	{
		asked: 'to whom is mail sent in plaintext',
		keys: ['2', 'Enter'],
		shows: [/relay-plaintext on relay-out 25/, /127\.0\.0\.23 +13 plain +13/, /127\.0\.0\.26 +9 plain/],
	},
	{
		asked: 'how much mail is sent in plaintext',
		keys: ['2'],
		shows: [/▶ ✘ violation relay-plaintext +relay-out +25 +26 +3/, /26 sessions, 26 messages, 3 peers/],
	},
	{
		asked: 'to which domains is mail sent in plaintext or held',
		keys: ['d'],
		shows: [
			/▶ daneplain\.example .* 19 TLS not/,
			/dest26\.example +9 .*plain +9 .* 9 handshake/,
			/Held 19 messages: TLS not offered, 16 before any connection/,
		],
	},
	{
		asked: 'what fails most, why and whose it is',
		keys: ['5'],
		shows: [/▶ tls-required-\S* +relay-out +25 +19 theirs/, /theirs: The server offers no STARTTLS/],
	},
	{
		asked: 'who breaks at TLS 1.2',
		keys: ['6', 'Down', 'Enter'],
		shows: [/What if › only TLS 1\.2 and later/, /1 of 53/, /127\.0\.0\.22 +2 TLS 1\.0/],
	},
	{
		asked: 'the raw lines of a session',
		keys: ['7', 'Enter', 'Enter'],
		shows: [/› raw lines/, /5 lines of this session/, /smtp\[24066\]: 205AB1820C8/],
	},
];

/** Presses the keys, each when the one before has been drawn. */
async function press(tmux: Tmux, keys: readonly string[]): Promise<void> {
	for (const key of keys) {
		const before = tmux.capture();
		tmux.press(key);
		await tmux.until(`something else after ${key}`, screen => screen !== before);
	}
}

inTmux('at 80×24 every question of the README is answered within three keys from the first screen', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `node '${program}' ${real}`);
		const first = (text: string): boolean => text.includes('277 sessions') && /▶ ✘ submission +465/.test(text);
		await tmux.until('the overview', first);
		for (const {asked, keys, shows} of questions) {
			t.true(keys.length <= 3, asked);
			await press(tmux, keys);
			await tmux.shows(...shows);
			tmux.press('1');
			await tmux.until('the overview again', first);
		}
	}),
);

inTmux('who is not hybrid yet is one key from the first screen, and Enter shows its sessions', t =>
	within(t, 80, 24, async tmux => {
		run(tmux, `node '${program}' --year 2026 ${exchanges}`);
		await tmux.until('the overview', text => /submission +465/.test(text) && /all read/.test(text));
		tmux.press('K');
		await tmux.shows(
			/relay-out +25 mx\.example\.com/,
			/relay-in +25 all +2 +50% +1 +1 +·/,
			/access +993 all +· +· +1 +1/,
		);
		tmux.press('j', 'j', 'j', 'j', 'j', 'j', 'Enter');
		await tmux.shows(/Key exchange › mx\.example \[192\.0\.2\.25\]/, /08:02:00 +relay-in +25 mx\.example/);
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);

inTmux('what changed since yesterday is one key from the first screen', t =>
	within(t, 80, 24, async tmux => {
		const old = {second: 40_000, kind: 'smtps', peer: '192.0.2.77', host: 'new.example', version: 'TLSv1'} as const;
		const file = join(tmux.folder, 'days.log');
		writeFileSync(file, logOf([9, 10].flatMap(day => usualDay(day)).concat({day: 10, ...old})));
		run(tmux, `node '${program}' ${file}`);
		await tmux.until('the overview', text => /✘ submission +465/.test(text));
		tmux.press('c');
		await tmux.shows(/new +rule +min-version +submission +465 +1 /, /new +peer +new\.example/);
		tmux.press('q');
		await left(t, tmux, 0);
	}),
);
