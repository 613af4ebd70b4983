import {applyCheck} from './check.ts';
import {cipherFacts} from './cipher.ts';
import type {Handshake} from './judge.ts';
import type {CheckKind, Policy, Severity} from './policy.ts';
import type {Hop, Session} from './session.ts';
import {protocolOf} from './version.ts';

/** What the log does not say of a session: whether TLS was used, which version, which suite, how far the peer is trusted, our port. */
export type Lack = 'outcome' | 'version' | 'cipher' | 'trust' | 'port';

/**
 * What a session can say about the rules that fail a check. `decided`: each of them that applies is met or broken;
 * `undecided`: the log lacks what at least one asks for; `not-asked`: none applies to it.
 */
type Telling = 'decided' | 'undecided' | 'not-asked';

export type Evidence = {
	readonly telling: Telling;
	/** Null where the log says all that the program logs at its usual level. */
	readonly lacks: Lack | null;
	/** The rules that are not decided. */
	readonly rules: readonly string[];
};

/** Least severity that fails a check. */
export type FailOn = Exclude<Severity, 'info'>;

/** Whether a finding of the severity counts against a check. */
export function counts(severity: Severity, failOn: FailOn): boolean {
	return severity === 'violation' || (failOn === 'weakness' && severity === 'weakness');
}

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
const askedFor: Partial<Record<CheckKind, Lack>> = {trust: 'trust', service: 'port'};

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

/** Sessions that are alike in all that evidence is counted by. */
export type EvidenceRow = {
	readonly hop: Hop;
	readonly port: number | null;
	readonly direction: 'in' | 'out';
	readonly tag: string | null;
	readonly service: string | null;
	readonly telling: Telling;
	readonly lacks: Lack | null;
	/** Mail was carried, or somebody logged in. */
	readonly used: boolean;
	/** The same program logged versions of other sessions. */
	readonly tells: boolean;
	/** The log begins or ends within these sessions. */
	readonly cut: boolean;
	readonly sessions: number;
};
