import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {Readable} from 'node:stream';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import {exitStatus} from '../../src/cli/exit.ts';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {postfix} from '../../src/commands/postfix.ts';
import {ioWith} from './fixture/io.ts';

const sample = (name: string): string => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const files = sample('founding-postfix');
const log = sample('founding-case.log');

type Ran = {readonly status: number; readonly out: string; readonly complaints: string[]};

/** Runs the command in this process. */
async function run(words: readonly string[], input = ''): Promise<Ran> {
	let out = '';
	const complaints: string[] = [];
	const complain = (sentence: string): void => void complaints.push(sentence);
	const io = ioWith({
		stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
		write: async text => {
			out += text;
		},
		complain,
		warn: complain,
	});
	const typed = readFlags(['postfix', ...words, '--year', '2026', '--timezone', 'UTC']);
	const settings = await readSettings(typed, Date.parse('2026-11-24T12:00:00Z'));
	return {status: exitStatus(await postfix(settings, io)), out, complaints};
}

const json = async (...words: string[]) => JSON.parse((await run([...words, '--format', 'json'])).out);
type Service = {readonly service: string; readonly [key: string]: unknown};
const serviceOf = (report: {services: Service[]}, name: string): Service =>
	report.services.find(({service}) => service === name) ?? {service: 'none'};

test('the founding case: what was meant, what rules, what was seen, and the line to change', async t => {
	const report = await json(files, '--log', log);
	t.is(report.version, '3.5.25');
	t.is(report.version_source, 'from the log');
	t.is(report.loaded_at, '2026-10-12T08:00:01.000Z');
	t.false(report.pass);
	const smtps = serviceOf(report, 'smtps/inet');
	t.like(smtps, {
		port: 465,
		wrapper: true,
		protocol_parameter: 'smtpd_tls_mandatory_protocols',
		protocol_origin: 'default of Postfix 3.5.25',
		intended: ['TLSv1.2', 'TLSv1.3'],
		allowed: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
		accepted: null,
		verdict: {effective: 'differs', accepted: null, observed: 'differs'},
	});
	t.like(smtps.observed, {versions: {TLSv1: 1, 'TLSv1.3': 1}, unwanted: ['TLSv1'], not_allowed: []});
	t.like(report.lint[0], {
		id: 'mandatory-service-optional-list',
		severity: 'error',
		service: 'smtps/inet',
		file: 'master.cf',
		line: 12,
		verdict: 'confirmed',
	});
	t.is(report.lint[0].fix[0], "postconf -P 'smtps/inet/smtpd_tls_mandatory_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1'");
});

test('the text has the matrix, a sentence for what differs, the fix, the verdict, and what to do; status 1', async t => {
	const {status, out, complaints} = await run([files, '--log', log]);
	t.is(status, 1);
	t.deepEqual(complaints, []);
	t.regex(out, /^smtps\/inet +465 +at once +1\.2-1\.3 +\S 1\.0-1\.3 +\S 1\.0 1\.3$/m);
	t.regex(out, /TLSv1, TLSv1\.1 allowed and not intended: smtpd_tls_mandatory_protocols rules/);
	t.regex(out, /^ {2}fix: postconf -P 'smtps\/inet\/smtpd_tls_mandatory_protocols=/m);
	t.regex(out, /\ndiffers \(1 error in the configuration\)\n\nWhat to do, in this order/);
	t.true(
		out
			.split('\n')
			.every(
				line =>
					line.length <= 80 ||
					line.startsWith('postconf ') ||
					line.startsWith('  fix: ') ||
					/^[A-Z]+ [\w-]+: /.test(line),
			),
	);
});

test('without a log the files alone are checked, for the release that is given', async t => {
	const report = await json(files, '--postfix-version', '3.7.11');
	t.is(report.version, '3.7.11');
	t.is(serviceOf(report, 'smtps/inet').observed, null);
	t.is(report.lint[0].verdict, null);
	t.regex(report.lint[0].fix[0], />=TLSv1\.2'$/);
});

test('a release that nothing shows is said to be assumed', async t => {
	const report = await json(files);
	t.is(report.version, null);
	t.regex(report.version_source, /release not known, at least [\d.]+; taken for 3\.11\.6/);
});

test('the corrected configuration agrees: status 0', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-'));
	t.teardown(() => rmSync(folder, {recursive: true}));
	for (const name of ['main.cf', 'master.cf']) {
		const text = readFileSync(join(files, name), 'utf8');
		writeFileSync(join(folder, name), text.replace('-o smtpd_tls_protocols=', '-o smtpd_tls_mandatory_protocols='));
	}
	const {status, out} = await run([folder, '--postfix-version', '3.7.11']);
	t.is(status, 0, out);
	t.regex(out, /\nas intended\n\n/);
});

test('the ports of master.cf are those of the log', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-'));
	t.teardown(() => rmSync(folder, {recursive: true}));
	writeFileSync(join(folder, 'main.cf'), readFileSync(join(files, 'main.cf')));
	const master = readFileSync(join(files, 'master.cf'), 'utf8');
	writeFileSync(join(folder, 'master.cf'), master.replace('submission inet', '10587 inet'));
	const report = await json(folder, '--log', log);
	const moved = serviceOf(report, '10587/inet');
	t.is(moved.port, 10_587);
	t.like(moved.observed, {versions: {'TLSv1.2': 1}});
});

