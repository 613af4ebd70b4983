import test from 'ava';
import {describePolicy} from '../../src/policy/describe-policy.ts';
import {founding} from '../../src/policy/founding.ts';
import {
	destinationFor,
	exceptionFor,
	expiredExceptions,
	inCidr,
	inDomain,
	judgeDestination,
	parseCidr,
} from '../../src/policy/peer.ts';
import {findPolicy, policies} from '../../src/policy/policies.ts';
import type {Check, Exception, Policy} from '../../src/policy/policy.ts';
import {whatIf} from '../../src/policy/what-if.ts';
import {cipherFacts} from '../../src/tls/cipher.ts';
import {suiteSet} from '../../src/tls/cipher-class.ts';
import {handshake} from '../tls/handshake.ts';

const old = {protocol: 'TLSv1', cipher: 'ECDHE-RSA-AES256-SHA'} as const;
const plain = {outcome: 'plaintext', protocol: null, cipher: null, tlsMode: null} as const;

test('a higher least version breaks what is older, with or without mail', t => {
	const replay = whatIf({minVersion: 'TLS1.2'});
	t.deepEqual(replay(handshake(old)), {verdict: 'breaks', reasons: ['TLSv1 is older than TLSv1.2']});
	t.is(replay(handshake({...old, carriedMail: false})).verdict, 'breaks');
	t.is(replay(handshake()).verdict, 'stays');
});

test('plaintext stays plaintext under a version or a ban, and what failed cannot break', t => {
	const replay = whatIf({minVersion: 'TLSv1.3', ban: ['AES']});
	t.is(replay(handshake(plain)).verdict, 'stays');
	t.is(replay(handshake({...old, outcome: 'failed'})).verdict, 'stays');
});

test('what the log leaves out is unknown, unless something else breaks already', t => {
	const replay = whatIf({minVersion: 'TLSv1.2', ban: ['CBC']});
	t.is(replay(handshake({outcome: null})).verdict, 'unknown');
	t.deepEqual(replay(handshake({protocol: null, cipher: null})), {
		verdict: 'unknown',
		reasons: ['the protocol was not logged', 'the suite was not logged or is not known'],
	});
	t.is(replay(handshake({protocol: null, cipher: 'AES128-SHA'})).verdict, 'breaks');
});

test('bans go by class and by name', t => {
	t.deepEqual(whatIf({ban: ['RC4', 'cbc']})(handshake(old)).reasons, ['ECDHE-RSA-AES256-SHA is banned (CBC)']);
	t.deepEqual(whatIf({ban: ['ECDHE-RSA-AES256-SHA']})(handshake(old)).reasons, ['ECDHE-RSA-AES256-SHA is banned']);
	t.is(whatIf({ban: ['rsa-kx']})(handshake()).verdict, 'stays');
	t.is(whatIf({ban: []})(handshake()).verdict, 'stays');
});

test('a policy breaks what it calls a violation or a weakness, a probe too, plaintext with mail too', t => {
	const replay = whatIf({policy: findPolicy('mozilla-intermediate')});
	t.is(replay(handshake({...old, carriedMail: false})).verdict, 'breaks');
	t.true(replay(handshake(old)).reasons.includes('min-version: TLSv1, wanted TLSv1.2 or later'));
	t.is(replay(handshake(plain)).verdict, 'breaks');
	t.is(replay(handshake({...plain, carriedMail: false})).verdict, 'stays');
	t.is(replay(handshake()).verdict, 'stays');
	t.is(replay(handshake({cipher: 'NOT-KNOWN'})).verdict, 'unknown');
});

test('only violations break when asked so', t => {
	const way = {...old, hop: 'relay-in', port: 25, tlsMode: 'starttls'} as const;
	t.is(whatIf({policy: findPolicy('founding')})(handshake(way)).verdict, 'breaks');
	t.is(whatIf({policy: findPolicy('founding'), severity: 'violation'})(handshake(way)).verdict, 'stays');
});

test('a wrong version or suite is refused with the right words', t => {
	t.throws(() => whatIf({minVersion: 'TLSv1.9'}), {message: /is no TLS version/});
	t.throws(() => whatIf({ban: ['RC6']}), {message: /did you mean "RC4"\?/});
});

