import {emptySession, type Hop, type TlsMode} from '../model/session.ts';
import type {Handshake} from '../model/session-parts.ts';
import type {Severity} from '../model/severity.ts';
import type {WayRow} from '../model/summary.ts';
import {lacksTooMuch, type PlaceEvidence} from '../model/verdict.ts';
import {judge} from '../policy/judge.ts';
import type {CheckKind, Policy} from '../policy/policy.ts';

/** What a policy says of something: fine, how grave, or `null` where no rule speaks of it. */
type Expectation = 'allowed' | Severity | null;

/** A number of sessions, and whether the policy wants them. */
export type Cell = {readonly sessions: number; readonly expected: Expectation};
export const columns = ['TLSv1.3', 'TLSv1.2', 'older', 'plaintext', 'failed', 'unknown'] as const;
type ColumnName = (typeof columns)[number];

/** One way into a service with the policy's word on it and what was seen. */
export type Choice = {
	readonly port: number | null;
	readonly tls: TlsMode | null;
	readonly expected: Expectation;
	/** What was seen: as the policy wants it, something else, too little to say, or nothing. */
	readonly seen: 'as-wanted' | 'unwanted' | 'undecided' | 'nothing';
	readonly cells: Readonly<Record<ColumnName, Cell>>;
	readonly messages: number;
};
export type Operation = {
	readonly operation: string;
	readonly hop: Hop;
	/** The policy wants DANE here. */
	readonly dane: boolean;
	readonly choices: readonly Choice[];
};

/** What the sessions of a hop and port say, the share of them that may be undecided, and whether not all logs were read to the end. */
type Place = Omit<PlaceEvidence, 'hop' | 'port'> & {readonly most: number; readonly partial: boolean};

const noEvidence = {decided: 0, undecided: 0, lacking: 0};

type WayIn = readonly [port: number | null, tls: TlsMode | null];

/** Ways in that are shown even when nobody took them: the registered ports (RFC 8314 section 7.3). */
const operations: ReadonlyArray<readonly [name: string, hop: Hop, waysIn: readonly WayIn[]]> = [
	[
		'submission',
		'submission',
		[
			[465, 'implicit'],
			[587, 'starttls'],
			[25, 'starttls'],
		],
	],
	['relay in', 'relay-in', [[25, 'starttls']]],
	['relay out', 'relay-out', [[25, 'starttls']]],
	[
		'mailbox access',
		'access',
		[
			[993, 'implicit'],
			[143, 'starttls'],
			[995, 'implicit'],
			[110, 'starttls'],
		],
	],
	['delivery', 'delivery', []],
];

/** A handshake that is good in everything but what is asked about. */
function example(hop: Hop, [port, tlsMode]: WayIn, protocol: string | null): Handshake {
	const outward = hop === 'relay-out' || hop === 'delivery';
	return {
		...emptySession(hop, outward ? 'out' : 'in'),
		port,
		tlsMode: protocol === null ? null : tlsMode,
		outcome: protocol === null ? 'plaintext' : 'encrypted',
		protocol,
		cipher: protocol === 'TLSv1.3' ? 'TLS_AES_256_GCM_SHA384' : 'ECDHE-RSA-AES256-GCM-SHA384',
		carriedMail: true,
		loggedIn: hop === 'submission' || hop === 'access',
	};
}

/** The policy's word on a handshake, as far as rules of the kind speak of its hop. */
function expectationOf(policy: Policy, handshake: Handshake, kind: CheckKind): Expectation {
	const rules = policy.rules.filter(rule => rule.check.kind === kind && rule.hops.includes(handshake.hop));
	if (rules.length === 0) return null;
	const ids = new Set(rules.map(({id}) => id));
	return judge(handshake, policy).find(({rule}) => ids.has(rule))?.severity ?? 'allowed';
}

function columnOf({outcome, protocol}: WayRow): ColumnName {
	if (outcome === null) return 'unknown';
	if (outcome !== 'encrypted') return outcome;
	if (protocol === null) return 'unknown';
	if (protocol === 'TLSv1.3' || protocol === 'TLSv1.2') return protocol;
	return /^(?:SSLv\d|TLSv1(?:\.1)?)$/.test(protocol) ? 'older' : 'unknown';
}

