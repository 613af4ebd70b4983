import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {finished} from 'node:stream/promises';
import type {Outcome} from '../exit.ts';
import {csvLine} from '../report/csv.ts';
import {ndjsonLine} from '../report/ndjson.ts';
import {writeParquet} from '../store/parquet.ts';
import {sessionRows} from '../store/rows.ts';
import {sessionColumns} from '../store/schema.ts';
import {type Io, writeTo} from './io.ts';
import {load} from './load.ts';
import {loadPolicy} from './policies.ts';
import type {Settings} from './settings.ts';

type Output = {readonly write: (text: string) => Promise<void>; readonly end: () => Promise<void>};

/** The file of `-o`, or standard output. Throws one sentence when the file cannot be made. */
async function openOutput(path: string | undefined, io: Io): Promise<Output> {
	if (path === undefined || path === '-') return {write: io.write, end: async () => undefined};
	const file = createWriteStream(path);
	try {
		await once(file, 'open');
	} catch (error) {
		throw new Error(`${path}: cannot be written: ${(error as Error).message}`, {cause: error});
	}
	return {
		write: text => writeTo(file, text),
		end: async () => {
			file.end();
			await finished(file);
		},
	};
}

/** `tlsaudit sessions`: every session as a row, in order of time. */
export async function sessions(settings: Settings, io: Io): Promise<Outcome> {
	if (settings.format === 'parquet' && (settings.output === undefined || settings.output === '-'))
		throw new Error('parquet needs a file; name it with -o FILE');
	const {store, incomplete, nothing, signal} = await load(settings, await loadPolicy(settings.policy), io);
	try {
		if (nothing) return {incomplete};
		if (settings.format === 'parquet') {
			await writeParquet(store, settings.filter, settings.output ?? '');
			return {incomplete, signal};
		}
		const output = await openOutput(settings.output, io);
		const csv = settings.format === 'csv';
		const names = sessionColumns.map(({name}) => name);
		if (csv) await output.write(csvLine(names));
		for await (const rows of sessionRows(store, settings.filter))
			await output.write(rows.map(row => (csv ? csvLine(names.map(name => row[name])) : ndjsonLine(row))).join(''));
		await output.end();
		return {incomplete, signal};
	} finally {
		await store.close();
	}
}
