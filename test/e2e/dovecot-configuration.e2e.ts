import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {Readable} from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import {readConfiguration} from '../../src/commands/configuration/read-configuration.ts';
import {readDoveconf} from '../../src/mailserver/dovecot/doveconf-output.ts';
import {lint} from '../../src/mailserver/lint/lint.ts';
import {noPostfix} from '../../src/mailserver/read/configuration.ts';
import type {LintFinding} from '../../src/model/lint-finding.ts';
import {must, run} from './programs.ts';

/** Dovecot's own program on files, its release in the first line as it prints it; nothing is started. */

const world = process.env.TLSAUDIT_E2E;
if (world === undefined) throw new Error('this test runs the real doveconf; run it by: npm run test:e2e');

const release = (await must('dovecot', ['--version'])).trim();
const heading = `# ${release}: /etc/dovecot/dovecot.conf`;
let folders = 0;

function write(files: Readonly<Record<string, string>>): string {
	folders += 1;
	const folder = join(world ?? '', `dovecot-${folders}`);
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), {recursive: true});
		writeFileSync(join(folder, name), text);
	}
	return folder;
}

const files = write({'a.pem': 'certificate\n', 'a.key': 'key\n'});
const cert = join(files, 'a.pem');
const key = join(files, 'a.key');

const findingsOf = (text: string): readonly LintFinding[] =>
	lint({configuration: noPostfix, servers: [], clients: [], dovecot: readDoveconf(text)});

/** What a person does with the fixes: what is to go goes, and the rest stands at the end. */
function applied(text: string, findings: readonly LintFinding[]): string {
	const lines: Array<string | null> = text.split('\n');
	const added: string[] = [];
	for (const {fix, place} of findings)
		for (const line of fix.flatMap(each => each.split('\n'))) {
			const gone = /^\s*# delete: (.*)$/.exec(line)?.[1];
			const at =
				line === '# in place of the line' && place?.line
					? place.line - 1
					: lines.findIndex(each => gone !== undefined && each?.trim().replace(/\s*=\s*/, ' = ') === gone);
			if (gone !== undefined || line.startsWith('# in place')) lines[at] = null;
			else added.push(line);
		}
	return [...lines.filter(line => line !== null), ...added, ''].join('\n');
}

/** The configuration as Dovecot reads it, or what it says. */
async function printed(text: string): Promise<{readonly status: number; readonly out: string; readonly said: string}> {
	const folder = write({'dovecot.conf': text});
	return run('doveconf', ['-n', '-c', join(folder, 'dovecot.conf')]);
}

/** All that can be mended is: Dovecot takes the text, and what it prints of it has no mistake with a fix. */
async function mended(text: string): Promise<string | null> {
	const findings = findingsOf(text);
	const after = applied(text, findings);
	const {status, out, said} = await printed(after);
	if (status !== 0 || /Fatal|Error/.test(said)) return `${said}\n${after}`;
	const left = findingsOf(out).filter(({fix, severity}) => fix.length > 0 || severity === 'error');
	return left.length === 0 ? null : `${left.map(({id, evidence}) => `${id}: ${evidence}`).join('\n')}\n${after}`;
}

const usual = `protocols = imap pop3\nssl_cert = <${cert}\nssl_key = <${key}\n`;

test.serial('each fix is taken by Dovecot, and nothing is left to mend', async t => {
	const mistakes = [
		'',
		'ssl = no',
		'ssl = yes\ndisable_plaintext_auth = no',
		'ssl_min_protocol = TLSv1',
		'ssl_protocols = !SSLv3 !TLSv1',
		'ssl_protocols = !SSLv2 !SSLv3',
		'login_log_format_elements = "user=<%u> #%p"',
		"login_log_format_elements = user=<%u> it's",
		'auth_allow_cleartext = yes',
		'auth_allow_cleartext=no',
		'ssl_server_prefer_ciphers = server',
		'ssl_server_request_client_cert = no',
		'dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1',
		`ssl_server_cert_file = ${cert}\nssl_server_key_file = ${key}`,
		`local_name "mail.example" {\n  ssl_server_cert_file = ${cert}\n}`,
		`local 192.0.2.0/24 {\n  protocol imap {\n    ssl_server_key_file = ${key}\n  }\n}`,
		`ssl_cert = ${cert}`,
		'service imap-login { inet_listener imap { port = 143 } }',
		'service imap-login {\n  inet_listener "other one" { port = 1143; ssl = no }\n}',
		'service pop3-login {\n  inet_listener pop3 {\n    port = 0\n  }\n}',
		'service imap-login {\n  restart_request_count = unlimited\n  inet_listener imaps {\n    ssl = required\n  }\n}',
		'ssl = Required',
		'ssl = on',
		'ssl_min_protocol = TLS1.2',
		'disable_plaintext_auth = false',
		'protocol imap {\n  ssl_min_protocol = TLSv1\n}',
		'ssl = required\nprotocol pop3 {\n  ssl = yes\n  disable_plaintext_auth = No\n}',
		'ssl = no\nprotocol imap {\n  ssl = yes\n}',
	];
	for (const mistake of mistakes) {
		const text = `${heading}\n${usual}${mistake}\n`;
		t.true(findingsOf(text).length > 0, mistake);
		t.is(await mended(text), null, mistake);
	}
});

