/**
 * How fast ClickHouse is filled and asked: tsx test/bench/clickhouse.ts [--sessions 2000000] [--days 10] [--folder DIR]. Two replicas and ZooKeeper
 * run on this machine, and one server alone. Prints rows a second into each, into both at once, the bytes of the tables, and seconds of
 * opening and of a report. Needs Debian's clickhouse-server and zookeeper, and `npm run build`.
 */
import {existsSync, mkdirSync, mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {type Cluster, clickhouseObstacle, databaseName, password, startCluster} from '../e2e/clickhouse-servers.ts';
import {type Ended, tlsaudit} from '../faults/import-process.ts';
import {makeSessions} from './made-sessions.ts';

const {values} = parseArgs({
	options: {
		sessions: {type: 'string', default: '2000000'},
		days: {type: 'string', default: '10'},
		folder: {type: 'string'},
	},
});
const obstacle = clickhouseObstacle();
if (obstacle !== null) {
	console.error(obstacle);
	process.exit(2);
}
process.env.TLSAUDIT_CLICKHOUSE_PASSWORD = password;
const [sessions, days] = [Number(values.sessions), Number(values.days)];
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'tlsaudit-bench-'));
mkdirSync(folder, {recursive: true});
const databases = ['one.db', 'other.db'].map(name => join(folder, name));

async function must(...words: string[]): Promise<Ended> {
	const ran = await tlsaudit(words);
	if (ran.status !== 0 && ran.status !== 1) throw new Error(`${words.join(' ')}: ${ran.said}`);
	return ran;
}
const rate = (rows: number, seconds: number): string =>
	`${seconds.toFixed(1)} s, ${(rows / seconds / 1e6).toFixed(2)} M sessions/s`;

/** Sends a copy of each database to its node, all at once. */
async function send(cluster: Cluster, ...sources: readonly string[]): Promise<number> {
	const begin = performance.now();
	await Promise.all(
		sources.map((db, node) =>
			must('export', '--db', db, '--to', cluster.url(node % cluster.nodes.length), '--create-tables'),
		),
	);
	return (performance.now() - begin) / 1000;
}

for (const db of databases) if (!existsSync(db)) await makeSessions(db, {sessions, hosts: 1, days});
console.log(
	`${sessions} sessions in ${days} days; database ${(statSync(databases[0] ?? '').size / 1e6).toFixed(0)} MB`,
);
const [first = '', second = ''] = databases;
for (const [what, options] of [
	['a server alone', {nodes: 1, replicated: false}],
	['two replicas', {nodes: 2}],
] as const) {
	const cluster = await startCluster(options);
	try {
		console.log(`${what}, into one: ${rate(sessions, await send(cluster, first))}`);
		console.log(
			`again, nothing new: ${(await must('export', '--db', first, '--to', cluster.url())).seconds.toFixed(1)} s`,
		);
		if (cluster.nodes.length > 1) {
			await cluster.clear();
			console.log(`${what}, into both at once: ${rate(2 * sessions, await send(cluster, first, second))}`);
		}
		console.log(
			`tables: ${await cluster.ask(`select sum(rows), formatReadableSize(sum(bytes_on_disk)) from system.parts where active and database = '${databaseName}' and table = 'session_rows'`)}`,
		);
		for (const words of [
			['sql', 'select 1'],
			['report', '--format', 'json'],
		])
			for (const source of [first, cluster.url()])
				console.log(
					`${words[0] === 'sql' ? 'opening' : 'report'} of ${source === first ? `the database of ${sessions}` : 'the server'}: ${(await must(...words, '--db', source)).seconds.toFixed(1)} s`,
				);
	} finally {
		await cluster.stop();
	}
}
if (values.folder === undefined) rmSync(folder, {recursive: true, force: true});
