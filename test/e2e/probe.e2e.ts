import {createHash, X509Certificate} from 'node:crypto';
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {ownAddress, ownName} from './cast.ts';
import type {Identity} from './certificates.ts';
import type {MailDomain} from './dns.ts';
import type {Version} from './inbound-cases.ts';
import {clientFingerprint, clientVersions, type Place, scan} from './other-probes.ts';
import {startDaemon, until} from './programs.ts';
import {createSite, type Site} from './site.ts';
import {tlsaudit} from './tlsaudit.ts';

const renewedPort = 3465;
const expiredPort = 3466;
const wrongNamePort = 3467;
const demandingPort = 3469;
const anchoredPort = 3470;
const requiringPort = 3471;

let site: Site;
/** The certificate file that is renewed while the server runs; below the directory of the configuration. */
let renewed: string;

type Row = {readonly version: string; readonly accepted: boolean | null; readonly client_certificate: string | null};
type Report = {
	readonly results: readonly Row[];
	readonly suites: ReadonlyArray<Row & {readonly class: string}>;
	readonly certificates: ReadonlyArray<Readonly<Record<string, unknown>>>;
	readonly tlsa: {readonly verdict: string; readonly authenticated: boolean | null; readonly said: string} | null;
	readonly violations: readonly string[];
	readonly notes: readonly string[];
	readonly verdict: string;
};

async function probe(port: number, ...words: string[]): Promise<{status: number; report: Report; said: string}> {
	const {status, out, said} = await tlsaudit('probe', `${ownName}:${port}`, '--format', 'json', ...words);
	return {status, said, report: JSON.parse(out) as Report};
}

const accepted = ({results}: Report): string[] =>
	results.filter(row => row.accepted === true).map(({version}) => version);

/** The file that holds key and certificates, as smtpd_tls_chain_files takes it. */
function chainFile(name: string, ...parts: string[]): string {
	const file = join(site.folder, `${name}.pem`);
	writeFileSync(file, parts.join(''));
	return file;
}

function tlsaRecord(usage: number, selector: number, pem: string) {
	const certificate = new X509Certificate(pem);
	const bytes =
		selector === 0 ? certificate.raw : (certificate.publicKey.export({type: 'spki', format: 'der'}) as Buffer);
	return {usage, selector, matchingType: 1, certificate: createHash('sha256').update(bytes).digest()};
}

const service = (port: number, file: string, ...options: string[]): string =>
	[
		`${ownAddress}:${port} inet n - y - - smtpd`,
		...[`smtpd_tls_chain_files=${file}`, ...options].map(option => `  -o ${option}`),
	].join('\n');

/** Mail servers under further names, with TLSA records of port 25. */
function addNames(rsa: Identity, ecdsa: Identity): void {
	const host = (name: string, signed: boolean, tlsa: NonNullable<MailDomain['tlsa']>): void =>
		site.dns.add({domain: `${name}.example`, host: `mx.${name}.example`, address: ownAddress, signed, tlsa});
	const right = [tlsaRecord(3, 1, rsa.certPem), tlsaRecord(3, 0, ecdsa.certPem)];
	host('right', true, right);
	host('unsigned', false, right);
	host('half', true, [tlsaRecord(3, 1, rsa.certPem)]);
	host('wrong', true, [tlsaRecord(3, 1, readFileSync(site.authority.file, 'utf8'))]);
	host('anchored', true, [tlsaRecord(2, 1, readFileSync(site.authority.file, 'utf8'))]);
}

test.before(async () => {
	site = await createSite('probe');
	const {postfix, rsa, ecdsa, authority, importOpenssl, openssl} = site;
	// The authority of the tests is a trusted one.
	process.env.SSL_CERT_FILE = authority.file;
	const old = await authority.issue('expired', [ownName], {days: 0});
	const foreign = await authority.issue('foreign', ['www.example.net']);
	const issuer = readFileSync(authority.file, 'utf8');
	renewed = join(postfix.configuration, 'renewed.pem');
	const first = await authority.issue('first', [ownName]);
	writeFileSync(renewed, first.keyPem + first.certPem);
	const both = chainFile('both', rsa.keyPem, rsa.certPem, ecdsa.keyPem, ecdsa.certPem);
	const modern = [
		'smtpd_tls_wrappermode=yes',
		'smtpd_tls_mandatory_protocols=>=TLSv1.2',
		'smtpd_tls_exclude_ciphers=aNULL',
	];
	postfix.write(
		`${importOpenssl}
inet_interfaces = ${ownAddress}
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
`,
		`${[
			service(25, both, 'smtpd_tls_protocols=>=TLSv1'),
			service(587, both, 'smtpd_tls_security_level=encrypt', 'smtpd_tls_mandatory_protocols=>=TLSv1'),
			service(465, both, ...modern),
			service(requiringPort, both, ...modern, 'smtpd_tls_req_ccert=yes'),
			service(588, both, 'smtpd_tls_security_level=encrypt', 'smtpd_tls_req_ccert=yes'),
			service(renewedPort, renewed, ...modern),
			service(expiredPort, chainFile('expired', old.keyPem, old.certPem), ...modern),
			service(wrongNamePort, chainFile('foreign', foreign.keyPem, foreign.certPem), ...modern),
			service(anchoredPort, chainFile('anchored', rsa.keyPem, rsa.certPem, issuer), ...modern),
		].join('\n')}\n`,
	);
	addNames(rsa, ecdsa);
	await postfix.start();
	site.onEnd(() => postfix.stop());
	// A server of OpenSSL's own that ends the handshake without a certificate of the client.
	process.env.OPENSSL_CONF = openssl;
	const words = ['s_server', '-accept', `${ownAddress}:${demandingPort}`, '-cert', rsa.cert, '-key', rsa.key];
	const pair = ['-dcert', ecdsa.cert, '-dkey', ecdsa.key];
	const daemon = startDaemon('openssl', [...words, ...pair, '-Verify', '1', '-quiet']);
	delete process.env.OPENSSL_CONF;
	site.onEnd(() => daemon.end());
	await until('s_server listens', () => listens(demandingPort));
});

