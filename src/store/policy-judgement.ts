import type {DuckDBValue} from '@duckdb/node-api';
import {inconclusive, judge} from '../tls/judge.ts';
import {destinationFor, exceptionFor, judgeDestination} from '../tls/peer.ts';
import type {Policy} from '../tls/policy.ts';
import {INTEGER, VARCHAR} from './duckdb.ts';
import {append, handshakeFieldsOf, judgeSessions, type NumberedHandshake} from './judgement.ts';
import {findingSteps} from './peer-findings.ts';
import {commonTables} from './steps.ts';
import type {Store} from './store.ts';

/** Outbound sessions against the trust wanted of their destination: each handshake and host once. */
async function judgeDestinations(store: Store, policy: Policy): Promise<void> {
	const result = await store.track(
		store.reader.stream(
			`select p.peer_host as host, ${handshakeFieldsOf} from (select distinct handshake, peer_host from session_rows) p
			join handshakes h on h.handshake = p.handshake
			where h.hop = 'relay-out' and p.peer_host is not null order by h.handshake, p.peer_host`,
		),
	);
	const rows: DuckDBValue[][] = [];
	for await (const pairs of result.yieldRowObjectJs())
		for (const {host, handshake, ...fields} of pairs as unknown as Array<NumberedHandshake & {host: string}>) {
			const destination = destinationFor(host, policy);
			const finding = destination === null ? null : judgeDestination(fields, destination);
			if (finding === null) continue;
			const {rule, severity, observed, required, reference} = finding;
			rows.push([handshake, host, rule, severity, observed, required, reference]);
		}
	await append(store, 'destination_findings', [INTEGER, ...Array(6).fill(VARCHAR)], rows);
}

/** Takes the findings that an exception covers off the list: each peer, user and rule is asked about once. */
async function applyExceptions(store: Store, policy: Policy, now: number): Promise<void> {
	const result = await store.track(
		store.reader.stream(
			`${commonTables(findingSteps('true', false))} select distinct peer_ip, peer_host, username, rule from found`,
		),
	);
	const rows: DuckDBValue[][] = [];
	for await (const peers of result.yieldRowsJs())
		for (const [ip, host, username, rule] of peers as Array<[string | null, string | null, string | null, string]>) {
			const exception = exceptionFor({ip, host, username}, rule, policy, now);
			if (exception !== null) rows.push([ip, host, username, rule, exception.reason, exception.until]);
		}
	await append(store, 'exceptions', Array(6).fill(VARCHAR), rows);
}

/**
 * Judges every session anew by a policy, its destinations and its exceptions; `now` is milliseconds since 1970 UTC and
 * decides which exceptions still hold. Afterwards the view `violations` has what counts, `excepted` what is let pass.
 */
export async function judgeByPolicy(store: Store, policy: Policy, now: number): Promise<void> {
	await judgeSessions(
		store,
		handshake => judge(handshake, policy),
		handshake => inconclusive(handshake, policy),
	);
	if (policy.destinations.length > 0) await judgeDestinations(store, policy);
	if (policy.exceptions.length > 0) await applyExceptions(store, policy, now);
}
