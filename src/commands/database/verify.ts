import {existsSync} from 'node:fs';
import type {Outcome} from '../../cli/exit.ts';
import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {onlyRead} from '../../store/opening/only-read.ts';
import {verifyDatabase} from '../../store/verify.ts';
import {many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {utcDay} from '../../text/time.ts';

/**
 * `tlsaudit db verify FILE`: whether a database is whole. Status 1 when it is not, 2 when a part of it cannot be read.
 * Throws one sentence when it cannot be opened.
 */
export async function verify({subject: path}: Settings, io: Io): Promise<Outcome> {
	const kind = onlyRead(path);
	if (kind !== null) throw new Error(`${path}: is a ${kind}; db verify looks at a database`);
	if (!existsSync(path)) throw new Error(`${path}: no such database; check the name`);
	const {format, sessions, open, files, lines, steps, unread, faults, unreadable} = await verifyDatabase(path);
	if (unreadable.length > 0) {
		io.complain(`${path}: cannot be read to its end; begin a new database from the logs (${unreadable.join('; ')})`);
		return {incomplete: true};
	}
	const held = [
		`format ${format}`,
		`${many(sessions, 'session')}, ${open} of them open`,
		`${many(files, 'file')} in ${many(steps, 'import step')}`,
		many(lines, 'line'),
	].join('; ');
	await io.write(faults.length === 0 ? `${path}: whole: ${held}\n` : `${path}: not whole: ${faults.join('; ')}\n`);
	for (const {problem, since, accepted} of unread) {
		const state = accepted === null ? 'not read to its end' : `not read to its end, accepted on ${utcDay(accepted)}`;
		await io.write(`${plain(problem)} (${state}, found on ${utcDay(since)})\n`);
	}
	return {violations: faults.length > 0};
}