test('output of postconf on standard input will do', async t => {
	const text = [
		'mail_version = 3.7.11',
		'smtpd_tls_security_level = may',
		'smtps      inet  n       -       y       -       -       smtpd -o smtpd_tls_wrappermode=yes',
	].join('\n');
	const {out, status} = await run(['-', '--format', 'json'], text);
	t.is(status, 1);
	const report = JSON.parse(out);
	t.is(report.version, '3.7.11');
	t.is(serviceOf(report, 'smtps/inet').wrapper, true);
});

test('a directory without a configuration is one sentence, and status 2', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-'));
	t.teardown(() => rmSync(folder, {recursive: true}));
	const {status, complaints, out} = await run([folder]);
	t.is(status, 2);
	t.is(out, '');
	t.is(complaints.length, 1);
	t.regex(complaints[0] ?? '', /has no main\.cf/);
});

test('a log that cannot be read leaves the judgement of the files, and status 2', async t => {
	const {status, complaints, out} = await run([files, '--log', join(files, 'nothing.log')]);
	t.is(status, 2);
	t.is(complaints.length, 1);
	t.regex(out, /^smtps\/inet/m);
});

test('of two instances the second is called by its name, and its commands name its directory', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-'));
	t.teardown(() => rmSync(folder, {recursive: true}));
	const second = join(folder, 'second');
	mkdirSync(second);
	const services = 'smtp inet n - y - - smtpd\nsmtp unix - - y - - smtp\n';
	writeFileSync(join(folder, 'main.cf'), `smtp_tls_security_level = may\nmulti_instance_directories = ${second}\n`);
	writeFileSync(join(second, 'main.cf'), 'multi_instance_name = postfix-out\nsmtp_tls_security_level = none\n');
	for (const where of [folder, second]) writeFileSync(join(where, 'master.cf'), services);
	const {out} = await run([folder, '--postfix-version', '3.7.11']);
	t.regex(out, /^smtp\/unix +- +offered/m);
	t.regex(out, /^postfix-out: smtp\/unix +- +none/m);
	t.true(out.includes(`WARNING client-tls-off: postfix-out: smtp/unix, main.cf:2`));
	t.true(out.includes(`  fix: postconf -c ${second} -e 'smtp_tls_security_level=may'\n`));
});

test('files that hold nothing, or bytes, are no configuration: status 2', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-'));
	t.teardown(() => rmSync(folder, {recursive: true}));
	for (const name of ['main.cf', 'master.cf']) writeFileSync(join(folder, name), '\n');
	const empty = await run([folder]);
	t.is(empty.status, 2);
	t.regex(empty.complaints.join('\n'), /main\.cf and master\.cf hold nothing/);
	t.regex(empty.out, /\nnot judged: no service was read\n/);
	t.is((await json(folder)).pass, null);
	t.regex((await run([folder, '--format', 'sh'])).out, /# No service was read\.\n/);
	writeFileSync(join(folder, 'main.cf'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]));
	const binary = await run([folder]);
	t.is(binary.status, 2);
	t.is(binary.out, '');
	t.regex(binary.complaints.join('\n'), /main\.cf.*binary file/);
});

test('a server without a single result leaves the check incomplete: status 2', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-'));
	t.teardown(() => rmSync(folder, {recursive: true}));
	const port = await new Promise<number>(resolve => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
	writeFileSync(
		join(folder, 'main.cf'),
		'smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /k.pem\nsmtpd_tls_loglevel = 1\n',
	);
	writeFileSync(join(folder, 'master.cf'), `${port} inet n - y - - smtpd\ntlsmgr unix - - y 1000? 1 tlsmgr\n`);
	const {status, out} = await run([folder, '--postfix-version', '3.7.11', '--probe', '127.0.0.1']);
	t.is(status, 2, out);
	t.regex(out, /nothing listens at 127\.0\.0\.1/);
	t.regex(out, /\nas intended; 1 service could not be asked\n\n/);
});

