import test from 'ava';
import {describePolicy} from '../../src/policy/describe-policy.ts';
import {founding} from '../../src/policy/founding.ts';
import {findPolicy, policies} from '../../src/policy/policies.ts';
import type {Check, Policy} from '../../src/policy/policy.ts';
import {cipherFacts} from '../../src/tls/cipher.ts';
import {suiteSet} from '../../src/tls/cipher-class.ts';

test('the list names every policy once, the default first', t => {
	const names = policies().map(policy => policy.name);
	t.is(names[0], 'founding');
	t.is(new Set(names).size, names.length);
	for (const name of [
		...['rfc9325', 'rfc8314', 'mozilla-modern', 'mozilla-intermediate', 'ncsc-nl-2.1', 'ncsc-nl-2025-05'],
		...['bsi-tr-02102-2', 'nist-800-52r2', 'anssi', 'pci-dss'],
	])
		t.true(names.includes(name), name);
	t.is(findPolicy('anssi'), findPolicy('anssi'));
	t.is(findPolicy('default'), founding);
});

test('a wrong name is answered with the nearest', t => {
	t.throws(() => findPolicy('mozila-modern'), {
		message: /No policy is called "mozila-modern"; did you mean "mozilla-modern"\?/,
	});
	t.throws(() => findPolicy('xyz'), {message: /; there are founding, rfc9325/});
});

test('every rule of every policy cites its document and section, has its own id, and names real suites', t => {
	for (const {name} of policies()) {
		const policy = findPolicy(name);
		t.is(new Set(policy.rules.map(rule => rule.id)).size, policy.rules.length, name);
		for (const {id, source, check, hops} of policy.rules) {
			t.not(source.document, '', `${name} ${id}`);
			t.not(source.section, '', `${name} ${id}`);
			t.false(hops.includes('internal'), `${name} ${id}`);
			const words =
				check.kind === 'ban' || check.kind === 'unseen' ? check.suites : check.kind === 'suites' ? check.allowed : [];
			for (const suite of suiteSet(words).names) t.not(cipherFacts(suite), null, `${name} ${id} ${suite}`);
		}
	}
});

test('a policy in words has every rule with its citation, and what no log shows', t => {
	const lines = describePolicy(founding);
	t.is(lines[0], `founding: ${founding.title}`);
	for (const {id} of founding.rules)
		t.true(
			lines.some(line => line.includes(` ${id}: `)),
			id,
		);
	t.true(lines.includes('  violation  min-version: TLSv1.2 or later'));
	t.true(lines.some(line => line.includes('[RFC 8997, section 3')));
	t.true(lines.includes('unknown, since no log shows it'));
});

test('every kind of rule has words, and so have destinations and exceptions', t => {
	const checks: Check[] = [
		{kind: 'service', allowed: [{port: 465, tls: 'implicit'}]},
		{kind: 'plaintext', of: 'login'},
		{kind: 'plaintext', of: 'either'},
		{kind: 'min-version', version: 'TLSv1.2'},
		{kind: 'best-version', version: 'TLSv1.3'},
		{kind: 'ban', suites: ['RC4']},
		{kind: 'suites', allowed: ['AEAD']},
		{kind: 'key-exchange', allowed: ['ECDHE', 'DHE']},
		{kind: 'server-key', allowed: ['ECDSA']},
		{kind: 'unseen', suites: ['CBC'], what: 'encrypt-then-MAC'},
		{kind: 'min-rsa-bits', bits: 3072},
		{kind: 'groups', allowed: ['X25519']},
		{kind: 'digests', allowed: ['SHA256']},
		{kind: 'trust', level: 'verified'},
		{kind: 'dane'},
	];
	const policy: Policy = {
		name: 'all',
		title: 'all kinds',
		source: 'test',
		rules: checks.map((check, index) => ({
			...{id: `r${index}`, severity: 'info', hops: ['relay-out'], source: {document: 'd', section: 's'}},
			check,
		})),
		destinations: [{domain: 'example.org', trust: 'verified', severity: 'violation'}],
		exceptions: [
			{rules: ['r1'], cidr: '192.0.2.0/24', reason: 'printers', until: '2027-01-01'},
			{rules: [], user: 'old@example.org', reason: 'phone', until: '2027-01-01'},
		],
		unknowable: [],
	};
	const text = describePolicy(policy).join('\n');
	for (const words of [
		...['by 465 implicit TLS', 'no login in plaintext', 'no mail and no login in plaintext', 'TLSv1.3 preferred'],
		...['none of RC4', 'only AEAD', 'key exchange ECDHE or DHE', 'server key ECDSA', 'always unknown'],
		...['RSA keys of 3072 bits or more', 'groups X25519', 'signature digests SHA256', 'peers verified', 'DANE when'],
		...['violation  example.org: verified', 'until 2027-01-01  192.0.2.0/24: r1 (printers)'],
		...['until 2027-01-01  old@example.org: every rule (phone)'],
	])
		t.true(text.includes(words), words);
});
