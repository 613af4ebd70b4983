import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
	appendFileSync,
	chmodSync,
	closeSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {schemaVersion} from '../src/store/schema.ts';
import {asleep} from './asleep.ts';
import {type Ended, plainEnvironment, programIn} from './program.ts';

const bin = fileURLToPath(new URL('../bin/tlsaudit.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-cli-'));
const env = plainEnvironment;

const run = programIn(folder);

function file(name: string, content: string | Buffer): string {
	writeFileSync(join(folder, name), content);
	return name;
}

/** One client on port 465 with an old version: the founding case. */
function visit(second: number, ip: string, version = 'TLSv1'): string {
	const stamp = `2026-01-31T08:40:${String(second).padStart(2, '0')}.000000+00:00`;
	const head = `${stamp} mx postfix/smtps/smtpd[${1000 + second}]:`;
	const cipher = version === 'TLSv1.3' ? 'TLS_AES_256_GCM_SHA384 (256/256 bits)' : 'AES128-SHA (128/128 bits)';
	return [
		`${head} connect from client.example.org[${ip}]`,
		`${head} Anonymous TLS connection established from client.example.org[${ip}]: ${version} with cipher ${cipher}`,
		`${head} 4XYZ${second}: client=client.example.org[${ip}], sasl_method=PLAIN, sasl_username=ana`,
		`${head} disconnect from client.example.org[${ip}] ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6`,
		'',
	].join('\n');
}

const log = visit(1, '192.0.2.1') + visit(2, '192.0.2.2', 'TLSv1.3') + visit(3, '192.0.2.1');
file('mail.log', log);
const clean = file('clean.log', visit(2, '192.0.2.2', 'TLSv1.3'));

/** The report of a file as it is when the same lines come by standard input. */
const fromStdin = (report: string): string => report.replaceAll('see mail.log,', 'see standard input,');

const count = (args: readonly string[], input?: string | Buffer): Ended =>
	run(['sql', 'select count(*) as n from sessions', ...args, '--format', 'json'], input);
const counted = ({out}: Ended): unknown => JSON.parse(out)[0].n;

test('the version is that of the package', t => {
	const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
	for (const words of [['--version'], ['-V'], ['report', '-V'], ['--quiet', '--version']])
		t.deepEqual(run(words), {status: 0, out: `${version}\n`, err: ''});
});

test('without a command a file gives the report, status 0 whatever it says', t => {
	const {status, out, err} = run(['mail.log']);
	t.is(status, 0);
	t.is(err, '');
	t.regex(out, /submission +465 +3 +3 +0 +0 +2 +3/);
	t.regex(out, /violation min-version: submission 465: 2 sessions, 2 messages, 1 peer/);
	t.regex(out, /ana from client\.example\.org\[192\.0\.2\.1\] \(2 sessions\)/);
	t.is(run(['report', '-'], log).out, fromStdin(out));
});

test('the JSON report agrees', t => {
	const {hops, violations, coverage} = JSON.parse(run(['report', 'mail.log', '--format', 'json']).out);
	t.like(hops[0], {hop: 'submission', port: 465, sessions: 3, versions: {TLSv1: 2, 'TLSv1.3': 1}, violations: 2});
	t.like(violations[0], {rule: 'min-version', sessions: 2, peer_count: 1});
	t.is(coverage.lines, 12);
	t.is(coverage.lines, coverage.understood + coverage.irrelevant + coverage.foreign + coverage.malformed);
});

test('check fails by status when the policy is violated, and passes when it is not', t => {
	t.like(run(['check', 'mail.log']), {status: 1, err: ''});
	t.like(JSON.parse(run(['check', 'mail.log', '--format', 'json']).out), {policy: 'founding', pass: false});
	const passed = run(['check', clean]);
	t.is(passed.status, 0);
	t.regex(passed.out, /pass\n$/);
	t.is(run(['check', 'mail.log', '--since', '2026-01-31T08:40:02Z', '--until', '2026-01-31T08:40:03Z']).status, 0);
	t.is(run(['check', 'mail.log', '--hop', 'access']).status, 2, 'there is nothing to judge');
});

