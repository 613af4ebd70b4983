import {Counter, type Registry} from 'prom-client';
import {domainsSent} from '../model/deliveries.ts';
import {whoses} from '../model/failure/causes.ts';
import {failures} from '../model/session.ts';
import {handshakeAt, handshakeOf, type SessionBatch, wordFields} from '../model/session-batch.ts';
import type {Handshake} from '../model/session-parts.ts';
import type {Finding} from '../policy/judge.ts';
import {destinationRule, type Peer} from '../policy/peer.ts';
import type {Policy} from '../policy/policy.ts';
import type {Judging} from '../store/judgement.ts';
import {type FailureLabels, failureLabels, keyExchangeLabel, portLabels, versionLabel} from './labels.ts';

/** By what sessions are counted. */
export type Counting = {
	readonly policy: Policy;
	readonly judging: Judging;
	/** Ports of services by the operator's word. */
	readonly ports: Iterable<number>;
};

/** The numbers of ports that a policy names. */
const portsOf = ({rules}: Policy): number[] =>
	rules.flatMap(({check}) => (check.kind === 'service' ? check.allowed.flatMap(({port}) => port ?? []) : []));

/** Whom a row of a batch is a session with. */
function peerOf({words, vocabulary}: SessionBatch, row: number): Peer {
	const word = (field: (typeof wordFields)[number]): string | null => {
		const place = words[wordFields.indexOf(field)]?.[row] ?? 0;
		return place === 0 ? null : (vocabulary[place] ?? null);
	};
	return {
		ip: word('peerIp'),
		host: word('peerHost'),
		username: word('username'),
		domains: domainsSent(word('deliveries')),
	};
}

const sessionLabels = ['hop', 'port', 'outcome', 'version', 'key_exchange'] as const;

/** What sessions with one handshake count as. */
type Said = {
	readonly handshake: Handshake;
	readonly labels: Readonly<Record<(typeof sessionLabels)[number], string>>;
	readonly failure: FailureLabels | null;
	readonly findings: readonly Finding[];
};

/** Handshakes that are remembered; more there are only where peers make them up. */
const mostRemembered = 10_000;

/** Makes a function that says what a handshake counts as; the same few come in every batch, and are worked out once. */
function createSaid(judging: Judging, portLabel: (port: number | null) => string) {
	const known = new Map<string, Said>();
	return (values: SessionBatch['handshakes'][number]): Said => {
		const key = JSON.stringify(values);
		const before = known.get(key);
		if (before !== undefined) return before;
		const handshake = handshakeOf(values);
		const {hop, port, outcome} = handshake;
		const said = {
			handshake,
			labels: {
				hop,
				port: portLabel(port),
				outcome: outcome ?? 'unknown',
				version: versionLabel(handshake),
				key_exchange: keyExchangeLabel(handshake),
			},
			failure: failureLabels(handshake),
			findings: judging.judge(handshake),
		};
		if (known.size >= mostRemembered) known.clear();
		known.set(key, said);
		return said;
	};
}

/**
 * Makes the counters of sessions, and gives what counts a batch of them. What may be broken or fail is there with 0 from the start:
 * Prometheus sees no rise in a series that begins.
 */
export function sessionCounters({policy, judging, ports}: Counting, registry: Registry): (batch: SessionBatch) => void {
	const registers = [registry];
	const sessions = new Counter({
		name: 'tlsaudit_sessions_total',
		help: 'Sessions that ended, by hop, port, outcome, TLS version and kind of key exchange.',
		labelNames: sessionLabels,
		registers,
	});
	const violations = new Counter({
		name: 'tlsaudit_violations_total',
		help: 'Sessions that break a rule of the policy, by rule and severity; what an exception takes off does not count.',
		labelNames: ['rule', 'severity'] as const,
		registers,
	});
	for (const {id: rule, severity} of policy.rules) violations.inc({rule, severity}, 0);
	for (const {severity} of policy.destinations) violations.inc({rule: destinationRule, severity}, 0);
	const failed = new Counter({
		name: 'tlsaudit_failures_total',
		help: 'Sessions that failed, by reason and whose the failure is, as far as the session itself shows it.',
		labelNames: ['reason', 'whose'] as const,
		registers,
	});
	for (const reason of failures) for (const whose of whoses) failed.inc({reason, whose}, 0);

	/** Counts what is found in sessions alike: peer by peer where one may be excepted, or held to more. */
	function countFindings({handshake, findings}: Said, rows: readonly number[], batch: SessionBatch): void {
		const {ofPeer} = judging;
		if (ofPeer === null || (findings.length === 0 && !judging.hops.includes(handshake.hop))) {
			for (const {rule, severity} of findings) violations.inc({rule, severity}, rows.length);
			return;
		}
		for (const row of rows) {
			const own = ofPeer(handshake, peerOf(batch, row))?.findings.filter(({exception}) => exception === null);
			for (const {rule, severity} of own ?? findings) violations.inc({rule, severity});
		}
	}

	const saidBy = createSaid(judging, portLabels([...portsOf(policy), ...ports]));
	return (batch: SessionBatch): void => {
		const numbers = batch.numbers[handshakeAt] ?? new Int32Array();
		const rowsOf: number[][] = batch.handshakes.map(() => []);
		for (let row = 0; row < batch.rows; row += 1) rowsOf[numbers[row] ?? 0]?.push(row);
		for (const [number, rows] of rowsOf.entries()) {
			const said = saidBy(batch.handshakes[number] ?? []);
			sessions.inc(said.labels, rows.length);
			if (said.failure !== null) failed.inc(said.failure, rows.length);
			countFindings(said, rows, batch);
		}
	};
}
