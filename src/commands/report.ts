import type {Outcome} from '../exit.ts';
import {reportJson} from '../report/json.ts';
import {coloured, monochrome} from '../report/style.ts';
import {reportText} from '../report/text.ts';
import {readCoverage} from '../store/account.ts';
import {breaches} from '../store/breaches.ts';
import {failures, hops, period, suites} from '../store/queries.ts';
import type {Io} from './io.ts';
import {load} from './load.ts';
import {loadPolicy} from './policies.ts';
import type {Settings} from './settings.ts';

/** `tlsaudit report`, and `tlsaudit` where there is no terminal. */
export async function report(settings: Settings, io: Io): Promise<Outcome> {
	const policy = await loadPolicy(settings.policy);
	const {store, incomplete, nothing, signal} = await load(settings, policy, io);
	try {
		if (nothing) return {incomplete};
		const {filter} = settings;
		const summary = {
			policy: policy.name,
			coverage: await readCoverage(store),
			period: await period(store, filter),
			hops: await hops(store, filter),
			suites: await suites(store, filter),
			violations: await breaches(store, filter),
			failures: await failures(store, filter),
		};
		const text =
			settings.format === 'json' ? reportJson(summary) : reportText(summary, io.colour ? coloured : monochrome);
		await io.write(text);
		return {incomplete, signal};
	} finally {
		await store.close();
	}
}
