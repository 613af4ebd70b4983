import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {postfix} from '../../src/commands/postfix.ts';
import {createMaker} from '../probe/fixture/certificates.ts';
import {implicit, scripted, scripts} from '../probe/fixture/servers.ts';
import {ioWith} from './fixture/io.ts';

const maker = createMaker();
test.after.always(() => maker.remove());
const before = maker.issue('mail.example.org', {names: 'IP:127.0.0.1', from: '20260101', to: '21200101'});
const after = maker.issue('mail.example.org', {names: 'IP:127.0.0.1', from: '20260601', to: '21200101'});

type Report = {
	lint: Array<{id: string; service: string; fix: string[]}>;
	not_checkable: Array<{id: string; why: string}>;
};

/** The report of the command on a directory, with the services asked on loopback. */
async function asked(folder: string, ...words: string[]): Promise<Report> {
	let out = '';
	const io = ioWith({
		write: async part => {
			out += part;
		},
	});
	const flags = ['--postfix-version', '3.7.11', '--probe', '127.0.0.1', '--connections', '8', '--format', 'json'];
	await postfix(await readSettings(readFlags(['postfix', folder, ...flags, ...words]), Date.now()), io);
	return JSON.parse(out) as Report;
}

/** Asks a server that shows `served`, with a configuration whose file holds `text` (null: no such file). */
async function compared(
	t: ExecutionContext,
	served: {key: string; cert: string},
	text: string | null,
): Promise<Report> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-served-'));
	const peer = await scripted(scripts.smtp, {...served, minVersion: 'TLSv1.2'});
	t.teardown(async () => {
		await peer.close();
		rmSync(folder, {recursive: true});
	});
	if (text !== null) writeFileSync(join(folder, 'chain.pem'), text);
	writeFileSync(
		join(folder, 'main.cf'),
		`smtpd_tls_security_level = may\nsmtpd_tls_chain_files = ${folder}/chain.pem\nsmtpd_tls_loglevel = 1\n`,
	);
	writeFileSync(join(folder, 'master.cf'), `${peer.port} inet n - y - - smtpd\ntlsmgr unix - - y 1000? 1 tlsmgr\n`);
	return asked(folder);
}

const about = ({lint}: Report) => lint.filter(({id}) => id.includes('certificate-'));
const open = ({not_checkable: list}: Report) => list.filter(({id}) => id === 'certificate-not-reloaded');

test.serial('the file was renewed and the server shows the certificate before it', async t => {
	const report = await compared(t, before, `${after.key}${after.cert}${maker.authority}`);
	const [finding, ...others] = about(report);
	t.deepEqual(others, []);
	t.is(finding?.id, 'certificate-not-reloaded');
	t.regex(finding?.fix.join() ?? '', /^postfix -c \S+ reload$/);
});

test.serial('the certificate of the file is served', async t => {
	const report = await compared(t, after, `${after.key}${after.cert}${maker.authority}`);
	t.deepEqual(about(report), []);
	t.deepEqual(open(report), []);
});

test.serial('a file that cannot be read, or holds no certificate, is not checkable', async t => {
	for (const text of [null, after.key]) {
		const report = await compared(t, before, text);
		t.deepEqual(about(report), []);
		t.regex(open(report)[0]?.why ?? '', /^not read: .*chain\.pem$/);
	}
});

test.serial('Dovecot’s file is compared too, and loaded by its own command', async t => {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-served-'));
	const peer = await implicit({...before, minVersion: 'TLSv1.2'});
	t.teardown(async () => {
		await peer.close();
		rmSync(folder, {recursive: true});
	});
	writeFileSync(join(folder, 'chain.pem'), after.cert);
	writeFileSync(join(folder, 'main.cf'), 'smtpd_tls_loglevel = 1\n');
	writeFileSync(join(folder, 'master.cf'), 'tlsmgr unix - - y 1000? 1 tlsmgr\n');
	const listener = `service imap-login {\n  inet_listener imaps {\n    port = ${peer.port}\n    ssl = yes\n  }\n}\n`;
	writeFileSync(
		join(folder, 'doveconf'),
		`# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf\nprotocols = imap\nssl = required\nssl_cert = <${folder}/chain.pem\n${listener}`,
	);
	const report = await asked(folder, '--dovecot', join(folder, 'doveconf'));
	t.deepEqual(
		about(report).map(({id, service, fix}) => [id, service, ...fix]),
		[['certificate-not-reloaded', 'imaps', 'doveadm reload']],
	);
});
