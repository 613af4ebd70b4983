import {existsSync} from 'node:fs';
import type {Outcome} from '../../cli/exit.ts';
import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {acceptUnreadLogs} from '../../store/ledger/unread-logs.ts';
import {onlyRead} from '../../store/opening/only-read.ts';
import {openStore} from '../../store/store.ts';
import {many} from '../../text/number.ts';

/**
 * `tlsaudit db accept FILE LOG…`: a person says that nobody has the rest of logs that were not read to their end. Verdicts are then made
 * without it, and reports say so. Throws one sentence where there is no such database, or nothing is lacking of a log.
 */
export async function accept({subject: path, files: logs, now}: Settings, io: Io): Promise<Outcome> {
	const kind = onlyRead(path);
	if (kind !== null)
		throw new Error(`${path}: is a ${kind}; accept it in the database that was filled with the log, and export again`);
	if (!existsSync(path)) throw new Error(`${path}: no such database; check the name`);
	const store = await openStore({path});
	try {
		const accepted = await acceptUnreadLogs(store, path, logs, now);
		await store.checkpoint();
		io.warn(`${path}: accepted that ${many(accepted, 'log')} cannot be read to the end; reports name what is lacking`);
		return {};
	} finally {
		await store.close();
	}
}
