/**
 * The pictures of the README, made anew: the screen as SVG from a real terminal (tmux), the report as PNG from a real browser
 * (chromium). Run it after a change of what they show, and look at them.
 * tsx test/screen/pictures.ts [--out .github/pictures]
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {program, startTmux} from '../ui/tmux.ts';
import {paintedPicture} from './painted-picture.ts';

const log = 'samples/real/rfc3339.log';
const size = {columns: 96, rows: 27};

/** The overview of the log, when all of it is read. */
async function screen(): Promise<string> {
	const tmux = startTmux(size.columns, size.rows);
	try {
		await tmux.shows('READY:');
		tmux.type(`clear; node '${program}' ${log}`);
		tmux.press('Enter');
		await tmux.shows('all read', /277 sessions/, /▶ ✘ submission +465/, /→ .*\n/, /^ *violate .*\d/m);
		const capture = tmux.painted();
		tmux.press('q');
		return capture;
	} finally {
		tmux.end();
	}
}

/** What a browser shows of the report on a window of that size. */
function report(file: string): void {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-picture-'));
	try {
		const page = join(folder, 'report.html');
		const {stdout, stderr} = spawnSync(process.execPath, [program, 'report', log, '--format', 'html'], {
			encoding: 'utf8',
			env: {...process.env, TZ: 'UTC'},
		});
		if (stdout === '') throw new Error(`no report was made: ${stderr}`);
		writeFileSync(page, stdout);
		const browser = spawnSync('chromium', [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--hide-scrollbars',
			'--window-size=1280,900',
			`--screenshot=${file}`,
			page,
		]);
		if (browser.status !== 0) throw new Error('chromium took no picture of the report; is it installed?');
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

const {values} = parseArgs({options: {out: {type: 'string', default: '.github/pictures'}}});
mkdirSync(values.out, {recursive: true});
const title =
	'The first screen of tlsaudit: hops and ports, the TLS versions that were used, what breaks the policy, the traffic';
writeFileSync(join(values.out, 'screen.svg'), paintedPicture(await screen(), 'dark', size, title));
report(join(values.out, 'report.png'));
process.stdout.write(`${values.out}/screen.svg\n${values.out}/report.png\n`);
