import type {Coverage} from '../tls/coverage.ts';
import type {Hop} from '../tls/session.ts';
import type {Severity} from '../tls/severity.ts';
import type {Findings} from './verdict.ts';

/**
 * What a report says, as plain rows: rows of the store and findings of the policy come in; `report/text` and
 * `report/formats` turn them into text. It must not know the database, files, the terminal or the command line. Pure. /
 */

/** Everything the summary report says, as plain rows; times in ms since 1970 UTC. */
export type Summary = Findings & {
	readonly policy: string;
	readonly coverage: Coverage;
	readonly period: {readonly from: number | null; readonly to: number | null};
	readonly hops: ReadonlyArray<{
		readonly hop: Hop;
		readonly port: number | null;
		readonly sessions: number;
		readonly encrypted: number;
		readonly plaintext: number;
		readonly failed: number;
		readonly unknown: number;
		readonly messages: number;
		readonly violations: number;
	}>;
	readonly suites: ReadonlyArray<{
		readonly hop: Hop;
		readonly port: number | null;
		readonly protocol: string | null;
		readonly cipher: string | null;
		readonly sessions: number;
	}>;
	readonly failures: ReadonlyArray<{
		readonly reason: string;
		readonly hop: Hop;
		readonly port: number | null;
		readonly count: number;
	}>;
};

/** A form of the summary report: `report/formats` and the text report have this one shape. */
export type Format = (summary: Summary) => string;

/** One rule as it was broken on one hop and port. */
export type FindingGroup = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
	readonly messages: number;
	readonly peer_count: number;
	readonly peers: ReadonlyArray<{
		readonly peer_ip: string | null;
		readonly peer_host: string | null;
		readonly username: string | null;
		readonly sessions: number;
		readonly messages: number;
		readonly last_seen: number | null;
		/** Where the latest session is in the logs. */
		readonly source: string | null;
		readonly first_line: number | null;
		readonly last_line: number | null;
	}>;
	readonly observed: Readonly<Record<string, number>>;
	readonly required: string;
	readonly reference: string;
	readonly first_seen: number | null;
	readonly last_seen: number | null;
};

/** Findings that an exception of the policy lets pass. */
export type Suppressed = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	readonly reason: string;
	/** Last day of the exception, `YYYY-MM-DD`. */
	readonly until: string;
	readonly sessions: number;
	readonly messages: number;
	readonly peer_count: number;
	readonly last_seen: number | null;
};

/** A rule about which the log says nothing for some sessions: neither passed nor broken. */
export type Inconclusive = {
	readonly rule: string;
	readonly severity: Severity;
	readonly hop: Hop;
	readonly port: number | null;
	readonly sessions: number;
};

/** The number of names behind a name: those beyond the most frequent ones are one, such as `4950 others`. */
function namesIn(name: string): number {
	return Number(/^(\d+) others$/.exec(name)?.[1] ?? 1);
}

/** Whether a name is that of the others: these come last, however many they are. */
const isOthers = (name: string): number => (/^\d+ others$/.test(name) ? 1 : 0);

/** How many names there are in a list of them. */
export const countNames = (names: readonly string[]): number => names.reduce((sum, name) => sum + namesIn(name), 0);

/** Sums of a count by one field of the rows that belong to a hop and port; `unknown` where the log has no value. */
export function countsBy<Row extends {hop: Hop; port: number | null; sessions: number}>(
	rows: readonly Row[],
	place: {hop: Hop; port: number | null},
	field: (row: Row) => string | null,
): Map<string, number> {
	const counts = new Map<string, number>();
	for (const row of rows) {
		if (row.hop !== place.hop || row.port !== place.port) continue;
		const name = field(row) ?? 'unknown';
		counts.set(name, (counts.get(name) ?? 0) + row.sessions);
	}
	return new Map([...counts].sort((a, b) => isOthers(a[0]) - isOthers(b[0]) || b[1] - a[1]));
}
