import {createReadStream, createWriteStream} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {ServerAddress} from './server-address.ts';
import {ServerProblem, serverProblem} from './server-problem.ts';
import {folderProblem} from './temporary-folder.ts';

/** What a statement takes as settings, by their names in ClickHouse. */
type ServerSettings = Readonly<Record<string, string | number>>;

/** A database of a ClickHouse server. All errors are one sentence. */
export type Connection = {
	readonly name: string;
	readonly database: string;
	/** The rows of a query; numbers of 64 bits are to be asked for as text. */
	readonly rows: <R>(query: string) => Promise<R[]>;
	/** Runs a statement without rows. */
	readonly run: (statement: string) => Promise<void>;
	/** The rows of a query, each as one line of JSON. */
	readonly lines: (query: string) => AsyncIterable<readonly string[]>;
	/** Writes the rows of a query into a file, as CSV. */
	readonly save: (query: string, path: string) => Promise<void>;
	/** Inserts the rows of a file of CSV, or of lines of JSON, into columns of a table. Settings that the server does not know are left out. */
	readonly insert: (
		into: {readonly table: string; readonly columns: readonly string[]},
		values: {readonly csv: string} | {readonly json: readonly string[]},
		settings?: ServerSettings,
	) => Promise<void>;
	readonly close: () => Promise<void>;
};

/** How long a server may be silent while it works. */
const silenceMs = 600_000;
/** How long it may take to answer at first. */
const firstMs = 20_000;

/** The password of the user: in a file, else in the environment, else none. Throws one sentence when the file cannot be read. */
async function passwordOf(file: string | undefined): Promise<string> {
	if (file === undefined) return process.env.TLSAUDIT_CLICKHOUSE_PASSWORD ?? '';
	try {
		return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
	} catch (error) {
		const {code = 'error'} = error as NodeJS.ErrnoException;
		throw new ServerProblem(`${file}: cannot be read (${code}); name a file that holds the password`, {cause: error});
	}
}

/** Connects to a server. The library is loaded here, as only few runs need it. Throws one sentence when that cannot be. */
export async function connect(address: ServerAddress, passwordFile?: string): Promise<Connection> {
	const {name, url, user, database} = address;
	const password = await passwordOf(passwordFile);
	const asking = {user, hasPassword: password !== ''};
	const {createClient, ClickHouseLogLevel} = await import('@clickhouse/client');
	const client = createClient({
		...{url, username: user, password, database},
		application: 'tlsaudit',
		request_timeout: silenceMs,
		// Old servers close a connection that is idle for three seconds, at times in the middle of a request.
		keep_alive: {enabled: false},
		log: {level: ClickHouseLogLevel.OFF},
	});
	const tell = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			return await work();
		} catch (error) {
			throw serverProblem(name, error, asking);
		}
	};
	const rows = <R>(query: string, signal?: AbortSignal): Promise<R[]> =>
		tell(async () => {
			const answer = await client.query({
				...{query, format: 'JSONEachRow' as const},
				...(signal === undefined ? {} : {abort_signal: signal}),
			});
			return answer.json<R>();
		});
	let known: Promise<Set<string>> | null = null;
	const settingsOf = async (settings: ServerSettings): Promise<Record<string, string>> => {
		known ??= rows<{name: string}>('select name from system.settings').then(
			all => new Set(all.map(setting => setting.name)),
		);
		const names = await known;
		return Object.fromEntries(
			Object.entries(settings).flatMap(([setting, value]) => (names.has(setting) ? [[setting, String(value)]] : [])),
		);
	};
	async function* lines(query: string): AsyncIterable<readonly string[]> {
		try {
			const answer = await client.query({query, format: 'JSONEachRow'});
			for await (const some of answer.stream()) yield some.map(row => row.text);
		} catch (error) {
			throw serverProblem(name, error, asking);
		}
	}
	try {
		await rows('select 1', AbortSignal.timeout(firstMs));
	} catch (error) {
		await client.close();
		throw error;
	}
	return {
		name,
		database,
		rows: query => rows(query),
		run: statement => tell(async () => void (await client.command({query: statement}))),
		lines,
		save: (query, path) =>
			tell(async () => {
				const {stream} = await client.exec({query: `${query} format CSV`});
				await pipeline(stream, createWriteStream(path, {mode: 0o600})).catch(error => {
					throw folderProblem(error);
				});
			}),
		insert: ({table, columns}, values, settings = {}) =>
			tell(async () => {
				const [form, lines] =
					'csv' in values
						? ['CSV', createReadStream(values.csv)]
						: [
								'JSONEachRow',
								Readable.from(
									values.json.map(line => `${line}\n`),
									{objectMode: false},
								),
							];
				const {stream} = await client.exec({
					query: `insert into ${table} (${columns}) format ${form}`,
					values: lines,
					clickhouse_settings: await settingsOf(settings),
				});
				for await (const _nothing of stream);
			}),
		close: () => client.close(),
	};
}
