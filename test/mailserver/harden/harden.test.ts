import test from 'ava';
import {harden} from '../../../src/mailserver/harden/harden.ts';
import {configurationInUse, type InUse, nothingInUse, tableInUse} from '../../../src/mailserver/harden/in-use.ts';
import type {SeenMail} from '../../../src/model/hardening/seen-mail.ts';
import {configured, service} from '../read/configured.ts';
import {seen} from './seen.ts';

const enough = {sessions: 5, days: 7};
const smtp = service('smtp unix smtp');

/** `key: what becomes of it`, in words. */
function decided(rows: readonly SeenMail[], inUse: InUse = nothingInUse): string[] {
	return harden(rows, inUse, enough).map(({key, decision}) => {
		switch (decision.kind) {
			case 'added':
				return `${key}: ${decision.value}`;
			case 'stricter':
				return `${key}: ${decision.value} for ${decision.row.key} ${decision.row.value}`;
			case 'left':
				return `${key}: left ${decision.row.key} ${decision.row.value}`;
			case 'contradicted':
				return `${key}: contradicted ${decision.row.value}, ${decision.by}`;
			default:
				return `${key}: no line, ${decision.why}`;
		}
	});
}

const table = (text: string): InUse => tableInUse(text, '/etc/postfix/tls_policy');
const one = (more: Partial<SeenMail>, inUse?: InUse): string | undefined =>
	decided([seen('bank.example', more)], inUse)[0]?.replace('bank.example: ', '');
const dane = {checked: 10, by_dane: 10};
const verify = {checked: 10, by_verify: 10};
const unnamed = {checked: 10, by_unnamed: 10};

test('always encrypted is encrypt; anything that encrypt would have held back is no line', t => {
	t.is(one({}), 'encrypt');
	t.is(one({oldest: 'TLSv1.3'}), 'encrypt');
	t.is(one({plaintext: 1}), 'no line, plaintext');
	t.is(one({failed: 1}), 'no line, failed');
	t.is(one({unknown: 1}), 'no line, not-logged');
	t.is(one({versionless: 1}), 'no line, not-logged');
	t.is(one({oldest: 'TLSv1.1'}), 'no line, old-version');
	t.is(one({held: 1, held_reason: 'tls-required-not-offered'}), 'no line, held');
});

test('few sessions, or few days from the first to the last, are no line', t => {
	const day = 86_400_000;
	const last = (days: number) => ({last_seen: (seen('x').first_seen ?? 0) + (days - 1) * day});
	t.is(one({sessions: 4}), 'no line, few-sessions');
	t.is(one({sessions: 5}), 'encrypt');
	t.is(one(last(6)), 'no line, few-days');
	t.is(one(last(7)), 'encrypt');
	t.is(one({first_seen: null, last_seen: null}), 'no line, few-days');
});

test('every server of a domain must keep it', t => {
	const rows = (more: Partial<SeenMail>) => [
		seen('bank.example', {host: 'mx1.bank.example', sessions: 3}),
		seen('bank.example', {host: 'mx2.bank.example', sessions: 3, ...more}),
	];
	t.deepEqual(decided(rows({})), ['bank.example: encrypt']);
	t.deepEqual(decided(rows({plaintext: 1})), ['bank.example: no line, plaintext']);
	t.deepEqual(decided(rows({oldest: 'TLSv1'})), ['bank.example: no line, old-version']);
	t.deepEqual(decided(rows({held: 2})), ['bank.example: no line, held']);
	t.is(harden(rows({held: 2}), nothingInUse, enough)[0]?.held, 2, 'what is held of the domain is in each of its rows');
});

test('a certificate that was checked is dane-only where the log says by TLSA records, and else no encrypt', t => {
	t.is(one(dane), 'dane-only');
	t.is(one({checked: 10, by_dane: 9}), 'no line, checked-already');
	t.is(one({checked: 9, by_dane: 9}), 'no line, checked-already');
	t.is(one(unnamed), 'no line, checked-already');
	t.is(one({checked: 1}), 'no line, checked-already');
	t.is(one({...dane, failed: 1}), 'no line, failed');
});

test('verify is proven by sessions of that level, where what is in use has no row with names of its own', t => {
	t.is(one(verify), 'no line, checked-already');
	t.is(one(verify, table('')), 'verify');
	t.is(one(verify, table('bank.example verify match=.bank.example')), 'left bank.example verify match=.bank.example');
	t.is(one({checked: 10, by_verify: 9}, table('')), 'no line, checked-already');
	const unread = configurationInUse(
		configured('3.11.1', ['smtp_tls_security_level=may', 'smtp_tls_policy_maps=mysql:/etc/postfix/p.cf'], [smtp]),
	);
	t.deepEqual(unread.unread, ['mysql:/etc/postfix/p.cf']);
	t.is(one(verify, unread), 'no line, checked-already');
});

