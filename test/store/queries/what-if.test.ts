import test from 'ava';
import {whatIf} from '../../../src/policy/what-if.ts';
import {replaySessions} from '../../../src/store/queries/what-if.ts';
import {judgeSessions, session, storeOf} from '../sample-sessions.ts';

const old = {outcome: 'encrypted', protocol: 'TLSv1', cipher: 'AES128-SHA', port: 25} as const;
const good = {...old, protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384'} as const;
const at = (minute: number): number => Date.UTC(2026, 0, 31, 8, minute);

test('one row per hop and address, with whether the peer can do better, and what remains', async t => {
	const store = await storeOf([
		session('relay-in', {...old, peerIp: '192.0.2.1', peerHost: 'a.example.net', messages: 2, startedAt: at(1)}),
		session('relay-in', {...old, peerIp: '192.0.2.1', peerHost: 'b.example.net', messages: 3, startedAt: at(2)}),
		session('relay-in', {...good, peerIp: '192.0.2.1', peerHost: 'a.example.net', messages: 1}),
		session('relay-in', {...old, peerIp: '192.0.2.2', peerHost: 'Example.NET.', messages: 1}),
		session('relay-in', {outcome: 'plaintext', port: 25, peerIp: '192.0.2.2', messages: 1}),
		session('relay-in', {outcome: 'failed', port: 25, peerIp: '192.0.2.3'}),
		session('relay-in', {...old, peerIp: '192.0.2.9'}),
		session('submission', {...old, port: 465, peerIp: '192.0.2.1', username: 'ana', messages: 1}),
		session('submission', {...old, port: 465, peerIp: '192.0.2.1', username: 'bo', messages: 1}),
		session('submission', {...old, port: 465, peerIp: '192.0.2.1', username: 'ana', messages: 1}),
		session('submission', {...good, port: 465, peerIp: '192.0.2.77', username: 'bo', messages: 1}),
		session('relay-in', {outcome: 'encrypted', port: 25, peerIp: '192.0.2.5', messages: 1}),
	]);
	await judgeSessions(store, () => []);
	const result = await replaySessions(store, whatIf({minVersion: 'TLSv1.2'}));
	await store.close();
	const short = result.breaks.map(row => [
		row.hop,
		row.peer_ip,
		row.sessions,
		row.messages,
		row.also_seen_allowed,
		row.probe,
	]);
	t.deepEqual(short, [
		['relay-in', '192.0.2.1', 2, 5, true, false],
		['submission', '192.0.2.1', 3, 3, false, false],
		['relay-in', '192.0.2.2', 1, 1, false, false],
		['relay-in', '192.0.2.9', 1, 0, false, true],
	]);
	t.like(result.breaks[0], {peer_host: 'b.example.net', last_seen: at(2), reasons: ['TLSv1 is older than TLSv1.2']});
	t.like(result.breaks[1], {username: 'ana', usernames: ['ana', 'bo']});
	t.deepEqual(
		result.users.map(row => [row.username, row.sessions, row.also_seen_allowed]),
		[
			['ana', 2, false],
			['bo', 1, true],
		],
	);
	t.deepEqual(
		result.domains.map(row => [row.domain, row.peers, row.sessions, row.messages, row.also_seen_allowed]),
		[['example.net', 2, 3, 6, true]],
	);
	t.deepEqual(result.remains, [
		{hop: 'submission', port: 465, sessions: 4, breaks: 3, unknown: 0, remains: 1, remaining_messages: 1},
		{hop: 'relay-in', port: 25, sessions: 8, breaks: 4, unknown: 1, remains: 2, remaining_messages: 2},
	]);
});

test('a filter limits what is replayed; a second run leaves nothing of the first', async t => {
	const store = await storeOf([
		session('relay-in', {...old, peerIp: '192.0.2.1', messages: 2}),
		session('access', {...old, peerIp: '192.0.2.2', username: 'ana'}),
	]);
	await judgeSessions(store, () => []);
	const access = await replaySessions(store, whatIf({ban: ['SHA1']}), {hops: ['access']});
	t.deepEqual(
		access.breaks.map(({peer_ip}) => peer_ip),
		['192.0.2.2'],
	);
	t.deepEqual((await replaySessions(store, whatIf({ban: ['RC4']}))).breaks, []);
	await store.close();
});
