import type {Handshake} from '../model/session-parts.ts';
import {type Severity, severities} from '../model/severity.ts';
import {applyCheck} from './check.ts';
import {type CheckKind, citation, type Policy, type Rule} from './policy.ts';

export type Finding = {
	readonly rule: string;
	readonly severity: Severity;
	readonly observed: string;
	readonly required: string;
	readonly reference: string;
};

/** How one rule came out. `unknown`: the log does not show what the rule asks about, which is not a pass. */
export type RuleResult = {
	readonly rule: string;
	readonly result: 'pass' | 'fail' | 'unknown';
	readonly finding: Finding | null;
};

type Judgement = {readonly findings: readonly Finding[]; readonly unknown: readonly string[]};

/** Text that is equal exactly when two handshakes have the same findings. */
function handshakeKey(h: Handshake): string {
	return JSON.stringify([
		h.hop,
		h.direction,
		h.service,
		h.port,
		h.tlsMode,
		h.outcome,
		h.protocol,
		h.cipher,
		h.cipherBits,
		h.trust,
		h.keyExchange,
		h.serverSignature,
		h.serverDigest,
		h.tlsLevel,
		h.failure,
		h.carriedMail,
		h.loggedIn,
	]);
}

/**
 * A connection that neither carried mail nor logged in is a probe or a scanner. A failed one has kept nobody's secret
 * open, so it breaks no rule; an encrypted one on the ports of our users still shows what the server accepts.
 */
function severityFor(handshake: Handshake, rule: Rule): Severity | null {
	if (handshake.outcome === null || handshake.outcome === 'failed') return null;
	if (handshake.carriedMail || handshake.loggedIn) return rule.severity;
	const ours = handshake.hop === 'submission' || handshake.hop === 'access';
	const shows = rule.check.kind === 'min-version' || rule.check.kind === 'ban' || rule.check.kind === 'suites';
	return handshake.outcome === 'encrypted' && ours && shows ? 'info' : null;
}

/** Every rule that applies to the handshake, with its result. Rules of other hops and of other outcomes are left out. */
export function ruleResults(handshake: Handshake, policy: Policy): RuleResult[] {
	const results: RuleResult[] = [];
	for (const rule of policy.rules) {
		if (!rule.hops.includes(handshake.hop)) continue;
		const severity = severityFor(handshake, rule);
		if (severity === null) {
			if (handshake.outcome === null) results.push({rule: rule.id, result: 'unknown', finding: null});
			continue;
		}
		const outcome = applyCheck(rule.check, handshake);
		if (outcome === 'not-applicable') continue;
		if (outcome === 'pass' || outcome === 'unknown') results.push({rule: rule.id, result: outcome, finding: null});
		else {
			const finding = {rule: rule.id, severity, ...outcome, reference: citation(rule.source)};
			results.push({rule: rule.id, result: 'fail', finding});
		}
	}
	return results;
}

/** Checks that come in steps (insufficient, phase-out, preferred): the worst step missed says it all. */
const steps: Partial<Record<CheckKind, CheckKind>> = {
	'min-version': 'min-version',
	'best-version': 'min-version',
	suites: 'suites',
	'min-rsa-bits': 'min-rsa-bits',
	groups: 'groups',
	digests: 'digests',
};

function worstOfEachStep(findings: readonly Finding[], policy: Policy): Finding[] {
	const kinds = new Map(policy.rules.map(rule => [rule.id, steps[rule.check.kind]]));
	const worst = new Map<CheckKind, Severity>();
	return findings.filter(({rule, severity}) => {
		const step = kinds.get(rule);
		if (step === undefined) return true;
		const before = worst.get(step);
		if (before === undefined) worst.set(step, severity);
		return before === undefined || before === severity;
	});
}

const rank = (severity: Severity): number => severities.indexOf(severity);
const memory = new WeakMap<Policy, Map<string, Judgement>>();

function judgement(handshake: Handshake, policy: Policy): Judgement {
	let known = memory.get(policy);
	if (known === undefined) {
		known = new Map();
		memory.set(policy, known);
	}
	const key = handshakeKey(handshake);
	let result = known.get(key);
	if (result === undefined) {
		const all = ruleResults(handshake, policy);
		const findings = all.flatMap(verdict => (verdict.finding === null ? [] : [verdict.finding]));
		findings.sort((a, b) => rank(a.severity) - rank(b.severity));
		result = {
			findings: worstOfEachStep(findings, policy),
			unknown: all.filter(verdict => verdict.result === 'unknown').map(verdict => verdict.rule),
		};
		// A hostile log can make any number of handshakes differ.
		if (known.size >= 20_000) known.clear();
		known.set(key, result);
	}
	return result;
}

/**
 * What the policy finds in a handshake, worst first, of rules in steps only the worst; empty when nothing. Memoised by
 * policy and handshake.
 */
export function judge(handshake: Handshake, policy: Policy): readonly Finding[] {
	return judgement(handshake, policy).findings;
}

/** Ids of the rules that apply but that the log does not let us decide: neither passed nor broken. */
export function inconclusive(handshake: Handshake, policy: Policy): readonly string[] {
	return judgement(handshake, policy).unknown;
}
