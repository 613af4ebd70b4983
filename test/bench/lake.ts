/**
 * How fast a lake is filled and asked: tsx test/bench/lake.ts [--sessions 10000000] [--hosts 3] [--days 30] [--keep DIR]. The sessions are
 * made in DuckDB from those of samples/real. Prints rows a second, bytes, and seconds of opening and of a report, of the database and of
 * the lake. Needs `npm run build`.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {makeSessions} from './made-sessions.ts';

const {values} = parseArgs({
	options: {
		sessions: {type: 'string', default: '10000000'},
		hosts: {type: 'string', default: '3'},
		days: {type: 'string', default: '30'},
		folder: {type: 'string'},
	},
});
const [sessions, hosts, days] = [Number(values.sessions), Number(values.hosts), Number(values.days)];
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'tlsaudit-lake-'));
mkdirSync(folder, {recursive: true});
const [db, lake] = [join(folder, 'made.db'), join(folder, 'lake')];

/** Runs the program; gives its seconds, those of the processor, and its largest memory in MiB, and stops where it fails. */
function tlsaudit(...words: string[]): {seconds: number; cpu: number; mebibytes: number} {
	const begin = performance.now();
	const {status, stderr} = spawnSync(
		'/usr/bin/time',
		['-f', 'peak %M cpu %U %S', 'node', 'bin/tlsaudit.js', ...words],
		{
			encoding: 'utf8',
			maxBuffer: 1 << 30,
		},
	);
	if (status !== 0 && status !== 1) throw new Error(`${words.join(' ')}: ${stderr}`);
	const [, peak = 0, user = 0, system = 0] = (/peak (\d+) cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? []).map(Number);
	return {seconds: (performance.now() - begin) / 1000, cpu: user + system, mebibytes: peak / 1024};
}

const bytesIn = (path: string): number =>
	readdirSync(path, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

if (!existsSync(db)) await makeSessions(db, {sessions, hosts, days});
console.log(
	`${sessions} sessions of ${hosts} hosts in ${days} days; database ${(statSync(db).size / 1e6).toFixed(0)} MB`,
);
const sent = tlsaudit('export', '--db', db, '--to', lake);
console.log(
	`export: ${sent.seconds.toFixed(1)} s (${sent.cpu.toFixed(1)} of the processor), ${(sessions / sent.seconds / 1e6).toFixed(2)} M sessions/s, peak ${sent.mebibytes.toFixed(0)} MiB; lake ${(bytesIn(lake) / 1e6).toFixed(0)} MB in ${readdirSync(lake, {recursive: true}).filter(name => String(name).endsWith('.parquet')).length} files`,
);
const again = tlsaudit('export', '--db', db, '--to', lake);
console.log(`again, nothing new: ${again.seconds.toFixed(1)} s`);
for (const [what, words] of [
	['opening', ['sql', 'select 1']],
	['report', ['report', '--format', 'json']],
	['report of a day', ['report', '--format', 'json', '--since', '2026-01-02', '--until', '2026-01-03']],
	['check', ['check', '--format', 'json']],
] as const)
	for (const source of [db, lake]) {
		const {seconds, cpu, mebibytes} = tlsaudit(...words, '--db', source);
		console.log(
			`${what} of the ${source === db ? 'database' : 'lake'}: ${seconds.toFixed(1)} s (${cpu.toFixed(1)} of the processor), peak ${mebibytes.toFixed(0)} MiB`,
		);
	}
if (values.folder === undefined) rmSync(folder, {recursive: true, force: true});
