import {open} from 'node:fs/promises';
import {isBrokenPipe, type Outcome, unwritable} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {csvLine} from '../report/formats/csv.ts';
import {ndjsonLine} from '../report/formats/json.ts';
import {writeParquet} from '../store/parquet.ts';
import {sessionRows} from '../store/rows.ts';
import {sessionColumns} from '../store/schema.ts';
import {judgingPolicy} from './policies.ts';
import {load} from './reading/load.ts';

type Output = {readonly write: (text: string) => Promise<void>; readonly end: () => Promise<void>};

/** The file of `-o`, or standard output. Throws one sentence when the file cannot be made, or not be written to its end. */
async function openOutput(path: string | undefined, io: Io): Promise<Output> {
	if (path === undefined || path === '-') return {write: io.write, end: async () => undefined};
	const unwritten = (error: unknown): never => {
		if (isBrokenPipe(error)) throw error;
		throw new Error(unwritable(path, error), {cause: error});
	};
	const file = await open(path, 'w').catch(unwritten);
	return {
		write: text =>
			file.appendFile(text).catch(async error => {
				await file.close().catch(() => undefined);
				return unwritten(error);
			}),
		end: () => file.close().catch(unwritten),
	};
}

/** `tlsaudit sessions`: every session as a row, in order of time. */
export async function sessions(settings: Settings, io: Io): Promise<Outcome> {
	const {privacy} = settings;
	if (settings.format === 'parquet' && (settings.output === undefined || settings.output === '-'))
		throw new Error('parquet needs a file; name it with -o FILE');
	const {store, incomplete, nothing, reading, signal} = await load(settings, await judgingPolicy(settings, io), io);
	try {
		if (nothing) return {incomplete};
		if (settings.format === 'parquet') {
			await writeParquet(store, settings.filter, settings.output ?? '', privacy.on ? privacy.shown : null);
			return {incomplete, unread: reading.blind, signal};
		}
		const output = await openOutput(settings.output, io);
		const csv = settings.format === 'csv';
		const names = sessionColumns.map(({name}) => name);
		if (csv) await output.write(csvLine(names));
		for await (const rows of sessionRows(store, settings.filter))
			await output.write(
				privacy
					.shown(rows)
					.map(row => (csv ? csvLine(names.map(name => row[name])) : ndjsonLine(row)))
					.join(''),
			);
		await output.end();
		return {incomplete, unread: reading.blind, signal};
	} finally {
		await store.close();
	}
}
