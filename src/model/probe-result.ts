/** One offer made to a server; `accepted` is null when it is not known, for the reason in `error`. */
type Asked = {
	readonly accepted: boolean | null;
	readonly cipher: string | null;
	readonly error: string | null;
	readonly reason: string | null;
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
	readonly results: ReadonlyArray<{readonly version: string} & Asked>;
	readonly suites: ReadonlyArray<{readonly class: string; readonly version: string} & Asked>;
	readonly certificate: ProbeCertificate | null;
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
	readonly trusted: boolean;
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
