import test from 'ava';
import fc from 'fast-check';
import {clientPolicies, serverPolicies} from '../../../src/mailserver/effective/effective-policy.ts';
import type {PostfixConfiguration} from '../../../src/mailserver/read/configuration.ts';
import {plausibleVersions} from '../../../src/mailserver/read/plausible-versions.ts';
import {versionText} from '../../../src/mailserver/releases/postfix-version.ts';
import {configured, service} from '../read/configured.ts';

const smtp = service('smtp inet smtpd');
const only = (configuration: PostfixConfiguration) => {
	const [policy] = serverPolicies(configuration);
	if (policy === undefined) throw new Error('No policy.');
	return policy;
};

test('mandatory TLS adds its exclusions to the general ones, optional TLS does not', t => {
	const main = ['smtpd_tls_exclude_ciphers=RC4', 'smtpd_tls_mandatory_exclude_ciphers=3DES aNULL'];
	const excluded = (level: string) =>
		only(configured('3.7.11', [...main, `smtpd_tls_security_level=${level}`], [smtp])).ciphers?.excluded;
	t.deepEqual(excluded('may'), ['RC4']);
	t.deepEqual(excluded('encrypt'), ['RC4', '3DES', 'aNULL']);
});

test('asking for certificates shuts out anonymous suites; requiring them is ignored where TLS is optional', t => {
	const policy = (level: string, ...main: string[]) =>
		only(configured('3.7.11', [...main, `smtpd_tls_security_level=${level}`], [smtp]));
	t.is(policy('may', 'smtpd_tls_req_ccert=yes').clientCertificates, 'none');
	t.is(policy('may', 'smtpd_tls_ask_ccert=YES').clientCertificates, 'asked');
	t.is(policy('encrypt', 'smtpd_tls_req_ccert=yes').clientCertificates, 'required');
	t.deepEqual(policy('encrypt', 'smtpd_tls_req_ccert=yes').ciphers?.excluded, ['aNULL']);
});

test('without a certificate TLS is off, unless the lack is meant', t => {
	const fault = (...main: string[]) =>
		only(configured('3.7.11', ['smtpd_tls_security_level=may', 'smtpd_tls_cert_file=', ...main], [smtp])).fault?.kind;
	t.is(fault(), 'no-certificate');
	t.is(fault('smtpd_tls_cert_file=none'), undefined);
	t.is(fault('smtpd_tls_cert_file=none', 'smtpd_tls_ask_ccert=yes'), 'no-certificate');
	t.is(fault('smtpd_tls_chain_files=/etc/ssl/chain.pem'), undefined);
	t.is(fault('smtpd_tls_eccert_file=/etc/ssl/ec.pem'), undefined);
});

test('without main.cf nothing is said of certificates', t => {
	const given = {...configured('3.7.11', [], [service('465 inet smtpd', ['smtpd_tls_wrappermode=yes'])]), main: null};
	t.is(only(given).fault, null);
});

test('a yes/no parameter with a remark behind it kills the service', t => {
	const {fault} = only(configured('3.7.11', ['smtpd_tls_auth_only=yes # note'], [smtp]));
	t.is(fault?.kind, 'invalid-boolean');
	t.is(fault?.effect, 'dead');
});

test('faults of grades and exclusions show at the handshake', t => {
	const fault = (...main: string[]) =>
		only(configured('3.7.11', ['smtpd_tls_security_level=may', ...main], [smtp])).fault?.kind;
	t.is(fault('smtpd_tls_ciphers=HIGH:!aNULL'), 'invalid-grade');
	t.is(fault('smtpd_tls_exclude_ciphers=MD5, !RC4'), 'invalid-exclusion');
	t.is(fault('smtpd_tls_mandatory_exclude_ciphers=!RC4'), undefined, 'not read at may');
});

