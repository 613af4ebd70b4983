import type {Protocol} from '../../tls/version.ts';
import type {ServiceEntry} from '../read/configuration.ts';
import type {Governing} from '../read/parameters.ts';

/**
 * TLS as Postfix will really do it. Settings and services come in; for each service the level, protocols and ciphers
 * that rule go out, with the parameter behind each. It must not know what was intended or what a log shows. Pure. /
 */

/** A protocol list and the versions it leaves. */
export type GoverningProtocols = Governing & {
	/** Oldest first; what the list allows, before the library's own limits. Empty where the list switches TLS off. */
	readonly allowed: readonly Protocol[];
	/** The words of the list that this version of Postfix does not know; any one switches TLS off for the service. */
	readonly invalid: readonly string[];
};

export type GoverningCiphers = {
	readonly grade: Governing & {readonly valid: boolean};
	/** The lists whose items are excluded, one or two of them. */
	readonly exclusions: readonly Governing[];
	/**
	 * Items of the lists and those that Postfix adds itself (aNULL where certificates are asked for, eNULL from
	 * encrypt).
	 */
	readonly excluded: readonly string[];
};

/** What a port does (RFC 5598, RFC 8314): `submissions` speaks TLS at once. */
export type Role = 'submission' | 'submissions' | 'relay-in' | 'internal';

/** Why TLS is not offered, or the service does not start, though the level asks for it. */
export type TlsFault = {
	readonly kind:
		| 'invalid-level'
		| 'invalid-boolean'
		| 'invalid-protocols'
		| 'empty-protocols'
		| 'invalid-grade'
		| 'invalid-exclusion'
		| 'no-certificate'
		| 'no-suite'
		| 'no-proxy';
	/** `dead`: the service does not start; `off`: STARTTLS is announced and fails, wrapper clients are dropped. */
	readonly effect: 'dead' | 'off';
	readonly text: string;
};

/** TLS as one service for strangers will really do it (smtpd.c, postscreen.c, tlsproxy.c). */
export type ServerPolicy = {
	readonly side: 'server';
	/** `smtps`, and `smtps/inet` where postconf wants it. */
	readonly service: ServiceEntry;
	/** Address and port it listens on; null where the name is not known. */
	readonly address: string | null;
	readonly port: number | null;
	/** What the log calls it: `postfix/smtps/smtpd`. */
	readonly tag: string;
	/** Null: nothing says what the port is for. */
	readonly role: Role | null;
	/** Who shakes hands: smtpd, or tlsproxy where postscreen is before it. */
	readonly program: 'smtpd' | 'tlsproxy';
	/** After all downgrades: what holds. Wrapper mode is `encrypt`. */
	readonly level: 'none' | 'may' | 'encrypt';
	/** The level parameter; `read` false where wrapper mode makes it inert. */
	readonly levelSetting: Governing & {readonly read: boolean};
	readonly wrapper: boolean;
	readonly wrapperSetting: Governing;
	readonly protocols: GoverningProtocols | null;
	readonly ciphers: GoverningCiphers | null;
	/**
	 * What the other list would have left (optional beside mandatory TLS and the reverse): what the admin may have
	 * meant.
	 */
	readonly otherProtocols: GoverningProtocols | null;
	/** The kind of key that all certificates of the server have; null where no parameter says it. */
	readonly keys: 'ECDSA' | null;
	/** Versions that the list allows and for which the exclusions leave no suite that the certificates can serve. */
	readonly unserved: readonly Protocol[];
	readonly fault: TlsFault | null;
	readonly authOnly: boolean;
	readonly authEnabled: boolean;
	readonly clientCertificates: 'none' | 'asked' | 'required';
	/** 0: no TLS lines in the log at all. */
	readonly logLevel: number;
};

export type ClientLevel = 'none' | 'may' | 'encrypt' | 'dane' | 'dane-only' | 'fingerprint' | 'verify' | 'secure';

/** TLS of one client service towards destinations that no table names, or towards one that a table names. */
export type ClientPolicy = {
	readonly side: 'client';
	/** The transport: `smtp/unix`, `relay/unix`, `lmtp/unix`. */
	readonly service: ServiceEntry;
	/** smtp or lmtp: the prefix of its parameters. */
	readonly family: 'smtp' | 'lmtp';
	readonly tag: string;
	/** The key of the policy table that ruled, null for all other destinations. */
	readonly destination: string | null;
	/** Tables that are asked before this policy holds, and that could not be read. */
	readonly behind: readonly string[];
	readonly level: ClientLevel;
	readonly levelSetting: Governing;
	readonly wrapper: boolean;
	readonly protocols: GoverningProtocols | null;
	readonly ciphers: GoverningCiphers | null;
	readonly otherProtocols: GoverningProtocols | null;
	/** What `dane` comes to in each situation, with the list that then rules; empty at other levels. */
	readonly outcomes: readonly DaneOutcome[];
	readonly fault: {readonly kind: string; readonly text: string} | null;
	/** `deferred`: nothing is sent (dane-only without DNSSEC lookups). */
	readonly reach: 'plaintext' | 'opportunistic' | 'mandatory' | 'deferred';
	readonly logLevel: number;
	readonly reuse: boolean;
};

export type DaneOutcome = {
	readonly situation: string;
	readonly level: ClientLevel | 'halfdane' | 'deferred';
	readonly parameter: string | null;
	readonly allowed: readonly Protocol[];
};
