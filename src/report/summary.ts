import type {Change} from '../model/change.ts';
import type {Coverage} from '../model/coverage.ts';
import type {Inventory} from '../model/inventory.ts';
import type {KeyExchangeRow, NotHybrid} from '../model/key-exchange.ts';
import type {Outbound} from '../model/outbound.ts';
import type {Periods} from '../model/periods.ts';
import type {Hop} from '../model/session.ts';
import type {FailureRow, HopRow, LogHosts, Period, SuiteRow} from '../model/summary.ts';
import type {TlsResults} from '../model/tls-reports.ts';
import type {Findings} from './verdict.ts';

/**
 * What a report says, as plain rows: rows of the store and findings of the policy come in; `report/text` and
 * `report/formats` turn them into text. It must not know the database, files, the terminal or the command line. Pure.
 */

/** Everything the summary report says, as plain rows; times in ms since 1970 UTC. */
export type Summary = Findings & {
	readonly policy: string;
	readonly coverage: Coverage;
	readonly period: Period;
	/** Who wrote the log. */
	readonly logHosts: LogHosts;
	readonly hops: ReadonlyArray<Omit<HopRow, 'weaknesses' | 'first_seen' | 'last_seen'>>;
	readonly suites: ReadonlyArray<Pick<SuiteRow, 'hop' | 'port' | 'protocol' | 'cipher' | 'sessions'>>;
	/** Of encrypted sessions. */
	readonly keyExchange: readonly KeyExchangeRow[];
	readonly notHybrid: NotHybrid;
	readonly failures: ReadonlyArray<
		Omit<FailureRow, 'sessions' | 'first_seen' | 'last_seen'> & {readonly count: number}
	>;
	/** Mail that goes out, by the domain of its recipients. */
	readonly outbound: Outbound;
	/** What changed, where it was asked for, and the sessions by day, week or month, or by suite. */
	readonly change?: Change | null;
	readonly by?: Periods | Inventory | null;
	/** What TLS reports would say, where they were asked for. */
	readonly tlsResults?: TlsResults | null;
	/** The sessions over time, for charts. */
	readonly timeline?: Periods | null;
};

/** A form of the summary report: `report/formats` and the text report have this one shape. */
export type Format = (summary: Summary) => string;

/** The number of names behind a name: those beyond the most frequent ones are one, such as `4950 others`. */
function namesIn(name: string): number {
	return Number(/^(\d+) others$/.exec(name)?.[1] ?? 1);
}

/** Whether a name is that of the others: these come last, however many they are. */
const isOthers = (name: string): number => (/^\d+ others$/.test(name) ? 1 : 0);

/** Whether a name stands for those beyond the most frequent ones. */
export const standsForOthers = (name: string): boolean => isOthers(name) === 1;

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
