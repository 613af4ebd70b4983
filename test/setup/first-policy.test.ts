import test from 'ava';
import fc from 'fast-check';
import type {PeerFinding} from '../../src/model/findings.ts';
import {hops} from '../../src/model/session.ts';
import {founding} from '../../src/policy/founding.ts';
import {findPolicy, policies} from '../../src/policy/policies.ts';
import {readPolicy} from '../../src/policy/policy-file.ts';
import {firstPolicy, type Seen} from '../../src/setup/first-policy.ts';

const when = {day: '2026-11-30', version: '0.1.0', until: '2027-02-28'};

/** The policy with every rule that waits behind a sign. */
const taken = (text: string): string => text.replaceAll(/^#(?=\S| {2})/gm, '');

const finding = (peer: string, over: Partial<PeerFinding> = {}): PeerFinding => ({
	rule: 'min-version',
	severity: 'violation',
	hop: 'submission',
	port: 465,
	peer,
	peer_host: null,
	usernames: [],
	sessions: 2,
	messages: 1,
	observed: ['TLSv1'],
	required: 'TLSv1.2 or later',
	reference: 'RFC 8997',
	first_seen: null,
	last_seen: null,
	source: null,
	first_line: null,
	last_line: null,
	...over,
});

test('as it is written it says what its base says, for each policy that comes with the program', t => {
	for (const {name} of policies()) {
		const {policy, problems} = readPolicy(firstPolicy(name, ['  465'], null, when));
		t.deepEqual(problems, [], name);
		const base = findPolicy(name);
		t.deepEqual(
			{rules: policy?.rules, later: policy?.later, exceptions: policy?.exceptions, to: policy?.destinations},
			{rules: base.rules, later: base.later, exceptions: [], to: []},
			name,
		);
	}
});

test('every rule that waits in it is a rule', t => {
	const {policy, problems} = readPolicy(taken(firstPolicy('founding', [], null, when)));
	t.deepEqual(problems, []);
	t.is(policy?.exceptions.length, 1);
	t.is(policy?.destinations.length, 1);
	t.notDeepEqual(policy?.rules, founding.rules);
});

test('who breaks the policy has an exception that waits; who has no address has none', t => {
	const broken = [
		finding('192.0.2.61'),
		finding('2001:db8::1', {port: null}),
		finding('unknown'),
		finding('mx.example'),
	];
	const seen: Seen = {logs: ['mail.log'], broken, newestOnly: [{hop: 'relay-in', sessions: 7}]};
	const text = firstPolicy('founding', [], seen, when);
	t.deepEqual(readPolicy(text).policy?.exceptions, []);
	const {policy, problems} = readPolicy(taken(text));
	t.deepEqual(problems, []);
	t.deepEqual(
		policy?.exceptions.map(({rules, cidr, until}) => ({rules, cidr, until})),
		[
			{rules: ['min-version'], cidr: '192.0.2.61/32', until: '2027-02-28'},
			{rules: ['min-version'], cidr: '2001:db8::1/128', until: '2027-02-28'},
		],
	);
	t.true(policy?.rules.some(({id}) => id === 'relay-in-min-version'));
	t.false(policy?.rules.some(({id}) => id === 'submission-min-version'));
});

test('of many that break it, some are named and the others counted', t => {
	const broken = Array.from({length: 50}, (_, index) => finding(`192.0.2.${index}`));
	const text = firstPolicy('founding', [], {logs: [], broken, newestOnly: []}, when);
	t.is(readPolicy(taken(text)).policy?.exceptions.length, 20);
	t.regex(text, /^## and 30 more, which tlsaudit check names$/m);
});

test('who has no address is counted, with an exception for others and without one', t => {
	for (const peers of [
		['192.0.2.61', 'unknown', 'mx.example'],
		['unknown', 'mx.example'],
	]) {
		const broken = peers.map(peer => finding(peer));
		const text = firstPolicy('founding', [], {logs: [], broken, newestOnly: []}, when);
		t.regex(text, /^## Breaks of the policy by peers without an address: 2; tlsaudit check names them\.$/m);
		t.is(readPolicy(taken(text)).policy?.exceptions.length, 1);
	}
});

test('what is said of TLS 1.3 is said of sessions that did not fail', t => {
	for (const [sessions, sentence] of [
		[1, /^## the one session that did not fail had TLS 1\.3$/m],
		[7, /^## all 7 sessions that did not fail had TLS 1\.3$/m],
	] as const) {
		const seen: Seen = {logs: [], broken: [], newestOnly: [{hop: 'submission', sessions}]};
		t.regex(firstPolicy('founding', [], seen, when), sentence);
	}
});

test('no name of a log or a peer breaks out of its comment', t => {
	const text = fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom('\nname: theirs', '"}\n- x', '1.2.3.4\u2028'));
	fc.assert(
		fc.property(fc.array(text), fc.array(text), fc.constantFrom(...hops), (logs, peers, hop) => {
			const broken = peers.map(peer => finding(peer, {hop, port: null}));
			const made = firstPolicy('founding', logs, {logs, broken, newestOnly: [{hop, sessions: 1}]}, when);
			for (const yaml of [made, taken(made)]) {
				const {policy, problems} = readPolicy(yaml);
				if (policy === null || policy.name !== 'ours') throw new Error(JSON.stringify(problems));
			}
		}),
	);
	t.pass();
});
