/**
 * What a report of a ClickHouse server takes: tsx test/bench/clickhouse-tally.ts [--sessions 1000000,10000000] [--peers 1000]
 * [--commands 'report,report --format html,check']. One server runs on this machine; a million sessions are exported to it, and copied within it to later days until there are as many. Prints seconds of a
 * report and a check, and bytes that the server read and sent. TLSAUDIT_BIN names another program to compare with. Needs Debian's
 * clickhouse-server, and `npm run build`.
 */
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {type AddressInfo, connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {openStore} from '../../src/store/store.ts';
import {type Cluster, clickhouseObstacle, databaseName, password, startCluster} from '../e2e/clickhouse-servers.ts';
import {tlsaudit} from '../faults/import-process.ts';
import {makeSessions} from './made-sessions.ts';

const {values} = parseArgs({
	options: {
		sessions: {type: 'string', default: '1000000,10000000'},
		peers: {type: 'string', default: '1000'},
		commands: {type: 'string', default: 'report,report --format html,check'},
	},
});
const obstacle = clickhouseObstacle();
if (obstacle !== null) {
	console.error(obstacle);
	process.exit(2);
}
process.env.TLSAUDIT_CLICKHOUSE_PASSWORD = password;
const base = {sessions: 1_000_000, hosts: 4, days: 10};

/** Sends on what comes for a port, and counts what comes back. */
async function counting(port: number): Promise<{port: number; bytes: () => number; close: () => void}> {
	let bytes = 0;
	const server = createServer(near => {
		const far = connect(port, '127.0.0.1');
		far.on('data', more => {
			bytes += more.length;
		});
		near.on('error', () => far.destroy());
		far.on('error', () => near.destroy());
		near.pipe(far).pipe(near);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {port: (server.address() as AddressInfo).port, bytes: () => bytes, close: () => server.close()};
}

/** A database in which few peers have most sessions, as peers of mail do. */
async function makeDatabase(db: string, peers: number): Promise<void> {
	await makeSessions(db, base);
	const store = await openStore({path: db});
	await store.run(
		`update session_rows set peer_ip = concat('192.0.', p // 256, '.', p % 256)
		from (select rowid as row, (hash(handshake, floor(${peers} ** (hash(rowid) % 10000 / 10000.0))) % ${peers})::bigint as p
			from session_rows) r
		where r.row = session_rows.rowid`,
	);
	await store.close();
}

const dayMs = 86_400_000;
const later = (text: string, days: number): string =>
	text.replace(/\d{4}-\d\d-\d\d/, day => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10));

type Part = {readonly part: string; readonly row: string};

/** What a database says it has sent, with a copy of each segment of the first days for each that was copied. */
function withCopies(parts: readonly Part[], copies: number): Part[] {
	const copied = (row: string, by: number): string =>
		later(row, by * base.days).replace(
			/"segment":"(\d+)"/,
			(_, number) => `"segment":"${BigInt.asUintN(64, BigInt(number) + BigInt(by))}"`,
		);
	return parts.flatMap(({part, row}) =>
		part !== 'segments' && part !== 'sent'
			? [{part, row}]
			: Array.from({length: copies}, (_, by) => ({part, row: copied(row, by)})),
	);
}

/** Copies what was exported to later days until there are so many copies, and lists them as an export lists what it sent. */
async function copyTo(
	{ask}: Cluster,
	parts: {fingerprint: string; body: string},
	from: number,
	to: number,
): Promise<void> {
	const first = `day < toDate('2026-01-01') + ${base.days}`;
	const table = `${databaseName}.session_rows`;
	const columns = (
		await ask(`select name from system.columns where database = '${databaseName}' and table = 'session_rows'`)
	).split('\n');
	for (let by = from; by < to; by++) {
		const shifted = columns.map(name => {
			if (name === 'segment') return `segment + ${by}`;
			if (name === 'day') return `day + ${by * base.days}`;
			return name.endsWith('ed_at') ? `${name} + toInt64(${by * base.days * dayMs}) * 1000` : name;
		});
		await ask(`insert into ${table} (${columns}) select ${shifted} from ${table} where ${first}`);
	}
	const all = withCopies(JSON.parse(parts.body), to);
	const sent = all
		.filter(({part}) => part === 'sent')
		.map(({row}) => JSON.parse(row) as {name: string; segment: string; sessions: number});
	const {fingerprint} = parts;
	const ledger = sent.map(each =>
		JSON.stringify({...each, fingerprint, day: each.name.slice(4, 14), log_host: null, format: 1}),
	);
	await ask(`insert into ${databaseName}.segments format JSONEachRow\n${ledger.join('\n')}`);
	const row = {fingerprint, version: String(Date.now() + to), format: 1, body: JSON.stringify(all)};
	await ask(`insert into ${databaseName}.parts format JSONEachRow\n${JSON.stringify(row)}`);
}

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-bench-'));
const db = join(folder, 'base.db');
await makeDatabase(db, Number(values.peers));
const cluster = await startCluster({nodes: 1, replicated: false});
try {
	const filled = await tlsaudit(['export', '--db', db, '--to', cluster.url(), '--create-tables']);
	if (filled.status !== 0) throw new Error(filled.said);
	const [fingerprint = '', body = ''] = JSON.parse(
		await cluster.ask(`select fingerprint, body from ${databaseName}.parts format JSONCompact`),
	).data[0];
	const events = async (): Promise<number> =>
		Number(await cluster.ask(`select value from system.events where event = 'CompressedReadBufferBytes'`));
	let copies = 1;
	for (const sessions of values.sessions.split(',').map(Number)) {
		const wanted = Math.round(sessions / base.sessions);
		await copyTo(cluster, {fingerprint, body}, copies, wanted);
		copies = wanted;
		const counter = await counting(cluster.nodes[0]?.port ?? 0);
		const url = cluster.url().replace(/:\d+\//, `:${counter.port}/`);
		for (const words of values.commands.split(',').map(command => command.split(' '))) {
			const [read, sent] = [await events(), counter.bytes()];
			const ran = await tlsaudit([...words, '--db', url]);
			if (ran.status !== 0 && ran.status !== 1) throw new Error(ran.said);
			console.log(
				`${sessions} sessions, ${words.join(' ')}: ${ran.seconds.toFixed(1)} s, ${(((await events()) - read) / 1e6).toFixed(0)} MB read, ${((counter.bytes() - sent) / 1e6).toFixed(1)} MB travelled`,
			);
		}
		counter.close();
	}
} finally {
	await cluster.stop();
	rmSync(folder, {recursive: true, force: true});
}
