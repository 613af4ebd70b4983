import type {Failure} from '../session.ts';
import {alertText, tlsAlerts} from './alerts.ts';
import {type CauseName, causes, type Whose} from './causes.ts';
import {libraryReasons} from './reasons.ts';
import {verificationReasons, verificationText} from './verification.ts';

/** What is known of failures of one kind, for whose they are. */
export type FailureFacts = {
	readonly direction: 'in' | 'out';
	readonly failure: string | null;
	readonly alert: string | null;
	/** The session was encrypted: what ended it came after the handshake. */
	readonly encrypted: boolean;
	/** Other peers come to an agreement on the same hop and port. */
	readonly othersAgree: boolean;
	/** The peer tried in several ways and never had a session; see `src/store/whose.ts`. */
	readonly scanner: boolean;
};

/** Whose a failure is, and what to do about it in one sentence. */
export type Remedy = {readonly whose: Whose; readonly remedy: string};

/** Causes, with the reason code that goes with them, by the words of `alert`, the number of a reason left out. */
const byAlert = new Map<string, {readonly failure: Failure; readonly cause: CauseName}>([
	...libraryReasons.map(reason => [reason.words, reason] as const),
	...verificationReasons.map(
		reason => [verificationText(reason), {failure: 'certificate-not-verified', cause: reason.cause}] as const,
	),
	...tlsAlerts.map(alert => [alertText(alert.number), alert] as const),
]);

/** Causes where no alert is known. */
const byFailure: Readonly<Record<Failure, CauseName>> = {
	'not-tls': 'not-tls',
	'unsupported-protocol': 'old-version',
	'no-shared-cipher': 'no-shared-cipher',
	'no-shared-group': 'no-shared-group',
	'no-shared-signature': 'no-shared-signature',
	'peer-rejected-certificate': 'certificate-refused',
	'peer-alert': 'peer-alert',
	'certificate-not-verified': 'certificate-not-verified',
	'tls-required-not-offered': 'tls-not-offered',
	'requiretls-not-offered': 'requiretls-not-offered',
	'starttls-refused': 'starttls-refused',
	'tls-unavailable': 'tls-unavailable',
	'client-certificate-required': 'certificate-missing',
	dane: 'dane',
	'lost-connection': 'hung-up',
	timeout: 'timed-out',
	other: 'other',
};

/**
 * Causes that stand for any peer: what our own side reports of itself, and what a client that verifies says of our
 * certificate, which one that only tries doors does not look at.
 */
const standing: ReadonlySet<CauseName> = new Set<CauseName>([
	'no-cipher-here',
	'no-version-here',
	'no-certificate-here',
	'fault-here',
	'tls-unavailable',
	'certificate-refused',
	'certificate-revoked',
	'certificate-expired',
]);

/** What the same reason means once the handshake is over. */
const afterwards: Readonly<Partial<Record<CauseName, CauseName>>> = {
	'hung-up': 'broken-off',
	'timed-out': 'took-too-long',
};

const ofScanner =
	'The peer tried in several ways, and nothing here shows an encrypted session, mail or login of it: there is nothing to do; a firewall can keep it out.';

/** Where the reason code says something else than the alert, as Postfix gave another reason in the end, it is the cause. */
function causeOf({failure, alert}: FailureFacts): CauseName {
	const code = failure !== null && Object.hasOwn(byFailure, failure) ? (failure as Failure) : 'other';
	const said = alert === null ? undefined : (byAlert.get(alert) ?? byAlert.get(alert.replace(/ \(\d+\)$/, '')));
	return said !== undefined && (code === 'other' || said.failure === code) ? said.cause : byFailure[code];
}

/** Returns whose the failures of a kind are, and the remedy. */
export function remedyOf(facts: FailureFacts): Remedy {
	const found = causeOf(facts);
	const cause = (facts.encrypted ? afterwards[found] : undefined) ?? found;
	const {blame, remedy} = causes[cause][facts.direction];
	if (facts.scanner && blame !== 'scanner' && !standing.has(cause)) return {whose: 'scanner', remedy: ofScanner};
	return {whose: blame === 'odd-one' ? (facts.othersAgree ? 'theirs' : 'unknown') : blame, remedy};
}

/** What a reason means, in few words; empty where there is no such reason. */
export function meaningOf(reason: string): string {
	return Object.hasOwn(meanings, reason) ? meanings[reason as Failure] : '';
}

const meanings: Readonly<Record<Failure, string>> = {
	'not-tls': 'the peer did not speak TLS where TLS was expected',
	'unsupported-protocol': 'no TLS version in common',
	'no-shared-cipher': 'no cipher in common',
	'no-shared-group': 'no key exchange group in common',
	'no-shared-signature': 'no signature algorithm in common',
	'peer-rejected-certificate': 'the peer refused our certificate',
	'peer-alert': 'the peer ended the handshake with an alert',
	'certificate-not-verified': 'the peer’s certificate did not verify',
	'tls-required-not-offered': 'we ask for TLS, the peer offers none',
	'requiretls-not-offered': 'the sender asks for REQUIRETLS, the peer does not offer it',
	'starttls-refused': 'STARTTLS was offered and then refused',
	'tls-unavailable': 'our own TLS could not start: look at certificate and key',
	'client-certificate-required': 'a client certificate was asked for, and none came',
	dane: 'DANE could not be met',
	'lost-connection': 'the connection broke',
	timeout: 'the peer took too long',
	other: 'for a reason not listed here: see the raw lines',
};
