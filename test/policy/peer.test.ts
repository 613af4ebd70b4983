import test from 'ava';
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
import type {Exception, Policy} from '../../src/policy/policy.ts';
import {handshake} from '../tls/handshake.ts';

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
	t.is(destinationFor('mx.example.org', policy)?.trust, 'verified');
	t.is(destinationFor('mx.lax.example.org', policy)?.trust, 'encrypted');
	t.is(destinationFor('mx.example.com', policy), null);
	t.is(destinationFor(null, policy), null);
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
