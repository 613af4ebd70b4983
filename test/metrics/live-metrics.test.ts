import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {createReader} from '../../src/log/reader.ts';
import {type Coverage, emptyCoverage} from '../../src/model/coverage.ts';
import {type Failure, failures, type Hop, hops, type Outcome, type Session} from '../../src/model/session.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {createLoader} from '../../src/store/load.ts';
import {createRetention} from '../../src/store/retention/retention.ts';
import {openStore} from '../../src/store/store.ts';
import {readLine} from '../log/fixture/read-line.ts';
import {runs} from '../runs.ts';
import {session} from '../store/sample-sessions.ts';
import {bothSums, counted, metricsFor} from './counted.ts';
import {promtool, readSamples, sums, withoutPromtool} from './exposition.ts';

const now = Date.UTC(2026, 10, 30);
const founding = findPolicy('founding');
/** Peers count in it: some are excepted, some are held to more. */
const withPeers: Policy = {
	...founding,
	name: 'own',
	destinations: [{domain: 'example', trust: 'verified', severity: 'violation'}],
	exceptions: [
		{rules: ['min-version'], cidr: '127.0.0.0/9', reason: 'half of the clients', until: '2027-12-31'},
		{rules: [], user: 'ana', reason: 'a phone', until: '2027-12-31'},
		{rules: [], cidr: '0.0.0.0/0', reason: 'is over', until: '2025-12-31'},
	],
};

function readLog(path: string): {sessions: Session[]; coverage: Coverage} {
	const sessions: Session[] = [];
	const reader = createReader(each => sessions.push({...each}), {zone: 'UTC', year: 2026, now});
	reader.open({name: path, modified: null});
	for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) readLine(reader, line);
	reader.end();
	return {sessions, coverage: reader.coverage};
}

const logs = ['samples/real', 'samples/real-3.12', 'samples'].flatMap(folder =>
	readdirSync(folder)
		.filter(name => /\.(?:mail)?log$/.test(name))
		.map(name => `${folder}/${name}`),
);

for (const log of logs.filter(name => name.startsWith('samples/real')))
	for (const policy of [founding, withPeers])
		test(`${log}, ${policy.name}: the sums over labels are the counts of the report`, async t => {
			const {sessions, coverage} = readLog(log);
			const {metrics, report} = await counted(sessions, coverage, policy, now, 64);
			const {inMetrics, inReport} = bothSums(readSamples(await metrics.text()), report);
			t.deepEqual(inMetrics, inReport);
			t.true(inReport.places.length > 0 && inReport.violations.length > 0 && inReport.lines.length > 1);
		});

test('all samples together: the sums over labels are the counts of the report', async t => {
	const read = logs.map(readLog);
	const coverage = {...emptyCoverage()};
	for (const each of read)
		for (const name of ['lines', 'understood', 'irrelevant', 'foreign', 'malformed', 'notUnderstood'] as const)
			coverage[name] += each.coverage[name];
	const sessions = read.flatMap(each => each.sessions);
	const {metrics, report} = await counted(sessions, coverage, withPeers, now, 500);
	const samples = readSamples(await metrics.text());
	const {inMetrics, inReport} = bothSums(samples, report);
	t.deepEqual(inMetrics, inReport);
	for (const part of Object.values(inReport)) t.true(part.length > 0);
	// What a session says by itself is no more than what all together say, and blames us for nothing else.
	for (const reason of failures) {
		const ours = report.failures.filter(each => each.reason === reason && each.whose === 'ours');
		const counter = samples.find(({labels}) => labels.reason === reason && labels.whose === 'ours');
		t.true((counter?.value ?? Number.NaN) <= ours.reduce((sum, {count}) => sum + count, 0), reason);
	}
	t.true(sums(samples, 'tlsaudit_failures_total', 'whose').some(line => line.startsWith('ours: ')));
});

/** Sessions as a hostile log may have them. */
const hostile = fc.record({
	hop: fc.constantFrom<Hop[]>(...hops),
	outcome: fc.constantFrom<Array<Outcome | null>>('encrypted', 'plaintext', 'failed', null),
	port: fc.option(fc.integer({min: -1, max: 2 ** 33})),
	protocol: fc.option(fc.oneof(fc.constantFrom('TLSv1', 'TLSv1.3', 'TLS1.3', 'SSLv3'), fc.string())),
	keyExchange: fc.option(fc.oneof(fc.constantFrom('X25519', 'X25519MLKEM768', 'ECDHE'), fc.string())),
	cipher: fc.option(fc.string()),
	service: fc.option(fc.string()),
	alert: fc.option(fc.string()),
	failure: fc.option(fc.constantFrom<Failure[]>(...failures)),
	peerIp: fc.option(fc.oneof(fc.ipV4(), fc.string())),
	peerHost: fc.option(fc.oneof(fc.domain(), fc.constant('mx.a.example'))),
	username: fc.option(fc.constantFrom('ana', 'bo')),
	messages: fc.nat(2),
	loggedIn: fc.boolean(),
});

