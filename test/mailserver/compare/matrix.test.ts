import test from 'ava';
import {type MatrixEvidence, matrix} from '../../../src/mailserver/compare/matrix.ts';
import {clientPolicies, serverPolicies} from '../../../src/mailserver/effective/effective-policy.ts';
import type {MatrixRow} from '../../../src/model/service-matrix.ts';
import type {ObservedRow} from '../../../src/model/summary.ts';
import {founding} from '../../../src/policy/founding.ts';
import {configured, service} from '../read/configured.ts';

const wrapper = ['syslog_name=postfix/smtps', 'smtpd_tls_wrappermode=yes', 'smtpd_sasl_auth_enable=yes'];
const meant = 'smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1,!TLSv1.1';
const modern = ['TLSv1.2', 'TLSv1.3'];
const every = ['TLSv1', 'TLSv1.1', ...modern];

function rowsOf(
	main: readonly string[],
	services: ReturnType<typeof service>[],
	evidence: Partial<MatrixEvidence> = {},
	tables: Readonly<Record<string, string>> = {},
): MatrixRow[] {
	const configuration = configured('3.7.11', main, services, tables);
	return matrix(serverPolicies(configuration), clientPolicies(configuration), {
		version: configuration.version,
		policy: founding,
		observed: null,
		asked: new Map(),
		...evidence,
	});
}

const seen = (given: Partial<ObservedRow>): ObservedRow => ({
	direction: 'in',
	hop: 'submission',
	tag: 'postfix/smtps/smtpd',
	service: 'smtps',
	port: 465,
	tls_mode: 'implicit',
	outcome: 'encrypted',
	protocol: 'TLSv1.2',
	sessions: 1,
	used: 1,
	messages: 1,
	first_seen: 0,
	last_seen: 0,
	current: 1,
	current_used: 1,
	...given,
});

test('the founding mistake: the list that is not read is what was intended, the default rules', t => {
	const [row] = rowsOf([], [service('smtps inet smtpd', [...wrapper, meant])]);
	t.like(row, {service: 'smtps/inet', hop: 'submission', port: 465, tag: 'postfix/smtps/smtpd', wrapper: true});
	t.deepEqual(row?.intended.versions, modern as never);
	t.is(row?.intended.demand, 'implicit');
	t.is(row?.intended.sources[0], 'smtpd_tls_protocols, master.cf line 1');
	t.like(row?.effective, {
		demand: 'implicit',
		parameter: 'smtpd_tls_mandatory_protocols',
		origin: 'default of Postfix 3.7.11',
		verdict: 'differs',
	});
	t.deepEqual(row?.effective.versions, every as never);
	t.is(row?.effective.inert?.parameter, 'smtpd_tls_protocols');
});

test('under the right name the same list agrees', t => {
	const list = meant.replace('tls_protocols', 'tls_mandatory_protocols');
	const [row] = rowsOf([], [service('smtps inet smtpd', [...wrapper, list])]);
	t.is(row?.effective.verdict, 'agrees');
	t.deepEqual(row?.effective.versions, modern as never);
});

test('an option of the service says more than main.cf, whichever list it is', t => {
	const [row] = rowsOf(
		['smtpd_tls_mandatory_protocols=>=TLSv1'],
		[service('smtps inet smtpd', [...wrapper, 'smtpd_tls_protocols=>=TLSv1.3'])],
	);
	t.deepEqual(row?.intended.versions, ['TLSv1.3']);
	t.is(row?.effective.verdict, 'differs');
});

test('where nobody wrote a list, the policy says what is wanted of submission, and nothing of relaying', t => {
	const rows = rowsOf(
		['smtpd_tls_security_level=may'],
		[service('smtp inet smtpd'), service('submission inet smtpd', ['smtpd_tls_security_level=encrypt'])],
	);
	t.is(rows[0]?.intended.versions, null);
	t.is(rows[0]?.intended.demand, 'offered');
	t.is(rows[0]?.effective.verdict, 'agrees');
	t.deepEqual(rows[1]?.intended.versions, modern as never);
	t.is(rows[1]?.effective.verdict, 'differs');
});

test('submission that only offers TLS is less than was wanted; so is a relay without TLS', t => {
	const rows = rowsOf(
		['smtpd_tls_mandatory_protocols=>=TLSv1.2', 'smtpd_tls_protocols=>=TLSv1.2'],
		[service('submission inet smtpd', ['smtpd_tls_security_level=may']), service('smtp inet smtpd')],
	);
	t.like(rows[0]?.effective, {demand: 'offered', verdict: 'differs'});
	t.like(rows[1]?.effective, {demand: 'none', verdict: 'differs'});
});