test.serial('generated configurations are mended at once', async t => {
	const line = fc.oneof(
		fc.constantFrom('ssl = yes', 'ssl = no', 'ssl = required'),
		fc.constantFrom('disable_plaintext_auth = no', 'disable_plaintext_auth = yes', 'auth_allow_cleartext = yes'),
		fc.constantFrom('TLSv1', 'TLSv1.1', 'TLSv1.2', 'ANY', 'LATEST').map(word => `ssl_min_protocol = ${word}`),
		fc.constantFrom(
			'protocols = imap',
			'protocols = pop3',
			'protocols = imap pop3 lmtp',
			'protocols = $protocols pop3',
		),
		fc.constantFrom(`ssl_server_cert_file = ${cert}`, `ssl_server_dh_file = <${cert}`, `ssl_ca = ${cert}`),
		fc.constantFrom('ssl_server_prefer_ciphers = client', 'ssl_prefer_server_ciphers = yes', 'verbose_ssl = yes'),
		fc
			.tuple(
				fc.constantFrom(['imap', 143], ['imaps', 993], ['x y', 1143] as const),
				fc.boolean(),
				fc.constantFrom('', 'ssl = yes'),
			)
			.map(
				([[name, port], on, ssl]) =>
					`service imap-login {\n  inet_listener "${name}" {\n    port = ${on ? port : 0}\n    ${ssl}\n  }\n}`,
			),
		fc
			.tuple(
				fc.constantFrom('imap', 'pop3'),
				fc.constantFrom(
					'ssl = yes',
					'ssl_min_protocol = TLSv1',
					'auth_allow_cleartext = yes',
					'disable_plaintext_auth = no',
				),
			)
			.map(([protocol, own]) => `protocol ${protocol} {\n  ${own}\n}`),
		fc.constantFrom('login_log_format_elements = user=<%u> %c', 'login_log_format_elements = "%k #"', '# a comment'),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(line, {maxLength: 8}), async lines => {
			t.is(await mended(`${heading}\n${usual}${lines.join('\n')}\n`), null, lines.join('\n'));
		}),
		{numRuns: 100},
	);
});

test.serial('files and what they include are read as Dovecot reads them', async t => {
	const name = fc.constantFrom(
		'a.conf',
		'b.conf',
		'conf.d/10.conf',
		'conf.d/20.conf',
		'conf.d/.30.conf',
		'conf.d/B.conf',
		'x/y/z.conf',
	);
	const include = fc.constantFrom(
		'conf.d/*.conf',
		'*.conf',
		'20.conf',
		'../b.conf',
		'{a,b}.conf',
		'conf.d/[!0-9]*.conf',
		'conf.d/[0-9]?.conf',
		'x/*/z.conf',
		'{a,b,a}.conf',
		'nothing/*.conf',
	);
	const line = fc.oneof(
		include.map(pattern => `!include_try ${pattern}`),
		fc.constantFrom('yes', 'required', '"no"').map(value => `ssl = ${value}`),
		fc
			.constantFrom('HIGH', '"LOW # none"', 'MEDIUM # a comment', "'A:B'", 'A:\\\n  B')
			.map(value => `ssl_cipher_list = ${value}`),
		fc.constantFrom('TLSv1', 'TLSv1.3').map(value => `ssl_min_protocol = ${value}`),
		fc.constantFrom('imap', '$protocols pop3', 'imap lmtp').map(value => `protocols = ${value}`),
		fc.constantFrom(
			'protocol imap {\n  ssl_min_protocol = TLSv1.1\n}',
			'local 192.0.2.1 {\n  ssl = no\n}',
			'  # nothing',
			'',
		),
	);
	const text = fc.array(line, {maxLength: 4}).map(lines => lines.join('\n'));
	let compared = 0;
	await fc.assert(
		fc.asyncProperty(text, fc.dictionary(name, text), async (main, rest) => {
			const folder = write({'dovecot.conf': `${main}\npassdb {\n  driver = pam\n}\n`, ...rest});
			const {dovecot} = await readConfiguration(folder, {
				postconf: false,
				dovecot: undefined,
				stdin: Readable.from([]),
			});
			const file = join(folder, 'dovecot.conf');
			const whole = await run('doveconf', ['-n', '-c', file]);
			const loop = dovecot?.statements.some(({inclusion}) => inclusion?.kind === 'loop');
			t.is(
				/Recursive include file/.test(whole.said),
				loop === true,
				`${whole.said}\n${main}\n${JSON.stringify(rest, null, 1)}`,
			);
			if (whole.status !== 0 || dovecot?.gaps.length !== 0) return;
			compared += 1;
			const theirs = readDoveconf(whole.out.replace(/^/, `${heading}\n`));
			const about = `${main}\n${JSON.stringify(rest)}\n${whole.out}`;
			t.is(dovecot.ssl, theirs.ssl, about);
			t.is(dovecot.settings.get('ssl_cipher_list'), theirs.settings.get('ssl_cipher_list'), about);
			t.deepEqual(dovecot.allowed, theirs.allowed, about);
			t.deepEqual(dovecot.listeners, theirs.listeners, about);
		}),
		{numRuns: 150},
	);
	t.true(compared > 30, `${compared}`);
});
