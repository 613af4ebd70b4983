import type {Protocol} from '../tls/version.ts';

/** One offer made to a server; `accepted` is null when it is not known, for the reason in `error`. */
type Asked = {
	readonly accepted: boolean | null;
	readonly cipher: string | null;
	readonly error: string | null;
	readonly reason: string | null;
	/** The server goes on only with a certificate of the client; `null` where it does not say so. */
	readonly client_certificate: 'demanded' | null;
};

/** What a probe found, as text and JSON show it. Texts of the server in it are not yet safe for a terminal. */
export type ProbeResult = {
	/** `HOST:PORT`. */
	readonly target: string;
	/** `null`: TLS from the first byte. */
	readonly starttls: string | null;
	/** Nobody said how TLS begins: the port's usual way was taken. */
	readonly usual: boolean;
	/** The name sent as SNI. */
	readonly servername: string | null;
	readonly address: string | null;
	readonly results: ReadonlyArray<{readonly version: Protocol} & Asked>;
	readonly suites: ReadonlyArray<{readonly class: string; readonly version: Protocol} & Asked>;
	/** Hybrid groups of TLS 1.3. */
	readonly groups: ReadonlyArray<{readonly group: string; readonly version: Protocol} & Asked>;
	/** The certificate that was seen first; all of them are in `certificates`. */
	readonly certificate: ProbeCertificate | null;
	/** One for each kind of key that the server has a certificate for. */
	readonly certificates: readonly ProbeCertificate[];
	/** A name, a chain, a digest or a key that clients may refuse is a violation. */
	readonly strict: boolean;
	/** `null`: not asked for. */
	readonly tlsa: ProbeTlsa | null;
	readonly connections: {readonly used: number; readonly limit: number};
	readonly verdict: 'clean' | 'violations' | 'incomplete' | 'failed';
	readonly violations: readonly string[];
	readonly notes: readonly string[];
	readonly unanswered: readonly string[];
	readonly untestable: readonly string[];
};

/** A server's certificate as the report shows it. Texts are the server's own: unsafe for a terminal. */
export type ProbeCertificate = {
	readonly subject: string;
	readonly issuer: string;
	/** DNS names and addresses it is good for. */
	readonly names: readonly string[];
	/** ISO 8601 UTC; `null` when the certificate holds no date there. */
	readonly valid_from: string | null;
	readonly valid_to: string | null;
	/** Whole days until it ends; negative when it has. */
	readonly days_left: number | null;
	readonly validity: 'valid' | 'expired' | 'not yet valid' | 'unreadable';
	readonly key_type: string | null;
	readonly key_bits: number | null;
	readonly signature_algorithm: string | null;
	/** `null`: not known, as no handshake was finished. */
	readonly trusted: boolean | null;
	/** Why it is not trusted, in words. */
	readonly trust_problem: string | null;
	/** Whether the server sent all that leads to a root; `null` when that is not known. */
	readonly chain_complete: boolean | null;
	/** Where the roots came from. */
	readonly roots: string;
	/** The name that was asked for, and whether the certificate is good for it. */
	readonly name_asked: string;
	readonly name_matches: boolean;
	readonly fingerprint_sha256: string;
};

/** Whether a certificate ends within so many days. */
export function endsWithin({validity, days_left}: ProbeCertificate, days: number): boolean {
	return validity === 'valid' && days_left !== null && days_left < days;
}

/** A TLSA record (RFC 6698 section 2.1) and what it says of the certificates served. */
export type ProbeTlsaRecord = {
	readonly usage: number;
	readonly selector: number;
	readonly matching_type: number;
	/** Lower-case hexadecimal digits. */
	readonly data: string;
	/** `unusable`: no client of SMTP takes it. */
	readonly result: 'match' | 'mismatch' | 'unusable';
};

/** The served certificates beside the TLSA records. */
export type ProbeTlsa = {
	/** `given` on the command line, or resolved from `dns`. */
	readonly source: 'given' | 'dns';
	/** Where the records are: `_25._tcp.mail.example.org`. */
	readonly name: string;
	/** The resolver that was asked; `null` where none was. */
	readonly resolver: string | null;
	/** The resolver says that it has validated the answer (RFC 4035 section 3.2.3); `null` where none was asked. */
	readonly authenticated: boolean | null;
	readonly records: readonly ProbeTlsaRecord[];
	/** `match`: each certificate served matches a record. `unknown`: there was nothing to compare, or it could not be had. */
	readonly verdict: 'match' | 'mismatch' | 'unknown';
	/** The verdict in words. */
	readonly said: string;
	readonly notes: readonly string[];
};