test('the list names every policy once, the default first', t => {
	const names = policies().map(policy => policy.name);
	t.is(names[0], 'founding');
	t.is(new Set(names).size, names.length);
	for (const name of [
		...['rfc9325', 'rfc8314', 'mozilla-modern', 'mozilla-intermediate', 'ncsc-nl-2.1', 'ncsc-nl-2025-05'],
		...['bsi-tr-02102-2', 'nist-800-52r2', 'anssi', 'pci-dss', 'bcp195-2026', 'tlsref-modern', 'cnsa-2.0'],
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
		const ids = [...policy.rules, ...policy.later].map(({id}) => id);
		t.is(new Set(ids).size, ids.length, name);
		for (const {id, source, check, hops} of [...policy.rules, ...policy.later]) {
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
		{kind: 'groups', allowed: ['X25519', 'hybrid']},
		{kind: 'hybrid'},
		{kind: 'digests', allowed: ['SHA256']},
		{kind: 'trust', level: 'verified'},
		{kind: 'dane'},
	];
	const policy: Policy = {
		name: 'all',
		title: 'all kinds',
		source: 'test',
		checked: '2026-11-30',
		later: [],
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
		unverified: ['what nobody saw'],
	};
	const text = describePolicy(policy).join('\n');
	for (const words of [
		...['by 465 implicit TLS', 'no login in plaintext', 'no mail and no login in plaintext', 'TLSv1.3 preferred'],
		...['none of RC4', 'only AEAD', 'key exchange ECDHE or DHE', 'server key ECDSA', 'always unknown'],
		...[
			'RSA keys of 3072 bits or more',
			'groups X25519; any hybrid',
			'hybrid key exchange: TLS 1.3',
			'signature digests SHA256',
			'peers verified',
			'DANE when',
		],
		...['violation  example.org: verified', 'until 2027-01-01  192.0.2.0/24: r1 (printers)'],
		...['until 2027-01-01  old@example.org: every rule (phone)', 'Checked: 2026-11-30', '  what nobody saw'],
	])
		t.true(text.includes(words), words);
});

const now = Date.parse('2026-06-15T12:00:00Z');
const withExceptions = (...exceptions: Exception[]): Policy => ({...founding, exceptions});
const peer = {ip: '192.0.2.7', host: 'printer.example.org', username: 'scan@example.org'};

test('an exception holds for its network, to the end of its last day in UTC', t => {
	const entry = {rules: ['min-version'], cidr: '192.0.2.0/24', reason: 'old printers', until: '2026-06-15'};
	const policy = withExceptions(entry);
	t.is(exceptionFor(peer, 'min-version', policy, now), entry);
	t.is(exceptionFor(peer, 'min-version', policy, Date.parse('2026-06-15T23:59:59.999Z')), entry);
	t.is(exceptionFor(peer, 'min-version', policy, Date.parse('2026-06-16T00:00:00Z')), null);
	t.is(exceptionFor(peer, 'weak-suite', policy, now), null);
	t.is(exceptionFor({...peer, ip: '198.51.100.1'}, 'min-version', policy, now), null);
	t.is(exceptionFor({...peer, ip: null}, 'min-version', policy, now), null);
	t.deepEqual(expiredExceptions(policy, now), []);
	t.deepEqual(expiredExceptions(policy, now + 86_400_000), [entry]);
});

test('an exception without rules holds for all of them, and all its selectors must match', t => {
	const policy = withExceptions({
		rules: [],
		domain: 'example.org',
		user: 'Scan@Example.org',
		reason: 'scanner',
		until: '2027-01-01',
	});
	t.not(exceptionFor(peer, 'anything', policy, now), null);
	t.is(exceptionFor({...peer, host: 'example.com'}, 'anything', policy, now), null);
	t.is(exceptionFor({...peer, host: null}, 'anything', policy, now), null);
	t.is(exceptionFor({...peer, username: null}, 'anything', policy, now), null);
});

test('networks of both families, single addresses and mapped addresses are understood', t => {
	t.true(inCidr('2001:db8::25', '2001:db8::/32'));
	t.false(inCidr('2001:db9::25', '2001:db8::/32'));
	t.true(inCidr('::ffff:192.0.2.1', '192.0.2.0/24'));
	t.true(inCidr('192.0.2.1', '192.0.2.1'));
	t.true(inCidr('2001:db8::1', '2001:db8::1'));
	t.false(inCidr('192.0.2.1', '2001:db8::/32'));
	t.false(inCidr('unknown', '192.0.2.0/24'));
	t.false(inCidr('192.0.2.1', 'no network'));
	t.is(parseCidr('192.0.2.0/33'), null);
});

test('a domain covers its hosts and nothing that only ends alike', t => {
	t.true(inDomain('mx.example.org', 'example.org'));
	t.true(inDomain('MX.Example.ORG.', '.example.org'));
	t.true(inDomain('example.org', '*.example.org'));
	t.false(inDomain('badexample.org', 'example.org'));
});

const policy: Policy = {
	...founding,
	destinations: [
		{domain: 'example.org', trust: 'verified', severity: 'violation'},
		{domain: 'lax.example.org', trust: 'encrypted', severity: 'weakness'},
	],
};

test('the longest domain decides the trust wanted of a destination', t => {
	t.is(destinationFor({host: 'mx.example.org'}, policy)?.trust, 'verified');
	t.is(destinationFor({host: 'mx.lax.example.org'}, policy)?.trust, 'encrypted');
	t.is(destinationFor({host: 'mx.example.com'}, policy), null);
	t.is(destinationFor({host: null}, policy), null);
});

test('a destination is a domain of recipients, all below one, or a mail host in brackets', t => {
	const names = [
		'bank.example',
		'.bank.example',
		'.eu.bank.example',
		'[mx1.hoster.example]',
		'[mx1.hoster.example]:587',
	];
	const all: Policy = {
		...founding,
		destinations: names.map(domain => ({domain, trust: 'verified', severity: 'violation'})),
	};
	const found = (domain: string | null, host: string | null = 'mx.hoster.example', port = 25) =>
		destinationFor({host, port, domain}, all)?.domain ?? null;
	t.is(found('bank.example'), 'bank.example');
	t.is(found('shop.bank.example'), '.bank.example');
	t.is(found('de.eu.bank.example'), '.eu.bank.example');
	t.is(found('eu.bank.example'), '.bank.example');
	t.is(found('badbank.example'), null);
	t.is(found('bank.example.org'), null);
	t.is(found('shop.example', 'mx1.hoster.example'), '[mx1.hoster.example]');
	t.is(found('bank.example', 'MX1.Hoster.example.'), '[mx1.hoster.example]');
	t.is(found('bank.example', 'mx1.hoster.example', 587), '[mx1.hoster.example]:587');
	t.is(found('shop.example', 'mx11.hoster.example'), null);
	t.is(found('shop.example', 'sub.mx1.hoster.example'), null);
	// The mail hosts of a domain are its own, too, whatever they take mail for.
	t.is(found('shop.example', 'mx.bank.example'), 'bank.example');
	t.is(found(null, 'mx.eu.bank.example'), '.eu.bank.example');
	t.is(found(null, null), null);
});

test('a destination that must be verified is a finding when it was not, or was plaintext', t => {
	const strict = {domain: 'example.org', trust: 'verified', severity: 'violation'} as const;
	const out = {hop: 'relay-out', direction: 'out', port: 25, tlsMode: 'starttls'} as const;
	t.is(judgeDestination(handshake({...out, trust: 'Verified'}), strict), null);
	t.is(judgeDestination(handshake({...out, trust: null}), strict), null);
	t.is(judgeDestination(handshake({...out, trust: 'Untrusted', carriedMail: false}), strict), null);
	t.is(judgeDestination(handshake({...out, outcome: 'failed'}), strict), null);
	t.is(judgeDestination(handshake({hop: 'relay-in', trust: 'Anonymous'}), strict), null);
	t.deepEqual(judgeDestination(handshake({...out, trust: 'Trusted'}), strict), {
		rule: 'destination-trust',
		severity: 'violation',
		observed: 'trust Trusted',
		required: 'trust Verified',
		reference: 'policy, destinations: example.org',
	});
	t.is(judgeDestination(handshake({...out, outcome: 'plaintext'}), strict)?.observed, 'plaintext');
	const lax = {domain: 'example.org', trust: 'encrypted', severity: 'weakness'} as const;
	t.is(judgeDestination(handshake({...out, trust: 'Untrusted'}), lax), null);
	t.is(
		judgeDestination(handshake({...out, trust: 'Anonymous'}), {...lax, trust: 'trusted'})?.required,
		'trust Trusted',
	);
});
