import {stat} from 'node:fs/promises';
import type {Settings} from '../../cli/settings.ts';

/**
 * The file that `--follow` names, or null without the flag and for a pipe or the journal, which come as they are
 * written by themselves. Throws
 * one sentence when it names no file.
 */
export async function followedFile({files, follow, journal}: Settings): Promise<string | null> {
	if (!follow || journal !== undefined) return null;
	const [path, ...more] = files;
	if (path === undefined || path === '-' || more.length > 0)
		throw new Error('--follow needs the name of one log file, such as --follow /var/log/mail.log');
	const found = await stat(path).catch(() => null);
	if (found?.isDirectory() === true) throw new Error(`${path}: is a directory; name the log file to follow`);
	return found === null || found.isFile() ? path : null;
}
