import {type Finding, judge} from '../../tls/judge.ts';
import {destinationFor, exceptionFor, judgeDestination} from '../../tls/peer.ts';
import type {Policy} from '../../tls/policy.ts';
import {type Evidence, evidenceOf, peerEvidence} from '../../tls/policy-evidence.ts';
import type {Session} from '../../tls/session.ts';
import type {Handshake} from '../../tls/session-parts.ts';

/** Judges sessions one by one as they come. */
export type SessionJudge = {
	/** Sessions of one handshake with the same mark have the same findings and evidence: where only handshakes count, all have. */
	readonly mark: (session: Session) => string;
	/** What the policy finds in a session, exceptions taken off. */
	readonly findings: (session: Session) => readonly Finding[];
	/** What a session says of the rules that fail a check. */
	readonly evidence: (session: Session) => Evidence;
};

/** Peers whose exceptions are remembered. */
const mostRemembered = 20_000;

const handshakeOf = (session: Session): Handshake => ({
	...session,
	carriedMail: session.messages > 0,
});

/**
 * A judge by a policy, its destinations and its exceptions. The last two depend on the peer. `now` gives the time in ms
 * since 1970 UTC: an exception may end while the screen is open.
 */
export function createSessionJudge(policy: Policy, now: () => number): SessionJudge {
	const excepted = new Map<string, boolean>();

	function isExcepted(session: Session, rule: string): boolean {
		const {peerIp: ip, peerHost: host, username} = session;
		const key = `${rule}\n${ip}\n${host}\n${username}`;
		let known = excepted.get(key);
		if (known === undefined) {
			known = exceptionFor({ip, host, username}, rule, policy, now()) !== null;
			if (excepted.size >= mostRemembered) excepted.clear();
			excepted.set(key, known);
		}
		return known;
	}

	function findings(session: Session): readonly Finding[] {
		const handshake = handshakeOf(session);
		const found = judge(handshake, policy);
		const destination = destinationFor(session.peerHost, policy);
		const missed = destination === null ? null : judgeDestination(handshake, destination);
		const all = missed === null ? found : [...found, missed];
		return policy.exceptions.length === 0 ? all : all.filter(({rule}) => !isExcepted(session, rule));
	}

	if (policy.exceptions.length === 0 && policy.destinations.length === 0)
		return {mark: () => '', findings, evidence: session => evidenceOf(handshakeOf(session), policy, 'violation')};
	const evidence = (session: Session): Evidence => {
		const {peerIp: ip, peerHost: host, username} = session;
		return peerEvidence(handshakeOf(session), {ip, host, username}, policy, 'violation', now());
	};
	return {
		mark: session => {
			const {telling, lacks} = evidence(session);
			return [`${telling} ${lacks}`, ...findings(session).map(({rule, reference}) => `${rule} ${reference}`)].join(
				'\n',
			);
		},
		findings,
		evidence,
	};
}
