import test from 'ava';
import type {HeldLine} from '../../../src/model/outbound.ts';
import {createLoader} from '../../../src/store/load.ts';
import {seenMail} from '../../../src/store/queries/seen-mail.ts';
import {openStore} from '../../../src/store/store.ts';
import {judgeSessions, session} from '../sample-sessions.ts';

const at = Date.UTC(2026, 0, 1);
const day = 86_400_000;

test('sessions are counted by domain and server, with what failed there before a recipient was logged', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	const at25 = {startedAt: at, port: 25, peerIp: '192.0.2.1', peerHost: 'mx.example'} as const;
	const tls = {...at25, outcome: 'encrypted', protocol: 'TLSv1.3', trust: 'Untrusted'} as const;
	for (const each of [
		session('relay-out', {...tls, deliveries: 'a.example 2 0 0,b.example 0 1 0'}),
		session('relay-out', {
			...tls,
			protocol: 'TLSv1.2',
			startedAt: at + day,
			endedAt: at + 2 * day,
			deliveries: 'a.example 1 0 0',
		}),
		session('relay-out', {...tls, protocol: 'TLSv9', deliveries: 'a.example 1 0 0'}),
		session('relay-out', {...at25, outcome: 'plaintext', deliveries: 'c.example 1 0 0'}),
		session('relay-out', {...at25, outcome: null, deliveries: 'c.example 1 0 0'}),
		session('relay-out', {...tls, failure: 'certificate-not-verified', deliveries: 'c.example 0 1 0'}),
		session('relay-out', {
			...at25,
			peerHost: null,
			outcome: 'failed',
			failure: 'timeout',
			deliveries: null,
			peerIp: '192.0.2.9',
		}),
		session('relay-out', {...at25, peerHost: 'mx2.example', outcome: 'failed', failure: 'timeout', deliveries: null}),
		session('relay-out', {...tls, peerHost: 'mx2.example', deliveries: 'b.example 1 0 0'}),
		session('relay-out', {...tls, peerHost: 'mx2.example', port: 587, deliveries: 'b.example 1 0 0'}),
		// Not by smtp_tls_policy_maps.
		session('delivery', {...tls, outcome: 'plaintext', deliveries: 'a.example 1 0 0'}),
		session('internal', {...tls, outcome: 'plaintext', deliveries: 'a.example 1 0 0'}),
		session('relay-out', {...tls, deliveries: ' 1 0 0'}),
	])
		loader.add(each);
	const line = (queueId: string, domain: string, reason: HeldLine['reason']): HeldLine => ({
		...{time: at, logHost: 'mx', tag: 'postfix/smtp', queueId, domain, connected: false, reason},
	});
	for (const each of [
		line('A', 'held.example', 'no-dnssec'),
		line('A', 'held.example', 'no-dnssec'),
		line('B', 'held.example', 'requiretls'),
		line('C', 'b.example', 'no-dnssec'),
		line('C', 'b.example', null),
	])
		loader.addHeld(each);
	loader.end();
	await judgeSessions(store, () => []);
	const rows = await seenMail(store);
	t.deepEqual(
		rows.map(row => [
			row.recipient_domain,
			row.host,
			row.port,
			row.sessions,
			row.messages,
			row.plaintext,
			row.failed,
			row.unknown,
			row.versionless,
			row.oldest,
			row.held,
		]),
		[
			['a.example', 'mx.example', 25, 3, 4, 0, 0, 0, 1, 'TLSv1.2', 0],
			['b.example', 'mx.example', 25, 1, 0, 0, 0, 0, 0, 'TLSv1.3', 1],
			['b.example', 'mx2.example', 25, 1, 1, 0, 1, 0, 0, 'TLSv1.3', 1],
			['b.example', 'mx2.example', 587, 1, 1, 0, 0, 0, 0, 'TLSv1.3', 1],
			['c.example', 'mx.example', 25, 3, 2, 1, 1, 1, 0, 'TLSv1.3', 0],
			['held.example', null, null, 0, 0, 0, 0, 0, 0, null, 2],
		],
	);
	t.deepEqual([rows[0]?.first_seen, rows[0]?.last_seen], [at, at + 2 * day]);
	t.is(rows.at(-1)?.held_reason, 'no-dnssec');
	t.deepEqual(
		(await seenMail(store, {since: at + 1})).map(row => [row.recipient_domain, row.sessions, row.held]),
		[['a.example', 1, 0]],
	);
	await store.close();
});

test('how a certificate was checked is counted by trust and level', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	const cases = [
		['Verified', 'dane', 'checked by_dane'],
		['Verified', 'dane-only', 'checked by_dane'],
		['Verified', 'dane/!requiretls:none', 'checked by_dane'],
		['Verified', 'dane?', 'checked'],
		['Verified', 'verify', 'checked by_verify'],
		['Verified', 'secure', 'checked'],
		['Verified', 'fingerprint', 'checked'],
		['Verified', null, 'checked by_unnamed'],
		['Trusted', 'halfdane', 'checked'],
		['Trusted', 'dane:halfdane', 'checked'],
		['Trusted', 'dane:encrypt', ''],
		['Trusted', 'may', ''],
		['Untrusted', null, ''],
		[null, null, ''],
	] as const;
	for (const [index, [trust, tlsLevel]] of cases.entries())
		loader.add(
			session('relay-out', {
				...{
					startedAt: at,
					port: 25,
					peerHost: 'mx.example',
					outcome: 'encrypted',
					protocol: 'TLSv1.3',
					trust,
					tlsLevel,
				},
				deliveries: `d${String(index).padStart(2, '0')}.example 1 0 0`,
			}),
		);
	loader.end();
	await judgeSessions(store, () => []);
	const names = ['checked', 'by_dane', 'by_verify', 'by_unnamed'] as const;
	t.deepEqual(
		(await seenMail(store)).map((row, index) => [
			cases[index]?.[0],
			cases[index]?.[1],
			names.filter(name => row[name] === 1).join(' '),
		]),
		cases.map(each => [...each]),
	);
	await store.close();
});
