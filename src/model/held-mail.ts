/**
 * Why TLS held a message back. `mta-sts`: the mail host is none that the domain's MTA-STS policy names (RFC 8461); `no-dnssec` and
 * those of TLSA records: DANE was demanded (RFC 7672) and the destination has none; `tls-configuration`: our own table or level is
 * broken.
 */
export type HeldReason =
	| 'no-dnssec'
	| 'no-tlsa-records'
	| 'tlsa-lookup-error'
	| 'tls-configuration'
	| 'requiretls'
	| 'mta-sts'
	| 'certificate-not-verified'
	| 'tls-required-not-offered'
	| 'starttls-refused'
	| 'tls-unavailable'
	| 'handshake-failed';

/** One line about a message that TLS held back, or that went out after it was. */
export type HeldLine = {
	/** ms since 1970 UTC; null where the line has no time. */
	readonly time: number | null;
	readonly logHost: string | null;
	readonly tag: string;
	readonly queueId: string;
	readonly domain: string | null;
	/** null: it went out. */
	readonly reason: HeldReason | null;
	/** There was a connection to the relay. */
	readonly connected: boolean;
};
