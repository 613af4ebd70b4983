import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {SecureContextOptions} from 'node:tls';
import test from 'ava';
import {canOffer, handshake} from '../../src/probe/handshake.ts';
import {readTarget} from '../../src/probe/target.ts';
import {createMaker, openssl} from './fixture/certificates.ts';
import {reportOf, run} from './fixture/run.ts';
import {implicit, listen, secure} from './fixture/servers.ts';

const maker = createMaker();
const good = maker.issue('mail.example.org', {names: 'DNS:mail.example.org,DNS:localhost,IP:127.0.0.1'});
test.after.always(() => maker.remove());

const modern: SecureContextOptions = {...good, minVersion: 'TLSv1.2'};
const loose: SecureContextOptions = {...good, minVersion: 'TLSv1', ciphers: 'ALL:eNULL:@SECLEVEL=0'};

async function against(context: SecureContextOptions, settings = {}) {
	const peer = await implicit(context);
	try {
		return {...(await reportOf({target: `127.0.0.1:${peer.port}`, ...settings})), peer};
	} finally {
		await peer.close();
	}
}

test.serial('a server of TLS 1.2 and later is clean; what it refuses is its own word', async t => {
	const {status, report, version, suite} = await against(modern);
	t.is(status, 0);
	t.is(report.verdict, 'clean');
	t.deepEqual(
		report.results.map(each => each.accepted),
		[null, null, false, false, true, true],
	);
	t.is(version('TLSv1.3')?.cipher, 'TLS_AES_256_GCM_SHA384');
	t.regex(version('TLSv1')?.error ?? '', /^the server refused TLSv1 \(TLS alert: protocol version\)$/);
	t.is(suite('forward secrecy AEAD', 'TLSv1.2')?.accepted, true);
	t.is(suite('anonymous', 'TLSv1.2')?.accepted, false);
	t.deepEqual(
		report.suites.filter(each => each.version !== 'TLSv1.2'),
		[],
	);
	t.is(report.address, '127.0.0.1');
	t.is(report.starttls, null);
});

test.serial('what the local OpenSSL cannot offer is never called refused', async t => {
	const {version, suite, report} = await against(modern);
	for (const name of ['SSLv2', 'SSLv3']) {
		t.is(version(name)?.accepted, null);
		t.regex(version(name)?.error ?? '', /^the local OpenSSL cannot offer SSLv\d/);
	}
	t.is(suite('export', 'TLSv1.2')?.accepted, null);
	t.regex(suite('export', 'TLSv1.2')?.error ?? '', /^the local OpenSSL cannot offer export in TLSv1\.2/);
	t.true(report.untestable.includes('SSLv3'));
	t.deepEqual(report.unanswered, []);
});