const certificate =
	'smtpd_tls_cert_file = /etc/ssl/mail/fullchain.pem\nsmtpd_tls_key_file = /etc/ssl/mail/privkey.pem\n';
const level = 'smtpd_tls_security_level = may\nsmtp_tls_security_level = may\n';

test('a folder with main.cf alone is judged like the same file on standard input', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-main-'));
	try {
		const main = `compatibility_level = 3.6\n${level}${certificate}`;
		writeFileSync(join(folder, 'main.cf'), main);
		const alone = await run([folder, '--postfix-version', '3.7.11']);
		t.is(alone.status, 0);
		t.deepEqual(alone.complaints, []);
		t.regex(alone.out, /master\.cf was not read/);
		const ids = (text: string) => JSON.parse(text).lint.map(({id}: {id: string}) => id);
		const words = ['--postfix-version', '3.7.11', '--format', 'json'];
		const piped = await run(['-', ...words], main);
		t.deepEqual(ids((await run([folder, ...words])).out), ids(piped.out));
	} finally {
		rmSync(folder, {recursive: true});
	}
});

test('of a port that nothing says anything of, the hop is null', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-port-'));
	try {
		writeFileSync(join(folder, 'main.cf'), `${level}${certificate}`);
		writeFileSync(join(folder, 'master.cf'), '1025 inet n - y - - smtpd\ntlsmgr unix - - y 1000? 1 tlsmgr\n');
		t.is(serviceOf(await json(folder), '1025/inet').hop, null);
	} finally {
		rmSync(folder, {recursive: true});
	}
});

test('--format sh prints the plan as a script for the directory that was read, and JSON carries the same list', async t => {
	const {status, out} = await run([files, '--postfix-version', '3.7.11', '--format', 'sh']);
	t.is(status, 1);
	t.true(out.includes(`MAIL_CONFIG='${files}'`), out);
	const {plan} = await json(files, '--postfix-version', '3.7.11');
	const commands = out.split('\n').filter(line => line.startsWith('postconf '));
	t.deepEqual(
		plan[0].steps.map(({command}: {command: string}) => command),
		commands,
	);
	t.deepEqual(commands.slice(0, 2), [
		"postconf -P 'smtps/inet/smtpd_tls_mandatory_protocols=>=TLSv1.2'",
		'postconf -PX smtps/inet/smtpd_tls_protocols',
	]);
	t.deepEqual(plan[0].by_hand, []);
});

test('a log that was not read to its end confirms nothing, and what differs in it still differs', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-cut-'));
	const cutOf = (name: string): string => {
		const path = join(folder, `${basename(name)}.gz`);
		const packed = gzipSync(readFileSync(name));
		writeFileSync(path, packed.subarray(0, packed.length - 12));
		return path;
	};
	const modern = sample('modern-postfix');
	const seen = sample('postfix-3.7.log');
	type Verdicts = {readonly services: ReadonlyArray<{readonly verdict: {readonly observed: string | null}}>};
	const verdicts = ({services}: Verdicts): Array<string | null> => services.map(({verdict}) => verdict.observed);
	const whole = await json(modern, '--log', seen);
	t.like(whole, {pass: true, partial: false});
	t.true(verdicts(whole).includes('agrees'));
	const part = await json(modern, '--log', cutOf(seen), '--log', seen);
	t.like(part, {pass: null, partial: true});
	t.false(verdicts(part).includes('agrees'));
	const {out, status} = await run([modern, '--log', cutOf(seen), '--log', seen]);
	t.is(status, 2);
	t.regex(out, /\nas intended in the files; not all logs could be read to the end\n/);
	const founding = await json(files, '--log', cutOf(log), '--log', log);
	t.like(founding, {pass: false, partial: true});
	t.like(serviceOf(founding, 'smtps/inet').verdict, {effective: 'differs', observed: 'differs'});
});

test('what a part of the files says is no pass', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-postfix-part-'));
	writeFileSync(join(folder, 'main.cf'), readFileSync(join(sample('modern-postfix'), 'main.cf')));
	writeFileSync(join(folder, 'master.cf'), readFileSync(join(sample('modern-postfix'), 'master.cf')));
	t.true((await json(folder)).pass);
	const {out} = await run([folder, '--dovecot', join(folder, 'main.cf'), '--format', 'json']);
	t.is(JSON.parse(out).pass, null);
	const {out: text} = await run([folder, '--dovecot', join(folder, 'main.cf')]);
	t.regex(text, /\nas intended in what was read; not all of the configuration could be read\n/);
});
