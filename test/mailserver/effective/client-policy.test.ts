import test from 'ava';
import {clientPolicies} from '../../../src/mailserver/effective/effective-policy.ts';
import {configured, service} from '../read/configured.ts';

const smtp = service('smtp unix smtp');
const dnssec = 'smtp_dns_support_level=dnssec';

test('dane reads the mandatory list only where there are TLSA records', t => {
	const main = ['smtp_tls_security_level=dane', dnssec, 'smtp_tls_mandatory_protocols=>=TLSv1.2'];
	const [policy] = clientPolicies(configured('3.9.2', main, [smtp]));
	t.is(policy?.level, 'dane');
	t.is(policy?.reach, 'opportunistic');
	t.is(policy?.protocols?.parameter, 'smtp_tls_mandatory_protocols');
	t.deepEqual(
		policy?.outcomes.map(({situation, level, parameter, allowed}) => [situation, level, parameter, allowed[0]]),
		[
			['usable TLSA', 'dane', 'smtp_tls_mandatory_protocols', 'TLSv1.2'],
			['MX not signed, usable TLSA', 'halfdane', 'smtp_tls_mandatory_protocols', 'TLSv1.2'],
			['no TLSA', 'may', 'smtp_tls_protocols', 'TLSv1'],
			['TLSA unusable', 'encrypt', 'smtp_tls_mandatory_protocols', 'TLSv1.2'],
			['TLSA lookup fails', 'deferred', null, undefined],
		],
	);
});

test('the faulty default makes an unsigned MX of a dane row no more than may', t => {
	const main = ['smtp_tls_security_level=may', dnssec, 'smtp_tls_policy_maps=inline:{a.example=dane}'];
	const outcome = (version: string) =>
		clientPolicies(configured(version, main, [smtp]))
			.at(-1)
			?.outcomes.map(each => `${each.situation}: ${each.level}`)[1];
	t.is(outcome('3.7.12'), 'MX not signed: may');
	t.is(outcome('3.7.13'), 'MX not signed, usable TLSA: halfdane');
	t.is(outcome('3.0.0'), 'MX not signed: may');
});

test('dane-only defers where dane would fall back', t => {
	const main = ['smtp_tls_security_level=dane-only', dnssec];
	const [policy] = clientPolicies(configured('3.9.2', main, [smtp]));
	t.is(policy?.reach, 'mandatory');
	t.deepEqual(
		policy?.outcomes.map(({level}) => level),
		['dane-only', 'deferred', 'deferred', 'deferred', 'deferred'],
	);
});

test('DANE wants the DNS for hosts, and MX errors taken seriously', t => {
	for (const setting of ['smtp_host_lookup=native', 'ignore_mx_lookup_error=yes']) {
		const [policy] = clientPolicies(configured('3.9.2', ['smtp_tls_security_level=dane', dnssec, setting], [smtp]));
		t.is(policy?.level, 'may', setting);
		t.is(policy?.fault?.kind, 'dane-without-dnssec');
	}
});

test('encrypt excludes suites without encryption, and levels that check the peer those without a certificate', t => {
	const excluded = (level: string) =>
		clientPolicies(
			configured(
				'3.7.11',
				[
					`smtp_tls_security_level=${level}`,
					'smtp_tls_exclude_ciphers=RC4 3DES',
					'smtp_tls_mandatory_exclude_ciphers=SEED,RC4',
				],
				[smtp],
			),
		)[0]?.ciphers?.excluded;
	t.deepEqual(excluded('may'), ['RC4', '3DES']);
	t.deepEqual(excluded('encrypt'), ['RC4', '3DES', 'SEED', 'eNULL']);
	t.deepEqual(excluded('secure'), ['RC4', '3DES', 'SEED', 'aNULL']);
});

test('exclude= of a row replaces both lists of main.cf', t => {
	const main = [
		'smtp_tls_exclude_ciphers=RC4',
		'smtp_tls_mandatory_exclude_ciphers=SEED',
		'smtp_tls_policy_maps=inline:{{a.example=verify exclude=MD5 ciphers=high}}',
	];
	const policy = clientPolicies(configured('3.7.11', main, [smtp])).at(-1);
	t.is(policy?.destination, 'a.example');
	t.deepEqual(policy?.ciphers?.excluded, ['MD5', 'aNULL']);
	t.is(policy?.ciphers?.grade.value, 'high');
	t.is(policy?.ciphers?.grade.parameter, 'smtp_tls_policy_maps ciphers=');
});

