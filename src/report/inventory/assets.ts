import type {Grade, Inventory} from '../../model/inventory.ts';
import {earlier, later} from '../../model/summary.ts';
import {placeWords} from '../../text/place.ts';
import {type Algorithm, bulkAlgorithm, groupAlgorithm, signatureAlgorithm} from '../../tls/algorithm.ts';
import {cipherFacts} from '../../tls/cipher.ts';
import {standsForOthers} from '../summary.ts';

type Row = Inventory['rows'][number];

/** Sessions, and their first and last moment in ms since 1970 UTC. */
export type Seen = {readonly sessions: number; readonly first_seen: number | null; readonly last_seen: number | null};

/** An algorithm, and where it was used: by hop and port, such as `submission 465`. */
export type AlgorithmAsset = {readonly ref: string; readonly algorithm: Algorithm; readonly places: Map<string, Seen>};

/** A suite of a protocol, with the refs of its algorithms. */
type SuiteAsset = {
	readonly seen: Seen;
	readonly cipher: string | null;
	readonly grade: Grade;
	readonly refs: Set<string>;
};

/** A version of TLS on one hop and port. */
export type ProtocolAsset = Pick<Row, 'protocol' | 'hop' | 'port'> & {
	readonly ref: string;
	readonly seen: Seen;
	/** By name in the registry, else as logged; `''` where the log has none. */
	readonly suites: Map<string, SuiteAsset>;
	/** Refs of groups and signatures. */
	readonly refs: Set<string>;
};

/** Two numbers of sessions together. */
export const together = (a: Seen | undefined, {sessions, first_seen, last_seen}: Seen): Seen => ({
	sessions: sessions + (a?.sessions ?? 0),
	first_seen: earlier(a?.first_seen ?? null, first_seen),
	last_seen: later(a?.last_seen ?? null, last_seen),
});

/** The worse of two grades. */
function worse(a: Grade, b: Grade): Grade {
	return (['forbidden', 'weak', 'unknown'] as const).find(grade => grade === a || grade === b) ?? 'fine';
}

/** Algorithms by their refs. */
class Algorithms {
	readonly byRef = new Map<string, AlgorithmAsset>();

	/** Counts the use of an algorithm, and of those that it is made of; gives its ref. */
	use(kind: string, algorithm: Algorithm, row: Pick<Row, 'hop' | 'port'> & Seen): string {
		const ref = `${kind}:${algorithm.name}`;
		const asset = this.byRef.get(ref) ?? {ref, algorithm, places: new Map<string, Seen>()};
		this.byRef.set(ref, asset);
		asset.places.set(placeWords(row), together(asset.places.get(placeWords(row)), row));
		for (const part of algorithm.parts ?? []) this.use(kind, groupAlgorithm(part), row);
		return ref;
	}
}

/** Counts a row in its suite. */
function addSuite(suites: ProtocolAsset['suites'], row: Row, algorithms: Algorithms): void {
	const {cipher, grade} = row;
	const name = cipher === null ? '' : (cipherFacts(cipher)?.iana ?? cipher);
	const suite = suites.get(name);
	const refs = suite?.refs ?? new Set();
	const bulk = cipher === null ? null : bulkAlgorithm(cipher);
	if (bulk !== null) refs.add(algorithms.use('cipher', bulk, row));
	suites.set(name, {
		cipher,
		refs,
		seen: together(suite?.seen, row),
		grade: suite === undefined ? grade : worse(suite.grade, grade),
	});
}

/** The refs of the groups that a hybrid joins. */
export const partsOf = ({parts = []}: Algorithm): string[] => parts.map(part => `group:${groupAlgorithm(part).name}`);

/** The protocols and algorithms of an inventory. Each encrypted session is counted in one protocol. */
export function assetsOf({rows, signatures}: Pick<Inventory, 'rows' | 'signatures'>): {
	readonly protocols: readonly ProtocolAsset[];
	readonly algorithms: readonly AlgorithmAsset[];
} {
	const protocols = new Map<string, ProtocolAsset>();
	const algorithms = new Algorithms();
	const refOf = ({protocol, hop, port}: Pick<Row, 'protocol' | 'hop' | 'port'>): string =>
		`protocol:${protocol ?? ''}:${hop}:${port ?? ''}`;
	for (const row of rows) {
		const {protocol, hop, port} = row;
		const ref = refOf(row);
		const asset = protocols.get(ref) ?? {ref, protocol, hop, port, suites: new Map(), refs: new Set<string>()};
		protocols.set(ref, {...asset, seen: together(protocols.get(ref)?.seen, row)});
		addSuite(asset.suites, row, algorithms);
		if (row.group !== null) asset.refs.add(algorithms.use('group', groupAlgorithm(row.group), row));
	}
	for (const row of signatures)
		if (!standsForOthers(row.signature)) {
			const ref = algorithms.use('signature', signatureAlgorithm(row.signature, row.digest), row);
			protocols.get(refOf(row))?.refs.add(ref);
		}
	return {protocols: [...protocols.values()], algorithms: [...algorithms.byRef.values()]};
}
