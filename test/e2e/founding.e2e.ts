import {join} from 'node:path';
import test from 'ava';
import {clientAddress, ownName} from './cast.ts';
import {startDovecot} from './dovecot-instance.ts';
import {coverEtcPostfix, foundingMain, foundingService} from './founding-files.ts';
import {only} from './inbound-cases.ts';
import {runMailClient} from './mail-client.ts';
import {must, until} from './programs.ts';
import {createSite, type Site} from './site.ts';
import {tlsaudit} from './tlsaudit.ts';

type Verdict = 'agrees' | 'differs' | 'unknown';
/** What is read here of `tlsaudit postfix --format json`. */
type Report = {
	readonly version: string;
	readonly services: ReadonlyArray<{
		readonly service: string;
		readonly port: number | null;
		readonly wrapper: boolean;
		readonly protocol_parameter: string | null;
		readonly intended: readonly string[] | null;
		readonly allowed: readonly string[];
		readonly accepted: {readonly versions: readonly string[]; readonly refused: readonly string[]} | null;
		readonly observed: {readonly versions: Readonly<Record<string, number>>} | null;
		readonly verdict: Readonly<Record<'effective' | 'accepted' | 'observed', Verdict | null>>;
	}>;
	readonly lint: ReadonlyArray<{
		readonly id: string;
		readonly severity: string;
		readonly service: string | null;
		readonly why: string;
		readonly fix: readonly string[];
	}>;
};
/** What is read here of `tlsaudit probe --format json`. */
type Probe = {readonly results: ReadonlyArray<{readonly version: string; readonly accepted: boolean | null}>};

const target = `${ownName}:465`;
const modern = ['TLSv1.2', 'TLSv1.3'];
const every = ['TLSv1', 'TLSv1.1', ...modern];

let site: Site;

