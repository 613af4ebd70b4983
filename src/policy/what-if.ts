import type {Handshake} from '../model/session-parts.ts';
import type {Severity} from '../model/severity.ts';
import {cipherFacts} from '../tls/cipher.ts';
import {memberOf, type SuiteSet, suiteSet} from '../tls/cipher-class.ts';
import {compareProtocols, type Protocol, parseProtocol, protocolOf} from '../tls/version.ts';
import {inconclusive, judge} from './judge.ts';
import type {CheckKind, Policy} from './policy.ts';

/** A stricter rule to try: the words are those of a person (`TLS1.2`, `RC4`, `rsa-kx`, a suite). */
export type WhatIfRule = {
	readonly minVersion?: string;
	readonly ban?: readonly string[];
	readonly policy?: Policy;
	/** Findings of the policy from this severity on count as a break; `weakness` when absent. */
	readonly severity?: Exclude<Severity, 'info'>;
};

type WhatIf = {
	/** `unknown`: the log does not show what the rule asks about. */
	readonly verdict: 'breaks' | 'stays' | 'unknown';
	readonly reasons: readonly string[];
};

export type Replay = (handshake: Handshake) => WhatIf;

const stays: WhatIf = {verdict: 'stays', reasons: []};

function againstVersion(handshake: Handshake, least: Protocol): WhatIf {
	const protocol = handshake.protocol === null ? null : protocolOf(handshake.protocol);
	if (protocol === null) return {verdict: 'unknown', reasons: ['the protocol was not logged']};
	if (compareProtocols(protocol, least) >= 0) return stays;
	return {verdict: 'breaks', reasons: [`${protocol} is older than ${least}`]};
}

function againstBan(handshake: Handshake, banned: SuiteSet): WhatIf {
	const facts = handshake.cipher === null ? null : cipherFacts(handshake.cipher);
	if (facts === null) return {verdict: 'unknown', reasons: ['the suite was not logged or is not known']};
	const word = memberOf(facts, banned);
	if (word === null) return stays;
	return {
		verdict: 'breaks',
		reasons: [word === facts.name ? `${word} is banned` : `${facts.name} is banned (${word})`],
	};
}

/** What the two sides agree on; keys and groups up to TLS 1.2 are in no log, and would leave every session unknown. */
const negotiated: ReadonlySet<CheckKind> = new Set([
	...(['min-version', 'ban', 'suites', 'service', 'plaintext', 'hybrid'] as const),
]);

/** A session that carried nothing would break as well, so an encrypted one counts as if it had carried mail. */
function againstPolicy(handshake: Handshake, policy: Policy, least: Severity): WhatIf {
	const session = handshake.outcome === 'encrypted' ? {...handshake, carriedMail: true} : handshake;
	const grave = judge(session, policy).filter(
		finding => finding.severity === 'violation' || (least === 'weakness' && finding.severity === 'weakness'),
	);
	if (grave.length > 0) {
		return {
			verdict: 'breaks',
			reasons: grave.map(({rule, observed, required}) => `${rule}: ${observed}, wanted ${required}`),
		};
	}
	const rules = new Map(policy.rules.map(rule => [rule.id, rule]));
	const open = inconclusive(session, policy).filter(id => {
		const rule = rules.get(id);
		return rule !== undefined && negotiated.has(rule.check.kind) && rule.severity !== 'info';
	});
	return open.length === 0 ? stays : {verdict: 'unknown', reasons: open.map(id => `${id}: the log does not show it`)};
}

/**
 * Prepares a rule to be tried on handshakes. A session breaks when it would not have come about under the rule:
 * `minVersion` and `ban` ask encrypted sessions only (plaintext stays plaintext), a policy asks plaintext ones too.
 * What failed already cannot break. Throws an `Error` for a wrong version or suite.
 */
export function whatIf(rule: WhatIfRule): Replay {
	const least = rule.minVersion === undefined ? null : parseProtocol(rule.minVersion);
	const banned = rule.ban === undefined || rule.ban.length === 0 ? null : suiteSet(rule.ban);
	const {policy, severity = 'weakness'} = rule;
	return handshake => {
		if (handshake.outcome === 'failed') return stays;
		if (handshake.outcome === null) return {verdict: 'unknown', reasons: ['the log does not show how it ended']};
		const results: WhatIf[] = [];
		if (handshake.outcome === 'encrypted' && least !== null) results.push(againstVersion(handshake, least));
		if (handshake.outcome === 'encrypted' && banned !== null) results.push(againstBan(handshake, banned));
		if (policy !== undefined) results.push(againstPolicy(handshake, policy, severity));
		for (const verdict of ['breaks', 'unknown'] as const) {
			const reasons = results.flatMap(result => (result.verdict === verdict ? result.reasons : []));
			if (reasons.length > 0) return {verdict, reasons};
		}
		return stays;
	};
}
