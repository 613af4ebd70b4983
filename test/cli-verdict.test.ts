import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {type Ended, programIn} from './program.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-verdict-'));
const program = programIn(folder);
const run = (...args: string[]): Ended => program([...args, '--year', '2026'], '', {LC_ALL: 'C.UTF-8'});

function file(name: string, text: string): string {
	writeFileSync(join(folder, name), text);
	return name;
}

const lines = readFileSync(at('samples/founding-case.log'), 'utf8').split('\n');
const speaksOfTls = /TLS connection established|TLSv1/;
// What is left of the log when neither Postfix nor Dovecot logs TLS.
const silent = lines.filter(line => !speaksOfTls.test(line));
file('silent.log', silent.join('\n'));
// The same without the sessions that are known to be in plaintext.
const dark = silent.filter(line => !/newsletter|\[2130\].*198\.51\.100\.91|carla|smtpd\[2140\]/.test(line));
file('dark.log', dark.join('\n'));

/** Every word that reads like all is well. */
const allIsWell =
	/✔ (?:allowed|nothing)|\bpass\b(?!"?: (?:null|false))|\bOK\b|nothing to complain|would be turned away|class="passed"/i;

test('the founding case without its TLS lines: nothing says that all is well, in no format', t => {
	for (const format of ['text', 'json', 'csv', 'markdown', 'html']) {
		const {status, out} = run('report', 'dark.log', '--format', format);
		t.is(status, 0, format);
		t.notRegex(out.replaceAll(/Passwords?/g, ''), allIsWell, format);
		t.regex(out, /Undecided: the log lacks what policy founding asks/, format);
		for (const setting of [/smtpd_tls_loglevel = 1/, /smtp_tls_loglevel = 1/]) t.regex(out, setting, format);
	}
	for (const format of ['text', 'json', 'csv', 'markdown', 'html', 'junit', 'sarif', 'nagios']) {
		const result = run('check', 'dark.log', '--format', format);
		t.is(result.status, 3, format);
		t.notRegex(result.out, allIsWell, format);
		if (format !== 'junit') t.regex(result.out, /Undecided: the log lacks what policy founding asks/, format);
	}
});

test('each format of check has its own word for undecided', t => {
	t.like(JSON.parse(run('check', 'dark.log', '--format', 'json').out), {pass: null, verdict: 'undecided'});
	const {missing_logging: missing} = JSON.parse(run('report', 'dark.log', '--format', 'json').out);
	t.like(
		missing.find(({port}: {port: number}) => port === 465),
		{hop: 'submission', port: 465, sessions: 2, lacks: 'version', remedy: 'set smtpd_tls_loglevel = 1 in main.cf'},
	);
	t.regex(run('check', 'dark.log').out, /\nundecided\n$/);
	t.regex(run('check', 'dark.log', '--format', 'nagios').out, /^TLSAUDIT UNKNOWN - Undecided: /);
	const junit = run('check', 'dark.log', '--format', 'junit').out;
	t.regex(junit, / errors="[1-9]/);
	t.regex(
		junit,
		/classname="founding\.submission" name="min-version">\n\t+<error type="undecided" message="not decided for 3/,
	);
	const [{invocations, results}] = JSON.parse(run('check', 'dark.log', '--format', 'sarif').out).runs;
	t.is(invocations[0].executionSuccessful, true);
	t.regex(invocations[0].toolExecutionNotifications[0].message.text, /^Undecided: /);
	t.like(
		results.find(({ruleId}: {ruleId: string}) => ruleId === 'min-version'),
		{kind: 'open', level: 'none'},
	);
});

test('a violation that is seen fails, whatever the log lacks', t => {
	const {status, out} = run('check', 'silent.log', '--format', 'json');
	t.is(status, 1);
	t.like(JSON.parse(out), {pass: false, verdict: 'fail'});
	t.is(run('check', 'silent.log', '--max-violations', '9').status, 3);
	t.is(run('check', 'dark.log', '--max-undecided', '100%').status, 0, 'the relay decides, by its plaintext rule');
	t.is(run('check', 'dark.log', '--max-undecided', '1').status, 2);
});

test('whatif promises nothing where the log does not show it', t => {
	const {out, status} = run('whatif', 'dark.log', '--min-version', 'TLSv1.2');
	t.is(status, 0);
	t.regex(out, /\nUnknown for 8 of 9 sessions: /);
	t.notRegex(out, /[Nn]obody/);
	const json = JSON.parse(run('whatif', 'dark.log', '--min-version', 'TLSv1.2', '--format', 'json').out);
	t.deepEqual(json.cannot_tell, {sessions: 8, of: 9});
});

test('the observed column has no tick from sessions whose version is not logged', t => {
	const {out} = run('postfix', at('samples/founding-postfix'), '--log', 'dark.log');
	t.regex(out, /^submission\/inet .* ✔ 1\.2-1\.3 +1 not logged$/m);
	t.regex(out, /smtps\/smtpd does not log the TLS version\s+and the cipher; set smtpd_tls_loglevel = 1/);
});

const exim = file(
	'exim.log',
	'2026-10-16 10:01:13 1tABc1-0001XY-2Z => bob@dest.example R=dnslookup T=remote_smtp X=TLS1.3:TLS_AES_256_GCM_SHA384:256\n'.repeat(
		3,
	),
);

test('a log of another program, an empty one and a time outside the log: one sentence, status 2', t => {
	const empty = file('empty.log', '');
	const founding = at('samples/founding-case.log');
	for (const [args, said] of [
		[[exim], /3 of 3 lines were not understood, such as "2026-10-16 10:01:13 1tABc1.*--framing/],
		[[empty], /there are no lines in the input/],
		[
			[founding, '--since', '2030-01-01'],
			/no session began since 2030-01-01 00:00:00 UTC; those of the log are from 2026-10-12 08:01:12 to 2026-10-12 08:21:40 UTC/,
		],
		[
			[founding, '--until', '2020-01-01', '--hop', 'access'],
			/no session on access began before 2020-01-01 00:00:00 UTC; those of the log/,
		],
	] as const) {
		const checked = run('check', ...args);
		t.is(checked.status, 2, args.join(' '));
		t.regex(checked.err, said);
		t.is(checked.err.trim().split('\n').length, 1, 'once');
		t.regex(checked.out, /\nnothing read\n$/);
		const nagios = run('check', ...args, '--format', 'nagios');
		t.is(nagios.status, 3);
		t.regex(nagios.out, /^TLSAUDIT UNKNOWN - Nothing read: /);
		const report = run('report', ...args);
		t.is(report.status, 2);
		t.regex(report.out, /^Nothing read: /);
		t.notRegex(report.out, /no violation|✔/);
		const whatif = run('whatif', ...args, '--min-version', 'TLSv1.2');
		t.is(whatif.status, 2);
		t.notRegex(whatif.out, /[Nn]obody/);
	}
	t.like(JSON.parse(run('check', exim, '--format', 'json').out), {pass: null, verdict: 'nothing-read'});
});

test('rows of such a log are none, and an import of it has failed', t => {
	t.like(run('sessions', exim), {status: 2, out: ''});
	const imported = run('import', '--db', 'exim.db', exim);
	t.is(imported.status, 2);
	t.regex(imported.err, /3 of 3 lines were not understood/);
	t.is(run('import', '--db', 'empty.db', file('fresh.log', '')).status, 0, 'a log that was only now begun');
	const outside = run('sessions', at('samples/founding-case.log'), '--since', '2030-01-01');
	t.like(outside, {status: 0, out: ''});
	t.regex(outside.err, /those of the log are from/);
});

test('a considerable share that was not understood is said once, beside the verdict on the rest', t => {
	const mixed = file('mixed.log', [...lines.slice(0, 20), ...Array(9).fill('16.10.2026;10:05;mx;smtpd;x')].join('\n'));
	for (const command of [['check'], ['report'], ['sessions'], ['whatif', '--min-version', 'TLSv1.2']] as const) {
		const [name, ...rest] = command;
		const {err} = run(name, mixed, ...rest);
		t.regex(err, /^tlsaudit: 9 of 29 lines were not understood.*; .*--framing\n$/, name);
	}
	t.is(run('report', mixed, '--quiet').err, '');
});

const packed = gzipSync(lines.slice(0, 10).join('\n'));
writeFileSync(join(folder, 'cut.log.gz'), packed.subarray(0, packed.length - 12));
file('whole.log', `${lines.slice(0, 10).join('\n')}\n`);

test('a log that breaks off passes in no format', t => {
	t.regex(run('check', 'whole.log').out, /^Pass: /, 'the whole log does');
	for (const [command, formats] of [
		['report', ['text', 'json', 'csv', 'markdown', 'html']],
		['check', ['text', 'json', 'csv', 'markdown', 'html', 'junit', 'sarif', 'nagios']],
	] as const)
		for (const format of formats) {
			const {status, out} = run(command, 'cut.log.gz', 'whole.log', '--format', format);
			t.is(status, format === 'nagios' ? 3 : 2, format);
			t.notRegex(out, allIsWell, `${command} ${format}`);
			t.regex(out, /Undecided: not all logs could be read to the end/, `${command} ${format}`);
		}
	t.regex(run('check', 'whole.log').out, /✔ allowed/);
	t.notRegex(run('report', 'cut.log.gz', 'whole.log', '--format', 'json').out, /"seen": "as-wanted"/);
	t.regex(
		run('report', 'cut.log.gz', 'whole.log', '--format', 'cyclonedx').out,
		/"name": "tlsaudit:partial",\s+"value": "true"/,
	);
});

test('JUnit skips what was not seen: rules of a log that breaks off, and of hops without sessions', t => {
	const junit = (...args: string[]): string => run('check', ...args, '--format', 'junit').out;
	const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length;
	const skipped = /<skipped message="not all logs could be read to the end"\/>/g;
	const passed = /<testcase [^>]*\/>/g;
	const whole = junit('whole.log');
	t.true(count(whole, passed) > 0);
	t.is(count(whole, skipped), 0);
	t.regex(whole, /classname="founding\.access" name="min-version">\n\t+<skipped message="no session of this hop"\/>/);
	const cut = junit('cut.log.gz', 'whole.log');
	t.is(count(cut, passed), 0);
	t.is(count(cut, skipped), count(whole, passed));
	t.regex(cut, / errors="1"/);
	t.regex(cut, /name="log">\n\t+<error type="undecided" message="Undecided: [^"]*">cut\.log\.gz: .*<\/error>/);
	// What fails stays a failure, and what was not read is an error beside it.
	const broken = junit('cut.log.gz', at('samples/founding-case.log'));
	t.regex(broken, / failures="[1-9]\d*" errors="1"/);
	t.regex(
		broken,
		/name="log">\n\t+<error type="fail" message="Fail: [^"]*not all logs could be read to the end\.">cut/,
	);
	t.is(count(broken, passed), 0);
	const weak = junit('cut.log.gz', at('samples/founding-case.log'), '--max-violations', '9');
	t.regex(weak, /<skipped message="not all logs could be read to the end"\/>\n\t+<system-out>violation: /);
});

test('SARIF says what was not read, whether something fails or not', t => {
	const invocation = (...args: string[]) =>
		JSON.parse(run('check', ...args, '--format', 'sarif').out).runs[0].invocations[0];
	t.like(invocation('whole.log'), {executionSuccessful: true, toolExecutionNotifications: []});
	for (const other of ['whole.log', at('samples/founding-case.log')]) {
		const {executionSuccessful, toolExecutionNotifications: said} = invocation('cut.log.gz', other);
		t.false(executionSuccessful);
		const [first] = said;
		t.is(first.level, 'error');
		t.regex(first.message.text, /^cut\.log\.gz: the gzip file ends too early/);
	}
	const masked = invocation('cut.log.gz', 'whole.log', '--anonymize', 'mask');
	t.notRegex(JSON.stringify(masked), /cut\.log/);
	t.regex(masked.toolExecutionNotifications[0].message.text, /: the gzip file ends too early/);
});
