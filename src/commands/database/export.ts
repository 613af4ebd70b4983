import {existsSync} from 'node:fs';
import type {Outcome} from '../../cli/exit.ts';
import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {stopOnSignal} from '../../cli/stop.ts';
import {ServerProblem} from '../../store/clickhouse/server-problem.ts';
import type {Exported} from '../../store/export/export.ts';
import {exportLake} from '../../store/export/export-lake.ts';
import {LakeProblem} from '../../store/export/write-file.ts';
import {onlyRead} from '../../store/opening/only-read.ts';
import {openStore, type Store} from '../../store/store.ts';
import {storeProblem} from '../../store/store-problem.ts';
import {many} from '../../text/number.ts';

/** Sends to a server; what belongs to it is loaded when one is named. */
async function exportToServer(
	store: Store,
	{to = '', createTables, passwordFile}: Settings,
	io: Io,
	stop: AbortSignal,
): Promise<Exported> {
	const {sendToServer} = await import('../../store/clickhouse/export-clickhouse.ts');
	return sendToServer(store, to, {create: createTables, passwordFile, say: io.warn}, stop);
}

/** What begins as an address does, `s3://` or a misspelt `clickhouse:/`: a folder of that name is not meant. It may hold a password. */
const otherScheme = /^(?:[a-z][a-z\d+.-]+:\/+|clickhouses?:)/i;

/**
 * `tlsaudit export --db FILE --to DIR`: sends the closed sessions of a database to a lake of Parquet files, or to ClickHouse. Safe to repeat and
 * safe to kill; what it says goes to standard error. Throws one sentence when it cannot begin, or when something cannot be written.
 */
export async function exportSessions(settings: Settings, io: Io): Promise<Outcome> {
	const {db, to, createTables} = settings;
	if (db === undefined) throw new Error('export needs a database; name it with --db FILE');
	if (to === undefined)
		throw new Error('export needs a folder or a server; name it with --to DIR or --to clickhouse://USER@HOST/DATABASE');
	const kind = onlyRead(db);
	if (kind !== null) throw new Error(`${db}: is a ${kind}; export sends the sessions of a database to one`);
	if (!existsSync(db)) throw new Error(`${db}: no such database; import logs into it first`);
	const server = onlyRead(to) === 'server';
	if (createTables && !server) throw new Error('--create-tables is for a server; leave it out for a folder');
	if (!server && otherScheme.test(to))
		throw new Error(
			`--to: ${otherScheme.exec(to)?.[0]} is no place that export knows; name a folder, or clickhouse://USER@HOST/DATABASE`,
		);
	const store = await openStore({path: db});
	const stop = stopOnSignal();
	try {
		if (store.repaired !== null) io.warn(store.repaired);
		if (typeof store.lacking === 'string') io.warn(store.lacking);
		const {sessions, segments, open, stopped} = server
			? await exportToServer(store, settings, io, stop.signal)
			: await exportLake(store, to, stop.signal);
		const rest = stopped ? '; interrupted, export again for the rest' : '';
		io.warn(`${to}: sent ${many(sessions, 'session')} in ${many(segments, 'segment')}; ${open} still open${rest}`);
		return {signal: stop.number()};
	} catch (error) {
		throw error instanceof LakeProblem || error instanceof ServerProblem
			? error
			: storeProblem(db, error, 'export again');
	} finally {
		stop.release();
		await store.close();
	}
}
