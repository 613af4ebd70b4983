import {spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import test from 'ava';
import {handshakeFailure, isRefusal} from '../../src/probe/failure.ts';
import {createMaker, openssl} from './fixture/certificates.ts';
import {reportOf} from './fixture/run.ts';
import {implicit} from './fixture/servers.ts';

const maker = createMaker();
const names = 'IP:127.0.0.1';
const rsa = maker.issue('rsa.example.org', {key: 'rsa', names});
const ecdsa = maker.issue('ecdsa.example.org', {names});
test.after.always(() => maker.remove());

const keys = (report: {certificates: Array<Record<string, unknown>>}) => report.certificates.map(each => each.key_type);

for (const [minVersion, maxVersion] of [
	['TLSv1.2', 'TLSv1.3'],
	['TLSv1.2', 'TLSv1.2'],
	['TLSv1', 'TLSv1'],
	['TLSv1.3', 'TLSv1.3'],
] as const)
	test.serial(`both certificates of a server are seen, ${minVersion} to ${maxVersion}`, async t => {
		const pair = {key: [rsa.key, ecdsa.key], cert: [rsa.cert, ecdsa.cert], minVersion, maxVersion};
		const peer = await implicit({...pair, ciphers: 'DEFAULT:@SECLEVEL=0'});
		const {report} = await reportOf({target: `127.0.0.1:${peer.port}`});
		await peer.close();
		t.deepEqual(keys(report).sort(), ['ec', 'rsa']);
		t.deepEqual(report.certificate, report.certificates[0] ?? null);
		t.deepEqual(report.certificates.map(each => each.subject).sort(), ['CN=ecdsa.example.org', 'CN=rsa.example.org']);
	});

for (const [name, identity, key] of [
	['RSA', rsa, 'rsa'],
	['ECDSA', ecdsa, 'ec'],
] as const)
	test.serial(`a server with one ${name} certificate has one, and the refusal of the other is a result`, async t => {
		const peer = await implicit({...identity, minVersion: 'TLSv1.2'});
		const {status, report} = await reportOf({target: `127.0.0.1:${peer.port}`});
		await peer.close();
		t.deepEqual(keys(report), [key]);
		t.deepEqual(report.unanswered, []);
		t.is(status, 0);
	});

test.serial('a server that prefers anonymous suites is asked for its certificate', async t => {
	const ciphers = 'AECDH-AES256-SHA:ALL:@SECLEVEL=0';
	const preferring = {...rsa, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers, honorCipherOrder: true} as const;
	const peer = await implicit(preferring);
	const {report, version} = await reportOf({target: `127.0.0.1:${peer.port}`, strict: true});
	await peer.close();
	t.is(version('TLSv1.2')?.cipher, 'AECDH-AES256-SHA');
	t.deepEqual(keys(report), ['rsa']);
	t.true(report.violations.some(each => each.includes('chain of the certificate')));
});

test('a server that shows another kind of key than was asked for has not the one asked for', t => {
	for (const code of ['ERR_SSL_WRONG_SIGNATURE_TYPE', 'ERR_SSL_WRONG_CERTIFICATE_TYPE']) {
		const failure = handshakeFailure(Object.assign(new Error('x'), {code}));
		t.is(failure.kind, 'other-key');
		t.true(isRefusal(failure));
	}
});

test.serial('the one of two that has expired fails, by its name', async t => {
	const old = maker.issue('old.example.org', {key: 'rsa', names, from: '20200101', to: '20210301'});
	const peer = await implicit({key: [old.key, ecdsa.key], cert: [old.cert, ecdsa.cert], minVersion: 'TLSv1.2'});
	const {status, report} = await reportOf({target: `127.0.0.1:${peer.port}`});
	await peer.close();
	t.is(status, 1);
	t.deepEqual(report.violations, ['the RSA certificate expired on 2021-03-01']);
});

test.serial('Ed25519 beside RSA, as openssl s_server serves them', async t => {
	const at = (name: string) => join(tmpdir(), `tlsaudit-two-${process.pid}-${name}`);
	const {execFileSync} = await import('node:child_process');
	const made = ['-nodes', '-keyout', at('key'), '-out', at('crt'), '-subj', '/CN=ed.example.org', '-days', '30'];
	execFileSync(openssl, ['req', '-x509', '-newkey', 'ed25519', ...made], {stdio: 'pipe'});
	writeFileSync(at('rsa.key'), rsa.key);
	writeFileSync(at('rsa.crt'), rsa.cert);
	const port = 20_000 + (process.pid % 20_000);
	const files = ['-cert', at('rsa.crt'), '-key', at('rsa.key'), '-dcert', at('crt'), '-dkey', at('key')];
	const server = spawn(openssl, ['s_server', '-accept', `127.0.0.1:${port}`, ...files, '-quiet'], {stdio: 'ignore'});
	t.teardown(() => void server.kill());
	const listens = () =>
		new Promise<boolean>(resolve => {
			const socket = connect(port, '127.0.0.1');
			socket.on('connect', () => resolve(!socket.destroy().pending));
			socket.on('error', () => resolve(false));
		});
	for (let tries = 0; tries < 50 && !(await listens()); tries++) await after(50);
	const {report} = await reportOf({target: `127.0.0.1:${port}`});
	t.deepEqual(keys(report).sort(), ['ed25519', 'rsa']);
});