test('a row with a fault defers mail to its destination only', t => {
	const main = ['smtp_tls_security_level=may', 'smtp_tls_policy_maps=hash:/t'];
	const rows = 'a.example encrypt protocols=!SSLv2,!SSLv3\nb.example secure\n';
	const policies = clientPolicies(configured('3.7.11', main, [smtp], {'hash:/t': rows}));
	t.deepEqual(
		policies.map(({destination, level, reach, fault}) => [destination, level, reach, fault?.kind ?? null]),
		[
			[null, 'may', 'opportunistic', null],
			['a.example', 'none', 'deferred', 'policy-syntax'],
			['b.example', 'secure', 'mandatory', null],
		],
	);
	t.deepEqual(policies[1]?.levelSetting.setting?.place, {file: '/t', line: 1});
});

test('a static table rules all destinations', t => {
	const [policy] = clientPolicies(configured('3.7.11', ['smtp_tls_policy_maps=static:encrypt'], [smtp]));
	t.is(policy?.destination, null);
	t.is(policy?.level, 'encrypt');
});

test('the old per-site table counts only where there is no policy table, and MAY weakens nothing', t => {
	const site = 'smtp_tls_per_site=inline:{a.example=MUST, b.example=MAY, c.example=NONE, d.example=MUST_NOPEERMATCH}';
	const levels = (...main: string[]) =>
		clientPolicies(configured('3.7.11', [site, ...main], [smtp])).map(({level}) => level);
	t.deepEqual(levels('smtp_tls_security_level=encrypt'), ['encrypt', 'verify', 'encrypt', 'none', 'encrypt']);
	t.deepEqual(levels('smtp_tls_policy_maps=inline:{x.example=may}'), ['none', 'may']);
});

test('wrapper mode below encrypt defers all mail', t => {
	for (const level of ['may', 'none', '']) {
		const main = [`smtp_tls_security_level=${level}`, 'smtp_tls_wrappermode=yes'];
		const [policy] = clientPolicies(configured('3.7.11', main, [smtp]));
		t.is(policy?.fault?.kind, 'wrapper-without-encrypt', level);
		t.is(policy?.reach, 'deferred');
	}
});

test('a level that is none stops the client', t => {
	const main = ['smtp_tls_security_level=bogus', 'smtp_tls_policy_maps=inline:{a.example=may}'];
	const policies = clientPolicies(configured('3.7.11', main, [smtp]));
	t.is(policies.length, 1);
	t.is(policies[0]?.fault?.kind, 'invalid-level');
	t.is(policies[0]?.reach, 'deferred');
});

test('each transport has its own policy, and lmtp its own parameters', t => {
	const main = ['smtp_tls_security_level=may', 'lmtp_tls_security_level=encrypt'];
	const services = [smtp, service('relay unix smtp', ['smtp_tls_security_level=encrypt']), service('lmtp unix lmtp')];
	t.deepEqual(
		clientPolicies(configured('3.7.11', main, services)).map(policy => [
			policy.service.name,
			policy.level,
			policy.protocols?.parameter,
		]),
		[
			['smtp', 'may', 'smtp_tls_protocols'],
			['relay', 'encrypt', 'smtp_tls_mandatory_protocols'],
			['lmtp', 'encrypt', 'lmtp_tls_mandatory_protocols'],
		],
	);
});

test('a list that leaves nothing sends mail in clear at may and makes it wait above', t => {
	const reach = (...main: string[]) => {
		const [policy] = clientPolicies(configured('3.7.11', main, [smtp]));
		return `${policy?.fault?.kind} ${policy?.reach}`;
	};
	t.is(reach('smtp_tls_security_level=may', 'smtp_tls_protocols=TLSv1_2'), 'invalid-protocols plaintext');
	t.is(reach('smtp_tls_security_level=may', 'smtp_tls_ciphers=HIGH:!aNULL'), 'invalid-grade plaintext');
	t.is(
		reach('smtp_tls_security_level=encrypt', 'smtp_tls_mandatory_exclude_ciphers=!RC4'),
		'invalid-exclusion deferred',
	);
	t.is(reach('smtp_tls_wrappermode=yes # relayhost'), 'invalid-boolean deferred');
});

test('wrapper mode leaves dane no way down to may', t => {
	const main = ['smtp_tls_security_level=dane', dnssec, 'smtp_tls_wrappermode=yes'];
	const [policy] = clientPolicies(configured('3.9.2', main, [smtp]));
	t.is(policy?.reach, 'mandatory');
	t.is(policy?.outcomes.find(({situation}) => situation === 'no TLSA')?.level, 'deferred');
});

test('a row switches the reuse of connections', t => {
	const main = ['smtp_tls_policy_maps=inline:{{a.example=may connection_reuse=yes}, b.example=may}'];
	t.deepEqual(
		clientPolicies(configured('3.7.11', main, [smtp])).map(({reuse}) => reuse),
		[false, true, false],
	);
});