test.before(async () => {
	site = await createSite('founding');
	const {postfix, folder, rsa, openssl} = site;
	postfix.write(
		foundingMain(site),
		`smtp      inet  n       -       y       -       -       smtpd\n${foundingService}`,
	);
	await coverEtcPostfix(postfix.configuration);
	await postfix.start();
	site.onEnd(() => postfix.stop());
	const dovecot = await startDovecot(join(folder, 'dovecot'), {identity: rsa, queue: postfix.queue, openssl});
	site.onEnd(() => dovecot.stop());
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

async function report(status: number): Promise<Report> {
	const words = ['/etc/postfix', '--log', site.syslog.files.rfc3339, '--probe', ownName, '--format', 'json'];
	const ran = await tlsaudit('postfix', ...words);
	if (ran.status !== status) throw new Error(`tlsaudit postfix ended with ${ran.status}: ${ran.said}${ran.out}`);
	return JSON.parse(ran.out);
}

function smtpsOf({services}: Report) {
	const row = services.find(({service}) => service === 'smtps/inet');
	if (row === undefined) throw new Error('the service smtps is not in the report');
	return row;
}

async function probe(): Promise<{status: number; accepted: string[]; refused: string[]}> {
	const {status, out, said} = await tlsaudit('probe', target, '--format', 'json');
	if (status > 1) throw new Error(`tlsaudit probe ended with ${status}: ${said}`);
	const {results}: Probe = JSON.parse(out);
	const having = (wanted: boolean) => results.filter(({accepted}) => accepted === wanted).map(({version}) => version);
	return {status, accepted: having(true).sort(), refused: having(false).sort()};
}

/** His scanner: TLS 1.0, a login, a message. */
async function scan(from: string, version: 'TLSv1' | 'TLSv1.3') {
	return runMailClient({from, port: 465, tls: 'implicit', options: only(version), user: 'ana', messages: 1});
}

test.serial(
	'465 takes TLS 1.0 in spite of smtpd_tls_protocols: it is said, shown by the server, and seen in the log',
	async t => {
		const probed = await probe();
		t.deepEqual(probed.accepted, every);
		t.is(probed.status, 1);
		const {tls, sent} = await scan(clientAddress(61), 'TLSv1');
		t.is(tls?.protocol, 'TLSv1');
		t.is(sent, 1);
		await site.syslog.quiet();
		t.regex(
			site.syslog.read('rfc3339'),
			/postfix\/smtps\/smtpd\[\d+\]: Anonymous TLS connection established from client-61\S+: TLSv1 with/,
		);
		const said = await report(1);
		const {protocol_parameter, intended, allowed, accepted, observed, verdict, wrapper} = smtpsOf(said);
		t.is(said.version, '3.7.11');
		t.true(wrapper);
		t.is(protocol_parameter, 'smtpd_tls_mandatory_protocols');
		t.deepEqual(intended, modern);
		t.deepEqual(allowed, every);
		t.deepEqual(accepted?.versions, every);
		t.true((observed?.versions.TLSv1 ?? 0) > 0);
		t.deepEqual(verdict, {effective: 'differs', accepted: 'differs', observed: 'differs'});
		const finding = said.lint.find(({id}) => id === 'mandatory-service-optional-list');
		t.is(finding?.severity, 'error');
		t.is(finding?.service, 'smtps/inet');
		t.regex(finding?.why ?? '', /wrapper mode.*smtpd_tls_mandatory_protocols.*never smtpd_tls_protocols.*TLSv1/);
	},
);

test.serial('the printed fix, applied as it is printed, closes it', async t => {
	const before = await report(1);
	const fix = before.lint.find(({id}) => id === 'mandatory-service-optional-list')?.fix ?? [];
	t.true(fix.length > 0);
	for (const command of fix) await must('sh', ['-ec', command]);
	await must('postfix', ['reload']);
	await site.syslog.holds('reload -- version 3.7.11');
	const probed = await probe();
	t.deepEqual(probed.accepted, modern);
	t.deepEqual(
		probed.refused.filter(version => version.startsWith('TLS')),
		['TLSv1', 'TLSv1.1'],
	);
	const refused = await scan(clientAddress(62), 'TLSv1');
	t.true(refused.failed);
	const {sent} = await scan(clientAddress(63), 'TLSv1.3');
	t.is(sent, 1);
	await site.syslog.quiet();
	const after = smtpsOf(await report(1));
	t.deepEqual(after.allowed, modern);
	t.deepEqual(after.accepted?.versions, modern);
	t.deepEqual(after.verdict, {effective: 'agrees', accepted: 'agrees', observed: 'agrees'});
});

test.serial('with all that is printed applied, every mark of the matrix is ✔', async t => {
	// A fix may bring to light what was out of reach before, as the level of a port its certificate.
	for (let round = 0; round < 4; round++) {
		const {status, out} = await tlsaudit('postfix', '/etc/postfix', '--format', 'json');
		t.true(status < 2);
		const fixes = (JSON.parse(out) as Report).lint
			.flatMap(({fix}) => fix)
			.filter(command => command.startsWith('postconf '));
		if (fixes.length === 0) break;
		for (const command of new Set(fixes)) await must('sh', ['-ec', command]);
	}
	await site.syslog.quiet();
	await must('postfix', ['reload']);
	const reloads = (): number => site.syslog.read('rfc3339').split('reload -- version').length - 1;
	await until('Postfix is reloaded once more', () => reloads() >= 2);
	const starttls = {from: clientAddress(64), port: 25, tls: 'starttls', options: only('TLSv1.2'), messages: 1} as const;
	t.is((await runMailClient(starttls)).sent, 1);
	t.is((await scan(clientAddress(65), 'TLSv1.3')).sent, 1);
	await site.syslog.quiet();
	const {services} = await report(0);
	const marks = services.flatMap(({service, verdict}) =>
		Object.entries(verdict)
			.filter(([, one]) => one === 'differs')
			.map(([column]) => `${service} ${column}`),
	);
	t.deepEqual(marks, []);
	for (const {service, verdict} of services.filter(({port}) => port !== null)) {
		t.deepEqual(verdict, {effective: 'agrees', accepted: 'agrees', observed: 'agrees'}, service);
	}
	const words = ['/etc/postfix', '--log', site.syslog.files.rfc3339, '--probe', ownName];
	const {out} = await tlsaudit('postfix', ...words);
	t.regex(out, /smtps\/inet +465 +at once +1\.2-1\.3 +✔ 1\.2-1\.3 +✔ 1\.2-1\.3 +✔/);
	t.notRegex(out.split('✔ as intended')[0] ?? '', /✘/);
});
