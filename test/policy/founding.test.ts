import test from 'ava';
import type {Handshake} from '../../src/model/session-parts.ts';
import {founding} from '../../src/policy/founding.ts';
import {inconclusive, judge, ruleResults} from '../../src/policy/judge.ts';
import {handshake} from '../tls/handshake.ts';

const rulesOf = (fields: Partial<Handshake>) =>
	judge(handshake(fields), founding).map(finding => `${finding.severity} ${finding.rule}`);

test('TLSv1 accepted with mail on port 465 is the violation the policy was written for', t => {
	const found = judge(
		handshake({hop: 'submission', service: 'smtps', port: 465, protocol: 'TLSv1', cipher: 'ECDHE-RSA-AES256-SHA'}),
		founding,
	);
	t.deepEqual(found, [
		{
			rule: 'min-version',
			severity: 'violation',
			observed: 'TLSv1',
			required: 'TLSv1.2 or later',
			reference: 'RFC 8997, section 3: TLS 1.2 is the least for submission and access',
		},
	]);
});

test('the ways in that the founding table expects give no finding', t => {
	t.deepEqual(rulesOf({hop: 'submission', port: 465, tlsMode: 'implicit'}), []);
	t.deepEqual(rulesOf({hop: 'submission', port: 587, tlsMode: 'starttls'}), []);
	t.deepEqual(rulesOf({hop: 'relay-in', port: 25, tlsMode: 'starttls'}), []);
	t.deepEqual(rulesOf({hop: 'relay-out', direction: 'out', port: 25, tlsMode: 'starttls', trust: 'Verified'}), []);
	t.deepEqual(rulesOf({hop: 'access', service: 'imap', port: 993, tlsMode: 'implicit', loggedIn: true}), []);
	t.deepEqual(rulesOf({hop: 'access', service: 'pop3', port: 995, tlsMode: 'implicit', loggedIn: true}), []);
	t.deepEqual(rulesOf({hop: 'access', service: 'imap', port: null, tlsMode: 'implicit', loggedIn: true}), []);
});

test('STARTTLS on 143 and 110 is less than a plaintext login', t => {
	for (const port of [143, 110]) {
		t.deepEqual(rulesOf({hop: 'access', port, tlsMode: 'starttls', loggedIn: true}), ['weakness access-service']);
		const plain = {hop: 'access', port, outcome: 'plaintext', tlsMode: null, protocol: null, cipher: null} as const;
		t.deepEqual(rulesOf({...plain, loggedIn: true, carriedMail: false}), ['violation access-plaintext-login']);
		t.deepEqual(rulesOf({...plain, loggedIn: false, carriedMail: false}), []);
	}
});

test('mail or a login in plaintext on a submission port is a violation, a bare connection is not', t => {
	const plain = {
		hop: 'submission',
		port: 587,
		outcome: 'plaintext',
		tlsMode: null,
		protocol: null,
		cipher: null,
	} as const;
	t.deepEqual(rulesOf({...plain, carriedMail: true}), ['violation submission-plaintext']);
	t.deepEqual(rulesOf({...plain, carriedMail: false, loggedIn: true}), ['violation submission-plaintext']);
	t.deepEqual(rulesOf({...plain, carriedMail: false}), []);
});

test('on relay hops old TLS is a weakness and plaintext is worse', t => {
	for (const hop of ['relay-in', 'relay-out'] as const) {
		const way = {hop, direction: hop === 'relay-in' ? 'in' : 'out', port: 25, tlsMode: 'starttls'} as const;
		t.deepEqual(rulesOf({...way, protocol: 'TLSv1', cipher: 'AES128-SHA'}), ['weakness relay-min-version']);
		t.deepEqual(rulesOf({...way, protocol: 'SSLv3', cipher: 'RC4-SHA'}), [
			'weakness relay-min-version',
			'weakness relay-weak-suite',
		]);
		t.deepEqual(rulesOf({...way, outcome: 'plaintext', tlsMode: null, protocol: null, cipher: null}), [
			'violation relay-plaintext',
		]);
	}
});

