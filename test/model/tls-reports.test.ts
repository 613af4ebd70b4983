import test from 'ava';
import fc from 'fast-check';
import {addReport, type ReportedResult, readReports, resultTypes} from '../../src/model/tls-reports.ts';
import {runs} from '../runs.ts';

const success: ReportedResult = {domain: 'bank.example', result: 'success', reason: null};
const textOf = (reports: readonly ReportedResult[]): string | null =>
	reports.reduce<string | null>((text, report) => addReport(text, report), null);

test('equal reports are counted, others stand beside them', t => {
	const failure = {domain: 'a.example', result: 'validation-failure', reason: 'tls-handshake-failure'} as const;
	const text = textOf([success, failure, success, {...success, domain: null}]);
	t.is(text, 'bank.example success - 2,a.example validation-failure tls-handshake-failure 1, success - 1');
	t.deepEqual(readReports(text), [
		{...success, count: 2},
		{...failure, count: 1},
		{...success, domain: null, count: 1},
	]);
	t.deepEqual(readReports(null), []);
});

test('whatever is reported, no report is lost, and the text stays short', t => {
	const reports = fc.array(
		fc.record({
			domain: fc.option(fc.integer({min: 1, max: 400}).map(n => `d${n}.example`)),
			result: fc.constantFrom('success' as const, ...resultTypes),
			reason: fc.option(fc.constantFrom('tls-handshake-failure', 'x.1')),
		}),
		{maxLength: 600, size: 'max'},
	);
	fc.assert(
		fc.property(reports, some => {
			const read = readReports(textOf(some));
			t.true(read.length <= 212);
			for (const result of ['success', ...resultTypes])
				t.is(
					read.filter(each => each.result === result).reduce((sum, {count}) => sum + count, 0),
					some.filter(each => each.result === result).length,
				);
		}),
		{numRuns: runs(20)},
	);
});
