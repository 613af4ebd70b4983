import test from 'ava';
import {findPolicy} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {judgeByPolicy} from '../../src/store/judgement.ts';
import {findingGroups} from '../../src/store/queries/findings/findings.ts';
import {peerFindings, setBaseline} from '../../src/store/queries/findings/peer-findings.ts';
import {inconclusiveRules, suppressed} from '../../src/store/queries/findings/suppressed.ts';
import {hops} from '../../src/store/queries/summary.ts';
import {session, storeOf} from './sample-sessions.ts';

const now = Date.UTC(2026, 5, 15, 12);
const old = {port: 465, tlsMode: 'implicit', outcome: 'encrypted', protocol: 'TLSv1', messages: 1} as const;
const out = {port: 25, tlsMode: 'starttls', outcome: 'encrypted', protocol: 'TLSv1.3', messages: 1} as const;
const at = (minute: number): number => Date.UTC(2026, 0, 31, 8, minute);

const sessions = [
	session('submission', {
		...old,
		peerIp: '192.0.2.1',
		username: 'ana',
		startedAt: at(1),
		source: 'a.log',
		firstLine: 1,
	}),
	session('submission', {
		...old,
		peerIp: '192.0.2.1',
		username: 'ana',
		startedAt: at(9),
		source: 'b.log',
		firstLine: 7,
	}),
	session('submission', {...old, peerIp: '192.0.2.1', username: 'bo', startedAt: at(5), source: 'a.log', firstLine: 5}),
	session('submission', {...old, peerIp: '198.51.100.7', peerHost: 'old.example.org', startedAt: at(2)}),
	session('submission', {...old, peerIp: '203.0.113.9', cipher: 'RC4-SHA', username: 'dan', startedAt: at(3)}),
	session('relay-out', {...out, peerHost: 'mx.bank.example', trust: 'Untrusted'}),
	session('relay-out', {...out, peerHost: 'mx.bank.example', trust: 'Verified'}),
	session('relay-out', {...out, peerHost: 'mx.other.example', trust: 'Untrusted'}),
];

const founding = findPolicy('founding');
const policy: Policy = {
	...founding,
	name: 'own',
	destinations: [{domain: 'bank.example', trust: 'verified', severity: 'violation'}],
	exceptions: [
		{rules: ['min-version'], cidr: '198.51.100.0/24', reason: 'scanner', until: '2026-06-15'},
		{rules: [], user: 'ANA', reason: 'phone', until: '2026-12-31'},
		{rules: [], cidr: '203.0.113.0/24', reason: 'was moved', until: '2026-06-14'},
		{rules: ['min-version'], domain: 'bank.example', reason: 'never matches', until: '2026-12-31'},
	],
};

test('exceptions take findings off the list until their last day is over, and are shown with their reason', async t => {
	const store = await storeOf(sessions);
	await judgeByPolicy(store, policy, now);
	const found = await peerFindings(store);
	t.deepEqual(
		found.map(({rule, peer, usernames}) => [rule, peer, ...usernames]),
		[
			['destination-trust', 'mx.bank.example'],
			['min-version', '192.0.2.1', 'bo'],
			['min-version', '203.0.113.9', 'dan'],
			['weak-suite', '203.0.113.9', 'dan'],
		],
	);
	t.deepEqual(await suppressed(store), [
		{
			...{
				rule: 'min-version',
				severity: 'violation',
				hop: 'submission',
				port: 465,
				reason: 'scanner',
				until: '2026-06-15',
			},
			...{sessions: 1, messages: 1, peer_count: 1, last_seen: at(2)},
		},
		{
			...{
				rule: 'min-version',
				severity: 'violation',
				hop: 'submission',
				port: 465,
				reason: 'phone',
				until: '2026-12-31',
			},
			...{sessions: 2, messages: 2, peer_count: 1, last_seen: at(9)},
		},
	]);
	const table = await hops(store);
	// The session of dan breaks two rules and is one.
	t.deepEqual(
		table.map(({hop, sessions: all, violations}) => [hop, all, violations]),
		[
			['submission', 5, 2],
			['relay-out', 3, 1],
		],
	);
	const view = await store.all('select rule, peer_ip, peer_host from violations order by all');
	t.is(view.length, 4);
	t.deepEqual(await store.all('select distinct reason, until, username from excepted order by all'), [
		{reason: 'phone', until: '2026-12-31', username: 'ana'},
		{reason: 'scanner', until: '2026-06-15', username: null},
	]);
	await judgeByPolicy(store, policy, now + 86_400_000);
	t.deepEqual(
		(await suppressed(store)).map(({reason}) => reason),
		['phone'],
	);
	await store.close();
});

