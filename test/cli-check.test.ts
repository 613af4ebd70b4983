import {existsSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {type Ended, programIn} from './program.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-check-'));
const program = programIn(folder);
const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Ended => program(args, input, env);

function file(name: string, content: string): string {
	writeFileSync(join(folder, name), content);
	return name;
}

file('mail.log', readFileSync(at('samples/founding-case.log'), 'utf8'));
file('good.log', readFileSync(at('samples/founding-case.log'), 'utf8').replaceAll('TLSv1 with', 'TLSv1.2 with'));
const check = (...args: string[]): Ended => run(['check', 'mail.log', '--year', '2026', ...args]);

test('the founding case: TLSv1 on 465 is the violation, with peer, time, raw lines and rule', t => {
	const {status, out} = check('--format', 'json');
	t.is(status, 1);
	const {policy, pass, violations} = JSON.parse(out);
	t.deepEqual([policy, pass], ['founding', false]);
	const here = violations.filter(
		(each: {port: number; severity: string}) => each.port === 465 && each.severity === 'violation',
	);
	t.is(here.length, 1);
	t.like(here[0], {rule: 'min-version', hop: 'submission', sessions: 1, required: 'TLSv1.2 or later'});
	t.regex(here[0].reference, /^RFC 8997, section 3/);
	t.deepEqual(here[0].observed, {TLSv1: 1});
	t.deepEqual(here[0].peers, [
		{
			...{peer_ip: '192.0.2.61', peer_host: 'scanner.example.org', username: 'scanner@example.org'},
			...{sessions: 1, messages: 1, last_seen: '2026-10-12T08:02:43.000Z'},
			...{source: 'mail.log', first_line: 11, last_line: 16},
		},
	]);
	const lines = readFileSync(join(folder, 'mail.log'), 'utf8').split('\n');
	t.regex(lines[11 - 1] ?? '', /smtps\/smtpd\[2101\]: connect from scanner\.example\.org/);
	t.regex(lines.slice(11 - 1, 16).join('\n'), /TLSv1 with cipher/);
});

test('the text of check begins with the verdict and what breaks, and ends with the verdict', t => {
	const {out} = check();
	t.regex(
		out,
		/^Fail: 5 violations of policy founding\.\n\nPolicy founding\nviolation .*\nPolicy and what was seen: founding\nOPERATION, WAY IN/s,
	);
	t.regex(out, /\n {4}see mail\.log, lines 11 to 16\n/);
	t.regex(out, /\nfail\n$/);
	t.deepEqual(
		out.split('\n').filter(line => line.length > 80),
		[],
	);
	t.regex(run(['report', 'mail.log']).out, /\nPolicy and what was seen: founding\n/);
});

test('the marks are ASCII unless the locale is UTF-8', t => {
	const args = ['check', 'good.log'];
	t.regex(
		run(args, {LC_ALL: '', LC_CTYPE: '', LANG: 'C.UTF-8'}).out,
		/465 implicit TLS {2}✔ allowed .*\n.*✘ weakness/s,
	);
	t.regex(run(args, {LC_ALL: 'C', LANG: 'C.UTF-8'}).out, /465 implicit TLS {2}\+ allowed .*\n.*x weakness/s);
});

test('--fail-on weakness counts weaknesses, --max-violations tolerates some', t => {
	const log = file(
		'weak.log',
		readFileSync(at('samples/founding-case.log'), 'utf8').split('\n').slice(41, 45).join('\n'),
	);
	t.is(run(['check', log]).status, 0);
	t.is(run(['check', log, '--fail-on', 'weakness']).status, 1);
	t.is(run(['check', log, '--fail-on', 'weakness', '--max-violations', '1']).status, 0);
	t.is(check('--max-violations', '4').status, 1);
	const tolerated = check('--max-violations', '5');
	t.is(tolerated.status, 0);
	t.regex(tolerated.out, /\npass \(5 of at most 5\)\n$/);
	t.is(check('--fail-on', 'info').status, 2);
	t.regex(check('--max-violations', '-1').err, /--max-violations/);
});

test('with a baseline only what is new fails', t => {
	const written = check('--write-baseline', 'known.json');
	t.is(written.status, 0);
	t.is(check('--baseline', 'known.json').status, 0);
	const text = readFileSync(join(folder, 'known.json'), 'utf8');
	t.true(text.includes('\t\t{"rule":"min-version","hop":"submission","port":465,"peer":"192.0.2.61"}'));
	const fewer = text.split('\n').filter(line => !line.includes('192.0.2.61"'));
	file('fewer.json', fewer.join('\n').replace(/,(\n\t\])/, '$1'));
	const fresh = check('--baseline', 'fewer.json', '--format', 'json');
	t.is(fresh.status, 1);
	const {violations, known, counted} = JSON.parse(fresh.out);
	t.deepEqual(
		violations.map(({rule, port}: {rule: string; port: number}) => [rule, port]),
		[['min-version', 465]],
	);
	t.deepEqual([known, counted], [6, 1]);
	// Written again it is the same file.
	check('--baseline', 'known.json', '--write-baseline', 'again.json');
	t.is(readFileSync(join(folder, 'again.json'), 'utf8'), text);
	t.regex(
		check('--baseline', 'gone.json').err,
		/^tlsaudit: gone\.json: no such baseline; make it with --write-baseline\n$/,
	);
	t.is(check('--baseline', 'mail.log').status, 2);
	t.is(check('--write-baseline', 'no/known.json').status, 2);
	t.false(existsSync(join(folder, 'no')));
});

