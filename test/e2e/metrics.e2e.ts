import {spawnSync} from 'node:child_process';
import {chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {bothSums, type Report} from '../metrics/counted.ts';
import type {Sample} from '../metrics/exposition.ts';
import {freePort} from '../metrics/free-port.ts';
import {program, startTmux} from '../ui/tmux.ts';
import {type Daemon, startDaemon, until} from './programs.ts';
import {tlsaudit} from './tlsaudit.ts';

const server = 'prometheus';
/** Why Prometheus is not asked here; null where it is. */
const without = spawnSync(server, ['--version']).status === 0 ? null : 'prometheus is not installed';

const sampleFile = (name: string): string => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const log = sampleFile('real/rfc3339.log');
/** The user and the group `nobody` and `nogroup`. */
const nobody = 65_534;

/** A Prometheus of its own, as nobody, that scrapes one target with the rules in `samples/`. */
function startPrometheus(folder: string, port: number, target: number): Daemon {
	const data = join(folder, 'data');
	mkdirSync(data);
	chownSync(data, nobody, nobody);
	copyFileSync(sampleFile('prometheus-rules.yml'), join(folder, 'rules.yml'));
	writeFileSync(
		join(folder, 'prometheus.yml'),
		`global: {scrape_interval: 250ms, scrape_timeout: 250ms, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs: [{job_name: mail, static_configs: [{targets: ['127.0.0.1:${target}']}]}]
`,
	);
	const words = [
		`--config.file=${join(folder, 'prometheus.yml')}`,
		`--storage.tsdb.path=${data}`,
		`--web.listen-address=127.0.0.1:${port}`,
		'--log.level=error',
	];
	return startDaemon('setpriv', [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', server, ...words]);
}

type Answer = {
	readonly data: {
		readonly result: ReadonlyArray<{
			readonly metric: Readonly<Record<string, string>>;
			readonly value: [number, string];
		}>;
		readonly groups: ReadonlyArray<{readonly rules: ReadonlyArray<{readonly name: string; readonly health: string}>}>;
	};
};

async function asked(port: number, path: string): Promise<Answer['data'] | null> {
	const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => null);
	return response?.ok ? ((await response.json()) as Answer).data : null;
}

/** What an expression of PromQL comes to now. */
async function query(port: number, expression: string): Promise<Sample[]> {
	const data = await asked(port, `query?query=${encodeURIComponent(expression)}`);
	return (data?.result ?? []).map(({metric: {__name__: name = '', ...labels}, value: [, value]}) => ({
		name,
		labels,
		value: Number(value),
	}));
}

const total = async (port: number, expression: string): Promise<number> =>
	(await query(port, expression)).reduce((sum, {value}) => sum + value, 0);

(without === null ? test : test.skip)(
	`Prometheus scrapes while a log streams into the screen, and its sums are the report’s ${without ?? ''}`,
	async t => {
		const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-prometheus-'));
		// Prometheus is another user.
		chownSync(folder, nobody, nobody);
		const [target, port] = [await freePort(), await freePort()];
		const pipe = join(folder, 'log');
		spawnSync('mkfifo', [pipe]);
		const tmux = startTmux(120, 40);
		const prometheus = startPrometheus(folder, port, target);
		try {
			await tmux.shows('READY:');
			tmux.type(`node ${program} --timezone UTC --metrics 127.0.0.1:${target} < ${pipe}`);
			tmux.press('Enter');
			const writing = await open(pipe, 'w');
			const lines = readFileSync(log, 'utf8').split(/(?<=\n)/);
			const read = (): Promise<number> => total(port, 'tlsaudit_lines_total');
			let sessions = 0;
			for (let part = 0; part < 4; part += 1) {
				const to = Math.ceil((lines.length * (part + 1)) / 4);
				await writing.write(lines.slice(Math.ceil((lines.length * part) / 4), to).join(''));
				await until(`Prometheus knows of ${to} lines`, async () => (await read()) === to, 60_000);
				await until('more sessions', async () => (await total(port, 'tlsaudit_sessions_total')) > sessions, 60_000);
				sessions = await total(port, 'tlsaudit_sessions_total');
				t.is(await total(port, 'tlsaudit_reading'), 1);
			}
			await writing.close();
			const {out, status, said} = await tlsaudit('report', log, '--timezone', 'UTC', '--format', 'json');
			t.is(status, 0, said);
			const report: Report = JSON.parse(out);
			const all = report.hops.reduce((sum, row) => sum + row.sessions, 0);
			await until('the input has ended', async () => (await total(port, 'tlsaudit_reading == bool 0')) === 1, 60_000);
			await until(`${all} sessions`, async () => (await total(port, 'tlsaudit_sessions_total')) === all, 60_000);
			const {inMetrics, inReport} = bothSums(await query(port, '{__name__=~"tlsaudit_.*"}'), report);
			t.deepEqual(inMetrics, inReport);
			t.is(await total(port, 'resets({__name__=~"tlsaudit_.*_total"}[10m])'), 0, 'no counter went down');
			const rules = (await asked(port, 'rules'))?.groups.flatMap(group => group.rules) ?? [];
			t.true(rules.length > 10);
			t.deepEqual(
				rules.filter(({health}) => health !== 'ok'),
				[],
			);
			tmux.press('q');
			await tmux.until('the prompt', screen => screen.trimEnd().endsWith('READY:'));
		} finally {
			tmux.end();
			await prometheus.end();
			rmSync(folder, {recursive: true, force: true});
		}
	},
);
