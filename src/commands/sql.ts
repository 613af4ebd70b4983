import type {Outcome} from '../cli/exit.ts';
import type {Io} from '../cli/io.ts';
import type {Settings} from '../cli/settings.ts';
import {queryResultCsv, queryResultJson, queryResultText} from '../report/formats/query-result.ts';
import {ask, askReading} from '../store/rows.ts';
import {judgingPolicy} from './policies.ts';
import {load} from './reading/load.ts';

/** `tlsaudit sql`: the user's own query, which only reads unless `--write` is given. */
export async function sql(settings: Settings, io: Io): Promise<Outcome> {
	const {store, incomplete, nothing, reading, signal} = await load(settings, await judgingPolicy(settings, io), io);
	try {
		if (nothing) return {incomplete};
		const result = await (settings.write ? ask : askReading)(store, settings.subject);
		if (settings.write) await store.checkpoint();
		const text = {json: queryResultJson, csv: queryResultCsv}[settings.format] ?? queryResultText;
		await io.write(text(result));
		return {incomplete, unread: reading.blind, signal};
	} finally {
		await store.close();
	}
}