test.serial('versions older than TLS 1.2, anonymous and NULL suites fail, each by name', async t => {
	const {status, report, suite, peer} = await against(loose, {pause: 150});
	t.is(status, 1);
	t.deepEqual(
		report.results.slice(2).map(each => each.accepted),
		[true, true, true, true],
	);
	t.regex(report.violations[0] ?? '', /accepts TLSv1 and TLSv1\.1, older than TLS 1\.2/);
	t.true(report.violations.some(each => /anonymous suites \(.*TLSv1/.test(each)));
	t.true(report.violations.some(each => each.includes('NULL suites')));
	t.regex(suite('NULL', 'TLSv1')?.cipher ?? '', /NULL/);
	// AEAD came with TLS 1.2: in TLS 1.0 nobody asks for it.
	t.is(suite('forward secrecy AEAD', 'TLSv1'), undefined);
	t.is(report.connections.used, peer.connections());
	t.true(peer.connections() <= 20);
	t.is(peer.together(), 1);
});

test.serial('the limit of connections holds, and what was not asked is not called clean', async t => {
	const {status, report, peer, suite} = await against(modern, {connections: 5});
	t.is(peer.connections(), 5);
	t.deepEqual(report.connections, {used: 5, limit: 5});
	t.is(report.verdict, 'incomplete');
	t.is(status, 2);
	t.is(suite('NULL', 'TLSv1.2')?.accepted, null);
	t.regex(suite('NULL', 'TLSv1.2')?.error ?? '', /all 5 connections are used; raise --connections/);
});

test.serial('an RSA certificate with static RSA is a note and passes', async t => {
	const rsa = maker.issue('rsa.example.org', {key: 'rsa', names: 'IP:127.0.0.1'});
	const {status, report, suite} = await against({...rsa, minVersion: 'TLSv1.2'});
	t.is(suite('static RSA', 'TLSv1.2')?.accepted, true);
	t.is(status, 0);
	t.true(report.notes.some(each => /no forward secrecy in static RSA/.test(each)));
	t.is(report.certificate?.key_type, 'rsa');
	t.is(report.certificate?.key_bits, 2048);
});

test.serial('a certificate out of its dates fails, and says which date', async t => {
	const old = maker.issue('old.example.org', {from: '20200101', to: '20210301'});
	const expired = await against({...old, minVersion: 'TLSv1.2'});
	t.is(expired.status, 1);
	t.deepEqual(expired.report.violations, ['the certificate expired on 2021-03-01']);
	t.is(expired.report.certificate?.validity, 'expired');
	const early = maker.issue('early.example.org', {from: '20990101', to: '21000101'});
	const future = await against({...early, minVersion: 'TLSv1.2'});
	t.is(future.status, 1);
	t.deepEqual(future.report.violations, ['the certificate is not valid before 2099-01-01']);
});

test.serial('a certificate that nobody trusts or that bears another name is a note', async t => {
	const self = maker.issue('self.example.org', {signer: 'self'});
	const {status, report} = await against({...self, minVersion: 'TLSv1.2'});
	t.is(status, 0);
	t.true(report.notes.some(each => /not trusted: self-signed/.test(each)));
	t.true(report.notes.some(each => /does not name 127\.0\.0\.1/.test(each)));
	const named = await against({...self, minVersion: 'TLSv1.2'}, {servername: 'self.example.org'});
	t.is(named.report.certificate?.name_matches, true);
});

test.serial(
	'the chain is checked by the system’s roots: complete and trusted, or without its intermediate',
	async t => {
		const roots = join(tmpdir(), `tlsaudit-roots-${process.pid}.pem`);
		writeFileSync(roots, maker.authority);
		const before = process.env.SSL_CERT_FILE;
		process.env.SSL_CERT_FILE = roots;
		t.teardown(() => {
			if (before === undefined) delete process.env.SSL_CERT_FILE;
			else process.env.SSL_CERT_FILE = before;
		});
		const deep = maker.issue('deep.example.org', {signer: 'intermediate', names: 'IP:127.0.0.1'});
		const whole = await against({key: deep.key, cert: `${deep.cert}${maker.intermediate}`, minVersion: 'TLSv1.2'});
		t.like(whole.report.certificate, {trusted: true, chain_complete: true, roots, name_matches: true});
		t.deepEqual(whole.report.notes, []);
		const cut = await against({...deep, minVersion: 'TLSv1.2'});
		t.like(cut.report.certificate, {trusted: false, chain_complete: false});
		t.true(cut.report.notes.some(each => /^the chain of the certificate is not complete/.test(each)));
		t.is(cut.status, 0);
	},
);

test.serial(
	'inside implicit TLS a goodbye waits for the greeting, and where no protocol is known nothing is said',
	async t => {
		const peer = await implicit(modern, {greeting: '220 mail.example.org ESMTP'});
		const {status} = await reportOf({target: `127.0.0.1:${peer.port}`});
		t.is(status, 0);
		t.deepEqual(peer.heard, []);
		const target = {...readTarget(`127.0.0.1:${peer.port}`, 'none'), speaks: 'imap'} as const;
		const {signal} = new AbortController();
		const connection = {target, address: '127.0.0.1', servername: null, timeout: 3000, signal, roots: null};
		const result = await handshake(connection, {version: 'TLSv1.3', suites: null});
		t.is(result.kind, 'accepted');
		t.deepEqual(peer.heard, ['tls z LOGOUT']);
		await peer.close();
	},
);

test.serial('plaintext where TLS should be is distinguished from a refusal, after one connection', async t => {
	const peer = await listen(socket => socket.write('220 mail.example.org ESMTP\r\n'));
	const {status, report, complaints, version} = await reportOf({target: `127.0.0.1:${peer.port}`});
	t.is(status, 2);
	t.is(peer.connections(), 1);
	t.is(version('TLSv1.2')?.accepted, null);
	t.regex(complaints[0] ?? '', /answers in plaintext, not in TLS; say --starttls smtp, imap or pop3/);
	t.is(report.verdict, 'failed');
	await peer.close();
});

test.serial('a reset in the handshake is no refusal', async t => {
	const peer = await listen(socket => socket.once('data', () => socket.resetAndDestroy()));
	const {status, report, complaints} = await reportOf({target: `127.0.0.1:${peer.port}`});
	t.is(status, 2);
	t.true(report.results.every(each => each.accepted === null));
	t.is(peer.connections(), 4);
	t.regex(complaints[0] ?? '', /cut after .* with no TLS alert: a network fault, or a server that refuses in this way/);
	await peer.close();
});

test.serial('a server that resets old versions only is undecided, not clean', async t => {
	const peer = await listen((socket, {heard}, number) => {
		if (number === 3 || number === 4) socket.once('data', () => socket.resetAndDestroy());
		else secure(socket, modern, heard);
	});
	const {status, report} = await reportOf({target: `127.0.0.1:${peer.port}`});
	t.is(status, 2);
	t.is(report.verdict, 'incomplete');
	t.deepEqual(report.unanswered, ['TLSv1', 'TLSv1.1']);
	await peer.close();
});

test.serial(
	'a server that closes the connection in place of an alert, as Dovecot does, refuses when it does so twice',
	async t => {
		const peer = await listen((socket, {heard}, number) => {
			if (number >= 3 && number <= 6) socket.once('data', () => socket.end());
			else secure(socket, modern, heard);
		});
		const {status, report, version} = await reportOf({target: `127.0.0.1:${peer.port}`});
		t.is(status, 0);
		t.is(version('TLSv1')?.accepted, false);
		t.regex(version('TLSv1')?.error ?? '', /closed the connection when TLSv1 was offered, twice, without a TLS alert/);
		t.is(report.connections.used, peer.connections());
		await peer.close();
		const once = await listen((socket, {heard}, number) => {
			if (number === 1) socket.once('data', () => socket.end());
			else secure(socket, modern, heard);
		});
		t.is((await reportOf({target: `127.0.0.1:${once.port}`})).version('TLSv1.3')?.accepted, true);
		await once.close();
	},
);

test.serial('a server that closes every connection refuses nothing that is known', async t => {
	const peer = await listen(socket => socket.once('data', () => socket.end()));
	const {status, report} = await reportOf({target: `127.0.0.1:${peer.port}`});
	t.is(status, 2);
	t.true(report.results.every(each => each.accepted === null));
	await peer.close();
});

test.serial('a silent server is given up in time, and the whole probe has its own limit', async t => {
	const peer = await listen(() => undefined);
	const begun = Date.now();
	const slow = await reportOf({target: `127.0.0.1:${peer.port}`, timeout: 100});
	t.is(slow.status, 2);
	t.regex(slow.complaints[0] ?? '', /did not answer TLSv1 within 0\.1 s/);
	const whole = await reportOf({target: `127.0.0.1:${peer.port}`, timeout: 60_000, within: 200});
	t.is(whole.status, 2);
	t.regex(whole.complaints[0] ?? '', /the 0\.2 s for the whole probe are over; raise --within/);
	t.true(Date.now() - begun < 5000);
	await peer.close();
});

test.serial('a port where nothing listens and a name that does not exist each have their sentence', async t => {
	const peer = await listen(() => undefined);
	await peer.close();
	const refused = await run({target: `127.0.0.1:${peer.port}`});
	t.is(refused.status, 2);
	t.regex(refused.complaints[0] ?? '', /^nothing listens at 127\.0\.0\.1:\d+ \(connection refused\)/);
	t.is(refused.report?.connections.used, 1);
	const nowhere = await run({target: 'nowhere.invalid:465'});
	t.is(nowhere.status, 2);
	t.regex(nowhere.complaints[0] ?? '', /^the name nowhere\.invalid does not resolve \(/);
	t.is(nowhere.report?.connections.used, 0);
	t.is(nowhere.report?.address, null);
});

test.serial('openssl s_server with TLS 1.0 alone is found out', async t => {
	const key = join(tmpdir(), `tlsaudit-s-server-${process.pid}.pem`);
	writeFileSync(key, `${good.key}${good.cert}`);
	const words = [
		's_server',
		'-accept',
		'127.0.0.1:0',
		'-cert',
		key,
		'-key',
		key,
		'-tls1',
		'-cipher',
		'ALL:@SECLEVEL=0',
	];
	const server = spawn(openssl, words, {stdio: ['pipe', 'pipe', 'pipe']});
	t.teardown(() => server.kill('SIGKILL'));
	let said = '';
	while (!/ACCEPT .*:(\d+)/.test(said)) said += String((await once(server.stdout, 'data'))[0]);
	const port = /ACCEPT .*:(\d+)/.exec(said)?.[1];
	const {status, report} = await reportOf({target: `127.0.0.1:${port}`});
	t.is(status, 1);
	t.deepEqual(
		report.results.slice(2).map(each => each.accepted),
		[true, false, false, false],
	);
});

test.serial('hybrid groups are asked for where the local OpenSSL has them, and named where not', async t => {
	const hybrid = {version: 'TLSv1.3', suites: null, group: 'X25519MLKEM768'} as const;
	const can = await canOffer(hybrid);
	const groupsOf = (report: {groups: Array<{group: string; accepted: boolean | null}>}) =>
		Object.fromEntries(report.groups.map(({group, accepted}) => [group, accepted]));
	const classic = await against({...modern, ecdhCurve: 'X25519'});
	t.deepEqual(Object.keys(groupsOf(classic.report)), ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024']);
	t.is(groupsOf(classic.report).X25519MLKEM768, can ? false : null);
	t.is(
		classic.report.untestable.some(each => each.startsWith('hybrid groups (X25519MLKEM768')),
		!can,
	);
	t.is(classic.report.verdict, 'clean');
	const old = await against({...modern, maxVersion: 'TLSv1.2'});
	t.deepEqual(old.report.groups, [], 'they are of TLS 1.3');
	if (!can) return;
	const both = await against({...modern, ecdhCurve: 'X25519MLKEM768:SecP384r1MLKEM1024:X25519'});
	t.deepEqual(groupsOf(both.report), {X25519MLKEM768: true, SecP256r1MLKEM768: false, SecP384r1MLKEM1024: true});
	t.deepEqual(both.report.unanswered, []);
});
