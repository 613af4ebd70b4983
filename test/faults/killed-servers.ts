import {copyFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {makeSessions} from '../bench/made-sessions.ts';
import {random} from '../bench/random.ts';
import {type Cluster, databaseName} from '../e2e/clickhouse-servers.ts';
import {type Ended, tlsaudit} from './import-process.ts';

/** What is killed while an export goes on. */
export const victims = ['exporter', 'replica', 'zookeeper'] as const;
export type Victim = (typeof victims)[number];

/** What became of exports in which something was killed. */
export type Survived = {
	readonly kills: number;
	/** Kills that came before the export ended. */
	readonly early: number;
	readonly sessions: number;
	readonly problems: readonly string[];
};

/** A server that comes back takes its time, and replicas wait for ZooKeeper. */
const patienceMs = 180_000;

/** Asks until an answer is right; gives the last one. */
async function eventually<T>(ask: () => Promise<T>, right: (answer: T) => boolean): Promise<T> {
	const end = Date.now() + patienceMs;
	for (;;) {
		const answer = await ask();
		if (right(answer) || Date.now() > end) return answer;
		await setTimeout(300);
	}
}

const digest = 'select count(*)::text as n, sum(hash(t)::hugeint)::text as digest from sessions t';

/** A digest of all sessions of a database or a server, each as often as it is there; the sentence where they cannot be read. */
async function sessionsIn(source: string): Promise<string> {
	const {status, out, said} = await tlsaudit(['sql', digest, '--db', source, '--format', 'json']);
	return status === 0 ? out : said;
}

/** The rows of both tables that count rows, as a node has them: sessions, distinct segments among them, segments of the ledger. */
const counts = (cluster: Cluster, node: number): Promise<string> =>
	cluster
		.ask(
			`select sessions, segments, ledger from (select count() as sessions, uniqExact(segment) as segments, 1 as k from ${databaseName}.session_rows)
			any left join (select uniqExact(segment) as ledger, 1 as k from ${databaseName}.segments) using k`,
			node,
		)
		.catch((error: Error) => error.message);

/**
 * Kills exporters, a replica or ZooKeeper with SIGKILL at random moments of exports, and starts what was killed again. An export that fails must say so
 * in one sentence. When it has been repeated until it ends well, both nodes must have the sessions of the database, each once.
 */
export async function killServers(
	cluster: Cluster,
	victim: Victim,
	{kills, sessions, seed = 1}: {readonly kills: number; readonly sessions: number; readonly seed?: number},
): Promise<Survived> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-kill-servers-'));
	const [first, db] = [join(folder, 'first.db'), join(folder, 'killed.db')];
	const problems: string[] = [];
	const chance = random(seed);
	let early = 0;
	const exporting = (node: number, kill: Parameters<typeof tlsaudit>[1] = null): Promise<Ended> =>
		tlsaudit(['export', '--db', db, '--to', cluster.url(node)], kill);
	try {
		await makeSessions(first, {sessions, hosts: 3, days: 4});
		const wanted = await sessionsIn(first);
		copyFileSync(first, db);
		const clear = (): Promise<boolean> =>
			cluster.clear().then(
				() => true,
				() => false,
			);
		await eventually(clear, Boolean);
		for (const node of cluster.nodes.keys()) await cluster.createTables(node);
		const clean = await exporting(0);
		if (clean.status !== 0) return {kills, early, sessions, problems: [clean.said]};
		const whole = await eventually(
			() => counts(cluster, 1),
			text => text.startsWith(`${sessions}\t`),
		);
		// On a machine with much else to do an export may end before its time: then it is tried again, as nothing was shown.
		for (let kill = 0; kill < kills || (early === 0 && kill < 4 * kills); kill++) {
			const complain = (what: string): void => void problems.push(`${victim} ${kill}: ${what}`);
			rmSync(`${db}.wal`, {force: true});
			copyFileSync(first, db);
			await eventually(clear, Boolean);
			// Both have the tables before one of them dies.
			for (const node of cluster.nodes.keys()) await cluster.createTables(node);
			const node = kill % cluster.nodes.length;
			const ms = (0.15 + (0.7 * chance.below(1000)) / 1000) * clean.seconds * 1000;
			if (victim === 'exporter') {
				const {ended} = await exporting(node, {ms, signal: 'SIGKILL'});
				if (ended === 'SIGKILL') early++;
				const left = await sessionsIn(cluster.url(node));
				if (left !== wanted && !/no export into it has ended|are not there yet/.test(left))
					complain(`the server has other sessions after the kill: ${left}`);
			} else {
				const server = victim === 'replica' ? cluster.nodes[node] : cluster.zookeeper;
				let over = false;
				const running = exporting(node).finally(() => {
					over = true;
				});
				await setTimeout(ms);
				if (!over) early++;
				await server?.kill();
				await setTimeout(chance.below(1000));
				await server?.start();
				const {status, said} = await running;
				if (status !== 0 && (status !== 2 || said.trim().split('\n').length !== 1)) complain(`export said: ${said}`);
			}
			// From then on by the other node.
			const other = (node + 1) % cluster.nodes.length;
			const again = await eventually(
				() => exporting(other),
				({status}) => status === 0,
			);
			if (again.status !== 0) complain(again.said);
			for (const each of cluster.nodes.keys()) {
				const found = await eventually(
					() => sessionsIn(cluster.url(each)),
					text => text === wanted,
				);
				if (found !== wanted) complain(`node ${each} has other sessions: ${found}`);
				const rows = await counts(cluster, each);
				if (rows !== whole)
					complain(`node ${each} has ${rows.replaceAll('\t', ' ')} for ${whole.replaceAll('\t', ' ')}`);
			}
		}
		return {kills, early, sessions, problems};
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
