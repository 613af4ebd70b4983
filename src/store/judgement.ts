import type {DuckDBType, DuckDBValue} from '@duckdb/node-api';
import {domainsSent} from '../model/deliveries.ts';
import type {Handshake} from '../model/session-parts.ts';
import type {FailOn} from '../model/severity.ts';
import {type Finding, inconclusive, judge} from '../policy/judge.ts';
import {exceptionFor, missedDestination, type Peer} from '../policy/peer.ts';
import type {Exception, Policy} from '../policy/policy.ts';
import {asksAboutPeers, type Evidence, evidenceOf, peerEvidence} from '../policy/policy-evidence.ts';
import {BOOLEAN, DuckDBDataChunk, INTEGER, VARCHAR} from './duckdb.ts';
import {handshakeFieldsOf, handshakes, type NumberedHandshake} from './handshakes.ts';
import type {Store} from './store.ts';
import {weightedRows} from './tally/weight.ts';

/*
 * Judges the sessions of a store. In go the handshakes, and where the policy has exceptions or destinations the peers of those
 * about which it says something else; out come temporary tables that all queries join to the sessions. A judgement is a number:
 * that of the handshake for most sessions, and a negative one for the sessions of peers that are judged for themselves. It
 * must not know who queries: reports judge once, a screen again and again, each time what is new.
 */

/** A finding of a peer, and the exception that suppresses it. */
type PeerFinding = Finding & {readonly exception: Exception | null};

/** What is found in the sessions of a peer, and what they say. */
type PeerJudgement = {
	readonly findings: readonly PeerFinding[];
	readonly evidence: Evidence;
	/** The handshake's own summary lacks something. */
	readonly unlogged: boolean;
};

/** By what is judged. */
export type Judging = {
	readonly judge: (handshake: Handshake) => readonly Finding[];
	/** The rules about which a handshake says nothing. */
	readonly inconclusive: (handshake: Handshake) => readonly string[];
	readonly evidence: (handshake: Handshake) => Evidence;
	/** The judgement on a peer, null where it is that on the handshake; null where only handshakes count. */
	readonly ofPeer: ((handshake: Handshake, peer: Peer) => PeerJudgement | null) | null;
	/** Hops whose peers are judged whatever their handshakes say. */
	readonly hops: readonly string[];
	/** The domains of recipients count, too. */
	readonly byDomain: boolean;
};

/** Judging by a policy, its destinations and its exceptions; `now` (ms since 1970 UTC) decides which exceptions hold. */
export function judgingBy(policy: Policy, now: () => number, failOn: FailOn = 'violation'): Judging {
	const evidence = (handshake: Handshake): Evidence => evidenceOf(handshake, policy, failOn);

	function ofPeer(handshake: Handshake, peer: Peer): PeerJudgement | null {
		const missed = missedDestination(handshake, peer, policy);
		const own = judge(handshake, policy);
		const findings = (missed === null ? own : [...own, missed]).map(finding => ({
			...finding,
			exception: exceptionFor(peer, finding.rule, policy, now()),
		}));
		const said = peerEvidence(handshake, peer, policy, failOn, now());
		const {telling, lacks} = evidence(handshake);
		const isOwn = missed === null && findings.every(({exception}) => exception === null);
		if (isOwn && said.telling === telling && said.lacks === lacks) return null;
		return {findings, evidence: said, unlogged: lacks !== null};
	}

	return {
		judge: handshake => judge(handshake, policy),
		inconclusive: handshake => inconclusive(handshake, policy),
		evidence,
		ofPeer: asksAboutPeers(policy) ? ofPeer : null,
		hops: policy.destinations.length > 0 ? ['relay-out'] : [],
		byDomain: policy.destinations.length > 0,
	};
}

/** `byDomain`: two sessions with the same peer whose mail went to others are two. */
const samePeer = (one: string, other: string, byDomain: boolean): string =>
	['handshake', 'peer_ip', 'peer_host', 'username', ...(byDomain ? ['deliveries'] : [])]
		.map(name => `${one}.${name} is not distinct from ${other}.${name}`)
		.join(' and ');

/** How peers are joined: by their names and addresses, and by the domains of recipients where these count; null: they are not. */
type PeerJoin = {readonly byDomain: boolean} | null;

/** Sessions with the number of their judgement. Without peers that are judged for themselves nothing is joined. */
const numbered = (columns: string, sessions: string, peers: PeerJoin): string =>
	peers
		? `select ${columns}, coalesce(p.judgement, r.handshake) as judgement from ${sessions} r
			left join peer_judgements p on ${samePeer('p', 'r', peers.byDomain)}`
		: `select ${columns}, r.handshake as judgement from ${sessions} r`;

