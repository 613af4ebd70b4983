import type {LintSeverity} from './lint-finding.ts';

/** One command of the plan. */
export type PlanStep = {
	/** What it changes: `smtps/inet`, `main.cf`. */
	readonly service: string;
	/** Ids of the findings that it mends; several where one change serves them all. */
	readonly findings: readonly string[];
	/** For sh(1): `postconf -e 'smtp_tls_loglevel=1'`. */
	readonly command: string;
};

/** What no command can do, or none should do unasked. */
export type HandStep = {
	readonly id: string;
	readonly severity: LintSeverity;
	readonly service: string;
	/** The line of the fix; null where the finding has none. */
	readonly advice: string | null;
};

/** The fixes of one instance of Postfix as one list, in which nothing undoes another thing. */
export type FixPlan = {
	/** The name of a second instance; null for the default one. */
	readonly instance: string | null;
	/** Null: not known, which is the default one. */
	readonly directory: string | null;
	readonly steps: readonly PlanStep[];
	/** What is found after all steps. */
	readonly byHand: readonly HandStep[];
};
