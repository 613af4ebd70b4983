import {type KeyExchangeSums, sessionsOf} from '../model/key-exchange.ts';
import {type PeriodRow, type Periods, unitNames} from '../model/periods.ts';
import {placeWords} from '../text/place.ts';
import {protocols} from '../tls/version.ts';
import {countsBy, type Summary} from './summary.ts';

/*
 * What the charts of a report show: numbers in series, with their words. How they are drawn is not known here.
 */

/** What a series stands for, as far as its colour says it. */
type Meaning = 'best' | 'good' | 'old' | 'bad' | 'failed' | 'open';

/** One number for each bar, null where it is not known. */
export type Series = {readonly name: string; readonly meaning: Meaning; readonly values: ReadonlyArray<number | null>};

/** A bar of a chart; one of a period of time has its first moment and that of the next period, ms since 1970 UTC. */
type Bar = {readonly name: string; readonly time: readonly [from: number, until: number] | null};

/** Bars, each of the numbers of all series. */
export type Chart = {
	readonly title: string;
	/** What is counted, and what each bar is of, in a sentence without a full stop. */
	readonly about: string;
	/** What the bars are: `Day`, `Hop`. */
	readonly of: string;
	readonly bars: readonly Bar[];
	readonly series: readonly Series[];
	/** Bars that are left out, the earlier or the smaller ones. */
	readonly leftOut: number;
};

/** The most bars of a chart: more periods would be thinner than a line, and more places longer than a page. */
const most = {periods: 400, places: 16};

/** How the sessions of one bar ended; `versions` are those of the encrypted ones. */
type Ends = {
	readonly versions: Readonly<Record<string, number>>;
	readonly plaintext: number;
	readonly failed: number;
	readonly unknown: number;
};

const current = ['TLSv1.3', 'TLSv1.2'];
const older: readonly string[] = protocols.filter(name => !current.includes(name));

function sumOf(versions: Ends['versions'], isMeant: (name: string) => boolean): number {
	return Object.entries(versions).reduce((sum, [name, sessions]) => sum + (isMeant(name) ? sessions : 0), 0);
}

/** In the order in which they lie on one another. */
const ends: ReadonlyArray<readonly [name: string, meaning: Meaning, (ends: Ends) => number]> = [
	['TLSv1.3', 'best', ({versions}) => versions['TLSv1.3'] ?? 0],
	['TLSv1.2', 'good', ({versions}) => versions['TLSv1.2'] ?? 0],
	['older TLS or SSL', 'old', ({versions}) => sumOf(versions, name => older.includes(name))],
	[
		'TLS, version not known',
		'open',
		({versions}) => sumOf(versions, name => !current.includes(name) && !older.includes(name)),
	],
	['plaintext', 'bad', ({plaintext}) => plaintext],
	['failed', 'failed', ({failed}) => failed],
	['not logged', 'open', ({unknown}) => unknown],
];

const exchanges: ReadonlyArray<readonly [name: string, meaning: Meaning, (sums: KeyExchangeSums) => number]> = [
	['hybrid', 'best', ({hybrid}) => hybrid],
	['classic, could be hybrid', 'good', ({could}) => could],
	['cannot be hybrid', 'old', ({cannot}) => cannot],
	['not logged', 'open', ({not_logged}) => not_logged],
];

/** The series of rows, those that are nothing everywhere left out. */
function seriesOf<Row>(
	rows: readonly Row[],
	kinds: ReadonlyArray<readonly [name: string, meaning: Meaning, (row: Row) => number]>,
): Series[] {
	return kinds
		.map(([name, meaning, value]) => ({name, meaning, values: rows.map(value)}))
		.filter(({values}) => values.some(value => value > 0));
}

function overTime({unit, zone, rows}: Periods): Chart[] {
	const shown = rows.slice(-most.periods);
	const leftOut = rows.length - shown.length;
	// One bar shows no course of time.
	if (shown.length < 2) return [];
	const of = unitNames[unit];
	const bars = shown.map(({period, from, until}): Bar => ({name: period, time: [from, until]}));
	const chart = {of, bars, leftOut};
	const violations = shown.map((row: PeriodRow) => row.violations);
	return [
		{...chart, title: 'TLS versions over time', about: `Sessions by ${unit} (${zone})`, series: seriesOf(shown, ends)},
		{
			...chart,
			title: 'Violations over time',
			about: `Sessions that break the policy, by ${unit} (${zone})`,
			series: [{name: 'violations', meaning: 'bad', values: violations}],
		},
	];
}

/** The places of the most sessions, in the order of the rows. */
function largest<Row>(rows: readonly Row[], size: (row: Row) => number): Row[] {
	const chosen = new Set([...rows].sort((a, b) => size(b) - size(a)).slice(0, most.places));
	return rows.filter(row => chosen.has(row));
}

/** A bar for each of the largest places. */
function byPlace<Row extends Parameters<typeof placeWords>[0]>(
	all: readonly Row[],
	size: (row: Row) => number,
	kinds: Parameters<typeof seriesOf<Row>>[1],
	words: Pick<Chart, 'title' | 'about'>,
): Chart {
	const rows = largest(all, size);
	const bars = rows.map(row => ({name: placeWords(row), time: null}));
	return {...words, of: 'Hop', bars, series: seriesOf(rows, kinds), leftOut: all.length - rows.length};
}

function byHop({hops, suites}: Summary): Chart {
	const rows = hops.map(row => ({
		...row,
		versions: Object.fromEntries(countsBy(suites, row, suite => suite.protocol)),
	}));
	return byPlace(rows, ({sessions}) => sessions, ends, {
		title: 'TLS versions by hop',
		about: 'Sessions by hop and port, each bar a whole',
	});
}

const keyExchange = (rows: Summary['keyExchange']): Chart =>
	byPlace(rows, sessionsOf, exchanges, {
		title: 'Key exchange by hop',
		about: 'Encrypted sessions by hop and port, each bar a whole',
	});

/** The charts of a report. Those over time need more than one period; those that have nothing to show are left out. */
export function charts(summary: Summary): Chart[] {
	const {timeline} = summary;
	return [...(timeline == null ? [] : overTime(timeline)), byHop(summary), keyExchange(summary.keyExchange)].filter(
		({bars, series}) => bars.length > 0 && series.length > 0,
	);
}
