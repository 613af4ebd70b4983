/** Why an offer was not accepted. `said` is the server's own text, cut but not yet safe for a terminal. */
export type Fault =
	| {readonly kind: 'refused'; readonly alert: string}
	| {readonly kind: 'local'}
	| {readonly kind: 'broken-off'; readonly reason: string}
	| {readonly kind: 'unresolved' | 'unreachable'; readonly code: string}
	| {readonly kind: 'starttls-refused' | 'hello-refused' | 'turned-away' | 'other-protocol'; readonly said: string}
	| {
			readonly kind:
				| 'other-version'
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
export function isRefusal({kind}: Fault): boolean {
	return kind === 'refused' || kind === 'other-version';
}

/** Faults of one handshake; after any other the next connection would end the same way, or annoy the server. */
const passing: readonly Fault['kind'][] = [
	'refused',
	'other-version',
	'local',
	'broken-off',
	'client-certificate',
	'handshake-timeout',
	'handshake-cut',
	'handshake-closed',
];

/** Whether the probe ends here. Plaintext in place of TLS is final as long as no handshake has ever come about. */
export function endsProbe({kind}: Fault, anyAccepted: boolean): boolean {
	if (kind === 'plaintext') return !anyAccepted;
	return !passing.includes(kind);
}

/** Names of TLS alerts by number (RFC 8446 section 6, RFC 5246 section 7.2) that servers send in a handshake. */
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

/** Alerts about the certificate of the client, which a probe has none of (RFC 5246 section 7.2.2, RFC 8446 section 6.2). */
const clientAlerts: readonly number[] = [41, 42, 43, 44, 45, 46, 48, 49, 116];

/** OpenSSL's words for what it will not send; seen before a byte goes out or while it reads the server's answer. */
const localCodes =
	/NO_CIPHERS?_(?:AVAILABLE|MATCH)|NO_PROTOCOLS_AVAILABLE|INVALID_PROTOCOL|INVALID_DIGEST|EVP_UNSUPPORTED|NO_SUITABLE_DIGEST/;

/** What an error of node:tls in the handshake means. */
export function handshakeFault(error: Error): Fault {
	const {code = '', reason, syscall} = error as NodeJS.ErrnoException & {reason?: string};
	const number = Number(/SSL alert number (\d+)/.exec(error.message)?.[1]);
	if (number === 112) return {kind: 'unknown-name'};
	if (clientAlerts.includes(number)) return {kind: 'client-certificate'};
	if (Number.isInteger(number)) return {kind: 'refused', alert: alerts[number] ?? `number ${number}`};
	if (localCodes.test(code)) return {kind: 'local'};
	// OpenSSL's name for a ServerHello of a version that was not offered.
	if (/UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION/.test(code)) return {kind: 'other-version'};
	// What stands where a TLS record's version should: text.
	if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG/.test(code)) return {kind: 'plaintext'};
	// The server's own end of the connection: node calls it a reset too, but no system call has failed.
	if (code === 'ECONNRESET' && syscall === undefined) return {kind: 'handshake-closed'};
	if (/^(?:ECONNRESET|EPIPE|ECONNABORTED)$/.test(code)) return {kind: 'handshake-cut'};
	if (code === 'ETIMEDOUT') return {kind: 'handshake-timeout'};
	return {kind: 'broken-off', reason: reason ?? error.message};
}

/** What an error of node:net before the first byte means. */
export function connectFault(error: Error): Fault {
	const {code = 'unknown error'} = error as NodeJS.ErrnoException;
	if (code === 'ECONNREFUSED') return {kind: 'connection-refused'};
	if (code === 'ETIMEDOUT') return {kind: 'connect-timeout'};
	return {kind: 'unreachable', code};
}
