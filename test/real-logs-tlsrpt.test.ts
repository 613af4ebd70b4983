import {readFileSync} from 'node:fs';
import test from 'ava';
import {programIn} from './program.ts';
import {readTlsReports} from './report/formats/fixture/tls-report-schema.ts';

const folder = new URL('../samples/', import.meta.url);
const run = programIn(new URL('.', folder).pathname);

/** What the program prints of a log, which has to be well. */
function printed(log: string, ...words: string[]): {out: string; err: string} {
	const {status, out, err} = run([...words, log, '--year', '2026']);
	if (status !== 0) throw new Error(err);
	return {out, err};
}

type Hop = Record<'sessions' | 'encrypted' | 'plaintext' | 'failed' | 'unknown', number> & {readonly hop: string};
type Held = {readonly reason: string; readonly before_connection: number};

/** Reasons for which a destination's DNS or policy holds mail back. */
const ofDestination = new Set(['no-dnssec', 'no-tlsa-records', 'tlsa-unusable', 'tlsa-lookup-error', 'mta-sts']);
const total = <Row>(rows: readonly Row[], count: (row: Row) => number): number =>
	rows.reduce((sum, row) => sum + count(row), 0);

/** How many connections a warning says are in no report. */
const leftOut = (err: string, why: string): number =>
	Number(new RegExp(`(\\d+) connections? (?:is|are) in no report: ${why}`).exec(err)?.[1] ?? 0);

for (const log of [
	...['real/rfc3164.log', 'real/rfc3339.log', 'real/rfc5424.log'],
	...['real-3.12/a.maillog', 'real-3.12/b.3339.log', 'founding-case.log'],
])
	test(`${log}: TLS reports are valid, and their sums are those of the report`, t => {
		const {out, err} = printed(log, 'report', '--format', 'tlsrpt');
		const policies = readTlsReports(out).flatMap(report => report.policies);
		const report = JSON.parse(printed(log, 'report', '--format', 'json').out) as {hops: Hop[]; held: Held[]};
		const places = report.hops.filter(({hop}) => hop === 'relay-out');
		const held = total(
			report.held.filter(({reason}) => ofDestination.has(reason)),
			row => row.before_connection,
		);
		// A session counts once for each domain of its recipients, or as often as TLSRPT reported it.
		const more = Number(
			printed(
				log,
				'sql',
				`select coalesce(sum(times - 1), 0)::int as more from (select case when r.tls_reports is not null
					then list_sum(list_transform(string_split(r.tls_reports, ','), part -> split_part(part, ' ', 4)::int))
					else len(string_split(coalesce(r.deliveries, ''), ',')) end as times
				from session_rows r join handshakes h using (handshake) where h.hop = 'relay-out')`,
				'--format',
				'csv',
			).out.split('\n')[1],
		);
		const succeeded = total(policies, ({summary}) => summary['total-successful-session-count']);
		const failed = total(policies, ({summary}) => summary['total-failure-session-count']);
		const nameless = leftOut(err, 'the log names');
		const untold = leftOut(err, 'no line says');
		t.is(succeeded + failed - held + nameless + untold, total(places, ({sessions}) => sessions) + more);
		t.true(succeeded <= total(places, ({encrypted}) => encrypted) + more);
		t.true(untold <= total(places, ({plaintext, unknown}) => plaintext + unknown) + more);
		for (const {summary, 'failure-details': details = []} of policies)
			t.is(
				total(details, each => each['failed-session-count']),
				summary['total-failure-session-count'],
			);
	});

/** What the lines say, counted by an expression that shares nothing with the program. */
function reportedLines(text: string): string[] {
	const line =
		/TLSRPT: status=(success|failure), domain=([^,\s]+), receiving_mx=[^[]+\[([\d.]+)\](?:, failure_type=(\w+))?(?:, failure_reason=(\S+))?$/gm;
	return Array.from(text.matchAll(line), ([, , domain, ip, type = 'success', reason = '']) =>
		[domain, ip, type.replaceAll('_', '-'), reason].join(' '),
	).sort();
}

for (const name of ['a.maillog', 'b.3339.log']) {
	const log = `real-3.12/${name}`;
	const lines = reportedLines(readFileSync(new URL(log, folder), 'utf8'));

	test(`${log}: each TLSRPT line is of one session, to the server that it names, and none is one of its own`, t => {
		const {out} = printed(
			log,
			'sql',
			`select policy_domain, peer_ip, coalesce(result_type, 'success') as result, coalesce(failure_reason, '') as reason,
				reported, outcome, protocol from tls_reports`,
			'--format',
			'json',
		);
		const rows = JSON.parse(out) as ReadonlyArray<
			Record<'policy_domain' | 'peer_ip' | 'result' | 'reason' | 'outcome', string> & {reported: number}
		>;
		t.deepEqual(
			rows
				.flatMap(row =>
					Array.from({length: row.reported}, () => [row.policy_domain, row.peer_ip, row.result, row.reason].join(' ')),
				)
				.sort(),
			lines,
		);
		for (const {result, outcome} of rows) {
			const [want] =
				result === 'starttls-not-supported'
					? ['plaintext']
					: result === 'validation-failure'
						? ['failed']
						: ['encrypted'];
			t.is(outcome, want);
		}
	});

	test(`${log}: of a domain that TLSRPT names the reports say what its lines say`, t => {
		const counted = new Map<string, number>();
		const add = (key: string, count: number): void => {
			if (count > 0) counted.set(key, (counted.get(key) ?? 0) + count);
		};
		const domains = new Set(lines.map(line => line.split(' ')[0]));
		// Of these some connections were reported, and others, in plaintext or before TLSRPT knew of the domain, were not.
		for (const {policies} of readTlsReports(printed(log, 'report', '--format', 'tlsrpt').out))
			for (const {policy, summary, 'failure-details': details = []} of policies) {
				const domain = policy['policy-domain'];
				if (!domains.has(domain)) continue;
				add(`${domain} success`, summary['total-successful-session-count']);
				for (const each of details) add(`${domain} ${each['result-type']}`, each['failed-session-count']);
			}
		const want = new Map<string, number>();
		for (const line of lines) {
			const [domain, , type] = line.split(' ');
			want.set(`${domain} ${type}`, (want.get(`${domain} ${type}`) ?? 0) + 1);
		}
		t.deepEqual([...counted].sort(), [...want].sort());
	});
}