test('a configuration tells how an older Postfix verified', t => {
	const inUse = (...main: readonly string[]) => configurationInUse(configured('3.7.11', main, [smtp]));
	const dnssec = 'smtp_dns_support_level=dnssec';
	t.is(one(unnamed, inUse('smtp_tls_security_level=dane', dnssec)), 'dane-only');
	t.is(one({}, inUse('smtp_tls_security_level=dane', dnssec)), 'encrypt');
	t.is(
		one({checked: 10, by_unnamed: 9}, inUse('smtp_tls_security_level=dane', dnssec)),
		'left smtp_tls_security_level dane',
	);
	// Without DNSSEC lookups, dane is may, and what verified is not known.
	t.is(one(unnamed, inUse('smtp_tls_security_level=dane')), 'no line, checked-already');
	t.is(
		one(
			unnamed,
			inUse('smtp_tls_security_level=dane', dnssec, 'smtp_tls_policy_maps=socketmap:inet:127.0.0.1:8461:postfix'),
		),
		'left smtp_tls_security_level dane',
	);
	t.is(one(unnamed, inUse('smtp_tls_security_level=secure')), 'left smtp_tls_security_level secure');
	t.is(one({}, inUse('smtp_tls_security_level=secure')), 'left smtp_tls_security_level secure');
	t.is(one({}, inUse('smtp_tls_security_level=encrypt')), 'left smtp_tls_security_level encrypt');
	t.is(one({}, inUse('smtp_tls_security_level=may')), 'encrypt');
});

test('the mandatory list of a configuration is the least version', t => {
	const inUse = (...main: readonly string[]) =>
		configurationInUse(configured('3.7.11', ['smtp_tls_security_level=may', ...main], [smtp]));
	t.is(one({oldest: 'TLSv1'}, inUse()), 'encrypt');
	t.is(one({oldest: 'TLSv1.1'}, inUse('smtp_tls_mandatory_protocols=>=TLSv1.2')), 'no line, old-version');
	t.is(one({}, inUse('smtp_tls_mandatory_protocols=>=TLSv1.3')), 'no line, old-version');
	const other = service('bulk unix smtp', ['smtp_tls_mandatory_protocols=>=TLSv1.3']);
	const two = configurationInUse(configured('3.7.11', ['smtp_tls_security_level=may'], [smtp, other]));
	t.is(two.floor, null);
	t.is(one({oldest: 'TLSv1.1'}, two), 'no line, old-version');
});

test('what is in use is never weakened, and keeps its attributes', t => {
	const row = (value: string) => table(`bank.example ${value}`);
	t.is(one({}, row('may')), 'encrypt for bank.example may');
	t.is(
		one({}, row('may ciphers=high protocols=>=TLSv1.2')),
		'encrypt ciphers=high protocols=>=TLSv1.2 for bank.example may ciphers=high protocols=>=TLSv1.2',
	);
	t.is(one({}, row('encrypt')), 'left bank.example encrypt');
	t.is(one({}, row('encrypt protocols=TLSv1.3')), 'left bank.example encrypt protocols=TLSv1.3');
	t.is(one({}, row('dane')), 'left bank.example dane');
	t.is(one(dane, row('dane')), 'dane-only for bank.example dane');
	t.is(one(dane, row('encrypt')), 'dane-only for bank.example encrypt');
	t.is(one(unnamed, row('secure match=nexthop')), 'left bank.example secure match=nexthop');
	t.is(one(unnamed, row('fingerprint match=00:11')), 'left bank.example fingerprint match=00:11');
	t.is(one(dane, row('verify')), 'left bank.example verify');
	t.is(one({sessions: 1}, row('encrypt')), 'left bank.example encrypt');
	t.is(one({sessions: 1}, row('may')), 'no line, few-sessions');
	t.is(one({}, row('nonsense')), 'left bank.example nonsense');
});

test('a parent’s row with a leading dot rules, and a row of another domain does not', t => {
	t.is(one({}, table('.example encrypt')), 'left .example encrypt');
	t.is(one({}, table('.example may')), 'encrypt for .example may');
	t.is(one({}, table('example encrypt\nxbank.example encrypt')), 'encrypt');
	t.is(one({}, table('BANK.example  encrypt\nbank.example may')), 'left bank.example encrypt');
});

test('what was seen and cannot be, were the row in force, is a contradiction and no line', t => {
	const row = (value: string) => table(`bank.example ${value}`);
	t.is(one({plaintext: 2}, row('encrypt')), 'contradicted encrypt, plaintext');
	t.is(one({}, row('secure')), 'contradicted secure, not-verified');
	t.is(one({held: 1}, row('encrypt')), 'contradicted encrypt, held');
	t.is(one({}, row('none')), 'contradicted none, encrypted');
	t.is(one({plaintext: 10}, row('none')), 'no line, plaintext');
	t.is(one({plaintext: 10}, row('may')), 'no line, plaintext');
});

test('only host names become lines', t => {
	for (const name of [
		'bücher.example',
		'a_b.example',
		'[192.0.2.1]',
		'-a.example',
		'a..example',
		'192.0.2.1',
		`${'a'.repeat(64)}.example`,
		'',
	])
		t.deepEqual(decided([seen(name)]), [`${name}: no line, no-host-name`], name);
	t.deepEqual(decided([seen('xn--bcher-kva.example')]), ['xn--bcher-kva.example: encrypt']);
});

