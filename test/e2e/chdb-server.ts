import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage} from 'node:http';
import {createRequire} from 'node:module';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/*
 * The newest ClickHouse as a library, behind as much of its HTTP interface as the program uses: no server of it can be installed from
 * packages.
 */

const folder = process.env.CHDB_FOLDER ?? fileURLToPath(new URL('../chdb', import.meta.url));

/** Why there is none, as one sentence; null when there is. */
export const chdbObstacle = (): string | null =>
	existsSync(join(folder, 'node_modules/chdb'))
		? null
		: 'not run, as chdb is not installed; run: npm install --prefix test/chdb';

type Session = {query(sql: string): string; close(): void};

export type ChdbServer = {
	readonly url: string;
	readonly ask: (sql: string) => string;
	readonly stop: () => Promise<void>;
};

const names = new Set(['query', 'database', 'query_id', 'session_id', 'default_format', 'role']);

async function bodyOf(request: IncomingMessage): Promise<string> {
	request.setEncoding('utf8');
	let body = '';
	for await (const text of request) body += text;
	return body;
}

/** Starts it with an empty database. The caller stops it. */
export async function startChdb(database: string): Promise<ChdbServer> {
	const {Session} = createRequire(join(folder, 'package.json'))('chdb') as {Session: new () => Session};
	const session = new Session();
	session.query(`create database ${database}`);
	session.query(`use ${database}`);
	const values = join(mkdtempSync(join(tmpdir(), 'tlsaudit-chdb-')), 'values');
	const server = createServer(async (request, response) => {
		try {
			const {searchParams} = new URL(request.url ?? '/', 'http://localhost');
			const body = await bodyOf(request);
			const query = searchParams.get('query');
			const settings = [...searchParams].flatMap(([name, value]) =>
				names.has(name) ? [] : [`${name} = '${value.replaceAll("'", "\\'")}'`],
			);
			// What is inserted comes from a file: behind a statement it ends at a byte 0, and at some semicolons.
			const [head = '', form = ''] = (query ?? body).split(/\bformat (?=\w+\s*$)/i);
			const clause = settings.length === 0 ? '' : ` settings ${settings.join(', ')}`;
			if (query !== null) writeFileSync(values, body);
			const statement = query === null ? body : `${head} from infile '${values}'${clause} format ${form}`;
			response.end(session.query(statement));
		} catch (error) {
			response.writeHead(500).end(String((error as Error).message));
		}
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	return {
		url: `clickhouse://default@127.0.0.1:${port}/${database}`,
		ask: sql => session.query(sql).trimEnd(),
		async stop() {
			server.close();
			await once(server, 'close');
			session.close();
			rmSync(dirname(values), {recursive: true, force: true});
		},
	};
}