test('the other list is shown beside the one that rules', t => {
	const main = ['smtpd_tls_security_level=encrypt', 'smtpd_tls_protocols=>=TLSv1.3'];
	const {otherProtocols} = only(configured('3.7.11', main, [smtp]));
	t.is(otherProtocols?.parameter, 'smtpd_tls_protocols');
	t.deepEqual(otherProtocols?.allowed, ['TLSv1.3']);
});

test('before 2.6 optional TLS reads no lists', t => {
	const main = ['smtpd_tls_security_level=may', 'smtpd_tls_protocols=!SSLv2'];
	const policy = only(configured('2.5.10', main, [smtp]));
	t.deepEqual(policy.protocols?.allowed, ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2']);
	t.is(policy.ciphers?.grade.value, 'export');
	t.is(policy.protocols?.setting, null);
});

test('of two services with one name and type the last is in force', t => {
	const services = [
		service('smtp inet smtpd', ['smtpd_tls_security_level=may']),
		service('smtp inet smtpd', ['smtpd_tls_security_level=encrypt']),
	];
	t.deepEqual(
		serverPolicies(configured('3.7.11', [], services)).map(({level}) => level),
		['encrypt'],
	);
});

test('postscreen without tlsproxy, or with one that has no TLS, announces what fails', t => {
	const main = ['smtpd_tls_security_level=may'];
	const front = service('smtp inet postscreen');
	t.is(only(configured('3.7.11', main, [front])).fault?.kind, 'no-proxy');
	const off = service('tlsproxy unix tlsproxy', ['tlsproxy_tls_security_level=none']);
	t.is(only(configured('3.7.11', main, [front, off])).fault?.kind, 'no-proxy');
	const own = service('tlsproxy unix tlsproxy', ['tlsproxy_tls_protocols=>=TLSv1.2']);
	const policy = only(configured('3.7.11', main, [front, own]));
	t.is(policy.fault, null);
	t.deepEqual(policy.protocols?.allowed, ['TLSv1.2', 'TLSv1.3']);
});

test('services that master leaves out have no policy', t => {
	const services = [smtp, service('smtps inet smtpd'), service('smtpd pass smtpd'), service('smtp unix smtp')];
	const names = (disabled: string) => {
		const configuration = configured('3.7.11', [`master_service_disable=${disabled}`], services);
		return [...serverPolicies(configuration), ...clientPolicies(configuration)].map(
			policy => `${policy.service.name}/${policy.service.type}`,
		);
	};
	t.deepEqual(names('smtps/inet'), ['smtp/inet', 'smtpd/pass', 'smtp/unix']);
	t.deepEqual(names('inet, pass'), ['smtp/unix']);
});

test('a service is known by port, address and tag', t => {
	const place = (head: string, ...options: string[]) => {
		const main = ['known_tcp_ports=smtp=25, smtps=submissions=465, mine=2525'];
		const {address, port, tag} = only(configured('3.7.11', main, [service(head, options)]));
		return `${address} ${port} ${tag}`;
	};
	t.is(place('submissions inet smtpd', 'syslog_name=postfix/submissions'), 'null 465 postfix/submissions/smtpd');
	t.is(place('192.0.2.1:mine inet smtpd'), '192.0.2.1 2525 postfix/smtpd');
	t.is(place('[2001:db8::1]:587 inet smtpd'), '2001:db8::1 587 postfix/smtpd');
	t.is(place('toString inet smtpd'), 'null null postfix/smtpd');
	t.is(place('smtpd pass smtpd', 'syslog_name=$service_name'), 'null null smtpd/smtpd');
});

test('a parameter that is empty by default is no undefined name', t => {
	const {levelSetting} = only(configured('3.7.11', [], [service('smtp inet postscreen')]));
	t.is(levelSetting.value, '');
	t.deepEqual(levelSetting.undefinedNames, []);
	const typo = only(configured('3.7.11', ['smtpd_tls_security_level=$smtpd_tls_levl'], [smtp]));
	t.deepEqual(typo.levelSetting.undefinedNames, ['smtpd_tls_levl']);
});

test('roles follow wrapper mode, port and host', t => {
	const services = [
		service('smtp inet smtpd'),
		service('submission inet smtpd'),
		service('192.0.2.1:465 inet smtpd'),
		service('submissions inet smtpd', ['smtpd_tls_wrappermode=yes']),
		service('127.0.0.1:10025 inet smtpd'),
		service('[::1]:25 inet smtpd'),
		service('smtpd pass smtpd'),
	];
	t.deepEqual(
		serverPolicies(configured('3.7.11', [], services)).map(({role}) => role),
		['relay-in', 'submission', 'submission', 'submissions', 'internal', 'internal', null],
	);
	const local = configured('3.7.11', ['inet_interfaces=loopback-only'], [service('smtp inet smtpd')]);
	t.is(only(local).role, 'internal');
});

test('without a version the newest plausible one is taken, and features show the oldest', t => {
	const range = (main: string[], services = [smtp]) => {
		const {oldest, newest} = plausibleVersions(configured(null, main, services));
		return `${versionText(oldest)} ${versionText(newest)}`;
	};
	t.is(range([]), '2.3.0 3.11.6');
	t.is(range(['smtpd_tls_protocols=>=TLSv1.2']), '3.6.0 3.11.6');
	t.is(range(['smtpd_tls_protocols=!SSLv2,!TLSv1.3']), '3.0.14 3.11.6');
	t.is(range(['smtpd_tls_chain_files=/etc/ssl/chain.pem']), '3.4.0 3.11.6');
	t.is(range(['compatibility_level=3.6']), '3.6.0 3.11.6');
	t.is(range(['compatibility_level=3.12']), '3.12.0 3.12.0');
	t.is(range(['smtp_tls_security_level=dane']), '2.11.0 3.11.6');
	t.deepEqual(only(configured(null, ['smtpd_tls_security_level=may'], [smtp])).protocols?.value, '>=TLSv1');
});

test('any values give policies, and what is allowed is a set in order', t => {
	const names = [
		'smtpd_tls_security_level',
		'smtpd_tls_wrappermode',
		'smtpd_tls_protocols',
		'smtpd_tls_mandatory_protocols',
		'smtpd_tls_ciphers',
		'smtpd_tls_mandatory_exclude_ciphers',
		'smtp_tls_security_level',
		'smtp_tls_policy_maps',
		'smtp_tls_loglevel',
		'postscreen_tls_security_level',
		'compatibility_level',
	];
	const values = fc.oneof(
		fc.constantFrom('yes', 'no', 'may', 'encrypt', 'dane', '$smtpd_tls_protocols', '>=TLSv1.2', '!TLSv1.1', 'high'),
		// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in the language of main.cf.
		fc.constantFrom('${smtpd_tls_wrappermode?{may}:{encrypt}}', '$smtp_tls_security_level', 'inline:{{a=may}}'),
		fc.string(),
	);
	const main = fc.array(fc.tuple(fc.constantFrom(...names), values), {maxLength: 8});
	const services = [
		smtp,
		service('192.0.2.1:25 inet postscreen'),
		service('tlsproxy unix tlsproxy'),
		service('smtp unix smtp'),
	];
	fc.assert(
		fc.property(main, fc.constantFrom('2.3.0', '2.11.0', '3.5.1', '3.11.6', null), (pairs, version) => {
			const lines = pairs.map(([name, value]) => `${name}=${value}`);
			const configuration = configured(version, lines, services);
			const policies = serverPolicies(configuration);
			t.is(policies.length, 2);
			for (const policy of policies) {
				if (policy.level === 'none') t.is(policy.protocols, null);
				if (policy.wrapper && policy.fault?.effect !== 'dead') t.is(policy.level, 'encrypt');
				if (policy.protocols?.invalid.length) t.deepEqual(policy.protocols.allowed, []);
			}
			t.true(clientPolicies(configuration).length > 0);
		}),
	);
	t.pass();
});