function listens(port: number): Promise<boolean> {
	return new Promise(resolve => {
		const socket = connect(port, ownAddress);
		socket.on('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.on('error', () => resolve(false));
	});
}

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

const rsaSignatures = 'RSA-PSS+SHA256:RSA+SHA256';
const ecdsaSignatures = 'ECDSA+SHA256';

/** What openssl s_client and sslscan say is what the probe says: versions, classes of suites, both certificates. */
async function sameAsOthers(t: ExecutionContext, place: Place): Promise<Report> {
	const {report} = await probe(place.port);
	const theirs = await clientVersions(place);
	t.deepEqual(accepted(report), Object.keys(theirs), `s_client, port ${place.port}`);
	const scanned = await scan(place);
	t.deepEqual(accepted(report), [...scanned.versions], `sslscan, port ${place.port}`);
	const fingerprints = await Promise.all([rsaSignatures, ecdsaSignatures].map(each => clientFingerprint(place, each)));
	t.deepEqual(
		report.certificates.map(each => each.fingerprint_sha256).sort(),
		fingerprints.filter(each => each !== null).sort(),
		`certificates, port ${place.port}`,
	);
	const first = report.certificates[0];
	t.is(first?.signature_algorithm, scanned.signature);
	t.is(first?.validity === 'expired', scanned.expired);
	return report;
}

const classesOf = ({suites}: Report): string[] =>
	suites
		.filter(row => row.accepted === true)
		.map(row => `${row.version} ${row.class}`)
		.sort();

test.serial(
	'port 25, 587 and 465 of Postfix: versions, suites and both certificates as openssl and sslscan see them',
	async t => {
		for (const [port, starttls] of [
			[25, 'smtp'],
			[587, 'smtp'],
			[465, null],
		] as const) {
			const place: Place = {host: ownName, port, starttls};
			const report = await sameAsOthers(t, place);
			t.is(report.certificates.length, 2, `port ${port}`);
			// sslscan offers no suites without encryption or authentication unless it is built for it.
			const comparable = classesOf(report).filter(each => !/ (?:NULL|anonymous)$/.test(each));
			const theirs = (await scan(place)).classes.filter(each => !/ (?:NULL|anonymous)$/.test(each));
			t.deepEqual(comparable, theirs, `port ${port}`);
		}
	},
);

test.serial('old TLS is a note on port 25 and a failure on 587; postfix says the same of the files', async t => {
	const relay = await probe(25);
	t.deepEqual(accepted(relay.report), ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] satisfies Version[]);
	t.like(relay, {status: 0, report: {verdict: 'clean', violations: []}}, relay.report.violations.join());
	t.true(relay.report.notes.some(note => /TLSv1 and TLSv1\.1, older than TLS 1\.2: usual on port 25/.test(note)));
	const submission = await probe(587);
	t.is(submission.status, 1);
	t.regex(submission.report.violations[0] ?? '', /accepts TLSv1 and TLSv1\.1, older than TLS 1\.2/);
	const {out} = await tlsaudit(
		'postfix',
		site.postfix.configuration,
		'--format',
		'json',
		'--postfix-version',
		'3.7.11',
	);
	const {lint} = JSON.parse(out) as {lint: Array<{service: string; severity: string; id: string; evidence: string}>};
	const floors = (port: number): string[] =>
		lint
			.filter(({service: name, evidence}) => name.endsWith(`:${port}/inet`) && /_protocols=/.test(evidence))
			.map(({severity}) => severity);
	t.deepEqual(
		floors(25).filter(severity => severity !== 'info'),
		[],
	);
	t.deepEqual(floors(587), ['warn']);
});

test.serial('a certificate of a trusted authority with the right name passes on 465, strictly', async t => {
	const {status, report} = await probe(465);
	t.is(status, 0, report.violations.join());
	t.true(report.certificates.every(each => each.trusted === true && each.name_matches === true));
});

