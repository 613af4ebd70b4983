import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {request} from 'node:http';
import {connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout} from 'node:timers/promises';
import {connect as connectTo} from '../../src/store/clickhouse/connection.ts';
import {readServerAddress} from '../../src/store/clickhouse/server-address.ts';
import {createTables} from '../../src/store/clickhouse/server-tables.ts';

/*
 * ClickHouse and ZooKeeper of Debian's packages on loopback: unprivileged, on free ports, with configurations and data of their own
 * in a temporary folder.
 */

const clickhouse = ['/usr/sbin/clickhouse-server', '/usr/bin/clickhouse-server'].find(existsSync);
const zookeeperJar = '/usr/share/java/zookeeper.jar';

/** Why no cluster can be started here, as one sentence; null when it can. */
export function clickhouseObstacle(): string | null {
	const missing = [
		...(clickhouse === undefined ? ['clickhouse-server'] : []),
		...(existsSync(zookeeperJar) && existsSync('/usr/bin/java') ? [] : ['zookeeper']),
	];
	return missing.length === 0
		? null
		: `not run, as servers are not installed; run: apt-get install -y --no-install-recommends ${missing.join(' ')}`;
}

export const databaseName = 'mail_tls';
export const userName = 'tlsaudit';
/** With a letter that means something in a URL, in XML and in a shell. */
export const password = 'p&w: "d\'@/';

/** A server that can be killed and started again with the same data. */
export type Server = {
	readonly port: number;
	readonly start: () => Promise<void>;
	readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
};

export type Cluster = {
	readonly folder: string;
	readonly nodes: readonly Server[];
	readonly zookeeper: Server | null;
	/** The address of a node as a user names it. */
	readonly url: (node?: number, user?: string) => string;
	/** Asks a node in SQL as the administrator. */
	readonly ask: (sql: string, node?: number) => Promise<string>;
	/** Makes the database anew, on all nodes. */
	readonly clear: () => Promise<void>;
	/** Makes the tables on a node as an export does. */
	readonly createTables: (node: number) => Promise<void>;
	/** The certificate of the nodes, where they speak TLS. */
	readonly certificate: string | null;
	readonly stop: () => Promise<void>;
};

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	server.close();
	await once(server, 'close');
	if (address === null || typeof address === 'string') throw new Error('no port is free');
	return address.port;
}

/** Waits as long as a server may take on a machine with much else to do. */
async function until(what: string, test: () => Promise<boolean>, alive: () => boolean): Promise<void> {
	const end = Date.now() + 120_000;
	while (Date.now() < end) {
		if (await test().catch(() => false)) return;
		if (!alive()) throw new Error(`${what} has ended`);
		await setTimeout(50);
	}
	throw new Error(`${what} does not answer`);
}

/** A process that is started again by the same words. */
function server(
	name: string,
	words: readonly string[],
	folder: string,
	port: number,
	answers: () => Promise<boolean>,
): Server {
	let child: ChildProcess | null = null;
	const {TZ: _zone, ...environment} = process.env;
	const output = join(folder, 'output.log');
	return {
		port,
		async start() {
			const [program = '', ...rest] = words;
			const started = spawn('sh', ['-c', 'exec "$0" "$@" >> output.log 2>&1', program, ...rest], {
				cwd: folder,
				stdio: 'ignore',
				env: {...environment, TZ: 'UTC'},
			});
			child = started;
			try {
				await until(name, answers, () => started.exitCode === null && started.signalCode === null);
			} catch (error) {
				const said = existsSync(output) ? readFileSync(output, 'utf8').slice(-2000) : '';
				throw new Error(`${name} did not start: ${said}`, {cause: error});
			}
		},
		async kill(signal = 'SIGKILL') {
			const running = child;
			child = null;
			if (running === null || running.exitCode !== null || running.signalCode !== null) return;
			const ended = once(running, 'exit');
			running.kill(signal);
			await ended;
		},
	};
}

