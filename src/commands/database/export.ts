import {existsSync} from 'node:fs';
import type {Outcome} from '../../cli/exit.ts';
import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {stopOnSignal} from '../../cli/stop.ts';
import {exportLake} from '../../store/lake/export-lake.ts';
import {isLake} from '../../store/lake/lake-paths.ts';
import {LakeProblem} from '../../store/lake/write-file.ts';
import {openStore} from '../../store/store.ts';
import {storeProblem} from '../../store/store-problem.ts';
import {many} from '../../text/number.ts';

/**
 * `tlsaudit export --db FILE --to DIR`: sends the closed sessions of a database to a lake of Parquet files. Safe to repeat and safe
 * to kill; what it says goes to standard error. Throws one sentence when it cannot begin, or when a file cannot be written.
 */
export async function exportSessions({db, to}: Settings, io: Io): Promise<Outcome> {
	if (db === undefined) throw new Error('export needs a database; name it with --db FILE');
	if (to === undefined) throw new Error('export needs a folder; name it with --to DIR');
	if (isLake(db)) throw new Error(`${db}: is a lake; export sends the sessions of a database to one`);
	if (!existsSync(db)) throw new Error(`${db}: no such database; import logs into it first`);
	const store = await openStore({path: db});
	const stop = stopOnSignal();
	try {
		if (store.repaired !== null) io.warn(store.repaired);
		const {sessions, segments, open, stopped} = await exportLake(store, to, stop.signal);
		const rest = stopped ? '; interrupted, export again for the rest' : '';
		io.warn(`${to}: sent ${many(sessions, 'session')} in ${many(segments, 'segment')}; ${open} still open${rest}`);
		return {signal: stop.number()};
	} catch (error) {
		throw error instanceof LakeProblem ? error : storeProblem(db, error, 'export again');
	} finally {
		stop.release();
		await store.close();
	}
}