test('a service whose daemon dies of a word behind a blank is broken, whatever its settings come to', t => {
	const dead = (head: string) => ({...service(head), stray: ['MD5']});
	const [server, client] = rowsOf(
		['smtpd_tls_security_level=may', 'smtp_tls_security_level=may'],
		[dead('smtp inet smtpd'), dead('smtp unix smtp')],
	);
	for (const row of [server, client]) {
		t.is(row?.effective.verdict, 'differs');
		t.is(row?.effective.demand, 'down');
		t.deepEqual(row?.effective.versions, []);
		t.regex(row?.effective.fault ?? '', /dies of "MD5"/);
	}
});

test('a service with a fault in its list is broken', t => {
	const [row] = rowsOf([], [service('smtps inet smtpd', [...wrapper, 'smtpd_tls_mandatory_protocols=TLS1.2'])]);
	t.like(row?.effective, {demand: 'down', verdict: 'differs'});
	t.deepEqual(row?.effective.versions, []);
	t.truthy(row?.effective.fault);
});

test('sessions go to the service of their tag; those that share a tag are named', t => {
	const services = [
		service('smtp inet smtpd'),
		service('127.0.0.1:10025 inet smtpd'),
		service('smtps inet smtpd', wrapper),
	];
	const observed = [
		seen({}),
		seen({tag: 'postfix/smtpd', port: 25, protocol: 'TLSv1.3', sessions: 5}),
		seen({tag: 'postfix/smtp', direction: 'out', port: 25}),
	];
	const rows = rowsOf(['smtpd_tls_security_level=may'], services, {observed});
	t.deepEqual(
		rows.map(row => row.observed?.sessions),
		[5, 0, 1],
	);
	t.deepEqual(rows[0]?.sharedWith, ['127.0.0.1:10025/inet']);
	t.deepEqual(rows[2]?.sharedWith, []);
});

test('a cut tag is recognised by its port', t => {
	const observed = [seen({tag: 'postfix', port: 465})];
	const [row] = rowsOf([], [service('smtps inet smtpd', wrapper)], {observed});
	t.is(row?.observed?.sessions, 1);
});

test('the client and each row of its policy table have a row of their own', t => {
	const rows = rowsOf(
		['smtp_tls_security_level=may', 'smtp_tls_policy_maps=texthash:/etc/postfix/policy'],
		[service('smtp unix smtp')],
		{observed: [seen({tag: 'postfix/smtp', direction: 'out', hop: 'relay-out', port: 25})]},
		{'texthash:/etc/postfix/policy': 'example.net secure protocols=TLSv1.3\n'},
	);
	t.deepEqual(
		rows.map(row => [row.service, row.level, row.effective.demand]),
		[
			['smtp/unix', 'may', 'offered'],
			['smtp/unix example.net', 'secure', 'required'],
		],
	);
	t.is(rows[0]?.observed?.verdict, 'agrees');
	t.is(rows[1]?.observed, null, 'the log does not say which row ruled a session');
});

test('a client without TLS differs from the wish of the policy', t => {
	const [row] = rowsOf([], [service('smtp unix smtp')]);
	t.like(row?.effective, {demand: 'none', verdict: 'differs', parameter: null});
	const [free] = rowsOf([], [service('smtp unix smtp')], {policy: null});
	t.is(free?.effective.verdict, 'unknown', 'nobody said what he wants');
});

test('what was probed is shown with its service', t => {
	const asked = new Map([
		[
			'smtps/inet',
			{target: 'mail.example.org:465', problem: null, results: [{version: 'TLSv1', accepted: true} as const]},
		],
	]);
	const rows = rowsOf([], [service('smtps inet smtpd', [...wrapper, meant]), service('smtp unix smtp')], {asked});
	t.like(rows[0]?.accepted, {verdict: 'differs', target: 'mail.example.org:465'});
	t.is(rows[1]?.accepted, null);
});

test('a transport of its own without TLS, as content filters have, is meant so; the usual ones are not', t => {
	const off = ['smtp_tls_security_level=none'];
	const rows = rowsOf(
		['smtp_tls_security_level=may'],
		[service('amavis unix smtp', off), service('smtp unix smtp', off)],
	);
	t.deepEqual(
		rows.map(({service: name, hop, effective}) => [name, hop, effective.verdict]),
		[
			['amavis/unix', 'internal', 'unknown'],
			['smtp/unix', 'relay-out', 'differs'],
		],
	);
});

test('a client in wrapper mode speaks TLS at once', t => {
	const [row] = rowsOf(
		['smtp_tls_wrappermode=yes', 'smtp_tls_security_level=encrypt', 'relayhost=[mail.example.net]:465'],
		[service('smtp unix smtp')],
	);
	t.is(row?.effective.demand, 'implicit');
	t.is(row?.effective.verdict, 'agrees');
});

