import test from 'ava';
import type {HeldLine} from '../../../../src/model/outbound.ts';
import {createLoader} from '../../../../src/store/load.ts';
import {outbound} from '../../../../src/store/queries/outbound/outbound.ts';
import {openStore} from '../../../../src/store/store.ts';
import {judgeSessions, session} from '../../sample-sessions.ts';

const at = Date.UTC(2026, 0, 1);

test('mail is counted by domain, version, trust and transport; held mail as distinct messages', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	const tls = {outcome: 'encrypted', protocol: 'TLSv1.3', startedAt: at} as const;
	loader.add(session('relay-out', {...tls, trust: 'Verified', deliveries: 'a.example 2 0 0,b.example 1 0 0'}));
	loader.add(session('relay-out', {...tls, protocol: null, trust: null, deliveries: 'a.example 1 0 0'}));
	loader.add(session('relay-out', {startedAt: at, outcome: 'plaintext', deliveries: 'a.example 1 5 0'}));
	loader.add(session('relay-out', {startedAt: at, outcome: null, deliveries: ' 1 0 0'}));
	// A filter on this host and a mailbox server are no other domain's servers.
	loader.add(session('internal', {startedAt: at, outcome: 'plaintext', deliveries: 'a.example 9 0 0'}));
	loader.add(session('delivery', {startedAt: at, outcome: 'plaintext', deliveries: 'a.example 9 0 0'}));
	const line = (queueId: string, domain: string | null, connected: boolean, reason: HeldLine['reason']): HeldLine => ({
		...{time: at, logHost: 'mx', tag: 'postfix/smtp', queueId, domain, connected, reason},
	});
	for (const each of [
		line('A', 'c.example', true, 'handshake-failed'),
		line('A', 'c.example', false, 'handshake-failed'),
		line('A', 'c.example', false, 'no-dnssec'),
		line('A', 'c.example', true, null),
		line('B', 'a.example', false, 'no-dnssec'),
	])
		loader.addHeld(each);
	loader.end();
	await judgeSessions(store, () => []);
	const found = await outbound(store, {}, true);
	t.deepEqual(found.all, {
		...{messages: 6, plaintext: 1, unknown: 1, held: 2, deleted: 0},
		versions: {'TLSv1.3': 3, unknown: 1},
		trust: {Verified: 3, unknown: 1},
	});
	t.is(found.domainCount, 4);
	t.deepEqual(
		found.domains.map(row => [row.recipient_domain, row.messages, row.plaintext, row.trust.Verified ?? 0, row.held]),
		[
			['a.example', 4, 1, 2, 1],
			['b.example', 1, 0, 1, 0],
			[null, 1, 0, 0, 0],
			['c.example', 0, 0, 0, 1],
		],
	);
	t.deepEqual(
		found.held.map(row => [row.recipient_domain, row.reason, row.messages, row.before_connection, row.delivered_later]),
		[
			['a.example', 'no-dnssec', 1, 1, 0],
			['c.example', 'handshake-failed', 1, 1, 1],
			['c.example', 'no-dnssec', 1, 1, 1],
		],
	);
	const later = await outbound(store, {since: at + 1}, false);
	t.deepEqual([later.all.messages, later.all.held, later.held.length, later.domains.length], [0, 0, 0, 0]);
	t.is((await outbound(store, {hops: ['access']}, false)).all.held, 0);
	await store.close();
});
