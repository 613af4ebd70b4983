import type {FixPlan} from '../model/fix-plan.ts';
import type {LintFinding} from '../model/lint-finding.ts';
import type {MissingLogging} from '../model/missing-logging.ts';
import type {MatrixRow} from '../model/service-matrix.ts';

/** All that `tlsaudit postfix` has to say. */
export type PostfixReport = {
	/** `3.7.11`; null where it is not known. */
	readonly version: string | null;
	/** Where the version is from: `postconf`, `the log`, `--postfix-version`; or what was assumed. */
	readonly versionSource: string;
	/** The directory or file that was read, as the user named it. */
	readonly config: string;
	readonly policy: string;
	readonly matrix: readonly MatrixRow[];
	readonly findings: readonly LintFinding[];
	/** What to do about them, one list for each instance. */
	readonly plans: readonly FixPlan[];
	/** Rules that need more than was given, and why. */
	readonly notCheckable: ReadonlyArray<{readonly id: string; readonly why: string}>;
	/** Tables and files that are named and were not read. */
	readonly unread: readonly string[];
	/** Since when the configuration is in force, by the log; ms since 1970 UTC. */
	readonly loadedAt: number | null;
	/** Whether a log was read, and whether a server was asked. */
	readonly log: boolean;
	/** Not all logs could be read to the end: what was seen confirms nothing. */
	readonly partial: boolean;
	/** Not all files of the configuration could be read. */
	readonly partOfFiles: boolean;
	/** Why the log has no session; null where it has one, and without a log. */
	readonly nothing: string | null;
	/** What the programs left out of the log. */
	readonly missing: readonly MissingLogging[];
	readonly probed: string | null;
	/** Only a part of Dovecot's configuration was read: what the rest says is not known. */
	readonly partOfDovecot: boolean;
};

/** Whether intention and effect differ anywhere, or a mistake of severity `error` was found. */
export function differs({matrix, findings}: PostfixReport): boolean {
	return (
		findings.some(({severity}) => severity === 'error') ||
		matrix.some(({effective, accepted, observed}) =>
			[effective, accepted, observed].some(cell => cell?.verdict === 'differs'),
		)
	);
}

/** A row without the word that what was seen agrees: in what was not read there may be something else. */
export function seenInPart(row: MatrixRow): MatrixRow {
	const {observed} = row;
	return observed?.verdict === 'agrees' ? {...row, observed: {...observed, verdict: 'unknown'}} : row;
}

/** Whether no service was read: settings may be wrong, but what is done by them is not known. */
export function hasNoService({matrix}: Pick<PostfixReport, 'matrix'>): boolean {
	return matrix.length === 0;
}

/**
 * Whether all is as intended. Null, neither: no service was read, only a part of the files or logs, or the log does not show what
 * a service did.
 */
export function passes(report: PostfixReport): boolean | null {
	if (differs(report)) return false;
	const part = report.partial || report.partOfFiles || report.partOfDovecot;
	const open = part || report.nothing !== null || unlogged(report).length > 0;
	return open || hasNoService(report) ? null : true;
}

/** Services that were used, and of which the log does not show enough to say that they did as intended. */
export function unlogged({matrix}: Pick<PostfixReport, 'matrix'>): readonly MatrixRow[] {
	return matrix.filter(({observed}) => observed !== null && observed.unlogged > 0 && observed.verdict === 'unknown');
}

/**
 * Services with TLS in the files that were probed without a result: nothing listens, no STARTTLS, no reply in
 * time.
 */
export function unanswered({matrix}: PostfixReport): readonly MatrixRow[] {
	return matrix.filter(
		({accepted, effective}) =>
			accepted !== null && accepted.problem !== null && accepted.versions.length === 0 && effective.demand !== 'none',
	);
}