test('dane without DNSSEC lookups is may, with what may allows', t => {
	const [row] = rowsOf(['smtp_tls_security_level=dane'], [service('smtp unix smtp')]);
	t.is(row?.level, 'may');
	t.is(row?.effective.demand, 'offered');
	t.deepEqual(row?.effective.versions, every);
	t.is(row?.effective.verdict, 'differs');
	t.regex(row?.effective.fault ?? '', /no more than may/);
});

test('dane-only without them sends nothing', t => {
	const [row] = rowsOf(['smtp_tls_security_level=dane-only'], [service('smtp unix smtp')]);
	t.deepEqual(row?.effective.versions, []);
	t.is(row?.effective.demand, 'down');
});

const screen = [
	service('smtp inet postscreen'),
	service('smtpd pass smtpd'),
	service('tlsproxy unix tlsproxy'),
] as const;

test('The list that was written is what was intended, for postscreen as for smtpd behind it', t => {
	const rows = rowsOf(['smtpd_tls_security_level=may', 'smtpd_tls_protocols=!SSLv2,!SSLv3,!TLSv1'], [...screen]);
	for (const row of rows) {
		t.deepEqual(row.intended.versions, ['TLSv1.1', ...modern]);
		t.deepEqual(row.effective.versions, ['TLSv1.1', ...modern]);
		t.is(row.effective.parameter, 'smtpd_tls_protocols');
		t.is(row.effective.verdict, 'agrees');
	}
});

test('A list of tlsproxy itself rules over that', t => {
	const own = 'tlsproxy_tls_protocols=>=TLSv1.2';
	const [front] = rowsOf(['smtpd_tls_security_level=may', 'smtpd_tls_protocols=>=TLSv1', own], [...screen]);
	t.is(front?.effective.parameter, 'tlsproxy_tls_protocols');
	t.deepEqual(front?.intended.versions, modern);
});

test('Of a port that nothing says anything of, no hop is said', t => {
	const main = ['smtpd_tls_security_level=encrypt', 'smtpd_tls_mandatory_protocols=>=TLSv1.2'];
	const names = ['1025', 'smtp', '588', 'submission', '127.0.0.1:10025', 'mailin', '[::2]:mail', '[::2]:msa'];
	const rows = rowsOf(main, [...names.map(name => service(`${name} inet smtpd`)), service('smtpd pass smtpd')]);
	t.deepEqual(
		rows.map(({hop}) => hop),
		[null, 'relay-in', null, 'submission', 'internal', null, 'relay-in', 'submission', null],
	);
	t.is(rows[0]?.effective.verdict, 'agrees');
});

test('A version without a suite that a certificate could serve is not allowed', t => {
	const main = [
		'smtpd_tls_security_level=may',
		'smtpd_tls_cert_file=none',
		'smtpd_tls_eccert_file=/e/ec.pem',
		'smtpd_tls_exclude_ciphers=aNULL,ECDSA',
	];
	const [row] = rowsOf(main, [service('smtp inet smtpd')]);
	t.deepEqual(row?.effective.versions, ['TLSv1.3']);
});

test('A row behind a table that nobody read is neither right nor wrong', t => {
	const table = {'hash:/e/policy': 'example.com encrypt protocols=!TLSv1.3\n'};
	const maps = (names: string) => ['smtp_tls_security_level=may', `smtp_tls_policy_maps=${names}`];
	const [, behind] = rowsOf(maps('mysql:/e/sql.cf, hash:/e/policy'), [service('smtp unix smtp')], {}, table);
	t.is(behind?.service, 'smtp/unix example.com');
	t.is(behind?.effective.verdict, 'unknown');
	const [, before] = rowsOf(maps('hash:/e/policy, mysql:/e/sql.cf'), [service('smtp unix smtp')], {}, table);
	t.not(before?.effective.verdict, 'unknown');
});

test('a row of a policy table that switches TLS off is meant so; a catch-all is not, nor is a row that cannot be read', t => {
	const table = 'smtp_tls_policy_maps=texthash:/etc/postfix/policy';
	const rows = rowsOf(
		['smtp_tls_security_level=may', table],
		[service('smtp unix smtp')],
		{},
		{'texthash:/etc/postfix/policy': 'a.example none\nb.example NONE protocols=TLSv1.3\nc.example nothing\n'},
	);
	t.deepEqual(
		rows.map(({service: name, intended, effective}) => [name, intended.demand, effective.demand, effective.verdict]),
		[
			['smtp/unix', 'offered', 'offered', 'agrees'],
			['smtp/unix a.example', 'none', 'none', 'agrees'],
			['smtp/unix b.example', 'none', 'none', 'agrees'],
			['smtp/unix c.example', 'offered', 'down', 'differs'],
		],
	);
	t.regex(rows[1]?.intended.sources.join() ?? '', /^smtp_tls_policy_maps, /);
	const all = rowsOf(['smtp_tls_policy_maps=static:none'], [service('smtp unix smtp')]);
	t.deepEqual(
		all.map(({effective}) => effective.verdict),
		['differs'],
	);
});
