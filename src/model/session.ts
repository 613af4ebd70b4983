/**
 * What all parts of the program speak of: sessions, coverage, evidence, verdicts. Types and small functions on them;
 * they must not know where the data is from, how it is kept or how it is shown.
 *
 * A session is what one connection did about TLS, field by field the `sessions` table; names follow RFC 5598 (hop
 * roles), RFC 8314 (implicit TLS) and RFC 9846. /
 */

/** Roles of the two endpoints (RFC 5598): MUA→MSA, MTA→us, us→MTA, mailbox→MUA, MTA→MDA, and loopback re-injection. */
export const hops = ['submission', 'relay-in', 'relay-out', 'access', 'delivery', 'internal'] as const;
export type Hop = (typeof hops)[number];

export const outcomes = ['encrypted', 'plaintext', 'failed'] as const;
/** `null` in a session means that the log does not say: no summary, and no proof of plaintext either. */
export type Outcome = (typeof outcomes)[number];

export type TlsMode = 'implicit' | 'starttls';
export type PortSource = 'log' | 'config' | 'service';
export type Trust = 'Anonymous' | 'Untrusted' | 'Trusted' | 'Verified';

/**
 * Reason codes of `failure`. `certificate-not-verified` and `peer-rejected-certificate` may be beside the outcome
 * `encrypted` (the handshake was done, then the session was given up), `tls-required-not-offered` beside `plaintext`
 * (a connection on which nothing was sent because TLS was demanded and not offered).
 */
export const failures = [
	'not-tls',
	'unsupported-protocol',
	'no-shared-cipher',
	'no-shared-group',
	'no-shared-signature',
	'peer-rejected-certificate',
	'peer-alert',
	'certificate-not-verified',
	'tls-required-not-offered',
	'requiretls-not-offered',
	'starttls-refused',
	'tls-unavailable',
	'client-certificate-required',
	'dane',
	'lost-connection',
	'timeout',
	'other',
] as const;
export type Failure = (typeof failures)[number];

/** Times are milliseconds since 1970 UTC; `null` is «not in the log». One session is one row of the table `sessions`. */
export type Session = {
	startedAt: number | null;
	/** `null` while the session is open, or when the log ended before it did. */
	endedAt: number | null;
	hop: Hop;
	direction: 'in' | 'out';
	logHost: string | null;
	tag: string | null;
	pid: number | null;
	service: string | null;
	port: number | null;
	portSource: PortSource | null;
	tlsMode: TlsMode | null;
	peerHost: string | null;
	peerIp: string | null;
	peerPort: number | null;
	serverName: string | null;
	outcome: Outcome | null;
	protocol: string | null;
	cipher: string | null;
	cipherBits: number | null;
	trust: Trust | null;
	keyExchange: string | null;
	serverSignature: string | null;
	serverDigest: string | null;
	clientSignature: string | null;
	clientDigest: string | null;
	tlsLevel: string | null;
	reused: number;
	failure: Failure | null;
	/**
	 * The TLS alert that the peer sent, the reason that our library gave, or why the server’s certificate did not verify
	 * (`hostname mismatch (62)`), in words with its number: `handshake failure (40)`,
	 * `no shared cipher (193)`. Never without a `failure`.
	 */
	alert: string | null;
	messages: number;
	rejected: number;
	username: string | null;
	/**
	 * Of an outbound session its messages by the domain of their recipients, as `src/model/deliveries.ts` writes them: no column of
	 * `sessions`, but the view `deliveries`.
	 */
	deliveries: string | null;
	/**
	 * What Postfix reported of it by TLSRPT, as `src/model/tls-reports.ts` writes it: no column of `sessions`, but the view
	 * `tls_reports`.
	 */
	tlsReports: string | null;
	/**
	 * Somebody logged in, named or not: no column of `sessions`, but `logged_in` of the handshakes that the judge looks
	 * at.
	 */
	loggedIn: boolean;
	/**
	 * The line that begins the connection was read; false where the log begins, or lost lines, in the middle of it.
	 * Kept like `loggedIn`.
	 */
	startSeen: boolean;
	source: string | null;
	firstLine: number | null;
	lastLine: number | null;
};

/** A session about which nothing is known yet; callers fill in what the log says. */
export function emptySession(hop: Hop, direction: 'in' | 'out'): Session {
	return {
		startedAt: null,
		endedAt: null,
		hop,
		direction,
		logHost: null,
		tag: null,
		pid: null,
		service: null,
		port: null,
		portSource: null,
		tlsMode: null,
		peerHost: null,
		peerIp: null,
		peerPort: null,
		serverName: null,
		outcome: null,
		protocol: null,
		cipher: null,
		cipherBits: null,
		trust: null,
		keyExchange: null,
		serverSignature: null,
		serverDigest: null,
		clientSignature: null,
		clientDigest: null,
		tlsLevel: null,
		reused: 0,
		failure: null,
		alert: null,
		messages: 0,
		rejected: 0,
		username: null,
		deliveries: null,
		tlsReports: null,
		loggedIn: false,
		startSeen: true,
		source: null,
		firstLine: null,
		lastLine: null,
	};
}

/** The largest number that a column of sessions holds: 32 bits with a sign. */
const mostNumber = 2_147_483_647;

/** A number of a session as a column holds it: null when it is negative or too large, for another number would be wrong. */
export function heldNumber(value: number | null): number | null {
	return value !== null && value >= 0 && value <= mostNumber ? value : null;
}

/** A count of a session as a column holds it: at most the largest number. */
export function heldCount(value: number): number {
	return Math.min(value, mostNumber);
}

/** The farthest moment from 1970 that a date may have, ms (ECMA-262, time values); DuckDB's timestamps reach farther. */
const farthest = 8.64e15;

/** A moment as a column holds it, ms since 1970 UTC: null when it is none. */
export function heldTime(value: number | null): number | null {
	return value !== null && Math.abs(value) <= farthest ? value : null;
}