test('a policy may be a file; a wrong one is refused with its line', t => {
	file('mine.yaml', 'name: mine\ntitle: TLS 1.3 only\nhops:\n  submission:\n    min-version: TLSv1.3\n');
	t.is(run(['check', 'mail.log', '--policy', 'mine.yaml']).status, 1);
	t.is(run(['check', clean, '--policy', './mine.yaml']).status, 0);
	t.deepEqual(run(['policy', 'validate', 'mine.yaml']), {status: 0, out: 'mine.yaml: valid\n', err: ''});
	file('wrong.yaml', 'name: mine\ntitle: TLS 1.3 only\nhops:\n  submision:\n    min-version: TLSv1.3\n');
	const wrong = run(['policy', 'validate', 'wrong.yaml']);
	t.is(wrong.status, 2);
	t.regex(wrong.err, /^tlsaudit: wrong\.yaml:4: .*submission/);
	t.is(run(['check', 'mail.log', '--policy', 'wrong.yaml']).err, wrong.err);
	t.regex(run(['check', 'mail.log', '--policy', 'foundin']).err, /did you mean "founding"/);
	t.regex(run(['check', 'mail.log', '--policy', 'gone.yaml']).err, /gone\.yaml: no such policy file/);
});

test('sessions as NDJSON and CSV, to standard output and to a file', t => {
	const rows = run(['sessions', 'mail.log'])
		.out.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	t.is(rows.length, 3);
	t.like(rows[0], {
		started_at: '2026-01-31T08:40:01.000Z',
		hop: 'submission',
		port: 465,
		protocol: 'TLSv1',
		server_name: null,
		username: 'ana',
		source: 'mail.log',
		first_line: 1,
	});
	const csv = run(['sessions', 'mail.log', '--format', 'csv']).out;
	t.is(csv.split('\r\n')[0], Object.keys(rows[0]).join(','));
	t.deepEqual(run(['sessions', 'mail.log', '--format', 'csv', '-o', 'out.csv']), {status: 0, out: '', err: ''});
	t.is(readFileSync(join(folder, 'out.csv'), 'utf8'), csv);
	t.regex(run(['sessions', 'mail.log', '-o', 'no/out.csv']).err, /^tlsaudit: no\/out\.csv: cannot be written: /);
});