test('a port other than 25, and an address for a name, are routes: the key is the server', t => {
	t.deepEqual(
		decided([
			seen('a.example', {host: 'gate.example.net', port: 587}),
			seen('b.example', {host: 'gate.example.net', port: 587}),
			seen('c.example', {host: '192.0.2.9', port: 25}),
			seen('d.example', {host: 'odd name', port: 2525}),
			seen('e.example'),
		]),
		[
			'[192.0.2.9]: encrypt',
			'[gate.example.net]:587: encrypt',
			'[odd name]:2525: no line, no-host-name',
			'e.example: encrypt',
		],
	);
	const [gate] = harden([seen('a.example', {host: 'gate.example.net', port: 587})], nothingInUse, enough);
	t.true(gate?.spelled);
	const known = table('[gate.example.net]:submission may');
	t.deepEqual(decided([seen('a.example', {host: 'gate.example.net', port: 587})], known), [
		'[gate.example.net]:submission: encrypt for [gate.example.net]:submission may',
	]);
});

test('one server for all mail of several domains is a relayhost: no domain gets a line', t => {
	const by = (domain: string) => seen(domain, {host: 'relay.example.net'});
	t.deepEqual(decided([by('a.example'), by('b.example'), by('c.example')]), [
		'[relay.example.net]: no line, one-server',
	]);
	t.deepEqual(decided([by('a.example'), by('b.example')]), ['a.example: encrypt', 'b.example: encrypt']);
	t.is(decided([by('a.example'), by('b.example'), by('c.example'), seen('d.example')]).length, 4);
});

test('a configuration shows the next hops', t => {
	const inUse = (main: readonly string[], tables: Readonly<Record<string, string>> = {}) =>
		configurationInUse(configured('3.7.11', ['smtp_tls_security_level=may', ...main], [smtp], tables));
	const rows = ['a.example', 'b.example', 'sub.b.example'].map(domain => seen(domain, {host: 'relay.example.net'}));
	t.deepEqual(decided(rows, inUse(['relayhost=[relay.example.net]'])), ['[relay.example.net]: encrypt']);
	t.deepEqual(decided(rows, inUse([])), ['a.example: encrypt', 'b.example: encrypt', 'sub.b.example: encrypt']);
	const transports = {'hash:/t': 'a.example smtp:\nb.example smtp:[mx.b.example]:2525\n.b.example :\n'};
	t.deepEqual(decided(rows, inUse(['relayhost=relay.example.net', 'transport_maps=hash:/t'], transports)), [
		'[mx.b.example]:2525: encrypt',
		'a.example: encrypt',
		'relay.example.net: encrypt',
	]);
	t.deepEqual(decided(rows.slice(0, 1), inUse(['default_transport=smtp:[gate.example]'])), ['[gate.example]: encrypt']);
	for (const setting of ['sender_dependent_relayhost_maps=hash:/s', 'transport_maps=mysql:/m'])
		t.deepEqual(decided(rows.slice(0, 1), inUse([setting])), ['a.example: no line, route-unknown']);
});

test('mail of one domain that a route held back keeps all its domains from a line', t => {
	const inUse = configurationInUse(configured('3.7.11', ['relayhost=[relay.example.net]'], [smtp]));
	const held = seen('b.example', {host: null, port: null, sessions: 0, messages: 0, oldest: null, held: 1});
	t.deepEqual(decided([seen('a.example', {host: 'relay.example.net'}), held], inUse), [
		'[relay.example.net]: no line, held',
	]);
});

test('a table of patterns may have a row for any next hop: nothing is proven by a row that is not there', t => {
	const patterns = '/\\.example$/ secure\n';
	t.deepEqual(table(patterns).unread, ['/etc/postfix/tls_policy']);
	t.is(one(verify, table(patterns)), 'no line, checked-already');
	const inUse = (...main: readonly string[]) =>
		configurationInUse(configured('3.11.1', main, [smtp], {'pcre:/etc/postfix/p': patterns}));
	t.is(one(verify, inUse('smtp_tls_policy_maps=pcre:/etc/postfix/p')), 'no line, checked-already');
	t.is(one({}, inUse('transport_maps=pcre:/etc/postfix/p')), 'no line, route-unknown');
	t.is(one({}, inUse('smtp_tls_policy_maps=static:encrypt')), 'left smtp_tls_policy_maps encrypt');
});

test('a policy table puts smtp_tls_per_site out of force, which is said', t => {
	const perSite = (...main: readonly string[]) => configurationInUse(configured('3.7.11', main, [smtp])).perSite;
	t.true(perSite('smtp_tls_per_site=hash:/s'));
	t.false(perSite('smtp_tls_per_site=hash:/s', 'smtp_tls_policy_maps=hash:/p'));
	t.false(perSite());
});
