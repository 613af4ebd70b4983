import {rmSync} from 'node:fs';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {isRunning} from '../export/write-file.ts';
import {ServerProblem} from './server-problem.ts';

/*
 * Rows on their way to a server or from it lie in a folder of their own for a while. They are names and addresses of people, so that they go
 * however the process ends: by itself, by a signal, and, where it is killed, when the next one begins.
 */

const prefix = 'tlsaudit-rows-';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** The one sentence about the folder for temporary files where an error is about a file there; other errors as they are. */
export function folderProblem(error: unknown): unknown {
	const {code = '', syscall = '', message = ''} = error as {code?: unknown; syscall?: unknown; message?: unknown};
	const isFile = ['open', 'write', 'read', 'mkdtemp', 'fsync'].includes(String(syscall));
	const reason = isFile ? String(code) : (/No space left on device|Could not write/i.exec(String(message))?.[0] ?? '');
	if (reason === '') return error;
	return new ServerProblem(
		`${tmpdir()}: rows on their way cannot be kept there (${reason}); make room, or name another folder in the variable TMPDIR`,
		{cause: error},
	);
}

/** Removes what processes left behind that were killed. */
async function removeLeftovers(): Promise<void> {
	for (const name of await readdir(tmpdir()).catch(() => [])) {
		const [, pid] = /^tlsaudit-rows-(\d+)-/.exec(name) ?? [];
		if (pid !== undefined && !isRunning(Number(pid)))
			await rm(join(tmpdir(), name), {recursive: true, force: true}).catch(() => undefined);
	}
}

/** A folder that is removed however the process ends. */
type TemporaryFolder = {readonly path: string; readonly remove: () => Promise<void>};

/** Makes a folder for its owner only. Throws one sentence where none can be made. */
export async function makeTemporaryFolder(): Promise<TemporaryFolder> {
	await removeLeftovers();
	const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)).catch(error => {
		throw folderProblem(error);
	});
	const onSignal = (name: NodeJS.Signals): void => {
		// Where somebody else listens the work ends by itself.
		if (process.listenerCount(name) > 1) return;
		rmSync(path, {recursive: true, force: true});
		process.off(name, onSignal);
		process.kill(process.pid, name);
	};
	for (const name of signals) process.on(name, onSignal);
	return {
		path,
		async remove() {
			for (const name of signals) process.off(name, onSignal);
			await rm(path, {recursive: true, force: true});
		},
	};
}
