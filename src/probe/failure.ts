import type {StartTls} from './target.ts';

/** Why a handshake was not accepted. `said` is the server's own text, cut but not yet safe for a terminal. */
export type Failure =
	| {readonly kind: 'refused'; readonly alert: string}
	| {readonly kind: 'local'}
	| {readonly kind: 'broken-off'; readonly reason: string}
	| {readonly kind: 'unresolved' | 'unreachable'; readonly code: string}
	| {readonly kind: 'starttls-refused' | 'hello-refused' | 'turned-away' | 'other-protocol'; readonly said: string}
	| {
			readonly kind:
				| 'other-version'
				| 'other-key'
				| 'unknown-name'
				| 'client-certificate'
				| 'connection-refused'
				| 'connect-timeout'
				| 'handshake-timeout'
				| 'handshake-cut'
				| 'handshake-closed'
				| 'dialogue-cut'
				| 'silent'
				| 'not-advertised'
				| 'preauthenticated'
				| 'tls-from-start'
				| 'plaintext'
				| 'injected'
				| 'flood'
				| 'connections-used'
				| 'time-used'
				| 'stopped';
	  };

/** The server itself said no to what was offered; everything else leaves open whether it would take it. */
export function isRefusal({kind}: Failure): boolean {
	return kind === 'refused' || kind === 'other-version' || kind === 'other-key';
}

/** Failures of one handshake; after any other the next connection would end the same way, or annoy the server. */
const passing: readonly Failure['kind'][] = [
	'refused',
	'other-version',
	'other-key',
	'local',
	'broken-off',
	'client-certificate',
	'handshake-timeout',
	'handshake-cut',
	'handshake-closed',
];

/** Whether the probe ends here. Plaintext in place of TLS is final as long as no handshake has ever come about. */
export function endsProbe({kind}: Failure, anyAccepted: boolean): boolean {
	if (kind === 'plaintext') return !anyAccepted;
	return !passing.includes(kind);
}

/** Names of TLS alerts by number (RFC 9846 section 6, RFC 5246 section 7.2) that servers send in a handshake. */
const alerts: Readonly<Record<number, string>> = {
	40: 'handshake failure',
	47: 'illegal parameter',
	50: 'decode error',
	51: 'decrypt error',
	70: 'protocol version',
	71: 'insufficient security',
	80: 'internal error',
	86: 'inappropriate fallback',
	109: 'missing extension',
	110: 'unsupported extension',
};

/** Alerts about the certificate of the client, which a probe has none of (RFC 5246 section 7.2.2, RFC 9846 section 6.2). */
const clientAlerts: readonly number[] = [41, 42, 43, 44, 45, 46, 48, 49, 116];

/**
 * Whether an alert behind the server's whole flight, or behind the handshake in TLS 1.3 (RFC 9846 section 4.5.1.3), says that
 * it wants a certificate of the client: servers of TLS 1.2 send handshake failure for it (RFC 5246 section 7.4.6).
 */
export function demandsCertificate(error: Error): boolean {
	const number = alertNumber(error);
	return number === 40 || clientAlerts.includes(number);
}

/**
 * Whether the first words inside TLS turn away who shows no certificate: Postfix with smtpd_tls_req_ccert finishes the handshake and
 * says so then (`421 4.7.1 … Error: No client certificate presented`, smtpd.c).
 */
export function turnsAwayWithout(said: string): boolean {
	return /^[45]\d\d[ -].*\bclient certificate\b/im.test(said);
}

/** Error codes of OpenSSL for what it will not send; seen before a byte goes out or while it reads the reply of the server. */
const localCodes =
	/NO_CIPHERS?_(?:AVAILABLE|MATCH)|NO_PROTOCOLS_AVAILABLE|INVALID_PROTOCOL|INVALID_DIGEST|EVP_UNSUPPORTED|NO_SUITABLE_DIGEST/;

function alertNumber({message}: Error): number {
	return Number(/SSL alert number (\d+)/.exec(message)?.[1]);
}

/** What an error of node:tls in the handshake means. */
export function handshakeFailure(error: Error): Failure {
	const {code = '', reason, syscall} = error as NodeJS.ErrnoException & {reason?: string};
	const number = alertNumber(error);
	if (number === 112) return {kind: 'unknown-name'};
	if (clientAlerts.includes(number)) return {kind: 'client-certificate'};
	if (Number.isInteger(number)) return {kind: 'refused', alert: alerts[number] ?? `number ${number}`};
	if (localCodes.test(code)) return {kind: 'local'};
	// OpenSSL's name for a ServerHello of a version that was not offered.
	if (/UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION/.test(code)) return {kind: 'other-version'};
	// A server without what was asked for may show what it has (RFC 9846 section 4.5.1.2).
	if (/WRONG_(?:SIGNATURE|CERTIFICATE)_TYPE/.test(code)) return {kind: 'other-key'};
	// What is where a TLS record's version should: text.
	if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/.test(code)) return {kind: 'plaintext'};
	// The server's own end of the connection: node calls it a reset too, but no system call has failed.
	if (code === 'ECONNRESET' && syscall === undefined) return {kind: 'handshake-closed'};
	if (/^(?:ECONNRESET|EPIPE|ECONNABORTED)$/.test(code)) return {kind: 'handshake-cut'};
	if (code === 'ETIMEDOUT') return {kind: 'handshake-timeout'};
	return {kind: 'broken-off', reason: reason ?? error.message};
}

