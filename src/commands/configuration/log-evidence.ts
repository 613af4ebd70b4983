import type {Io} from '../../cli/io.ts';
import type {Settings} from '../../cli/settings.ts';
import {
	type ConfigurationLoad,
	type CountedWitness,
	configurationLoad,
	countWitness,
	witness,
} from '../../mailserver/lint/log-evidence.ts';
import {type MissingLogging, missingLogging} from '../../model/missing-logging.ts';
import type {ObservedRow} from '../../model/summary.ts';
import type {Policy} from '../../policy/policy.ts';
import {evidence} from '../../store/queries/evidence.ts';
import {observed} from '../../store/queries/observed.ts';
import {load} from '../reading/load.ts';

/** What a log says of a configuration. */
export type LogEvidence = {
	readonly sessions: readonly ObservedRow[];
	readonly witnesses: readonly CountedWitness[];
	/** The last line in which master said that it read its files; null where the log has none. */
	readonly loaded: ConfigurationLoad | null;
	/** When that was, ms since 1970 UTC. */
	readonly loadedAt: number | null;
	/** What the programs left out of it. */
	readonly missing: readonly MissingLogging[];
	readonly incomplete: boolean;
	/** Why the log has no session; null where it has one. */
	readonly nothing: string | null;
	readonly signal: number | null;
};

/**
 * Reads the logs, or the database, with the ports that the configuration gives; null when nothing could be read. What was
 * said on the way of single files is on standard error.
 */
export async function readEvidence(settings: Settings, policy: Policy, io: Io): Promise<LogEvidence | null> {
	const counts = new Map<string, CountedWitness>();
	let loaded: ConfigurationLoad | null = null;
	let loadedAt: number | null = null;
	const {store, incomplete, nothing, reading, signal} = await load(settings, policy, io, (text, time) => {
		const found = witness(text);
		if (found !== null) countWitness(counts, found);
		const load = configurationLoad(text);
		if (load === null) return;
		loaded = load;
		loadedAt = time();
	});
	try {
		if (nothing) return null;
		const sessions = await observed(store, loadedAt, settings.filter);
		const missing = missingLogging(await evidence(store, settings.filter));
		return {
			sessions,
			missing,
			witnesses: [...counts.values()],
			loaded,
			loadedAt,
			incomplete,
			nothing: reading.nothing,
			signal,
		};
	} finally {
		await store.close();
	}
}
