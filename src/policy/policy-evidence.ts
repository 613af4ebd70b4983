import type {Lack, Telling} from '../model/evidence.ts';
import type {Session} from '../model/session.ts';
import type {Handshake} from '../model/session-parts.ts';
import {counts, type FailOn} from '../model/severity.ts';
import {cipherFacts} from '../tls/cipher.ts';
import {protocolOf} from '../tls/version.ts';
import {applyCheck, checkTrust} from './check.ts';
import {destinationRule, destinationsOf, exceptionFor, type Peer} from './peer.ts';
import type {CheckKind, Policy} from './policy.ts';

export type Evidence = {
	readonly telling: Telling;
	/** Null where the log says all that the program logs at its usual level. */
	readonly lacks: Lack | null;
	/** The rules that are not decided. */
	readonly rules: readonly string[];
};

/** A delivery without a port went through a socket of this host: there is no net to be encrypted on. */
const throughSocket = ({hop, port}: Pick<Session, 'hop' | 'port'>): boolean => hop === 'delivery' && port === null;

/**
 * What the summary of a session would have said (Postfix: tls/tls_misc.c, tls_log_summary; Dovecot: %k or
 * %{ssl_security} in login_log_format_elements) and the log does not. A version or a suite that is not known says nothing.
 */
function lackOf(handshake: Pick<Handshake, 'hop' | 'port' | 'outcome' | 'protocol' | 'cipher'>): Lack | null {
	const {outcome, protocol, cipher} = handshake;
	if (throughSocket(handshake)) return null;
	if (outcome === null) return 'outcome';
	if (outcome !== 'encrypted') return null;
	if (protocol === null || protocolOf(protocol) === null) return 'version';
	return cipher === null || cipherFacts(cipher) === null ? 'cipher' : null;
}

/** What a log can show beside the version and the suite, by the kind of check that asks for it. */
const askedFor: Partial<Record<CheckKind, Lack>> = {trust: 'trust', service: 'port', hybrid: 'group'};

/**
 * What a session says about the rules of a policy that fail a check. A session without mail and login breaks none of
 * them. What no log shows (sizes of keys, groups up to TLS 1.2) is no lack of this log: such a rule stays unknown, and
 * decides nothing.
 */
export function evidenceOf(handshake: Handshake, policy: Policy, failOn: FailOn): Evidence {
	const lacks = lackOf(handshake);
	const used = handshake.carriedMail || handshake.loggedIn;
	const rules = policy.rules.filter(({hops, severity}) => hops.includes(handshake.hop) && counts(severity, failOn));
	if (!used || rules.length === 0 || handshake.outcome === 'failed' || throughSocket(handshake))
		return {telling: 'not-asked', lacks, rules: []};
	if (handshake.outcome === null) return {telling: 'undecided', lacks, rules: rules.map(({id}) => id)};
	let decided = false;
	let missing: Lack | null = lacks;
	const open: string[] = [];
	for (const {id, check} of rules) {
		const result = applyCheck(check, handshake);
		if (result === 'not-applicable') continue;
		if (result !== 'unknown') decided = true;
		else {
			missing ??= askedFor[check.kind] ?? null;
			if (missing !== null) open.push(id);
		}
	}
	if (open.length > 0) return {telling: 'undecided', lacks: missing, rules: open};
	return {telling: decided ? 'decided' : 'not-asked', lacks, rules: []};
}

/** Whether what a session says depends on its peer. */
export const asksAboutPeers = ({destinations, exceptions}: Policy): boolean =>
	destinations.length > 0 || exceptions.length > 0;

/** What a session says about the trust that the policy wants of its destination. */
function destinationEvidence(handshake: Handshake, peer: Peer, policy: Policy, failOn: FailOn): Evidence | null {
	const {hop, outcome, carriedMail} = handshake;
	if (hop !== 'relay-out' || !carriedMail || outcome === 'failed') return null;
	const destinations = destinationsOf(handshake, peer, policy).filter(({severity}) => counts(severity, failOn));
	if (destinations.length === 0) return null;
	const rules = [destinationRule];
	if (outcome === null) return {telling: 'undecided', lacks: 'outcome', rules};
	if (destinations.some(({trust}) => checkTrust(handshake, trust) === 'unknown'))
		return {telling: 'undecided', lacks: 'trust', rules};
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
