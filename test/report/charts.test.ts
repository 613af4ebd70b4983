import test from 'ava';
import type {PeriodRow, Periods} from '../../src/model/periods.ts';
import {charts} from '../../src/report/charts.ts';
import {summary} from './sample-summary.ts';

const dayMs = 86_400_000;

function period(index: number, fields: Partial<PeriodRow> = {}): PeriodRow {
	return {
		period: new Date(index * dayMs).toISOString().slice(0, 10),
		from: index * dayMs,
		until: (index + 1) * dayMs,
		...{sessions: 12, encrypted: 9, plaintext: 2, failed: 1, unknown: 0, messages: 4, violations: 3, deleted: 0},
		versions: {SSLv3: 1, TLSv1: 1, 'TLSv1.2': 2, 'TLSv1.3': 4, unknown: 1},
		key_exchange: {hybrid: 1, could: 2, cannot: 3, not_logged: 3},
		...fields,
	};
}

const timelineOf = (rows: readonly PeriodRow[]): Periods => ({unit: 'day', zone: 'UTC', rows, mail: [], notes: []});
const chartOf = (rows: readonly PeriodRow[], title: string) =>
	charts({...summary, timeline: timelineOf(rows)}).find(each => each.title === title);

test('each session of a period is in exactly one series', t => {
	const chart = chartOf([period(0), period(1, {unknown: 5, sessions: 17})], 'TLS versions over time');
	t.deepEqual(
		chart?.series.map(({name, values}) => [name, ...values]),
		[
			['TLSv1.3', 4, 4],
			['TLSv1.2', 2, 2],
			['older TLS or SSL', 2, 2],
			['TLS, version not known', 1, 1],
			['plaintext', 2, 2],
			['failed', 1, 1],
			['not logged', 0, 5],
		],
	);
	t.deepEqual(chart?.bars[1], {name: '1970-01-02', time: [dayMs, 2 * dayMs]});
});

test('violations that are not known stay unknown', t => {
	const chart = chartOf([period(0, {violations: null}), period(1)], 'Violations over time');
	t.deepEqual(chart?.series[0]?.values, [null, 3]);
});

test('one period is no course of time, and of too many the latest are shown', t => {
	t.is(chartOf([period(0)], 'TLS versions over time'), undefined);
	const rows = Array.from({length: 1000}, (_, index) => period(index));
	const chart = chartOf(rows, 'TLS versions over time');
	t.is(chart?.bars.length, 400);
	t.is(chart?.leftOut, 600);
	t.is(chart?.bars.at(-1)?.name, rows.at(-1)?.period);
});

test('the bars of hops have the counts of the hops, the largest of too many', t => {
	const [chart] = charts(summary);
	t.is(chart?.title, 'TLS versions by hop');
	t.deepEqual(
		chart?.bars.map(({name}) => name),
		['submission 465', 'relay-out'],
	);
	t.deepEqual(
		chart?.series.map(({name, values}) => [name, ...values]),
		[
			['TLSv1.3', 5, 0],
			['older TLS or SSL', 3, 0],
			['TLS, version not known', 1, 0],
			['plaintext', 0, 2],
			['failed', 1, 0],
		],
	);
	const hops = Array.from({length: 30}, (_, index) => ({
		...{hop: 'access', port: index, failed: 0, unknown: 0, messages: 0, violations: 0, encrypted: 0},
		...{sessions: index + 1, plaintext: index + 1},
	})) as unknown as typeof summary.hops;
	const [many] = charts({...summary, hops, suites: []});
	t.is(many?.leftOut, 14);
	t.deepEqual([many?.bars[0]?.name, many?.bars.at(-1)?.name], ['access 14', 'access 29']);
});

test('what has nothing to show is left out', t => {
	t.deepEqual(charts({...summary, hops: [], suites: [], keyExchange: []}), []);
});
