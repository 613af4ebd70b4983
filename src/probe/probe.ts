import {cipherFacts} from '../tls/cipher.ts';
import {type Protocol, protocols} from '../tls/version.ts';
import {classesOf, classOf, type SuiteClass} from './client-hello.ts';
import {type Asked, type Bounds, createProber, type Gathered, type Outside, type Prober} from './prober.ts';
import type {Target} from './target.ts';

/**
 * Asks a server which TLS it accepts. It takes a target and bounds, and returns what happened to each version and class of
 * suites. It must not know logs, policies or reports. It opens connections to that host alone, one at a time. /
 */

export type VersionResult = {readonly version: Protocol} & Asked;
export type SuiteResult = {readonly class: SuiteClass; readonly version: Protocol} & Asked;

/** What a probe found. */
export type Probed = Gathered & {
	/** Oldest version first. */
	readonly results: readonly VersionResult[];
	readonly suites: readonly SuiteResult[];
};

/** Asks for each version alone, the newest first; returns the oldest first. */
async function askVersions(prober: Prober): Promise<VersionResult[]> {
	const results: VersionResult[] = [];
	for (const version of [...protocols].reverse())
		results.unshift({version, ...(await prober.ask({version, suites: null}))});
	return results;
}

/**
 * Dovecot closes the connection in place of an alert: where the server accepts other handshakes, that is a refusal. Where it
 * accepts none, nothing is known.
 */
function refusedByClosing<Row extends Asked>(row: Row): Row {
	return row.reason === 'handshake-closed' ? {...row, accepted: false} : row;
}

/**
 * Asks a server for each version, the newest first, then in each accepted version up to TLS 1.2 for each class of
 * suites. One connection at a time, never more than `bounds.connections`. Never throws for what the server or the
 * network does. /
 */
export async function probeServer(
	target: Target,
	servername: string | null,
	bounds: Bounds,
	outside: Outside,
): Promise<Probed> {
	const prober = createProber(target, servername, bounds, outside);
	const suites: SuiteResult[] = [];
	const results = await askVersions(prober);
	for (const {version, accepted, cipher} of [...results].reverse()) {
		if (accepted !== true) continue;
		const facts = cipherFacts(cipher ?? '');
		const known = facts === null ? null : classOf(facts);
		for (const suite of classesOf(version)) {
			// The handshake of the version shows one class already.
			const asked =
				suite === known
					? {accepted: true, cipher, error: null, reason: null}
					: await prober.ask({version, suites: suite});
			suites.push({class: suite, version, ...asked});
		}
	}
	const any = results.some(({accepted}) => accepted === true);
	return {
		results: any ? results.map(refusedByClosing) : results,
		suites: suites.map(refusedByClosing),
		...prober.close({version: 'TLSv1.3', suites: null}),
	};
}

/** What a server did with each version, oldest first; `accepted` null: it is not known. */
type ProbedVersions = {
	readonly results: ReadonlyArray<{readonly version: Protocol; readonly accepted: boolean | null}>;
	/** Why not one handshake came about that shows something; null when one did. */
	readonly problem: string | null;
	readonly used: number;
};

/**
 * Asks a server for each version alone, the newest first: one connection a version, without suites. Never throws
 * for what the server or the network does.
 */
export async function probeVersions(
	target: Target,
	servername: string | null,
	bounds: Bounds,
	outside: Outside,
): Promise<ProbedVersions> {
	const prober = createProber(target, servername, bounds, outside);
	const results = await askVersions(prober);
	const {ended, used} = prober.close({version: 'TLSv1.3', suites: null});
	const answered = results.some(({accepted}) => accepted !== null);
	const said = results.find(({reason}) => reason !== null && reason !== 'local')?.error ?? null;
	return {
		results: results.map(({version, accepted}) => ({version, accepted})),
		problem: answered ? null : (ended ?? said ?? 'this host can offer none of the versions'),
		used,
	};
}