test('an anonymous suite is a finding where our side is the client and where users log in, not on inbound relay', t => {
	const suite = {protocol: 'TLSv1.2', cipher: 'AECDH-AES256-SHA', port: 25, tlsMode: 'starttls'} as const;
	t.deepEqual(rulesOf({...suite, hop: 'relay-in'}), []);
	t.deepEqual(rulesOf({...suite, hop: 'relay-out', direction: 'out'}), ['weakness relay-anonymous-suite']);
	t.deepEqual(rulesOf({...suite, hop: 'submission', port: 587}), ['violation weak-suite']);
	t.deepEqual(rulesOf({...suite, hop: 'access', port: 993, tlsMode: 'implicit'}), ['violation weak-suite']);
});

test('the trust word Anonymous of an inbound session is normal', t => {
	t.deepEqual(rulesOf({hop: 'relay-in', port: 25, tlsMode: 'starttls', trust: 'Anonymous'}), []);
});

test('NULL, export, RC4, 3DES and DES suites are violations on submission', t => {
	for (const cipher of ['NULL-SHA256', 'EXP-RC4-MD5', 'ECDHE-RSA-RC4-SHA', 'DES-CBC3-SHA', 'DES-CBC-SHA'])
		t.deepEqual(rulesOf({hop: 'submission', port: 465, protocol: 'TLSv1.2', cipher}), ['violation weak-suite'], cipher);
});

test('a probe without mail and login breaks no rule; on our users’ ports it is reported', t => {
	const probe = {carriedMail: false, loggedIn: false, protocol: 'TLSv1', cipher: 'AES128-SHA'} as const;
	t.deepEqual(rulesOf({...probe, hop: 'submission', port: 465}), ['info min-version']);
	t.deepEqual(rulesOf({...probe, hop: 'access', port: 993}), ['info min-version']);
	t.deepEqual(rulesOf({...probe, hop: 'relay-in', port: 25, tlsMode: 'starttls'}), []);
});

test('a failed handshake is never a finding', t => {
	for (const hop of ['submission', 'relay-in', 'relay-out', 'access', 'delivery'] as const)
		for (const carriedMail of [true, false])
			t.deepEqual(rulesOf({hop, outcome: 'failed', protocol: 'SSLv3', cipher: 'RC4-MD5', carriedMail}), []);
});

test('an unknown outcome gives no finding and is no pass either', t => {
	const unsure = handshake({hop: 'submission', outcome: null, protocol: null, cipher: null});
	t.deepEqual(judge(unsure, founding), []);
	t.true(inconclusive(unsure, founding).includes('submission-plaintext'));
	t.false(ruleResults(unsure, founding).some(verdict => verdict.result === 'pass'));
});

test('internal re-injection is not judged', t => {
	t.deepEqual(rulesOf({hop: 'internal', outcome: 'plaintext', port: 10025, protocol: null, cipher: null}), []);
	t.deepEqual(rulesOf({hop: 'internal', protocol: 'TLSv1', cipher: 'RC4-SHA', port: 10025}), []);
});

test('what the log leaves out is undecided: protocol, suite, port, mode', t => {
	const bare = handshake({hop: 'submission', port: null, service: null, tlsMode: null, protocol: null, cipher: null});
	t.deepEqual(judge(bare, founding), []);
	t.deepEqual(inconclusive(bare, founding), ['min-version', 'weak-suite', 'submission-service']);
});

test('a name that is no known suite is undecided, not passed', t => {
	const odd = handshake({hop: 'submission', port: 465, cipher: 'FANCY-NEW-SUITE'});
	t.deepEqual(inconclusive(odd, founding), ['weak-suite']);
});

test('the same handshake is judged once', t => {
	const one = handshake({hop: 'submission', port: 465, protocol: 'TLSv1', cipher: 'AES128-SHA'});
	t.is(judge(one, founding), judge({...one}, founding));
});
