/** Where something is in a configuration. `line` is null where postconf had folded the files and the lines are gone. */
export type Place = {readonly file: string; readonly line: number | null};

/** error: TLS is off, mail stops, or a setting does not do what it says; warn: weaker than it looks; info: misleading. */
export type LintSeverity = 'error' | 'warn' | 'info';

/** One mistake in one service or parameter. */
export type LintFinding = {
	/** Kebab-case, settled: other programs read it. */
	readonly id: string;
	readonly severity: LintSeverity;
	/** As in master.cf (`smtps/inet`), `main.cf`, a transport (`smtp/unix`), or `dovecot`. */
	readonly service: string;
	/** The parameter at fault and its value; secrets are not printed. */
	readonly parameter: string | null;
	readonly place: Place | null;
	/** What is written, in one line. */
	readonly evidence: string;
	/** What happens because of it, in one or two sentences. */
	readonly why: string;
	/**
	 * The exact command, or the line of configuration, a block with its line breaks; several are tried in order. Empty where
	 * only a person can decide.
	 */
	readonly fix: readonly string[];
	/** Where the rule is from: `postconf(5) smtpd_tls_mandatory_protocols`. */
	readonly source: string;
	/** What the log says of it; null without a log. */
	readonly verdict: 'confirmed' | 'config-only' | 'log-only' | null;
};
