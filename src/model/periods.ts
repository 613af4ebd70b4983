import type {KeyExchangeSums} from './key-exchange.ts';
import type {MailPeriod} from './outbound.ts';

/** What a report is split by: hours, calendar days, ISO weeks (from Monday, ISO 8601) and months. */
export const periodUnits = ['hour', 'day', 'week', 'month'] as const;
export type PeriodUnit = (typeof periodUnits)[number];

/** Units as headings of columns. */
export const unitNames: Readonly<Record<PeriodUnit, string>> = {
	hour: 'Hour',
	day: 'Day',
	week: 'Week',
	month: 'Month',
};

const dayMs = 86_400_000;
/** The longest time that is shown by hour, by day and by week: about as many bars as a chart has room for. */
const longest = [
	['hour', 2 * dayMs],
	['day', 62 * dayMs],
	['week', 420 * dayMs],
] as const;

/** The unit that suits a chart of a time of so many ms. */
export const unitFor = (time: number): PeriodUnit => (longest.find(([, ms]) => time <= ms) ?? ['month'])[0];

/** Hours, days, weeks and months of one time zone. Moments are ms since 1970 UTC. */
export type Calendar = {
	readonly zone: string;
	/** The first moment of the period that a moment lies in. */
	readonly startOf: (unit: PeriodUnit, moment: number) => number;
	/** The first moment of the next period. */
	readonly endOf: (unit: PeriodUnit, moment: number) => number;
	/** The period that a moment lies in: `2026-10-12 08:00`, `2026-10-12`, `2026-W42`, `2026-10`. */
	readonly nameOf: (unit: PeriodUnit, moment: number) => string;
};

/** Sessions that began in one hour, day, week or month. */
export type PeriodRow = {
	/** `2026-10-12 08:00`, `2026-10-12`, `2026-W42` or `2026-10`. */
	readonly period: string;
	/** Its first moment, and that of the next one, ms since 1970 UTC. */
	readonly from: number;
	readonly until: number;
	readonly sessions: number;
	readonly encrypted: number;
	readonly plaintext: number;
	readonly failed: number;
	readonly unknown: number;
	readonly messages: number;
	/** Sessions that break the policy; null where it asks about peers, whom the sums of deleted sessions do not name. */
	readonly violations: number | null;
	/** Encrypted sessions by version, oldest first; `unknown` where the log has none that is known. */
	readonly versions: Readonly<Record<string, number>>;
	/** Encrypted sessions by the kind of their key exchange. */
	readonly key_exchange: KeyExchangeSums;
	/** So many of the sessions are deleted, and are known by their monthly sums only. */
	readonly deleted: number;
};

/** The sessions by hour, day, week or month. */
export type Periods = {
	readonly unit: PeriodUnit;
	readonly zone: string;
	readonly rows: readonly PeriodRow[];
	/** Mail that went out in them. */
	readonly mail: readonly MailPeriod[];
	/** Sentences about what the rows leave out, without a full stop. */
	readonly notes: readonly string[];
};
