import {type Finding, type Handshake, judge} from '../../tls/judge.ts';
import {destinationFor, exceptionFor, judgeDestination} from '../../tls/peer.ts';
import type {Policy} from '../../tls/policy.ts';
import type {Session} from '../../tls/session.ts';

/** What the policy finds in a session. Sessions of one handshake with the same `mark` have the same findings. */
export type SessionJudgement = {readonly mark: string; readonly findings: readonly Finding[]};

/** Peers whose exceptions are remembered. */
const mostRemembered = 20_000;

/**
 * Judges sessions one by one as they come, destinations and exceptions included, which depend on the peer. `now` gives the
 * time in ms since 1970 UTC: an exception may end while the screen is open.
 */
export function createSessionJudge(policy: Policy, now: () => number): (session: Session) => SessionJudgement {
	const byPeer = policy.exceptions.length > 0 || policy.destinations.length > 0;
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

	return session => {
		const handshake: Handshake = {
			...session,
			carriedMail: session.messages > 0,
			loggedIn: session.username !== null,
		};
		const found = judge(handshake, policy);
		if (!byPeer) return {mark: '', findings: found};
		const destination = destinationFor(session.peerHost, policy);
		const missed = destination === null ? null : judgeDestination(handshake, destination);
		const all = missed === null ? found : [...found, missed];
		const findings = policy.exceptions.length === 0 ? all : all.filter(({rule}) => !isExcepted(session, rule));
		return {mark: findings.map(({rule, reference}) => `${rule} ${reference}`).join('\n'), findings};
	};
}
