import {existsSync, realpathSync, type Stats, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {programVersion} from '../../cli/version.ts';
import {rotationOf} from '../../ingest/sources/rotation.ts';
import type {Setup} from '../../setup/setup.ts';
import {plain} from '../../text/plain.ts';
import {usualLogs} from '../reading/machine-log.ts';

/** Where mail is logged: files of a syslog daemon, and the journal, on the disk or in memory (systemd-journald.service(8)). */
const usualPlaces = {logs: usualLogs, journals: ['/var/log/journal', '/run/log/journal']};

/** Where a service looks for programs (systemd.exec(5), `$PATH`). */
const programFolders = ['/usr/local/bin', '/usr/bin', '/bin'];

const status = (path: string): Stats | undefined => statSync(path, {throwIfNoEntry: false});

/** The real place of a file; null where there is none, or none to be seen. */
function realPath(path: string): string | null {
	try {
		return realpathSync(path);
	} catch {
		return null;
	}
}

/**
 * The words that run this program from anywhere: its name in a folder that services know, when it and Node lie there, else Node and
 * the script by their own paths.
 */
function program(script: string, node: string): readonly string[] {
	const own = realPath(script) ?? script;
	const installed = (name: string, real: string): string | undefined =>
		programFolders.map(folder => join(folder, name)).find(path => realPath(path) === real);
	const named = installed('tlsaudit', own);
	const runtime = installed('node', realPath(node) ?? node);
	return named !== undefined && runtime !== undefined ? [named] : [runtime ?? node, own];
}

/** Whether a service that sees no homes and has its own /tmp can reach a file; npx keeps what it runs in a home. */
export const isOutOfReach = (path: string): boolean => /^\/(?:home|root|tmp|var\/tmp|run\/user)\//.test(path);

/** The logs without what rotation put behind their names, each once. Throws one sentence where a name is none for a text. */
function logsOf(named: readonly string[], usual: readonly string[]): readonly string[] {
	const own = named.map(name => resolve(rotationOf(name).base));
	const broken = own.find(name => plain(name) !== name);
	if (broken !== undefined)
		throw new Error(`${broken}: has characters that no unit and no crontab takes; give the log another name`);
	if (own.length > 0) return [...new Set(own)];
	return [usual.find(existsSync) ?? '/var/log/mail.log'];
}

/** A pattern for the parts of a log; a folder and a pattern already name theirs. */
const parts = (log: string, ending: string): string =>
	/[*?[{]/.test(log) || status(log)?.isDirectory() === true ? log : `${log}${ending}`;

/** By owner, group and rights of a log; of one that cannot be seen, what its distribution does. */
function readersOf(log: string): Setup['readers'] {
	const found = status(log);
	// Red Hat's rsyslog writes mail with the rights 0600; Debian's lets the group adm read.
	if (found === undefined) return {group: 'adm', root: log.endsWith('/maillog')};
	// What everyone may read needs no group; that of Debian is in its place for the policy.
	if ((found.mode & 0o004) !== 0) return {group: 'adm', root: false};
	if ((found.mode & 0o040) === 0 || found.gid === 0) return {group: 'adm', root: true};
	// It has this number on Debian and Red Hat.
	return {group: found.gid === 4 ? 'adm' : String(found.gid), root: false};
}

/**
 * What the setup needs to know of this machine. `files` are those that the user named; without one, as with standard input, it is
 * the log that the machine has, a file or else the journal. `now` in ms since 1970. Throws as `logsOf` does.
 */
export function machine(
	files: readonly string[],
	reading: readonly string[],
	now: number,
	{logs: usual, journals} = usualPlaces,
): Setup {
	const named = files.filter(name => name !== '-');
	const known = {
		version: programVersion(),
		day: new Date(now).toISOString().slice(0, 10),
		program: program(process.argv[1] ?? '', process.execPath),
	};
	const folders = journals.filter(existsSync);
	if (named.length === 0 && folders.length > 0 && !usual.some(existsSync)) {
		const readers = {group: 'systemd-journal', root: false};
		return {...known, logs: [], newest: [], folders, reading: [...reading, '--journal'], readers};
	}
	const logs = logsOf(named, usual);
	return {
		...known,
		logs: logs.map(log => parts(log, '*')),
		// Rotation may have been a moment ago.
		newest: logs.map(log => parts(log, '{,.1}')),
		folders: [...new Set(logs.map(log => (status(log)?.isDirectory() === true ? log : dirname(log))))],
		reading,
		readers: readersOf(logs[0] ?? ''),
	};
}
