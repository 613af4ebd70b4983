import {access, constants, stat} from 'node:fs/promises';
import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {JournalProblem} from '../../ingest/journal/journal-problem.ts';
import {unreadable} from '../../ingest/sources/problem.ts';
import type {SourceProblem} from '../../ingest/sources/source-problem.ts';
import {openJournal} from './open-journal.ts';

/** Where rsyslog writes mail: on Debian and its kin, and on Red Hat and its kin. */
export const usualLogs = ['/var/log/mail.log', '/var/log/maillog'];

/** What the machine has: a file that its syslog daemon writes, or the journal. */
export type MachineLog = Pick<Settings, 'files' | 'follow' | 'journal'>;

async function isThere(path: string): Promise<boolean> {
	const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
	if (!(found instanceof Error)) return found.isFile();
	if (found.code === 'ENOENT' || found.code === 'ENOTDIR') return false;
	throw new Error(notReadable(path, found));
}

function notReadable(path: string, error: unknown): string {
	const {code} = error as NodeJS.ErrnoException;
	return code === 'EACCES' || code === 'EPERM'
		? `${path}: permission denied; run as root, or add the user to the group that may read it (adm on Debian: usermod -aG adm USER) and log in again`
		: unreadable(path, error);
}

/**
 * The mail log of this machine, to be read as it grows: the first of `logs` that there is, else the journal. Throws one sentence when
 * this user may not read it, or when there is none.
 */
export async function machineLog(logs: readonly string[] = usualLogs): Promise<MachineLog> {
	for (const path of logs) {
		if (!(await isThere(path))) continue;
		await access(path, constants.R_OK).catch((error: unknown) => {
			throw new Error(notReadable(path, error));
		});
		return {files: [path], follow: true, journal: undefined};
	}
	try {
		await openJournal(null, true);
	} catch (error) {
		const {cause} = error as SourceProblem;
		if (!(cause instanceof JournalProblem && cause.absent)) throw error;
		throw new Error(
			`no mail log found: neither ${logs.join(' nor ')} nor a journal is on this machine; name log files (tlsaudit FILE…), pipe one in (ssh HOST cat /var/log/mail.log | tlsaudit), or open a database (tlsaudit --db FILE)`,
		);
	}
	return {files: [], follow: false, journal: {unit: null}};
}

/** Whether nothing is named and a person sits before the keys: nothing will come from there. */
export function namesNothing({files, db, journal, follow}: Settings, {stdin}: Pick<Io, 'stdin'>): boolean {
	return files.length === 0 && db === undefined && journal === undefined && !follow && stdin.isTTY === true;
}
