import test from 'ava';
import type {HeldLine} from '../../src/model/outbound.ts';
import {createLoader} from '../../src/store/load.ts';
import {openStore} from '../../src/store/store.ts';
import {session} from './sample-sessions.ts';

const held = (queueId: string, reason: HeldLine['reason'], more: Partial<HeldLine> = {}): HeldLine => ({
	time: Date.UTC(2026, 0, 1),
	logHost: 'mx',
	tag: 'postfix/smtp',
	queueId,
	domain: 'a.example',
	reason,
	connected: false,
	...more,
});

test('the view deliveries has a row for each session and domain, beside the columns of the session', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	loader.add(session('relay-out', {deliveries: 'a.example 1 0 2, 0 3 0', pid: 1, trust: 'Verified'}));
	loader.add(session('relay-out', {pid: 2}));
	loader.end();
	t.deepEqual(
		await store.all('select recipient_domain, sent, deferred, bounced, pid, trust from deliveries order by sent desc'),
		[
			{recipient_domain: 'a.example', sent: 1, deferred: 0, bounced: 2, pid: 1, trust: 'Verified'},
			{recipient_domain: null, sent: 0, deferred: 3, bounced: 0, pid: 1, trust: 'Verified'},
		],
	);
	await store.close();
});

test('the view held has a row for each domain and reason, with messages by their queue ids', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const line of [
		held('A', 'no-dnssec'),
		held('A', 'no-dnssec', {time: Date.UTC(2026, 0, 2)}),
		held('A', 'no-dnssec', {logHost: 'mx2'}),
		held('B', 'no-dnssec', {logHost: null, time: null}),
		held('B', null, {logHost: null}),
		held('C', 'mta-sts', {domain: null}),
		held('D', 'handshake-failed', {connected: true}),
	])
		loader.addHeld(line);
	loader.end();
	t.deepEqual(
		await store.all(`select recipient_domain, reason, messages, epoch_ms(first_seen)::double as first,
			epoch_ms(last_seen)::double as last, delivered_later from held order by messages desc`),
		[
			{
				...{recipient_domain: 'a.example', reason: 'no-dnssec', messages: 3, delivered_later: 1},
				first: Date.UTC(2026, 0, 1),
				last: Date.UTC(2026, 0, 2),
			},
			{
				...{recipient_domain: null, reason: 'mta-sts', messages: 1, delivered_later: 0},
				first: Date.UTC(2026, 0, 1),
				last: Date.UTC(2026, 0, 1),
			},
		],
	);
	await store.close();
});