test('whatever a log says, there are few series, and their sums are the counts of the report', async t => {
	await fc.assert(
		fc.asyncProperty(fc.array(hostile, {maxLength: 40}), fc.integer({min: 1, max: 20}), async (parts, every) => {
			const sessions = parts.map(({hop, ...fields}) => session(hop, fields));
			const {metrics, report} = await counted(sessions, undefined, withPeers, now, every);
			const text = await metrics.text();
			const samples = readSamples(text);
			const {inMetrics, inReport} = bothSums(samples, report);
			t.deepEqual(inMetrics, inReport);
			for (const {name, labels} of samples)
				if (name === 'tlsaudit_sessions_total') {
					t.regex(labels.port ?? '', /^(?:\d{2,4}|other|not-logged)$/);
					t.regex(labels.version ?? '', /^(?:SSLv[23]|TLSv1(?:\.[123])?|unknown|not-logged|none)$/);
					t.regex(labels.key_exchange ?? '', /^(?:hybrid|could|cannot|not-logged|none)$/);
				}
		}),
		{numRuns: runs(8)},
	);
});

test('ports that the policy or the operator names have series of their own, others share one', async t => {
	const policy: Policy = {
		...founding,
		rules: founding.rules.map(rule =>
			rule.check.kind === 'service'
				? {...rule, check: {kind: 'service', allowed: [{port: 2465, tls: 'implicit'}]}}
				: rule,
		),
	};
	const metrics = metricsFor(policy, now, [10_025]);
	const store = await openStore();
	const loader = await createLoader(store, metrics.sessions);
	for (const port of [2465, 10_025, 465, 1, 2, 65_535, null]) loader.add(session('submission', {port}));
	loader.end();
	await store.close();
	t.deepEqual(sums(readSamples(await metrics.text()), 'tlsaudit_sessions_total', 'port'), [
		'10025: 1',
		'2465: 1',
		'465: 1',
		'not-logged: 1',
		'other: 3',
	]);
});

test('a counter never goes down, also when the store deletes the sessions that it counted', async t => {
	const store = await openStore();
	const metrics = metricsFor(founding, now);
	const loader = await createLoader(store, metrics.sessions);
	const retention = createRetention(store, loader, {ms: null, sessions: 50});
	let before = new Map<string, number>();
	for (let round = 1; round <= 3; round += 1) {
		for (let count = 0; count < 45_000; count += 1)
			loader.add(
				session('submission', {port: 465, outcome: 'encrypted', protocol: 'TLSv1', messages: 1, startedAt: now}),
			);
		retention.step();
		await retention.idle();
		const samples = readSamples(await metrics.text());
		const counters = samples.filter(({name}) => name.endsWith('_total'));
		const after = new Map(counters.map(({name, labels, value}) => [name + JSON.stringify(labels), value]));
		for (const [series, value] of before) t.true((after.get(series) ?? -1) >= value, series);
		before = after;
		t.deepEqual(sums(samples, 'tlsaudit_sessions_total', 'version'), [`TLSv1: ${round * 45_000}`]);
		t.true(sums(samples, 'tlsaudit_violations_total', 'rule').includes(`min-version: ${round * 45_000}`));
	}
	const [kept] = await store.all<{rows: number}>('select count(*)::double as rows from session_rows');
	t.true((kept?.rows ?? Number.NaN) < 45_000);
	loader.end();
	await store.close();
});

test('what may be broken or fail is there with 0 before the first session', async t => {
	const samples = readSamples(await metricsFor(withPeers, now).text());
	const zero = (name: string, label: string): Set<string | undefined> =>
		new Set(samples.filter(sample => sample.name === name && sample.value === 0).map(({labels}) => labels[label]));
	t.deepEqual(
		zero('tlsaudit_violations_total', 'rule'),
		new Set([...founding.rules.map(({id}) => id), 'destination-trust']),
	);
	t.deepEqual(zero('tlsaudit_failures_total', 'reason'), new Set(failures));
	t.deepEqual(zero('tlsaudit_lines_total', 'kind'), new Set(['understood', 'irrelevant', 'foreign', 'malformed']));
});

test('the lag is that of the newest line, and none before there is one', async t => {
	const metrics = metricsFor(founding, now);
	const lag = async (): Promise<number | undefined> =>
		readSamples(await metrics.text()).find(({name}) => name === 'tlsaudit_lag_seconds')?.value;
	t.is(await lag(), Number.NaN);
	metrics.lines({coverage: emptyCoverage(), lineTime: null});
	t.is(await lag(), Number.NaN);
	metrics.lines({coverage: emptyCoverage(), lineTime: now - 90_000});
	metrics.lines({coverage: emptyCoverage(), lineTime: now - 500_000});
	metrics.lines({coverage: emptyCoverage(), lineTime: null});
	t.is(await lag(), 90);
});

test('a name of a policy cannot break out of its label', async t => {
	const metrics = metricsFor({...founding, name: 'a"} 7\nb 1\n\\'}, now);
	const [info] = readSamples(await metrics.text()).filter(({name}) => name === 'tlsaudit_build_info');
	t.is(info?.labels.policy, 'a\\"} 7\\nb 1\\n\\\\');
	t.is(info?.labels.version, '1.2.3');
});

(withoutPromtool === null ? test : test.skip)(
	`promtool finds no fault in the counters ${withoutPromtool ?? ''}`,
	async t => {
		for (const log of logs.filter(name => name.startsWith('samples/real'))) {
			const {sessions, coverage} = readLog(log);
			const {metrics} = await counted(sessions, coverage, withPeers, now, 64);
			t.deepEqual(promtool(['check', 'metrics'], await metrics.text()), {status: 0, said: ''});
		}
	},
);
