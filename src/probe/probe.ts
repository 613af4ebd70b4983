import {cipherFacts} from '../tls/cipher.ts';
import {type Protocol, protocols} from '../tls/version.ts';
import type {PeerView} from './certificate.ts';
import {classesOf, classOf, type HybridGroup, hybridGroups, type KeyKind, type SuiteClass} from './client-hello.ts';
import {type Asked, type Bounds, createProber, type Gathered, type Outside, type Prober} from './prober.ts';
import type {Target} from './target.ts';

/**
 * Asks a server which TLS it accepts. It takes a target and bounds, and returns what happened to each version, class of
 * suites, hybrid group, and to the other kind of certificate. It must not know logs, policies or reports. It opens connections
 * to that host alone, one at a time. /
 */

export type VersionResult = {readonly version: Protocol} & Asked;
export type SuiteResult = {readonly class: SuiteClass; readonly version: Protocol} & Asked;
type GroupResult = {readonly group: HybridGroup; readonly version: Protocol} & Asked;
/** What came of asking for a certificate of a kind that the handshakes before did not show. */
type KeyResult = {readonly key: KeyKind; readonly version: Protocol} & Asked;

/** What a probe found. */
export type Probed = Gathered & {
	/** Oldest version first. */
	readonly results: readonly VersionResult[];
	readonly suites: readonly SuiteResult[];
	/** Hybrid groups; none where the server has no TLS 1.3. */
	readonly groups: readonly GroupResult[];
	/** Kinds of keys that the first handshakes did not show. */
	readonly keys: readonly KeyResult[];
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

const isTaken = ({accepted}: Asked): boolean => accepted === true;

/** Asks in each accepted version up to TLS 1.2 for each class of suites, the newest version first. */
async function askSuites(prober: Prober, results: readonly VersionResult[]): Promise<SuiteResult[]> {
	const suites: SuiteResult[] = [];
	for (const {version, ...shown} of results.filter(isTaken).reverse()) {
		const facts = cipherFacts(shown.cipher ?? '');
		const known = facts === null ? null : classOf(facts);
		// The handshake of the version shows one class already.
		for (const suite of classesOf(version))
			suites.push({class: suite, version, ...(suite === known ? shown : await prober.ask({version, suites: suite}))});
	}
	return suites;
}

async function askGroups(prober: Prober, results: readonly VersionResult[]): Promise<GroupResult[]> {
	const groups: GroupResult[] = [];
	const version = results.find(({version: each}) => each === 'TLSv1.3')?.version;
	if (version === undefined || !results.some(row => row.version === version && isTaken(row))) return groups;
	for (const group of hybridGroups)
		groups.push({group, version, ...refusedByClosing(await prober.ask({version, suites: null, group}))});
	return groups;
}

function keyOf({certificate}: PeerView): KeyKind {
	return certificate?.publicKey.asymmetricKeyType?.startsWith('rsa') === true ? 'RSA' : 'ECDSA';
}

/**
 * A server may hold a certificate of either kind, and shows one by what the client can check, or none in suites without
 * authentication: asks for what was not seen.
 */
async function askKeys(prober: Prober, results: readonly VersionResult[]): Promise<KeyResult[]> {
	const keys: KeyResult[] = [];
	const version = results.findLast(isTaken)?.version;
	if (version === undefined) return keys;
	for (const key of ['ECDSA', 'RSA'] as const)
		if (!prober.peers().some(peer => keyOf(peer) === key))
			keys.push({key, version, ...refusedByClosing(await prober.ask({version, suites: null, key}))});
	return keys;
}

/**
 * Asks a server for each version, the newest first, then in each accepted version up to TLS 1.2 for each class of suites, in
 * TLS 1.3 for hybrid groups, and for certificates of kinds not yet seen. One connection at a time, never more than `bounds.connections`. Never throws for what the server or the network does. /
 */
export async function probeServer(
	target: Target,
	servername: string | null,
	bounds: Bounds,
	outside: Outside,
): Promise<Probed> {
	const prober = createProber(target, servername, bounds, outside);
	const results = await askVersions(prober);
	const keys = await askKeys(prober, results);
	const suites = await askSuites(prober, results);
	const groups = await askGroups(prober, results);
	return {
		results: results.some(isTaken) ? results.map(refusedByClosing) : results,
		suites: suites.map(refusedByClosing),
		groups,
		keys,
		...prober.close({version: 'TLSv1.3', suites: null}),
	};
}

/** What a server did with each version, oldest first; `accepted` null: it is not known. */
type ProbedVersions = {
	readonly results: ReadonlyArray<{readonly version: Protocol; readonly accepted: boolean | null}>;
	readonly peers: readonly PeerView[];
	/** Why not one handshake came about that shows something; null when one did. */
	readonly problem: string | null;
	readonly used: number;
};

/**
 * Asks a server for each version alone, the newest first: one connection a version, without suites, and one for a
 * certificate of the other kind. Never throws for what the server or the network does.
 */
export async function probeVersions(
	target: Target,
	servername: string | null,
	bounds: Bounds,
	outside: Outside,
): Promise<ProbedVersions> {
	const prober = createProber(target, servername, bounds, outside);
	const results = await askVersions(prober);
	await askKeys(prober, results);
	const {ended, used, peers} = prober.close({version: 'TLSv1.3', suites: null});
	const answered = results.some(({accepted}) => accepted !== null);
	const said = results.find(({reason}) => reason !== null && reason !== 'local')?.error ?? null;
	return {
		results: results.map(({version, accepted}) => ({version, accepted})),
		peers,
		problem: answered ? null : (ended ?? said ?? 'this host can offer none of the versions'),
		used,
	};
}
