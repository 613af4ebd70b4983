import type {SecureContextOptions} from 'node:tls';
import test from 'ava';
import {turnsAwayWithout} from '../../src/probe/failure.ts';
import {createMaker} from './fixture/certificates.ts';
import {reportOf} from './fixture/run.ts';
import {implicit, listen, scripted, scripts} from './fixture/servers.ts';

const maker = createMaker();
const good = maker.issue('mail.example.org', {names: 'IP:127.0.0.1'});
test.after.always(() => maker.remove());

const demanding = {...good, demands: true, ciphers: 'DEFAULT:@SECLEVEL=0'};

async function against(context: SecureContextOptions & {demands?: boolean}, settings = {}) {
	const peer = await implicit(context);
	try {
		return await reportOf({target: `127.0.0.1:${peer.port}`, ...settings});
	} finally {
		await peer.close();
	}
}

for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const)
	test.serial(`a server that demands a client certificate in ${version} accepts that version and no other`, async t => {
		const {report} = await against({...demanding, minVersion: version, maxVersion: version});
		for (const {version: each, accepted, client_certificate: demanded} of report.results) {
			if (each.startsWith('SSL')) continue;
			t.is(accepted, each === version, each);
			t.is(demanded, each === version ? 'demanded' : null, each);
		}
		t.is(report.certificate?.subject, 'CN=mail.example.org');
		t.is(report.certificates.length, 1);
		t.true(report.notes.some(note => note.includes(`demands a certificate of the client in ${version}: `)));
		if (version === 'TLSv1' || version === 'TLSv1.1') t.is(report.verdict, 'violations');
	});

test.serial('old TLS behind the demand is found, with the suites; before, it was "refused" and passed', async t => {
	const {status, report, version, suite} = await against({...demanding, minVersion: 'TLSv1'});
	t.is(status, 1);
	t.regex(report.violations[0] ?? '', /accepts TLSv1 and TLSv1\.1, older than TLS 1\.2/);
	t.regex(version('TLSv1')?.cipher ?? '', /^ECDHE-ECDSA-/);
	t.is(suite('forward secrecy CBC', 'TLSv1.1')?.accepted, true);
	t.is(suite('anonymous', 'TLSv1.2')?.accepted, false);
});

test.serial('the demand is seen behind STARTTLS too', async t => {
	for (const protocol of ['smtp', 'imap', 'pop3'] as const) {
		const peer = await scripted(scripts[protocol], {...demanding, minVersion: 'TLSv1.2'});
		const {version} = await reportOf({target: `127.0.0.1:${peer.port}`, starttls: protocol});
		await peer.close();
		t.like(version('TLSv1.2'), {accepted: true, client_certificate: 'demanded'}, protocol);
		t.like(version('TLSv1.3'), {accepted: true, client_certificate: 'demanded'}, protocol);
		t.like(version('TLSv1.1'), {accepted: false, client_certificate: null}, protocol);
	}
});

test.serial('without a finished handshake the chain is not called trusted or untrusted', async t => {
	const {report} = await against({...demanding, maxVersion: 'TLSv1.2'}, {strict: true});
	t.is(report.certificate?.trusted, null);
	t.true(report.unanswered.some(each => each.startsWith('whether the chain is trusted')));
	t.false(report.violations.some(each => each.includes('trusted')));
});

test.serial('a server that asks for nothing demands nothing', async t => {
	const {report} = await against({...good, minVersion: 'TLSv1.2'});
	t.true(report.results.every(each => each.client_certificate === null));
	t.false(report.notes.some(note => note.includes('certificate of the client')));
});

test.serial(
	'a server that finishes the handshake and then turns away who shows no certificate demands one',
	async t => {
		const greeting = '421 4.7.1 mail.example.org Error: No client certificate presented';
		const peer = await implicit({...good, minVersion: 'TLSv1.2'}, {greeting});
		const {version, report} = await reportOf({target: `127.0.0.1:${peer.port}`});
		t.like(version('TLSv1.2'), {accepted: true, client_certificate: 'demanded'});
		t.like(version('TLSv1.3'), {accepted: true, client_certificate: 'demanded'});
		await peer.close();
		t.true(report.notes.some(note => note.includes('in TLSv1.2 and TLSv1.3')));
		// A greeting, and a reason of another kind.
		for (const other of ['220 mail.example.org no client certificate needed', '421 4.7.0 too many connections'])
			t.false(turnsAwayWithout(`${other}\r\n`), other);
		t.true(turnsAwayWithout('220 x\r\n554 5.7.1 Client certificate not trusted\r\n'));
	},
);

test.serial('a refusal before the server has chosen is no demand', async t => {
	// Alert 40, fatal, for whatever comes (RFC 5246 section 7.2).
	const peer = await listen(socket => {
		socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])));
	});
	const {report} = await reportOf({target: `127.0.0.1:${peer.port}`});
	await peer.close();
	t.true(report.results.every(each => each.accepted !== true && each.client_certificate === null));
	t.is(report.verdict, 'failed');
});
