import test from 'ava';
import fc from 'fast-check';
import {resultTypes, type TlsResultRow} from '../../../src/model/tls-reports.ts';
import {tlsReports} from '../../../src/report/formats/tlsrpt.ts';
import {runs} from '../../runs.ts';
import {readTlsReports, tlsReportSchema} from './fixture/tls-report-schema.ts';

const row = (more: Partial<TlsResultRow> = {}): TlsResultRow => ({
	day: '2026-11-29',
	domain: 'bank.example',
	policy: 'no-policy-found',
	result: 'success',
	reason: null,
	mxHost: 'mx.bank.example',
	mxIp: '192.0.2.1',
	count: 1,
	...more,
});

const printed = (...rows: TlsResultRow[]): string => tlsReports({tlsResults: {rows, nameless: 0, untold: 0}});

test('a report has whole days in UTC, sums, and failures by type, server and reason, the most first', t => {
	const failed = {result: 'validation-failure', reason: 'tls-handshake-failure'} as const;
	const [report, ...more] = readTlsReports(
		printed(
			row({count: 3}),
			row({result: 'starttls-not-supported', mxHost: 'mx2.bank.example'}),
			row({...failed, count: 2}),
			row({...failed, count: 5}),
		),
	);
	t.deepEqual(more, []);
	t.like(report, {
		'date-range': {'start-datetime': '2026-11-29T00:00:00Z', 'end-datetime': '2026-11-29T23:59:59Z'},
		'report-id': 'preview-2026-11-29-bank.example',
	});
	t.deepEqual(report?.policies, [
		{
			policy: {'policy-type': 'no-policy-found', 'policy-domain': 'bank.example'},
			summary: {'total-successful-session-count': 3, 'total-failure-session-count': 8},
			'failure-details': [
				{
					...{'result-type': 'validation-failure', 'receiving-mx-hostname': 'mx.bank.example'},
					...{'receiving-ip': '192.0.2.1', 'failed-session-count': 7, 'failure-reason-code': 'tls-handshake-failure'},
				},
				{
					...{'result-type': 'starttls-not-supported', 'receiving-mx-hostname': 'mx2.bank.example'},
					...{'receiving-ip': '192.0.2.1', 'failed-session-count': 1},
				},
			],
		},
	]);
});

test('there is one report for each day and policy domain, with a policy for each type', t => {
	const reports = readTlsReports(
		printed(row(), row({policy: 'tlsa'}), row({domain: 'shop.example'}), row({day: '2026-11-28'})),
	);
	t.deepEqual(
		reports.map(report => [report['report-id'], report.policies.map(({policy}) => policy['policy-type'])]),
		[
			['preview-2026-11-28-bank.example', ['no-policy-found']],
			['preview-2026-11-29-bank.example', ['no-policy-found', 'tlsa']],
			['preview-2026-11-29-shop.example', ['no-policy-found']],
		],
	);
	t.is(printed(), '');
});

test('any rows make valid reports that lose no count and hold no control character', t => {
	const rows = fc.array(
		fc.record({
			day: fc.constantFrom('2026-11-28', '2026-11-29'),
			domain: fc.constantFrom('a.example', 'b.example', 'c.example'),
			policy: fc.constantFrom('tlsa' as const, 'no-policy-found' as const),
			result: fc.constantFrom('success' as const, ...resultTypes),
			reason: fc.option(fc.string({minLength: 1, unit: 'binary'})),
			mxHost: fc.option(fc.string({minLength: 1, unit: 'binary'})),
			mxIp: fc.option(fc.constantFrom('192.0.2.1', '2001:db8::1')),
			count: fc.integer({min: 1, max: 1_000_000}),
		}),
	);
	fc.assert(
		fc.property(rows, some => {
			const text = printed(...some);
			const policies = readTlsReports(text).flatMap(report => report.policies);
			const total = policies.reduce(
				(sum, {summary}) => sum + summary['total-successful-session-count'] + summary['total-failure-session-count'],
				0,
			);
			t.is(
				total,
				some.reduce((sum, {count}) => sum + count, 0),
			);
			for (const {summary, 'failure-details': details = []} of policies)
				t.is(
					details.reduce((sum, each) => sum + each['failed-session-count'], 0),
					summary['total-failure-session-count'],
				);
			t.notRegex(text, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
		}),
		{numRuns: runs(50)},
	);
});

test('the schema refuses what RFC 8460 does not allow', t => {
	const [report] = readTlsReports(printed(row(), row({result: 'dane-required'})));
	t.true(tlsReportSchema.safeParse(report).success);
	const text = JSON.stringify(report);
	for (const [from, to] of [
		['no-policy-found', 'none'],
		['dane-required', 'dane_required'],
		['"failed-session-count":1', '"failed-session-count":"1"'],
		['"contact-info"', '"contact"'],
		['T00:00:00Z', ' 00:00:00'],
		['"total-failure-session-count":1', '"total-failure-session-count":-1'],
	] as const) {
		t.true(text.includes(from));
		t.false(tlsReportSchema.safeParse(JSON.parse(text.replace(from, to))).success, to);
	}
});
