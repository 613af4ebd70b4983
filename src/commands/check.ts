import type {Outcome} from '../exit.ts';
import {checkText} from '../report/breach-text.ts';
import {checkJson} from '../report/json.ts';
import {coloured, monochrome} from '../report/style.ts';
import {breaches} from '../store/breaches.ts';
import type {Io} from './io.ts';
import {load} from './load.ts';
import {loadPolicy} from './policies.ts';
import type {Settings} from './settings.ts';

/** `tlsaudit check`: passes when no session violates the policy; weaknesses are named but pass. */
export async function check(settings: Settings, io: Io): Promise<Outcome> {
	const policy = await loadPolicy(settings.policy);
	const {store, incomplete, nothing, signal} = await load(settings, policy, io);
	try {
		if (nothing) return {incomplete};
		const found = await breaches(store, settings.filter);
		const pass = !found.some(({severity}) => severity === 'violation');
		const style = io.colour ? coloured : monochrome;
		await io.write(
			settings.format === 'json' ? checkJson(policy.name, pass, found) : checkText(policy.name, pass, found, style),
		);
		return {incomplete, violations: !pass, signal};
	} finally {
		await store.close();
	}
}
