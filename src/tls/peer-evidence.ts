import {checkTrust} from './check.ts';
import {counts, type Evidence, evidenceOf, type FailOn} from './evidence.ts';
import type {Handshake} from './judge.ts';
import {destinationFor, destinationRule, exceptionFor, type Peer} from './peer.ts';
import type {Policy} from './policy.ts';

/** Whether what a session says depends on its peer. */
export const asksAboutPeers = ({destinations, exceptions}: Policy): boolean =>
	destinations.length > 0 || exceptions.length > 0;

/** What a session says about the trust that the policy wants of its destination. */
function destinationEvidence(handshake: Handshake, peer: Peer, policy: Policy, failOn: FailOn): Evidence | null {
	const {hop, outcome, carriedMail} = handshake;
	if (hop !== 'relay-out' || !carriedMail || outcome === 'failed') return null;
	const destination = destinationFor(peer.host, policy);
	if (destination === null || !counts(destination.severity, failOn)) return null;
	const rules = [destinationRule];
	if (outcome === null) return {telling: 'undecided', lacks: 'outcome', rules};
	const result = checkTrust(handshake, destination.trust);
	if (result === 'unknown') return {telling: 'undecided', lacks: 'trust', rules};
	return {telling: 'decided', lacks: null, rules: []};
}

/**
 * What a session of a peer says about the policy, its destinations and its exceptions: a rule that an exception takes off
 * for this peer asks for nothing. `now` is milliseconds since 1970 UTC.
 */
export function peerEvidence(handshake: Handshake, peer: Peer, policy: Policy, failOn: FailOn, now: number): Evidence {
	const own = evidenceOf(handshake, policy, failOn);
	const more = destinationEvidence(handshake, peer, policy, failOn);
	const rules = [...own.rules, ...(more?.rules ?? [])];
	const lacks = own.lacks ?? more?.lacks ?? null;
	const open = rules.filter(rule => exceptionFor(peer, rule, policy, now) === null);
	if (open.length > 0) return {telling: 'undecided', lacks, rules: open};
	const decided = own.telling === 'decided' || more?.telling === 'decided';
	return {telling: decided ? 'decided' : 'not-asked', lacks, rules: []};
}
