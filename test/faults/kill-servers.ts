/**
 * Kills exports to ClickHouse, a replica and ZooKeeper at random moments: tsx test/faults/kill-servers.ts [--kills 20] [--sessions 60000]
 * [--seed 1] [exporter replica zookeeper]. In the end both replicas must have each session once. Needs Debian's clickhouse-server and zookeeper, and
 * `npm run build`.
 */
import {parseArgs} from 'node:util';
import {clickhouseObstacle, startCluster} from '../e2e/clickhouse-servers.ts';
import {killServers, victims} from './killed-servers.ts';

const {values, positionals} = parseArgs({
	options: {
		kills: {type: 'string', default: '20'},
		sessions: {type: 'string', default: '60000'},
		seed: {type: 'string', default: '1'},
	},
	allowPositionals: true,
});
const obstacle = clickhouseObstacle();
if (obstacle !== null) {
	console.error(obstacle);
	process.exit(2);
}
const cluster = await startCluster();
let failed = false;
try {
	for (const victim of victims.filter(each => positionals.length === 0 || positionals.includes(each))) {
		const {kills, early, sessions, problems} = await killServers(cluster, victim, {
			...{kills: Number(values.kills), sessions: Number(values.sessions), seed: Number(values.seed)},
		});
		console.log(
			`${victim}: ${kills} kills, ${early} before the export ended; ${sessions} sessions, ${problems.length} problems`,
		);
		for (const problem of problems) console.log(`  ${problem}`);
		failed ||= problems.length > 0;
	}
} finally {
	await cluster.stop();
}
process.exitCode = failed ? 1 : 0;