function choiceOf(policy: Policy, hop: Hop, wayIn: WayIn, seen: readonly WayRow[], place: Place): Choice {
	const [port, tls] = wayIn;
	const cell = (column: ColumnName): Cell => {
		const ways = seen.filter(way => columnOf(way) === column);
		const sessions = ways.reduce((sum, way) => sum + way.sessions, 0);
		if (column === 'failed' || column === 'unknown') return {sessions, expected: null};
		if (column === 'plaintext')
			return {sessions, expected: expectationOf(policy, example(hop, wayIn, null), 'plaintext')};
		const versions = column === 'older' ? ways.map(({protocol}) => protocol ?? 'TLSv1') : [column];
		// A policy that takes TLS 1.1 may still refuse the SSLv3 of the same column.
		const said = versions.map(version => expectationOf(policy, example(hop, wayIn, version), 'min-version'));
		return {sessions, expected: said.find(expected => expected !== 'allowed') ?? said[0] ?? null};
	};
	const cells = Object.fromEntries(columns.map(column => [column, cell(column)])) as Record<ColumnName, Cell>;
	const expected = port === null ? null : expectationOf(policy, example(hop, wayIn, 'TLSv1.3'), 'service');
	const messages = seen.reduce((sum, way) => sum + way.messages, 0);
	return {port, tls, expected, seen: seenOf(cells, expected, place), cells, messages};
}

const unwanted = (expected: Expectation): boolean => expected !== null && expected !== 'allowed';

/** Sessions whose version the log does not show carry nothing, nor do those that failed. */
function seenOf(cells: Choice['cells'], expected: Expectation, place: Place): Choice['seen'] {
	const known = columns.filter(name => name !== 'failed' && name !== 'unknown' && cells[name].sessions > 0);
	if (known.some(name => unwanted(cells[name].expected))) return 'unwanted';
	if (cells.unknown.sessions > 0 && (known.length === 0 || lacksTooMuch(place, place.most))) return 'undecided';
	if (known.length === 0) return 'nothing';
	if (place.decided === 0) return cells.unknown.sessions > 0 ? 'undecided' : 'nothing';
	if (unwanted(expected)) return 'unwanted';
	return place.partial ? 'undecided' : 'as-wanted';
}

/**
 * What the policy wants of each way into a service, and what was seen: for each operation the ways into it, whether the
 * policy allows them, the sessions by version, and whether they carry a mark; see `PlaceEvidence`. Sessions in
 * plaintext, and failed ones whose kind of TLS is not known, are with the first way of their port. `internal` is in no
 * policy. Where not all logs were read to the end, `partial`, nothing is said to be as wanted.
 */
export function expectations(
	policy: Policy,
	ways: readonly WayRow[],
	places: readonly PlaceEvidence[],
	maxUndecided: number,
	partial = false,
): Operation[] {
	return operations.flatMap(([operation, hop, registered]) => {
		const here = ways.filter(way => way.hop === hop);
		if (here.length === 0 && registered.length === 0) return [];
		const waysIn: WayIn[] = [...registered];
		const has = (port: number | null, tls?: TlsMode | null): boolean =>
			waysIn.some(wayIn => wayIn[0] === port && (tls === undefined || wayIn[1] === tls));
		for (const {port, tls_mode} of here) if (tls_mode !== null && !has(port, tls_mode)) waysIn.push([port, tls_mode]);
		for (const {port} of here) if (!has(port)) waysIn.push([port, null]);
		const choices = waysIn.map((wayIn, index) => {
			const first = waysIn.findIndex(([port]) => port === wayIn[0]) === index;
			const mine = here.filter(
				way => way.port === wayIn[0] && (way.tls_mode === wayIn[1] || (way.tls_mode === null && first)),
			);
			const place = places.find(each => each.hop === hop && each.port === wayIn[0]) ?? noEvidence;
			return choiceOf(policy, hop, wayIn, mine, {...place, most: maxUndecided, partial});
		});
		const dane = policy.rules.some(({check, hops}) => check.kind === 'dane' && hops.includes(hop));
		return [{operation, hop, dane, choices}];
	});
}
