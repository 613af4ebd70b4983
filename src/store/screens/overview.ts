import type {EvidenceRow} from '../../tls/evidence.ts';
import {type Hop, hops as hopOrder} from '../../tls/session.ts';
import {type PlaceEvidence, placesOf} from '../../tls/verdict.ts';
import {liveEvidence} from './evidence.ts';
import {type Histogram, histogram} from './histogram.ts';
import type {Narrow} from './narrow.ts';
import type {Screen} from './screen.ts';
import {earlier, later, type Tally, tallies} from './tallies.ts';
import {whereOf} from './where.ts';

/** One hop on one port. Times in ms since 1970 UTC. */
type HopRow = {
	hop: Hop;
	port: number | null;
	sessions: number;
	messages: number;
	encrypted: number;
	plaintext: number;
	failed: number;
	/** The log does not say how they ended. */
	unknown: number;
	violations: number;
	weaknesses: number;
	/** Sessions that decide the rules that fail a check, and those that lack what such a rule asks for. */
	judged: number;
	undecided: number;
	/** Encrypted sessions by version; `''` where none was logged. */
	versions: Record<string, number>;
	first_seen: number | null;
	last_seen: number | null;
};

/** Something a hop had not done before: a version with a cipher, plaintext, or a kind of failure. */
type News = {
	hop: Hop;
	port: number | null;
	outcome: string | null;
	protocol: string | null;
	cipher: string | null;
	failure: string | null;
	sessions: number;
	violations: number;
	weaknesses: number;
	first_seen: number | null;
};

/** A rule that sessions break, over all hops. */
type BrokenRule = {rule: string; severity: string; sessions: number};

export type Overview = {
	rows: HopRow[];
	news: News[];
	broken: BrokenRule[];
	histogram: Histogram;
	/** What the sessions say, for the verdict. */
	evidence: EvidenceRow[];
};

/** As many as a screen could show. */
const mostNews = 60;

function hopRows(counted: readonly Tally[], places: readonly PlaceEvidence[]): HopRow[] {
	const rows = new Map<string, HopRow>();
	for (const tally of counted) {
		const hop = tally.hop as Hop;
		const key = `${hop} ${tally.port}`;
		let row = rows.get(key);
		if (row === undefined) {
			row = {
				hop,
				port: tally.port,
				sessions: 0,
				messages: 0,
				encrypted: 0,
				plaintext: 0,
				failed: 0,
				unknown: 0,
				violations: 0,
				weaknesses: 0,
				judged: 0,
				undecided: 0,
				versions: {},
				first_seen: null,
				last_seen: null,
			};
			rows.set(key, row);
		}
		row.sessions += tally.sessions;
		row.messages += tally.messages;
		row.violations += tally.violations;
		row.weaknesses += tally.weaknesses;
		row.first_seen = earlier(row.first_seen, tally.first_seen);
		row.last_seen = later(row.last_seen, tally.last_seen);
		if (tally.outcome === 'encrypted') {
			const version = tally.protocol ?? '';
			row.encrypted += tally.sessions;
			row.versions[version] =
				(Object.hasOwn(row.versions, version) ? (row.versions[version] ?? 0) : 0) + tally.sessions;
		} else if (tally.outcome === 'plaintext') row.plaintext += tally.sessions;
		else if (tally.outcome === 'failed') row.failed += tally.sessions;
		else row.unknown += tally.sessions;
	}
	for (const {hop, port, decided, undecided, lacking} of places) {
		const row = rows.get(`${hop} ${port}`);
		if (row !== undefined) Object.assign(row, {judged: decided + undecided - lacking, undecided: lacking});
	}
	const place = ({hop}: HopRow): number => hopOrder.indexOf(hop);
	return [...rows.values()].sort((a, b) => place(a) - place(b) || (a.port ?? 1e6) - (b.port ?? 1e6));
}

function newsOf(counted: readonly Tally[]): News[] {
	const found = new Map<string, News>();
	for (const tally of counted) {
		const {port, outcome, protocol, cipher, failure, sessions, violations, weaknesses, first_seen} = tally;
		const key = JSON.stringify([tally.hop, port, outcome, protocol, cipher, failure]);
		const known = found.get(key);
		if (known === undefined)
			found.set(key, {
				hop: tally.hop as Hop,
				port,
				outcome,
				protocol,
				cipher,
				failure,
				sessions,
				violations,
				weaknesses,
				first_seen,
			});
		else {
			known.sessions += sessions;
			known.violations += violations;
			known.weaknesses += weaknesses;
			known.first_seen = earlier(known.first_seen, first_seen);
		}
	}
	return [...found.values()]
		.sort((a, b) => (b.first_seen ?? Number.NEGATIVE_INFINITY) - (a.first_seen ?? Number.NEGATIVE_INFINITY))
		.slice(0, mostNews);
}

/** The rules that the counted sessions break, the worst first. */
async function brokenRules({store}: Screen, counted: readonly Tally[]): Promise<BrokenRule[]> {
	const sessions = new Map(counted.map(tally => [tally.handshake, tally.sessions]));
	const found = new Map<string, BrokenRule>();
	for (const {handshake, rule, severity} of await store.all<{handshake: number; rule: string; severity: string}>(
		'select handshake, rule, severity from handshake_findings',
	)) {
		const count = sessions.get(handshake);
		if (count === undefined) continue;
		const known = found.get(`${severity} ${rule}`);
		if (known === undefined) found.set(`${severity} ${rule}`, {rule, severity, sessions: count});
		else known.sessions += count;
	}
	const rank = ({severity}: BrokenRule): number => ['violation', 'weakness', 'info'].indexOf(severity);
	return [...found.values()].sort((a, b) => rank(a) - rank(b) || b.sessions - a.sessions);
}

/** Hops, what is new on them, and traffic over time in `bins` equal parts. */
export async function overview(screen: Screen, narrow: Narrow, bins: number): Promise<Overview> {
	const found = await whereOf(screen, narrow);
	const counted = await tallies(screen, narrow, found);
	const evidence = await liveEvidence(screen.store, found);
	const from = counted.reduce<number | null>((least, {first_seen}) => earlier(least, first_seen), null);
	const to = counted.reduce<number | null>((most, {last_seen}) => later(most, last_seen), null);
	return {
		rows: hopRows(counted, placesOf(evidence)),
		news: newsOf(counted),
		broken: await brokenRules(screen, counted),
		evidence,
		histogram: await histogram(screen, found, {from, to, bins}),
	};
}
