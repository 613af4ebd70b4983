import {existsSync} from 'node:fs';
import type {Outcome} from '../exit.ts';
import {expand} from '../ingest/expand.ts';
import {readCoverage} from '../store/account.ts';
import {countSessions, prune} from '../store/prune.ts';
import {openStore} from '../store/store.ts';
import {importFiles} from './import-files.ts';
import type {Io} from './io.ts';
import {startProgress} from './progress.ts';
import type {Settings} from './settings.ts';
import {stopOnSignal} from './stop.ts';

/**
 * `tlsaudit import --db FILE FILE…`: brings a database up to date with log files. Safe to repeat and safe to kill; what
 * it says goes to standard error. Throws one sentence when it cannot begin.
 */
export async function importLogs(settings: Settings, io: Io): Promise<Outcome> {
	const {db, files, keep, now} = settings;
	if (db === undefined) throw new Error('import needs a database; name it with --db FILE');
	if (files.length === 0 || files.includes('-'))
		throw new Error('import reads files, which it can know again; name log files, directories or patterns');
	const {sources, problems} = await expand(files);
	for (const problem of problems) io.complain(problem);
	if (sources.length === 0 && !existsSync(db)) return {incomplete: true};
	const store = await openStore({path: db});
	const stop = stopOnSignal();
	const progress = startProgress(sources, io);
	try {
		const before = await countSessions(store);
		const result = await importFiles(store, sources, settings, progress.io, stop.signal, progress.bytes);
		progress.stop();
		for (const problem of result.problems) io.complain(problem);
		if (keep !== undefined) await prune(store, now - keep);
		await store.checkpoint();
		const {lines} = await readCoverage(store);
		const added = (await countSessions(store)) - before;
		const files = result.opened === 1 ? '1 file' : `${result.opened} files`;
		const rest = result.unchanged === 0 ? '' : `, nothing new in ${result.unchanged}`;
		io.warn(`${db}: read ${files}${rest}; sessions ${added >= 0 ? '+' : ''}${added}, lines in all ${lines}`);
		return {incomplete: problems.length + result.problems.length > 0, signal: stop.number()};
	} finally {
		progress.stop();
		stop.release();
		await store.close();
	}
}
