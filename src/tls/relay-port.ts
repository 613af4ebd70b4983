/** What RFC 9325 section 4.1 bans where TLS is demanded, and TLS 1.0 and 1.1 (RFC 8996). */
export type Weakness = 'old version' | '3DES' | 'RC4' | 'anonymous' | 'NULL' | 'export';

/** The port for mail of other servers, whatever is said of it, and no other port (RFC 5321 section 4.5.4.2). */
export function isRelayPort(port: number | null): boolean {
	return port === 25;
}

/**
 * The one judgement of the relay port, for files and for servers: whether a weakness may stay there. TLS is offered and cannot be
 * demanded (RFC 3207 section 4): a peer that finds nothing in common sends in clear, which is worse than old TLS (RFC 9325
 * section 5.2), and clients that check no certificate may leave it out (RFC 7435). Suites without encryption and export suites
 * are no better than cleartext: they may not stay anywhere.
 */
export function mayStay(weakness: Weakness, relay: boolean): boolean {
	return relay && weakness !== 'NULL' && weakness !== 'export';
}