test('hostile names are harmless on a terminal and in a spreadsheet', t => {
	const evil = log.replaceAll('sasl_username=ana', 'sasl_username==cmd|x\x1b]0;owned\x07\u202E');
	file('evil.log', evil);
	const report = run(['report', 'evil.log']).out;
	t.notRegex(report, /[\x1b\x07\u202E]/);
	const csv = run(['sessions', 'evil.log', '--format', 'csv']).out;
	t.notRegex(csv, /[\x1b\x07\u202E]|,=cmd/);
	t.regex(csv, /,'=cmd/);
	t.notRegex(run(['sessions', 'evil.log']).out, /[\x1b\x07\u202E]/);
});

test('what is missing is a sentence and status 2; what is there is reported', t => {
	const {status, out, err} = run(['report', 'gone.log', 'mail.log']);
	t.is(status, 2);
	t.is(err, 'tlsaudit: gone.log: no such file; check the name\n');
	t.regex(out, /submission +465 +3/);
	t.deepEqual(run(['report', 'gone.log']), {status: 2, out: '', err});
});

test('a mistyped command stops, with a hint', t => {
	t.deepEqual(run(['reprot']), {
		status: 2,
		out: '',
		err: 'tlsaudit: reprot: no such file or command; did you mean "report"?\n',
	});
	t.is(run(['reprot', 'mail.log']).out, '', 'the log beside it is not read');
	file('reprot', log);
	t.regex(run(['reprot']).out, /submission +465 +3/, 'a file of that name is a file');
});

test('a directory without logs, a binary file and an unreadable file are a sentence each', t => {
	mkdirSync(join(folder, 'empty'), {recursive: true});
	file('program', Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0', 'latin1'));
	const {status, out, err} = run(['report', 'empty', 'program', '/proc/1/mem']);
	t.is(status, 2);
	t.is(out, '');
	const lines = err.trim().split('\n');
	t.is(lines.length, 3);
	t.regex(err, /empty: the directory holds no log files/);
	t.regex(err, /program: is a program, not a log/);
	t.regex(err, /\/proc\/1\/mem: /);
});

test('packed logs are read; of a truncated one what is before the cut', t => {
	const many = Array.from({length: 59}, (_, second) => visit(second, `192.0.2.${second}`)).join('');
	const packed = gzipSync(many);
	file('whole.log.gz', Buffer.concat([packed, gzipSync(visit(59, '192.0.2.200'))]));
	t.is(counted(count(['whole.log.gz'])), 60);
	t.is(counted(count([], packed)), 59);
	file('cut.log.gz', packed.subarray(0, packed.length - 200));
	const cut = count(['cut.log.gz', clean]);
	t.is(cut.status, 2);
	t.regex(cut.err, /^tlsaudit: cut\.log\.gz: the gzip file ends too early; .*\n$/);
	t.true((counted(cut) as number) > 10);
});

test('bad input never stops the run: its lines are counted as malformed or foreign', t => {
	const bad = `\uFEFF${log.replaceAll('\n', '\r\n')}${'x'.repeat(70_000)}\n\0\0\0\n\xff\xfe\x01\n9999-99-99T99:99:99Z x y: z\n`;
	file('bad.log', bad);
	const {coverage, hops} = JSON.parse(run(['report', 'bad.log', '--format', 'json']).out);
	t.is(hops[0].sessions, 3);
	t.is(coverage.lines, 16);
	t.is(coverage.lines, coverage.understood + coverage.irrelevant + coverage.foreign + coverage.malformed);
	t.true(coverage.malformed >= 2);
});

test('an empty input is a report without sessions, and says so', t => {
	const {status, out, err} = run(['report'], '');
	t.is(status, 2);
	t.regex(err, /^tlsaudit: there are no lines in the input; .*\n$/);
	t.regex(
		out,
		/^Nothing read: there are no lines in the input; check that it is the right file\.\n\nNo sessions found\./,
	);
});

test('SQL reads sessions, coverage and violations; a mistake is one line', t => {
	t.is(
		run(['sql', 'select lines, malformed from coverage', 'mail.log', '--format', 'csv']).out,
		'lines,malformed\r\n12,0\r\n',
	);
	t.regex(run(['sql', 'select rule, count(*) as n from violations group by rule', 'mail.log']).out, /min-version +2\n/);
	const {status, err} = run(['sql', 'select prt from sessions', 'mail.log']);
	t.is(status, 2);
	t.regex(err, /^tlsaudit: sql: .*"port".*\n$/);
});

test('a database keeps the sessions; asking it again reads no log, loading a file twice adds nothing', t => {
	t.is(run(['report', '--db', 'kept.duckdb', 'mail.log']).status, 0);
	t.is(counted(count(['--db', 'kept.duckdb'])), 3);
	t.is(run(['check', '--db', 'kept.duckdb']).status, 1);
	const twice = run(['report', '--db', 'kept.duckdb', 'mail.log']);
	t.is(twice.status, 0, twice.err);
	t.is(counted(count(['--db', 'kept.duckdb'])), 3);
	t.is(run(['report', '--db', 'kept.duckdb', clean]).status, 0);
	t.is(counted(count(['--db', 'kept.duckdb'])), 4);
});

test('beside standard input, too, a database knows a file it has read', t => {
	const both = () =>
		spawnSync(process.execPath, [bin, 'report', '--db', 'both.duckdb', 'mail.log', '-'], {cwd: folder, env, input: ''});
	t.is(both().status, 0);
	const once = counted(count(['--db', 'both.duckdb']));
	t.is(once, 3);
	t.is(both().status, 0);
	t.is(counted(count(['--db', 'both.duckdb'])), once);
});

test('times without a year or zone are read as the flags say', t => {
	file('old.log', log.replaceAll(/^2026-01-31T(\d\d:\d\d:\d\d)\.\d+\+00:00/gm, 'Jan 31 $1'));
	const rows = run(['sessions', 'old.log', '--year', '2020', '--timezone', 'America/New_York']).out;
	t.is(JSON.parse(rows.split('\n')[0] ?? '').started_at, '2020-01-31T13:40:01.000Z');
});

test('a broken pipe ends quietly', async t => {
	const big = file('big.log', log.repeat(3000));
	const child = spawn(process.execPath, [bin, 'sessions', big], {cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe']});
	let err = '';
	child.stderr.on('data', chunk => {
		err += chunk;
	});
	await once(child.stdout, 'data');
	child.stdout.destroy();
	const [status] = await once(child, 'close');
	t.is(status, 0);
	t.is(err, '');
});

/** Every Unix has it; no package brings it. */
const follower = 'tail';

/** Follows a growing log through a pipe, as `tail -f | tlsaudit` does, and stops it by a signal. */
async function follow(signal: 'SIGINT' | 'SIGTERM'): Promise<Ended> {
	const growing = join(folder, `growing-${signal}.log`);
	writeFileSync(growing, visit(1, '192.0.2.1'));
	const tail = spawn(follower, ['-n', '+1', '-f', growing], {stdio: ['ignore', 'pipe', 'inherit']});
	const child = spawn(process.execPath, [bin, 'report'], {cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe']});
	tail.stdout.pipe(child.stdin);
	child.stdin.on('error', () => undefined);
	let out = '';
	let err = '';
	child.stdout.on('data', chunk => {
		out += chunk;
	});
	child.stderr.on('data', chunk => {
		err += chunk;
	});
	let passed = 0;
	tail.stdout.on('data', chunk => {
		passed += chunk.length;
	});
	/** Everything that was written has come through the pipe and is read. */
	const isRead = async (): Promise<void> => {
		const {size} = statSync(growing);
		for (let turns = 0; turns < 2000 && (passed < size || child.stdin.writableLength > 0); turns++) await after(20);
		await asleep(child.pid);
	};
	await isRead();
	appendFileSync(growing, visit(2, '192.0.2.2', 'TLSv1.3') + visit(3, '192.0.2.1'));
	await isRead();
	child.kill(signal);
	const [status] = await once(child, 'close');
	tail.kill();
	return {status, out, err};
}

test('SIGINT on a live log ends it with the same report as the file gives, status 130', async t => {
	const {status, out, err} = await follow('SIGINT');
	t.is(status, 130);
	t.is(err, '');
	t.is(out, fromStdin(run(['report', 'mail.log']).out));
});

test('SIGTERM likewise, status 143', async t => {
	const {status, out} = await follow('SIGTERM');
	t.is(status, 143);
	t.regex(out, /submission +465 +3/);
});

test('a mistyped database is no all-clear: nothing is made, and the run has failed', t => {
	for (const [words, wanted] of [
		[['check', '--db', 'typo.db'], 2],
		[['check', '--format', 'nagios', '--db', 'typo.db'], 3],
		[['report', '--db', 'typo.db'], 2],
		[['sql', 'select 1', '--db', 'typo.db'], 2],
	] as const) {
		const {status, stdout, stderr} = spawnSync(process.execPath, [bin, ...words], {
			cwd: folder,
			env,
			stdio: ['ignore', 'pipe', 'pipe'],
			encoding: 'utf8',
		});
		t.is(status, wanted);
		// Nagios reads standard output.
		const sentence = 'typo.db: no such database; check the name, or name the log files to make it of\n';
		t.is(`${stdout}${stderr}`, wanted === 3 ? `TLSAUDIT UNKNOWN - ${sentence}` : `tlsaudit: ${sentence}`);
		t.false(existsSync(join(folder, 'typo.db')));
	}
});

test('a database that is there is shown, whatever device standard input is', t => {
	t.is(run(['import', '--db', 'there.db', 'mail.log']).status, 0);
	const shown = (stdio: 'ignore' | 'pipe', ...words: string[]) =>
		spawnSync(process.execPath, [bin, ...words], {cwd: folder, env, stdio: [stdio, 'pipe', 'pipe'], encoding: 'utf8'});
	const {status, stdout, stderr} = shown('ignore', '--db', 'there.db');
	t.is(status, 0, stderr);
	t.is(stdout, shown('pipe', 'report', '--db', 'there.db').stdout);
	const nothing = shown('ignore', 'report');
	t.is(nothing.status, 2);
	t.regex(nothing.stderr, /^tlsaudit: nothing to read; name log files, or pipe a log in: /);
});

test('output that cannot be written is one sentence', t => {
	const full = run(['sessions', 'mail.log', '--format', 'csv', '-o', '/dev/full']);
	t.is(full.status, 2);
	t.is(full.err, 'tlsaudit: /dev/full: cannot be written: the disk is full; make room on it\n');
	const missing = run(['sessions', 'mail.log', '-o', 'no/such/folder.csv']);
	t.is(missing.err, 'tlsaudit: no/such/folder.csv: cannot be written: there is no such directory; check the path\n');
	const device = openSync('/dev/full', 'w');
	const {status, stderr} = spawnSync(process.execPath, [bin, 'report', 'mail.log'], {
		cwd: folder,
		env,
		stdio: ['ignore', device, 'pipe'],
		encoding: 'utf8',
	});
	closeSync(device);
	t.is(status, 2);
	t.is(stderr, 'tlsaudit: standard output: cannot be written: the disk is full; make room on it\n');
});

test('an empty query, and threads without work, are one sentence', t => {
	for (const words of ['', ' ; -- nothing\n']) {
		const {status, err} = run(['sql', words, 'mail.log']);
		t.is(status, 2);
		t.is(err, 'tlsaudit: sql: nothing is asked; try select * from sessions limit 10\n');
	}
	const {status, err} = run(['import', '--db', 'x.db', '--threads', '9', 'mail.log']);
	t.is(status, 2);
	t.regex(err, /expected 1 to 6/);
});

const rights = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);

test('what is written is the user’s alone; a file that was there keeps its rights', t => {
	file('shared.csv', '');
	file('shared.parquet', '');
	chmodSync(join(folder, 'shared.csv'), 0o644);
	chmodSync(join(folder, 'shared.parquet'), 0o640);
	run(['import', '--db', 'rights.db', 'mail.log']);
	run(['sessions', 'mail.log', '-o', 'rights.ndjson']);
	run(['sessions', 'mail.log', '--format', 'parquet', '-o', 'rights.parquet']);
	run(['check', 'mail.log', '--write-baseline', 'rights.json']);
	run(['sessions', 'mail.log', '--format', 'csv', '-o', 'shared.csv']);
	run(['sessions', 'mail.log', '--format', 'parquet', '-o', 'shared.parquet']);
	for (const name of ['rights.db', 'rights.ndjson', 'rights.parquet', 'rights.json']) t.is(rights(name), '600', name);
	t.is(rights('shared.csv'), '644');
	t.is(rights('shared.parquet'), '640');
	t.true(statSync(join(folder, 'shared.parquet')).size > 100);
});

test('what DuckDB writes while it works is the user’s alone', async t => {
	const spill = mkdtempSync(join(folder, 'spill-'));
	// More than the gigabyte that a query may take.
	const query = 'select count(*) from (select hash(i)::text || i a, i::text b from range(30000000) r(i) order by a, b)';
	const child = spawn(process.execPath, [bin, 'sql', query, 'mail.log'], {
		cwd: folder,
		env: {...env, TMPDIR: spill},
		stdio: 'ignore',
	});
	const ended = once(child, 'close');
	let found: string | undefined;
	while (found === undefined && child.exitCode === null) {
		await after(20);
		found = readdirSync(spill).find(name => name.startsWith('tlsaudit-'));
	}
	t.not(found, undefined);
	t.is(rights(join(relative(folder, spill), found ?? '')), '700');
	child.kill('SIGKILL');
	await ended;
});

test('a database that keeps nothing is refused where something is to be kept', t => {
	for (const name of [':memory:', 'file::memory:', ':memory:mail', 'file:x?mode=memory']) {
		const {status, err} = run(['import', '--db', name, 'mail.log']);
		t.is(status, 2);
		t.is(
			err,
			`tlsaudit: --db "${name}" is memory, which is gone when the import ends; name a file to keep the sessions in\n`,
		);
		t.is(run(['report', '--db', name, 'mail.log']).out, run(['report', 'mail.log']).out);
	}
	for (const command of ['import', 'report', 'check']) {
		const {status, err} = run([command, '--db', '', 'mail.log']);
		t.is(status, 2);
		t.regex(
			err,
			/^tlsaudit: option '--db <file>' argument '' is invalid\. expected the name of a file, such as mail\.db\n$/,
		);
	}
});

test('db verify says in one sentence whether a database is whole', t => {
	run(['import', '--db', 'verified.db', 'mail.log']);
	t.deepEqual(run(['db', 'verify', 'verified.db']), {
		status: 0,
		out: `verified.db: whole: format ${schemaVersion}; 3 sessions, 0 of them open; 1 file in 1 import step; 12 lines\n`,
		err: '',
	});
	run(['sql', '--write', 'update coverage set lines = 7', '--db', 'verified.db']);
	t.deepEqual(run(['db', 'verify', 'verified.db']), {
		status: 1,
		out: 'verified.db: not whole: the coverage of the lines does not sum up\n',
		err: '',
	});
	t.deepEqual(run(['db', 'verify', 'no.db']), {
		status: 2,
		out: '',
		err: 'tlsaudit: no.db: no such database; check the name\n',
	});
	t.is(run(['db', 'verify', 'mail.log']).status, 2);
});

test('SQL changes a database only with --write', t => {
	run(['import', '--db', 'written.db', 'mail.log']);
	const refused = run(['sql', 'delete from session_rows', '--db', 'written.db']);
	t.is(refused.status, 2);
	t.is(refused.err, 'tlsaudit: sql: DELETE is refused; sql only reads, unless it is given --write\n');
	t.is(run(['sql', "copy sessions to 'copied.csv'", 'mail.log']).status, 2);
	t.false(existsSync(join(folder, 'copied.csv')));
	t.is(run(['sql', '--write', 'create table mine as select * from violations', '--db', 'written.db']).status, 0);
	t.is(counted(run(['sql', 'select count(*) n from mine', '--db', 'written.db', '--format', 'json'])), 2);
	t.is(run(['sql', '--write', "copy sessions to 'copied.csv'", 'mail.log']).status, 0);
	t.true(existsSync(join(folder, 'copied.csv')));
});
