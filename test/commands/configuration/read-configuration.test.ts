import {chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {type Header, pack} from 'tar-stream';
import {readConfiguration} from '../../../src/commands/configuration/read-configuration.ts';
import type {PostfixConfiguration} from '../../../src/mailserver/read/configuration.ts';

const fixtures = new URL('../../mailserver/read/fixtures/', import.meta.url).pathname;
const fixture = (name: string): string => readFileSync(join(fixtures, name), 'utf8');
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tlsaudit-configuration-'));
const nobody = Readable.from([]);

/** A folder in front of PATH whose postconf notes that it was run, and prints the fixtures. */
const programs = newFolder();
const ran = join(programs, 'ran');
writeFileSync(
	join(programs, 'postconf'),
	`#!/bin/sh
echo "$@" >> ${ran}
case "$2" in *refused*) echo 'postconf: fatal: open main.cf: Permission denied' >&2; exit 1;; esac
case "$3" in
-n) cat ${fixtures}postconf-n.stderr.txt >&2; cat ${fixtures}postconf-n.txt;;
-M) cat ${fixtures}postconf-M.txt;;
-P) cat ${fixtures}postconf-P.txt;;
-d) cat ${fixtures}postconf-d.txt;;
esac
`,
);
chmodSync(join(programs, 'postconf'), 0o755);
process.env.PATH = `${programs}${delimiter}${process.env.PATH ?? ''}`;
const timesRun = (): string[] => {
	try {
		return readFileSync(ran, 'utf8').split('\n').filter(Boolean);
	} catch {
		return [];
	}
};

const read = (where: string, options: {stdin?: Readable; postconf?: boolean; dovecot?: string} = {}) =>
	readConfiguration(where, {
		postconf: options.postconf ?? false,
		dovecot: options.dovecot,
		stdin: options.stdin ?? nobody,
	});
const settingOf = (configuration: PostfixConfiguration | undefined, name: string): string | undefined =>
	configuration?.main?.findLast(setting => setting.name === name)?.value;

async function tarball(
	entries: readonly (readonly [name: string, text: string, header?: Partial<Header>])[],
): Promise<Buffer> {
	const tar = pack();
	for (const [name, text, header] of entries) tar.entry({name, mtime: new Date(1_700_000_000_000), ...header}, text);
	tar.finalize();
	const pieces: Buffer[] = [];
	for await (const piece of tar) pieces.push(piece as Buffer);
	return Buffer.concat(pieces);
}

function copyOfServer(): string {
	const root = newFolder();
	const postfix = join(root, 'etc/postfix');
	cpSync(join(fixtures, 'postfix'), postfix, {recursive: true});
	writeFileSync(
		join(postfix, 'main.cf'),
		'smtp_tls_policy_maps = hash:/etc/postfix/tls_policy, mysql:/etc/postfix/x.cf\nsmtp_sasl_password_maps = hash:/srv/sasl\n',
	);
	writeFileSync(join(postfix, 'tls_policy'), 'example.org encrypt\n');
	writeFileSync(join(postfix, 'tls_policy.db'), '');
	mkdirSync(join(root, 'srv'));
	writeFileSync(join(root, 'srv/sasl'), '[mx.example] user:hunter2\n');
	return root;
}

test.serial('a directory is read with the tables that its main.cf names, and nothing is executed', async t => {
	const root = copyOfServer();
	const {postfix, dovecot, problems} = await read(join(root, 'etc/postfix'));
	t.deepEqual(problems, []);
	t.is(dovecot, null);
	const [configuration] = postfix;
	t.is(configuration?.form, 'files');
	t.is(configuration?.services?.length, 6);
	t.is(configuration?.tables.get('hash:/etc/postfix/tls_policy')?.text, 'example.org encrypt\n');
	t.is(configuration?.tables.get('hash:/srv/sasl')?.text, '[mx.example] ***\n');
	t.deepEqual(configuration?.unread, ['mysql:/etc/postfix/x.cf']);
	t.deepEqual(timesRun(), []);
});

test.serial('a table that was edited after its index was built is reported', async t => {
	const root = copyOfServer();
	const directory = join(root, 'etc/postfix');
	const newer = async () =>
		(await read(directory)).postfix[0]?.tables.get('hash:/etc/postfix/tls_policy')?.newerThanIndex;
	utimesSync(join(directory, 'tls_policy'), 1000, 1000);
	utimesSync(join(directory, 'tls_policy.db'), 2000, 2000);
	t.false(await newer());
	utimesSync(join(directory, 'tls_policy'), 3000, 3000);
	t.true(await newer());
	t.is((await read(directory)).postfix[0]?.tables.get('hash:/srv/sasl')?.newerThanIndex, null);
});

test.serial('main.cf by its own name means its directory', async t => {
	const {postfix} = await read(join(fixtures, 'postfix/main.cf'));
	t.is(settingOf(postfix[0], 'mua_tls'), '>=TLSv1.2');
	t.is(postfix[0]?.services?.length, 6);
});

test.serial('a tarball is read by its content, wherever its main.cf lies', async t => {
	const main = 'smtpd_tls_security_level = may\nsmtp_tls_policy_maps = hash:/etc/postfix/tls_policy\n';
	const folder = newFolder();
	for (const prefix of ['etc/postfix/', './', '/etc/postfix/', 'backup/host/etc/postfix/', 'postfix/']) {
		const bytes = await tarball([
			[`${prefix}main.cf`, main],
			[`${prefix}master.cf`, 'smtp inet n - n - - smtpd\n'],
			[`${prefix}tls_policy`, 'example.org encrypt\n'],
			[`${prefix}tls_policy.db`, '', {mtime: new Date(1_600_000_000_000)}],
		]);
		const file = join(folder, 'no-ending');
		writeFileSync(file, bytes);
		for (const found of [await read(file), await read('-', {stdin: Readable.from([gzipSync(bytes)])})]) {
			t.deepEqual(found.problems, [], prefix);
			t.is(settingOf(found.postfix[0], 'smtpd_tls_security_level'), 'may', prefix);
			t.is(found.postfix[0]?.services?.length, 1, prefix);
			t.deepEqual(
				found.postfix[0]?.tables.get('hash:/etc/postfix/tls_policy'),
				{text: 'example.org encrypt\n', file: '/etc/postfix/tls_policy', newerThanIndex: true},
				prefix,
			);
		}
	}
	t.deepEqual(timesRun(), []);
});

test.serial('paths that climb out of a tarball, links and devices are nobody’s configuration', async t => {
	const bytes = await tarball([
		['../../etc/postfix/main.cf', 'a_b = climbed\n'],
		['x/../../main.cf', 'a_b = climbed\n'],
		['etc/postfix/main.cf', '', {type: 'symlink', linkname: '/etc/passwd'}],
		['etc/postfix/tls_policy', '', {type: 'symlink', linkname: '/etc/passwd'}],
		[
			'deep/etc/postfix/main.cf',
			'a_b = right\nsmtp_tls_policy_maps = hash:/etc/postfix/tls_policy hash:/etc/passwd hash:/../etc/passwd\n',
		],
		['deep/etc/postfix/master.cf', ''],
	]);
	const {postfix, problems} = await read('-', {stdin: Readable.from([bytes])});
	t.deepEqual(problems, []);
	t.is(settingOf(postfix[0], 'a_b'), 'right');
	t.is(postfix[0]?.tables.size, 0);
	t.is(postfix[0]?.unread.length, 3);
});

test.serial('a tarball that is cut off, or holds no configuration, is one sentence', async t => {
	const whole = await tarball([['etc/postfix/main.cf', `a_b = ${'x'.repeat(5000)}\n`]]);
	const said = async (bytes: Buffer) => (await read('-', {stdin: Readable.from([bytes])})).problems;
	t.deepEqual(await said(whole.subarray(0, 2000)), [
		'standard input is a damaged tarball (unexpected end of data); pack it again',
	]);
	t.regex((await said(gzipSync(whole).subarray(0, 60))).join(), /^standard input: /);
	t.deepEqual(await said(await tarball([['README', 'x']])), [
		'standard input holds no main.cf and no dovecot.conf; pack /etc/postfix into it',
	]);
});

test.serial('outputs are read from a file and from standard input, Dovecot’s behind Postfix’s', async t => {
	const text = ['postconf-n.stderr.txt', 'postconf-n.txt', 'postconf-M.txt', 'doveconf-founding.txt']
		.map(fixture)
		.join('');
	const {postfix, dovecot, problems} = await read('-', {stdin: Readable.from([text])});
	t.deepEqual(problems, []);
	t.is(postfix[0]?.form, 'postconf');
	t.is(postfix[0]?.services?.length, 6);
	t.is(dovecot?.ssl, 'required');
	const alone = await read(join(fixtures, 'postconf-n.txt'), {dovecot: join(fixtures, 'doveconf-n.txt')});
	t.is(alone.postfix[0]?.services, null);
	t.is(alone.dovecot?.version, '2.3.19.1');
	t.deepEqual(timesRun(), []);
});

test.serial('every instance that main.cf names is read, and one that is missing is reported', async t => {
	const root = newFolder();
	for (const [directory, text] of [
		['postfix', 'multi_instance_directories = /etc/postfix-out, /etc/postfix-gone\n'],
		['postfix-out', 'multi_instance_name = postfix-out\n'],
	] as const) {
		mkdirSync(join(root, 'etc', directory), {recursive: true});
		writeFileSync(join(root, 'etc', directory, 'main.cf'), text);
		writeFileSync(join(root, 'etc', directory, 'master.cf'), 'smtp unix - - n - - smtp\n');
	}
	const {postfix, problems} = await read(join(root, 'etc/postfix'));
	t.is(postfix.length, 2);
	t.is(settingOf(postfix[1], 'multi_instance_name'), 'postfix-out');
	t.deepEqual(problems, [
		'/etc/postfix-gone: is named by multi_instance_directories and has no main.cf here; this instance is left out',
	]);
});

test.serial('postconf is run only when it is asked for, and adds its version and defaults to the files', async t => {
	const directory = join(fixtures, 'postfix');
	const {postfix, problems} = await read(directory, {postconf: true});
	t.deepEqual(problems, []);
	t.deepEqual(timesRun().sort(), ['-M', '-P', '-d', '-n'].map(option => `-c ${directory} ${option}`).sort());
	const [configuration] = postfix;
	t.is(configuration?.form, 'files');
	t.deepEqual(configuration?.version, {major: 3, minor: 7, patch: 11});
	t.is(configuration?.defaults?.get('smtpd_tls_protocols'), '>=TLSv1');
	t.is(configuration?.faults.filter(({kind}) => kind === 'swallowed-line')[0]?.place.line, 10);
	t.true((configuration?.warnings.length ?? 0) > 3);
});

test.serial('without readable files the settings are those that postconf prints', async t => {
	const folder = newFolder();
	const {postfix, problems} = await read(folder, {postconf: true});
	t.deepEqual(problems, []);
	t.is(postfix[0]?.form, 'postconf');
	t.is(postfix[0]?.services?.length, 6);
});

test.serial('what postconf refuses is reported', async t => {
	const folder = join(newFolder(), 'refused');
	mkdirSync(folder);
	const {postfix, problems} = await read(folder, {postconf: true});
	t.deepEqual(postfix, []);
	t.is(problems[0], `postconf -c ${folder} -d: failed: open main.cf: Permission denied`);
});

test.serial('what is not there, or no configuration, is one sentence', async t => {
	const folder = newFolder();
	const said = async (where: string, options = {}) => (await read(where, options)).problems;
	t.deepEqual(await said(join(folder, 'gone')), [`${folder}/gone: no such file; check the name`]);
	t.deepEqual(await said(folder), [
		`${folder}: has no main.cf; name the directory that postconf -h config_directory prints`,
	]);
	writeFileSync(join(folder, 'letter'), 'Dear Sir or Madam,\nplease find enclosed.\n');
	t.deepEqual(await said(join(folder, 'letter')), [
		`${folder}/letter: is neither output of postconf nor of doveconf; give what postconf -n, -M and -d print, what doveconf -n prints, or a directory`,
	]);
	t.regex(
		(await said(join(fixtures, 'postconf-n.txt'), {postconf: true})).join(),
		/is no directory, which --postconf needs/,
	);
	t.regex(
		(await said(join(fixtures, 'postfix'), {dovecot: join(folder, 'letter')})).join(),
		/letter: is neither output/,
	);
	t.regex(
		(await said(join(fixtures, 'postfix'), {dovecot: join(fixtures, 'postconf-n.txt')})).join(),
		/is no output of doveconf/,
	);
	writeFileSync(join(folder, 'main.cf'), 'a_b = c\n');
	const lone = await read(folder);
	// What cannot be checked without it is said of each rule.
	t.deepEqual(lone.problems, []);
	t.is(lone.postfix[0]?.services, null);
});

test.serial('whatever bytes are given, the result is a configuration or messages', async t => {
	const whole = await tarball([
		['etc/postfix/main.cf', 'a_b = c\n'],
		['etc/postfix/master.cf', 'smtp inet n - n - - smtpd\n'],
	]);
	const given = fc.oneof(
		fc.uint8Array({maxLength: 2000}).map(bytes => Buffer.from(bytes)),
		fc.nat(whole.length).map(length => whole.subarray(0, length)),
		fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
			const changed = Buffer.from(whole);
			changed[at] = byte;
			return changed;
		}),
	);
	await fc.assert(
		fc.asyncProperty(given, async bytes => {
			const {postfix, dovecot, problems} = await read('-', {stdin: Readable.from([bytes])});
			t.true(postfix.length > 0 || dovecot !== null || problems.length > 0);
			for (const problem of problems) t.notRegex(problem, /\n|undefined|TypeError/);
		}),
		{numRuns: 60},
	);
});