test('SARIF and JUnit come with the statuses of the contract', t => {
	const sarif = check('--format', 'sarif');
	t.is(sarif.status, 1);
	const {results, tool} = JSON.parse(sarif.out).runs[0];
	t.is(results.length, 7);
	const {version} = JSON.parse(readFileSync(at('package.json'), 'utf8'));
	t.is(tool.driver.version, version);
	const old = results.find((each: {properties: {port: number}}) => each.properties.port === 465);
	t.deepEqual(old.locations[0].physicalLocation, {
		artifactLocation: {uri: 'mail.log'},
		region: {startLine: 11, endLine: 16},
	});
	const junit = check('--format', 'junit');
	t.is(junit.status, 1);
	t.regex(junit.out, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="tlsaudit" tests="20" failures="5"/);
});

test('for Nagios the statuses are OK 0, WARNING 1, CRITICAL 2 and UNKNOWN 3', t => {
	const nagios = (...args: string[]): Ended => run(['check', '--format', 'nagios', ...args]);
	const critical = nagios('mail.log');
	t.is(critical.status, 2);
	t.regex(critical.out, /^TLSAUDIT CRITICAL - [^|\n]+ \| violations=5;;0;0 weaknesses=2;;;0 sessions=15;;;0\n$/);
	t.like(nagios('mail.log', '--max-violations', '5'), {status: 1});
	const clean = nagios('good.log', '--hop', 'submission');
	t.is(clean.status, 0);
	t.regex(clean.out, /^TLSAUDIT OK - .* \| violations=0;;0;0 weaknesses=0;;;0 sessions=4;;;0\n$/);
	const none = nagios('mail.log', '--hop', 'delivery');
	t.is(none.status, 3);
	t.regex(none.out, /^TLSAUDIT UNKNOWN - Nothing read: no session on delivery; those of the log are from 2026-10-12 /);
	const gone = nagios('gone.log');
	t.is(gone.status, 3);
	t.regex(gone.out, /^TLSAUDIT UNKNOWN - /);
	t.regex(nagios('mail.log', '--policy', 'none.yaml').out, /^TLSAUDIT UNKNOWN - none\.yaml: no such policy file/);
	t.is(nagios('mail.log', '--policy', 'none.yaml').status, 3);
	t.is(nagios('mail.log', '--no-such-flag').status, 3);
	t.is(check('--no-such-flag').status, 2);
});

const lenient = `name: lenient
extends: founding
exceptions:
  - user: scanner@example.org
    reason: replaced in autumn
    until: 2099-09-30
    rules: [min-version]
  - cidr: 192.0.2.19/32
    reason: was to be replaced
    until: 2020-01-31
destinations:
  mail.example.com: verified
`;

test('exceptions and destinations of a policy file are applied, expired ones said on standard error', t => {
	file('lenient.yaml', lenient);
	const {status, out, err} = check('--policy', 'lenient.yaml', '--format', 'json');
	t.is(status, 1);
	t.is(
		err,
		'tlsaudit: policy lenient: the exception for 192.0.2.19/32 ended on 2020-01-31 (was to be replaced); renew it or take it out\n',
	);
	const {violations, excepted, expired_exceptions: expired} = JSON.parse(out);
	const rules = violations.map(({rule, port}: {rule: string; port: number}) => `${rule} ${port}`);
	t.false(rules.includes('min-version 465'));
	t.true(rules.includes('min-version 993'));
	t.true(rules.includes('destination-trust 25'));
	t.is(excepted.length, 1);
	t.like(excepted[0], {rule: 'min-version', port: 465, reason: 'replaced in autumn', until: '2099-09-30', sessions: 1});
	t.is(expired.length, 1);
	const report = run(['report', 'mail.log', '--policy', 'lenient.yaml', '--quiet']);
	t.is(report.err, '');
	t.regex(report.out, /^suppressed violation min-version: submission 465: 1 session/m);
	t.regex(report.out, /^expired the exception for 192\.0\.2\.19\/32 ended on 2020-01-31/m);
});

test('hostile names are harmless in every form of check and report', t => {
	const name = 'x\x1b]0;o\x07\u202E<script>alert(1)</script>`|&"]](y)';
	const text = readFileSync(at('samples/founding-case.log'), 'utf8');
	file('evil.log', text.replaceAll('sasl_username=scanner@example.org', `sasl_username=${name}`));
	for (const [command, ...formats] of [
		['check', 'text', 'json', 'csv', 'markdown', 'html', 'junit', 'sarif', 'nagios'],
		['report', 'text', 'json', 'csv', 'markdown', 'html', 'tlsrpt'],
		['whatif', 'text', 'json', 'csv', 'markdown', 'html'],
	] as const)
		for (const format of formats) {
			const rule = command === 'whatif' ? ['--min-version', 'TLSv1.2'] : [];
			const {out} = run([command, 'evil.log', '--format', format, ...rule]);
			t.true(out.length > 50, `${command} ${format}`);
			t.notRegex(out, /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u202E]/, `${command} ${format}`);
			if (format === 'html' || format === 'junit') t.notRegex(out, /<script>alert|<script[^>]/, `${command} ${format}`);
		}
});

test('the report comes as CSV, Markdown and HTML too', t => {
	t.regex(run(['report', 'mail.log', '--format', 'csv']).out, /^section,hop,port,item,/);
	t.regex(
		run(['report', 'mail.log', '--format', 'markdown']).out,
		/^# Fail: 5 violations of policy founding\.\n\nTLS of the mail: policy founding\n/,
	);
	t.regex(run(['report', 'mail.log', '--format', 'html']).out, /^<!doctype html>\n/);
});

test('the schema of policy files is printed', t => {
	const {status, out} = run(['policy', 'schema']);
	t.is(status, 0);
	const schema = JSON.parse(out);
	t.is(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
	t.deepEqual(schema.required, ['name']);
});