test('the trust wanted of a destination is judged on its hosts only', async t => {
	const store = await storeOf(sessions);
	await judgeByPolicy(store, {...policy, exceptions: []}, now);
	const found = (await findingGroups(store)).filter(({rule}) => rule === 'destination-trust');
	t.is(found.length, 1);
	t.like(found[0], {
		...{severity: 'violation', hop: 'relay-out', port: 25, sessions: 1},
		...{observed: {'trust Untrusted': 1}, required: 'trust Verified', reference: 'policy, destinations: bank.example'},
	});
	t.deepEqual(
		found[0]?.peers.map(({peer_host}) => peer_host),
		['mx.bank.example'],
	);
	await judgeByPolicy(store, founding, now);
	t.false((await findingGroups(store)).some(({rule}) => rule === 'destination-trust'));
	await store.close();
});

test('the trust wanted of a domain is judged by the recipients, whatever host takes the mail', async t => {
	const via = {...out, peerHost: 'mx1.hoster.example'};
	const store = await storeOf([
		session('relay-out', {...via, trust: 'Untrusted', deliveries: 'bank.example 1 0 0'}),
		session('relay-out', {...via, trust: 'Untrusted', deliveries: 'other.example 1 0 0'}),
		session('relay-out', {...via, trust: 'Verified', deliveries: 'bank.example 2 0 0'}),
		session('relay-out', {...via, trust: 'Untrusted', deliveries: 'other.example 1 0 0,bank.example 1 0 0'}),
		// None of its mail went out.
		session('relay-out', {...via, trust: 'Untrusted', deliveries: 'other.example 1 0 0,bank.example 0 1 0'}),
		session('relay-out', {
			...via,
			outcome: 'plaintext',
			protocol: null,
			cipher: null,
			trust: null,
			deliveries: 'bank.example 1 0 0',
		}),
	]);
	await judgeByPolicy(store, {...policy, exceptions: []}, now);
	const found = (await findingGroups(store)).filter(({rule}) => rule === 'destination-trust');
	t.like(found[0], {sessions: 3, observed: {'trust Untrusted': 2, plaintext: 1}});
	t.is(found.length, 1);
	t.is((await store.all(`select * from violations where rule = 'destination-trust'`)).length, 3);
	await store.close();
});

test('a peer finding is one rule, hop, port and peer, at the lines of its latest session', async t => {
	const store = await storeOf(sessions);
	await judgeByPolicy(store, {...policy, exceptions: [], destinations: []}, now);
	const [first] = await peerFindings(store, {hops: ['submission']});
	t.like(first, {
		...{rule: 'min-version', severity: 'violation', hop: 'submission', port: 465, peer: '192.0.2.1', peer_host: null},
		...{sessions: 3, messages: 3, first_seen: at(1), last_seen: at(9), source: 'b.log', first_line: 7},
	});
	t.deepEqual(first?.usernames, ['ana', 'bo']);
	t.deepEqual(first?.observed, ['TLSv1']);
	await store.close();
});

test('what a baseline knows is left out, by rule, hop, port and peer', async t => {
	const store = await storeOf(sessions);
	await judgeByPolicy(store, {...policy, exceptions: []}, now);
	const all = await peerFindings(store);
	await setBaseline(store, all);
	t.deepEqual(await peerFindings(store, {}, true), []);
	t.deepEqual(await findingGroups(store, {}, true), []);
	await setBaseline(store, [
		{rule: 'min-version', hop: 'submission', port: 465, peer: '192.0.2.1'},
		{rule: 'min-version', hop: 'submission', port: 587, peer: '198.51.100.7'},
		{rule: 'weak-suite', hop: 'access', port: 465, peer: '203.0.113.9'},
		{rule: 'destination-trust', hop: 'relay-out', port: 25, peer: 'mx.bank.example'},
	]);
	t.deepEqual(
		(await peerFindings(store, {}, true)).map(({rule, peer}) => [rule, peer]),
		[
			['min-version', '198.51.100.7'],
			['min-version', '203.0.113.9'],
			['weak-suite', '203.0.113.9'],
		],
	);
	t.is((await findingGroups(store, {}, true)).find(({rule}) => rule === 'min-version')?.sessions, 2);
	t.is((await peerFindings(store)).length, all.length);
	await store.close();
});

test('rules that the log cannot decide are counted by hop and port, never as passed', async t => {
	const store = await storeOf([
		session('submission', {...old, protocol: null, peerIp: '192.0.2.1'}),
		session('submission', {...old, protocol: null, peerIp: '192.0.2.2'}),
		session('submission', {...old, protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'}),
	]);
	await judgeByPolicy(store, founding, now);
	const open = await inconclusiveRules(store, founding);
	t.deepEqual(
		open.find(({rule}) => rule === 'min-version'),
		{
			rule: 'min-version',
			severity: 'violation',
			hop: 'submission',
			port: 465,
			sessions: 2,
		},
	);
	t.deepEqual(await inconclusiveRules(store, founding, {hops: ['access']}), []);
	await store.close();
});
