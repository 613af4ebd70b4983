import type {Outcome} from '../exit.ts';
import {queryResultCsv, queryResultJson, queryResultText} from '../report/query-result.ts';
import {ask, askReading} from '../store/rows.ts';
import type {Io} from './io.ts';
import {load} from './load.ts';
import {loadPolicy} from './policies.ts';
import type {Settings} from './settings.ts';

/** `tlsaudit sql`: the user's own query, which only reads unless `--write` is given. */
export async function sql(settings: Settings, io: Io): Promise<Outcome> {
	const {store, incomplete, nothing, reading, signal} = await load(settings, await loadPolicy(settings.policy), io);
	try {
		if (nothing) return {incomplete};
		const answer = await (settings.write ? ask : askReading)(store, settings.subject);
		if (settings.write) await store.checkpoint();
		const text = {json: queryResultJson, csv: queryResultCsv}[settings.format] ?? queryResultText;
		await io.write(text(answer));
		return {incomplete, unread: reading.blind, signal};
	} finally {
		await store.close();
	}
}