/**
 * Temporary tables and views, so that a database is judged that may only be read, by several at once, and nobody reads what
 * another policy left. `judged_rows` are the rows of `weighted_rows` with their judgement, `judged_singles` single sessions of a tally.
 */
const views = (store: Store, peers: PeerJoin): readonly string[] => [
	`create or replace temp view judged_rows as ${numbered('r.*', 'weighted_rows', peers)}`,
	...(store.tally === undefined
		? []
		: [`create or replace temp view judged_singles as ${numbered('r.*', 'single_rows', peers)}`]),
	// One row per session and finding; `session` distinguishes sessions that are alike in every column.
	`create or replace temp view judged as
		select f.rule, f.severity, f.observed, f.required, f.reference, s.* exclude (handshake, judgement, deliveries),
			f.excepted_reason, f.excepted_until
		from (${numbered('r.*', 'numbered_sessions', peers)}) s join judgement_findings f using (judgement)`,
	`create or replace temp view violations as
		select * exclude (session, excepted_reason, excepted_until) from judged where excepted_until is null`,
	`create or replace temp view excepted as
		select excepted_reason as reason, excepted_until as until, * exclude (session, excepted_reason, excepted_until)
		from judged where excepted_until is not null`,
];

const tables: readonly string[] = [
	`create or replace temp table judgements(judgement integer, handshake integer, telling text, lacks text, unlogged boolean)`,
	`create or replace temp table judgement_findings(judgement integer, rule text, severity text, observed text, required text,
		reference text, excepted_reason text, excepted_until text)`,
	`create or replace temp table handshake_inconclusive(handshake integer, rule text)`,
	`create or replace temp table peer_judgements(handshake integer, peer_ip text, peer_host text, username text, deliveries text, judgement integer)`,
];

/** Adds rows to a temporary table of the reader, a chunk at a time. */
export async function append(
	{reader}: Store,
	table: string,
	types: readonly DuckDBType[],
	rows: DuckDBValue[][],
): Promise<void> {
	if (rows.length === 0) return;
	const appender = await reader.createAppender(table, 'main', 'temp');
	for (let from = 0; from < rows.length; from += 2048) {
		const chunk = DuckDBDataChunk.create(types);
		chunk.setRows(rows.slice(from, from + 2048));
		appender.appendDataChunk(chunk);
	}
	appender.flushSync();
	appender.closeSync();
}

/** Rows on their way to the tables of judgements. */
type Fresh = {
	readonly judgements: DuckDBValue[][];
	readonly findings: DuckDBValue[][];
	readonly inconclusive: DuckDBValue[][];
	readonly peers: DuckDBValue[][];
};

const noneFresh = (): Fresh => ({judgements: [], findings: [], inconclusive: [], peers: []});

async function write(store: Store, {judgements, findings, inconclusive: open, peers}: Fresh): Promise<void> {
	const words = (count: number): DuckDBType[] => new Array(count).fill(VARCHAR);
	await append(store, 'judgements', [INTEGER, INTEGER, ...words(2), BOOLEAN], judgements);
	await append(store, 'judgement_findings', [INTEGER, ...words(7)], findings);
	await append(store, 'handshake_inconclusive', [INTEGER, VARCHAR], open);
	await append(store, 'peer_judgements', [INTEGER, ...words(4), INTEGER], peers);
}

type PeerOfHandshake = NumberedHandshake & Omit<Peer, 'domains'> & {readonly deliveries: string | null};

/** Peers that are judged at a time. */
const mostPeers = 16_384;
/** Judgements of peers whose numbers are remembered; more there are only where a peer makes up handshakes. */
const mostRemembered = 50_000;

/** Judges the sessions of a store, and what came since; see `judgingBy`. */
export type SessionJudge = {
	/** Judges what is new. */
	readonly update: () => Promise<void>;
	/** Starts over with the next update: rows were deleted, or an update did not come to its end. */
	readonly reset: () => void;
};

/**
 * Makes a judge of all sessions of a store; nothing is judged before its first `update`. It is one long function, as its parts
 * share the numbers that were given so far.
 */
