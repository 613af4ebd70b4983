import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Ran, run} from './programs.ts';

const program = process.env.TLSAUDIT_BIN ?? join(fileURLToPath(new URL('../..', import.meta.url)), 'bin/tlsaudit.js');

/** Runs the built program. */
export function tlsaudit(...words: string[]): Promise<Ran> {
	return run(process.execPath, [program, ...words]);
}

/** A row of `tlsaudit sessions --format ndjson`: keys are the columns of the table `sessions`. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The sessions that the program reads out of a log. */
export async function sessionsOf(log: string): Promise<Row[]> {
	const {status, out, said} = await tlsaudit('sessions', log, '--format', 'ndjson', '--timezone', 'UTC');
	if (status !== 0) throw new Error(`tlsaudit sessions ended with ${status}: ${said}`);
	return out
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line));
}

/** The coverage of a log. */
export type Account = Readonly<
	Record<'lines' | 'understood' | 'irrelevant' | 'foreign' | 'malformed' | 'not_understood', number>
>;

export async function accountOf(log: string): Promise<Account> {
	const {status, out, said} = await tlsaudit('report', log, '--format', 'json', '--timezone', 'UTC');
	if (status !== 0) throw new Error(`tlsaudit report ended with ${status}: ${said}`);
	return JSON.parse(out).coverage;
}