/** What an error of node:net before the first byte means. */
export function connectFailure(error: Error): Failure {
	const {code = 'unknown error'} = error as NodeJS.ErrnoException;
	if (code === 'ECONNREFUSED') return {kind: 'connection-refused'};
	if (code === 'ETIMEDOUT') return {kind: 'connect-timeout'};
	return {kind: 'unreachable', code};
}

/** What a failure message names. */
export type Circumstances = {
	/** `HOST:PORT`. */
	readonly where: string;
	readonly host: string;
	readonly starttls: StartTls | null;
	/** What was offered, such as `RC4 in TLSv1`. */
	readonly offered: string;
	/** Milliseconds for one connection, and for the whole probe. */
	readonly timeout: number;
	readonly within: number;
	readonly connections: number;
};

const seconds = (ms: number): string => `${ms / 1000} s`;

/** How to turn STARTTLS on: postconf(5) `smtpd_tls_security_level`, Dovecot's `ssl`. */
const switches: Readonly<Record<StartTls, string>> = {
	smtp: 'turn it on (Postfix: smtpd_tls_security_level = may) or probe the port with implicit TLS',
	lmtp: 'turn it on (Dovecot: ssl = yes) or probe another port',
	imap: 'turn it on (Dovecot: ssl = yes) or probe the port with implicit TLS, mostly 993',
	pop3: 'turn it on (Dovecot: ssl = yes) or probe the port with implicit TLS, mostly 995',
};

function starttlsRefused(said: string): string {
	if (/^454|^b NO\b/i.test(said))
		return `the server cannot begin TLS now, it says "${said}"; see its log: mostly the certificate or key cannot be read`;
	if (/^50[0-4]|^b BAD\b/i.test(said))
		return `the server does not know STARTTLS, it says "${said}"; check the port, or turn TLS on there`;
	return `the server will not begin TLS, it says "${said}"; see its log`;
}

/** A failure as a person reads it: what happened, and what to do. */
export function failureMessage(failure: Failure, about: Circumstances): string {
	const {where, host, starttls, offered} = about;
	const speech = starttls?.toUpperCase() ?? 'TLS';
	switch (failure.kind) {
		case 'refused':
			return `the server refused ${offered} (TLS alert: ${failure.alert})`;
		case 'other-version':
			return `the server refused ${offered}: it answered with another version`;
		case 'other-key':
			return `the server refused ${offered}: it answered with another kind of key`;
		case 'local':
			return `the local OpenSSL cannot offer ${offered}; to know, probe from a host whose OpenSSL can`;
		case 'broken-off':
			return `the handshake with ${offered} broke off: ${failure.reason}; see the server's log`;
		case 'unresolved':
			return `the name ${host} does not resolve (${failure.code}); check its spelling, or name an address`;
		case 'unreachable':
			return `${where} cannot be reached (${failure.code}); check the address and the network`;
		case 'connection-refused':
			return `nothing listens at ${where} (connection refused); check the port and whether the server runs`;
		case 'connect-timeout':
			return `${where} gave no connection within ${seconds(about.timeout)}; a firewall may drop it: try from elsewhere`;
		case 'unknown-name':
			return `the server does not know the name that was asked for; name another with --servername`;
		case 'client-certificate':
			return `the server asks for a certificate of the client, which a probe has not; probe a port that does not ask`;
		case 'handshake-timeout':
			return `the server did not answer ${offered} within ${seconds(about.timeout)}; try again or raise --timeout`;
		case 'handshake-cut':
			return `the connection was cut after ${offered} was offered, with no TLS alert: a network fault, or a server that refuses in this way; try again and see the server's log`;
		case 'handshake-closed':
			return `the server closed the connection when ${offered} was offered, twice, without a TLS alert, as Dovecot refuses; its log has the reason`;
		case 'dialogue-cut':
			return `the server closed the connection before TLS began; see its log`;
		case 'silent':
			return `${where} did not answer in ${speech} within ${seconds(about.timeout)}; raise --timeout, or if it speaks TLS from the first byte say --starttls none`;
		case 'turned-away':
			return `the server turned us away, it says "${failure.said}"; wait and try again, or let this address in`;
		case 'hello-refused':
			return `the server refused the ${speech} greeting of "tlsaudit", it says "${failure.said}"; let this address in`;
		case 'not-advertised':
			return `the server does not offer STARTTLS; ${switches[starttls ?? 'smtp']}`;
		case 'preauthenticated':
			return `the server takes us for logged in (PREAUTH), where STARTTLS is not allowed; probe the port with implicit TLS`;
		case 'starttls-refused':
			return starttlsRefused(failure.said);
		case 'other-protocol':
			return `${where} does not speak ${speech}, it says "${failure.said}"; check the port and --starttls`;
		case 'tls-from-start':
			return `${where} speaks TLS from the first byte; say --starttls none`;
		case 'plaintext':
			return starttls === null
				? `${where} answers in plaintext, not in TLS; say --starttls smtp, imap or pop3, or check the port`
				: `the server said it was ready for TLS and went on in plaintext; see its log`;
		case 'injected':
			return `the server sent more plaintext behind its answer to STARTTLS; something between may tamper with it`;
		case 'flood':
			return `${where} sends without end before TLS; this is no mail server that can be probed`;
		case 'connections-used':
			return `not asked: all ${about.connections} connections are used; raise --connections`;
		case 'time-used':
			return `not asked: the ${seconds(about.within)} for the whole probe are over; raise --within`;
		case 'stopped':
			return 'not asked: the probe was stopped';
	}
}