test.serial(
	'a server that demands a client certificate is no refusal; openssl and sslscan see the same versions',
	async t => {
		const place: Place = {host: ownName, port: demandingPort, starttls: null};
		const {status, report} = await probe(demandingPort);
		t.deepEqual(accepted(report), Object.keys(await clientVersions(place)));
		t.deepEqual(accepted(report), [...(await scan(place)).versions]);
		t.deepEqual(accepted(report), ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
		t.true(report.results.every(row => (row.accepted === true) === (row.client_certificate === 'demanded')));
		t.is(report.certificates.length, 2);
		t.is(status, 1);
		t.regex(report.violations[0] ?? '', /accepts TLSv1 and TLSv1\.1/);
	},
);

test.serial('Postfix that requires a client certificate says so behind the handshake', async t => {
	for (const [port, starttls] of [
		[requiringPort, null],
		[588, 'smtp'],
	] as const) {
		const words = starttls === null ? [] : ['--starttls', starttls];
		const {report} = await probe(port, ...words);
		const theirs = await clientVersions({host: ownName, port, starttls});
		t.deepEqual(accepted(report), Object.keys(theirs), `port ${port}`);
		t.true(accepted(report).includes('TLSv1.3'));
		for (const row of report.results)
			t.is(row.client_certificate, row.accepted === true ? 'demanded' : null, `${row.version} on port ${port}`);
	}
	const {report} = await probe(465);
	t.true(report.results.every(row => row.client_certificate === null));
});

test.serial('expired, wrong name: as failures and for Nagios', async t => {
	const expired = await probe(expiredPort);
	t.is(expired.status, 1);
	t.regex(expired.report.violations.join(), /the certificate expired on /);
	t.true((await scan({host: ownName, port: expiredPort, starttls: null})).expired);
	const nagios = await tlsaudit('probe', `${ownName}:${expiredPort}`, '--format', 'nagios');
	t.is(nagios.status, 2);
	t.regex(nagios.out, /^TLSAUDIT CRITICAL - .*expired/);
	t.is((await probe(wrongNamePort)).status, 0, 'a note, as the port is not one for users');
	const wrong = await probe(wrongNamePort, '--strict');
	t.is(wrong.status, 1);
	t.deepEqual(wrong.report.violations, [`the certificate does not name ${ownName}`]);
	const soon = await tlsaudit('probe', `${ownName}:465`, '--format', 'nagios', '--warn-days', '60');
	t.is(soon.status, 1);
	t.regex(soon.out, /^TLSAUDIT WARNING - .*\| days_left=\d+;60:;0: /);
	t.is((await tlsaudit('probe', `${ownName}:465`, '--format', 'nagios')).status, 0);
});

test.serial('TLSA records that are resolved: match, mismatch, half, anchored, unsigned, none', async t => {
	const asked = async (name: string, port = 25) => {
		const {status, out} = await tlsaudit('probe', `mx.${name}.example:${port}`, '--tlsa', '--format', 'json');
		return {status, tlsa: (JSON.parse(out) as Report).tlsa};
	};
	t.like(await asked('right'), {status: 0, tlsa: {verdict: 'match', authenticated: true}});
	t.like(await asked('unsigned'), {status: 0, tlsa: {verdict: 'match', authenticated: false}});
	t.like(await asked('half'), {status: 1, tlsa: {verdict: 'mismatch'}});
	const wrong = await asked('wrong');
	t.like(wrong, {status: 1, tlsa: {verdict: 'mismatch'}});
	const {certificate: key} = tlsaRecord(3, 1, site.rsa.certPem);
	t.true(wrong.tlsa?.said.includes(`3 1 1 ${key.toString('hex')}`), wrong.tlsa?.said);
	t.like(await asked('anchored'), {status: 1, tlsa: {verdict: 'mismatch'}}, 'the authority is not sent on 25');
	t.like(await asked('right', 587), {tlsa: {verdict: 'unknown'}}, 'no record for that port');
	const anchor = tlsaRecord(2, 1, readFileSync(site.authority.file, 'utf8')).certificate.toString('hex');
	const sent = await probe(anchoredPort, '--tlsa', `2 1 1 ${anchor}`);
	t.like(sent, {status: 0, report: {tlsa: {verdict: 'match'}}});
});

test.serial('a certificate that was renewed and not reloaded is named, and no longer after the reload', async t => {
	const findings = async (): Promise<string[]> => {
		const words = ['--postfix-version', '3.7.11', '--probe', ownName, '--format', 'json'];
		const {out, said} = await tlsaudit('postfix', site.postfix.configuration, ...words);
		const {lint} = JSON.parse(out) as {lint: Array<{id: string; service: string}>};
		t.is(said, '');
		return lint.filter(({id}) => id.includes('certificate-')).map(({id, service: name}) => `${id} ${name}`);
	};
	// The process that answers now has loaded what the file holds now.
	t.deepEqual(await findings(), []);
	// Dates of certificates are whole seconds.
	await after(1100);
	const second = await site.authority.issue('second', [ownName]);
	copyFileSync(renewed, `${renewed}.before`);
	writeFileSync(renewed, second.keyPem + second.certPem);
	t.deepEqual(await findings(), [`certificate-not-reloaded ${ownAddress}:${renewedPort}/inet`]);
	await site.postfix.reload();
	await until('the new certificate is served', async () => (await findings()).length === 0, 30_000);
	t.pass();
});