export function createSessionJudge(store: Store, judging: Judging): SessionJudge {
	/** The first handshake, and the first row, that are not judged yet; null before the tables are made. */
	let next: {handshake: number; row: number} | null = null;
	let numbers = new Map<string, number>();
	let lastNumber = 0;
	let peersJoined = false;
	let resets = 0;

	async function begin(): Promise<{handshake: number; row: number}> {
		await store.read([...tables, weightedRows(store), ...views(store, null)].join(';\n'));
		numbers = new Map();
		lastNumber = 0;
		peersJoined = false;
		return {handshake: 0, row: 0};
	}

	async function judgeHandshakes(from: number): Promise<number> {
		let last = from - 1;
		for await (const some of handshakes(store, from)) {
			const fresh = noneFresh();
			for (const {handshake, ...fields} of some) {
				last = Math.max(last, handshake);
				const {telling, lacks} = judging.evidence(fields);
				fresh.judgements.push([handshake, handshake, telling, lacks, lacks !== null]);
				for (const {rule, severity, observed, required, reference} of judging.judge(fields))
					fresh.findings.push([handshake, rule, severity, observed, required, reference, null, null]);
				for (const rule of judging.inconclusive(fields)) fresh.inconclusive.push([handshake, rule]);
			}
			await write(store, fresh);
		}
		return last + 1;
	}

	/** The number of what is found in the sessions of a peer; a new one brings its rows. */
	function numberOf(handshake: number, {findings, evidence, unlogged}: PeerJudgement, fresh: Fresh): number {
		const {telling, lacks} = evidence;
		const said = findings.map(({rule, reference, exception}) => [rule, reference, exception?.reason, exception?.until]);
		const key = JSON.stringify([handshake, telling, lacks, said]);
		const known = numbers.get(key);
		if (known !== undefined) return known;
		if (numbers.size >= mostRemembered) numbers.clear();
		lastNumber -= 1;
		numbers.set(key, lastNumber);
		fresh.judgements.push([lastNumber, handshake, telling, lacks, unlogged]);
		for (const {rule, severity, observed, required, reference, exception} of findings)
			fresh.findings.push([
				...[lastNumber, rule, severity, observed, required, reference],
				...[exception?.reason ?? null, exception?.until ?? null],
			]);
		return lastNumber;
	}

	/** Asks about each peer of the handshakes that an exception or a destination may speak of, once. */
	async function judgePeers(from: number, ofPeer: NonNullable<Judging['ofPeer']>): Promise<number> {
		const [ends] = await store.all<{next: number | null}>(
			'select max(row)::double + 1 as next from weighted_rows where row >= $from',
			{from},
		);
		if (ends?.next == null) return from;
		const {byDomain} = judging;
		const hops = judging.hops.map(hop => `'${hop}'`);
		await store.read(
			// Numbered: row ids of a table made in the transaction that is open begin somewhere.
			`create or replace temp table peers_to_judge as select row_number() over () - 1 as place, * from (
			select distinct r.handshake, r.peer_ip, r.peer_host, r.username, ${byDomain ? 'r.deliveries' : 'null::text as deliveries'}
			from weighted_rows r
			where r.row >= $from and r.handshake in (
				select judgement from judgement_findings
				union all select judgement from judgements where telling = 'undecided'
				${hops.length === 0 ? '' : `union all select handshake from handshakes where hop in (${hops})`})
			and not exists (select 1 from peer_judgements p where ${samePeer('p', 'r', byDomain)}))`,
			{from},
		);
		const [counted] = await store.all<{rows: number}>('select count(*)::double as rows from peers_to_judge');
		for (let row = 0; row < (counted?.rows ?? 0); row += mostPeers) {
			const some = await store.all<PeerOfHandshake>(
				`select p.peer_ip as ip, p.peer_host as host, p.username, p.deliveries, ${handshakeFieldsOf}
				from peers_to_judge p join handshakes h using (handshake) where p.place >= $row and p.place < $row + ${mostPeers}`,
				{row},
			);
			const fresh = noneFresh();
			for (const {ip, host, username, deliveries, handshake, ...fields} of some) {
				const judgement = ofPeer(fields, {ip, host, username, domains: domainsSent(deliveries)});
				if (judgement !== null)
					fresh.peers.push([handshake, ip, host, username, deliveries, numberOf(handshake, judgement, fresh)]);
			}
			await write(store, fresh);
			if (fresh.peers.length === 0 || peersJoined) continue;
			await store.read(views(store, {byDomain}).join(';\n'));
			peersJoined = true;
		}
		await store.read('drop table temp.peers_to_judge');
		return ends.next;
	}

	return {
		async update() {
			const before = resets;
			const from = next ?? (await begin());
			const handshake = await judgeHandshakes(from.handshake);
			const row = judging.ofPeer === null ? 0 : await judgePeers(from.row, judging.ofPeer);
			next = resets === before ? {handshake, row} : null;
		},
		reset() {
			resets += 1;
			next = null;
		},
	};
}

/**
 * Judges every session again by a policy; see `judgingBy`. Afterwards the view `violations` has what counts, `excepted` what
 * exceptions suppress.
 */
export async function judgeByPolicy(
	store: Store,
	policy: Policy,
	now: number,
	failOn: FailOn = 'violation',
): Promise<void> {
	await createSessionJudge(
		store,
		judgingBy(policy, () => now, failOn),
	).update();
}