async function zookeeperServer(folder: string): Promise<Server> {
	mkdirSync(folder, {recursive: true});
	const port = await freePort();
	writeFileSync(
		join(folder, 'zoo.cfg'),
		[
			...['tickTime=500', `dataDir=${folder}/data`, `clientPort=${port}`, 'clientPortAddress=127.0.0.1'],
			...['maxClientCnxns=0', 'admin.enableServer=false', '4lw.commands.whitelist=srvr', ''],
		].join('\n'),
	);
	const answers = (): Promise<boolean> =>
		new Promise((resolve, reject) => {
			const socket = connect(port, '127.0.0.1', () => socket.write('srvr'));
			socket.setTimeout(5000, () => socket.destroy());
			socket.on('data', data => resolve(String(data).includes('Mode: ')));
			socket.on('error', reject);
			socket.on('close', () => resolve(false));
		});
	const words = ['/usr/bin/java', '-Xmx256m', '-cp', zookeeperJar];
	return server(
		'zookeeper',
		[...words, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', join(folder, 'zoo.cfg')],
		folder,
		port,
		answers,
	);
}

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const users = `<yandex>
	<profiles>
		<default><max_memory_usage>2000000000</max_memory_usage></default>
		<reading><readonly>1</readonly></reading>
		<limited><readonly>1</readonly><max_rows_to_group_by>100</max_rows_to_group_by></limited>
	</profiles>
	<quotas><default></default></quotas>
	<users>
		<default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
		<${userName}><password>${xml(password)}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></${userName}>
		<reader><password>${xml(password)}</password><networks><ip>127.0.0.1</ip></networks><profile>reading</profile><quota>default</quota></reader>
		<limited><password>${xml(password)}</password><networks><ip>127.0.0.1</ip></networks><profile>limited</profile><quota>default</quota></limited>
		<stranger><password>${xml(password)}</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
			<allow_databases><database>default</database></allow_databases></stranger>
	</users>
</yandex>
`;

async function clickhouseServer(
	folder: string,
	replica: number,
	zookeeper: Server | null,
	certificate: {readonly key: string; readonly certificate: string} | null,
): Promise<Server & {readonly plainPort: number}> {
	mkdirSync(folder, {recursive: true});
	const [http, tcp, between, https] = [await freePort(), await freePort(), await freePort(), await freePort()];
	writeFileSync(join(folder, 'users.xml'), users);
	const keeper =
		zookeeper === null
			? ''
			: `<zookeeper><node><host>127.0.0.1</host><port>${zookeeper.port}</port></node><session_timeout_ms>5000</session_timeout_ms></zookeeper>
	<macros><shard>1</shard><replica>r${replica}</replica></macros>`;
	const tls =
		certificate === null
			? ''
			: `<https_port>${https}</https_port><openSSL><server><certificateFile>${certificate.certificate}</certificateFile>
		<privateKeyFile>${certificate.key}</privateKeyFile><verificationMode>none</verificationMode></server></openSSL>`;
	writeFileSync(
		join(folder, 'config.xml'),
		`<yandex>
	<logger><level>warning</level><console>1</console></logger>
	<listen_host>127.0.0.1</listen_host>
	<http_port>${http}</http_port><tcp_port>${tcp}</tcp_port>
	<interserver_http_host>127.0.0.1</interserver_http_host><interserver_http_port>${between}</interserver_http_port>
	<path>${folder}/data/</path><tmp_path>${folder}/tmp/</tmp_path>
	<user_files_path>${folder}/files/</user_files_path><format_schema_path>${folder}/schemas/</format_schema_path>
	<users_config>${folder}/users.xml</users_config>
	<default_profile>default</default_profile><default_database>default</default_database>
	<timezone>UTC</timezone><mark_cache_size>100000000</mark_cache_size>
	${keeper}
	${tls}
</yandex>
`,
	);
	const answers = async (): Promise<boolean> => (await asked(http, 'select 1')) === '1';
	const words = [clickhouse ?? '', `--config-file=${folder}/config.xml`];
	return {...server('clickhouse-server', words, folder, certificate === null ? http : https, answers), plainPort: http};
}

/** Makes a key and a certificate for 127.0.0.1 that signs itself. */
async function selfSigned(folder: string): Promise<{key: string; certificate: string}> {
	const [key, certificate] = [join(folder, 'server.key'), join(folder, 'server.crt')];
	const child = spawn(
		'openssl',
		[
			...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
			...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
		],
		{stdio: 'ignore'},
	);
	const [status] = await once(child, 'exit');
	if (status !== 0) throw new Error('openssl made no certificate');
	return {key, certificate};
}

/** Asks a server in SQL, by a connection of its own: an old server closes one that is idle. */
function asked(port: number, sql: string): Promise<string> {
	return new Promise((resolve, reject) => {
		const asking = request({host: '127.0.0.1', port, method: 'POST', path: '/', agent: false}, answer => {
			let text = '';
			answer.setEncoding('utf8').on('data', more => {
				text += more;
			});
			answer.on('end', () => (answer.statusCode === 200 ? resolve(text.trimEnd()) : reject(new Error(text))));
			answer.on('error', reject);
		});
		asking.on('error', reject);
		asking.end(sql);
	});
}

/** Starts nodes that replicate by ZooKeeper, or one alone. The caller stops them. */
export async function startCluster({nodes = 2, replicated = true, tls = false} = {}): Promise<Cluster> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-clickhouse-'));
	const zookeeper = replicated ? await zookeeperServer(join(folder, 'zookeeper')) : null;
	const identity = tls ? await selfSigned(folder) : null;
	const servers: Array<Awaited<ReturnType<typeof clickhouseServer>>> = [];
	async function stop(): Promise<void> {
		await Promise.all(servers.map(each => each.kill()));
		await zookeeper?.kill();
		rmSync(folder, {recursive: true, force: true});
	}
	const ask = (sql: string, node = 0): Promise<string> => asked(servers[node]?.plainPort ?? 0, sql);
	async function clear(): Promise<void> {
		for (const node of servers.keys()) {
			await ask(`drop database if exists ${databaseName}`, node);
			await ask(`create database ${databaseName}`, node);
		}
	}
	try {
		await zookeeper?.start();
		for (let index = 0; index < nodes; index++)
			servers.push(await clickhouseServer(join(folder, `node${index}`), index, zookeeper, identity));
		await Promise.all(servers.map(each => each.start()));
		await clear();
	} catch (error) {
		await stop();
		throw error;
	}
	async function makeTables(node: number): Promise<void> {
		process.env.TLSAUDIT_CLICKHOUSE_PASSWORD = password;
		const connection = await connectTo(readServerAddress(url(node)));
		await createTables(connection);
		await connection.close();
	}
	const scheme = tls ? 'clickhouses' : 'clickhouse';
	const url = (node = 0, user = userName): string =>
		`${scheme}://${user}@127.0.0.1:${servers[node]?.port}/${databaseName}`;
	return {
		...{folder, nodes: servers, zookeeper, url, ask, clear, stop},
		createTables: makeTables,
		certificate: identity?.certificate ?? null,
	};
}
