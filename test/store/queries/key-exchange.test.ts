import test from 'ava';
import fc from 'fast-check';
import {sessionsOf} from '../../../src/model/key-exchange.ts';
import {keyExchanges, notHybridPeers} from '../../../src/store/queries/key-exchange.ts';
import {keyExchangeKind, keyExchangeKinds} from '../../../src/tls/group.ts';
import {protocols} from '../../../src/tls/version.ts';
import {judgeSessions, session, storeOf} from '../sample-sessions.ts';

const tls13 = {outcome: 'encrypted', protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', port: 25} as const;

test('each encrypted session is of one kind of key exchange; groups have one name in all spellings', async t => {
	const store = await storeOf([
		session('relay-in', {...tls13, keyExchange: 'X25519MLKEM768'}),
		session('relay-in', {...tls13, keyExchange: 'X25519MLKEM768'}),
		session('relay-in', {...tls13, keyExchange: 'ECDHE (P-256)'}),
		session('relay-in', {...tls13, keyExchange: 'secp256r1'}),
		session('relay-in', {...tls13, keyExchange: 'ECDHE'}),
		session('relay-in', tls13),
		session('relay-in', {...tls13, protocol: 'TLSv1.2', cipher: 'ECDHE-RSA-AES256-GCM-SHA384'}),
		session('relay-in', {...tls13, protocol: 'TLSv1', cipher: 'AES128-SHA'}),
		session('relay-in', {outcome: 'encrypted', port: 25}),
		session('relay-in', {outcome: 'plaintext', port: 25}),
		session('relay-in', {outcome: 'failed', port: 25}),
		session('access', {...tls13, port: 993}),
	]);
	await judgeSessions(store, () => []);
	const rows = await keyExchanges(store);
	const some = await keyExchanges(store, {hops: ['access']});
	await store.close();
	t.deepEqual(rows, [
		{
			...{hop: 'relay-in', port: 25, hybrid: 2, could: 3, cannot: 2, not_logged: 2},
			groups: {x25519mlkem768: 2, secp256r1: 2},
		},
		{hop: 'access', port: 993, hybrid: 0, could: 0, cannot: 0, not_logged: 1, groups: {}},
	]);
	t.deepEqual(some, rows.slice(1));
});

test('names without end take no room, and the frequent ones stay', async t => {
	const made = Array.from({length: 1000}, (_, index) => session('relay-in', {...tls13, keyExchange: `X${index}MLKEM`}));
	const honest = Array.from({length: 3}, () => session('relay-in', {...tls13, keyExchange: 'X25519MLKEM768'}));
	const store = await storeOf([...made, ...honest]);
	await judgeSessions(store, () => []);
	const [row] = await keyExchanges(store);
	await store.close();
	t.is(Object.keys(row?.groups ?? {}).length, 200);
	t.is(Object.entries(row?.groups ?? {})[0]?.join(' '), 'x25519mlkem768 3');
	t.is(row?.hybrid, 1003, 'what has no name of its own keeps its kind');
});

test('peers none of whose sessions was hybrid, the largest first; of whom nothing is logged is none of them', async t => {
	const at = (ip: string, more: object = {}) =>
		session('relay-in', {...tls13, peerIp: ip, keyExchange: 'X25519', ...more});
	const old = {protocol: 'TLSv1.2', cipher: 'ECDHE-RSA-AES256-GCM-SHA384', keyExchange: null};
	const out = {...tls13, keyExchange: 'X25519', peerHost: 'mx.example', messages: 3};
	const store = await storeOf([
		at('192.0.2.1'),
		at('192.0.2.1', {...old, messages: 2}),
		at('192.0.2.1', {keyExchange: null, messages: 9}),
		at('192.0.2.2', old),
		at('192.0.2.3'),
		at('192.0.2.3', {keyExchange: 'X25519MLKEM768'}),
		at('192.0.2.4', {keyExchange: null}),
		at('192.0.2.5', {outcome: 'plaintext', protocol: null, keyExchange: null}),
		session('relay-out', {...out, peerIp: '198.51.100.1'}),
		session('relay-out', {...out, peerIp: '198.51.100.2'}),
		session('relay-out', {...out, peerIp: '198.51.100.2'}),
	]);
	await judgeSessions(store, () => []);
	const {peers, peer_count} = await notHybridPeers(store);
	const [largest, ...rest] = (await notHybridPeers(store, {}, 1)).peers;
	const few = await notHybridPeers(store, {}, 1);
	await store.close();
	t.deepEqual(
		peers.map(({hop, peer_ip, peer_host, sessions, could, cannot, not_logged, messages}) => [
			...[hop, peer_ip, peer_host, sessions, could, cannot, not_logged, messages],
		]),
		[
			['relay-out', null, 'mx.example', 3, 3, 0, 0, 9],
			['relay-in', '192.0.2.1', null, 2, 1, 1, 1, 2],
			['relay-in', '192.0.2.2', null, 1, 0, 1, 0, 0],
		],
	);
	t.is(peer_count, 3);
	t.is(few.peer_count, 3);
	t.deepEqual([largest, rest], [peers[0], []]);
});

const words: fc.Arbitrary<string | null> = fc.oneof(
	fc.constantFrom('X25519MLKEM768', 'x25519_kyber768', 'X25519', 'ECDHE (P-256)', 'ECDHE', 'DHE (2048 bits)', null),
	fc.string({minLength: 1, maxLength: 12}),
);
const versions = fc.oneof(
	fc.constantFrom(...protocols, 'TLS 1.2', 'tls1.3', 'QUICv1', null),
	fc.string({maxLength: 8}),
);

test('the filter and the report have every session of the kind that the one definition gives it', async t => {
	const made = fc.array(fc.record({protocol: versions, keyExchange: words}), {minLength: 1, maxLength: 20});
	await fc.assert(
		fc.asyncProperty(made, async several => {
			const store = await storeOf(several.map(each => session('relay-in', {...tls13, ...each})));
			await judgeSessions(store, () => []);
			const [all] = await keyExchanges(store);
			const kept = several.map(({protocol, keyExchange}) => keyExchangeKind(protocol, keyExchange));
			for (const kind of keyExchangeKinds) {
				const expected = kept.filter(each => each === kind).length;
				const [some] = await keyExchanges(store, {terms: [{kind: 'pq', values: [kind]}]});
				const name = kind === 'not-logged' ? 'not_logged' : kind;
				t.is(all?.[name], expected);
				t.is(some === undefined ? 0 : sessionsOf(some), expected);
				t.is(some?.[name] ?? 0, expected);
			}
			await store.close();
		}),
		{numRuns: 20},
	);
});

test('a group is found in any spelling, in part only with a star', async t => {
	const store = await storeOf([
		session('relay-in', {...tls13, keyExchange: 'X25519MLKEM768'}),
		session('relay-in', {...tls13, keyExchange: 'SecP256r1MLKEM768'}),
		session('relay-in', {...tls13, keyExchange: 'X25519'}),
		session('relay-in', {...tls13, keyExchange: 'ECDHE (P-256)'}),
		session('relay-in', {...tls13, keyExchange: 'secp256r1'}),
		session('relay-in', tls13),
		session('relay-in', {...tls13, outcome: 'failed', keyExchange: 'X25519'}),
	]);
	await judgeSessions(store, () => []);
	const found = async (...values: string[]): Promise<object> => {
		const [row] = await keyExchanges(store, {terms: [{kind: 'group', values}]});
		return row?.groups ?? {};
	};
	t.deepEqual(await found('x25519'), {x25519: 1});
	t.deepEqual(await found('X25519MLKEM768'), {x25519mlkem768: 1});
	t.deepEqual(await found('P-256'), {secp256r1: 2});
	t.deepEqual(await found('prime256v1', 'x25519'), {secp256r1: 2, x25519: 1});
	t.deepEqual(await found('*mlkem*'), {secp256r1mlkem768: 1, x25519mlkem768: 1});
	t.deepEqual(await found('.*'), {});
	const [others] = await keyExchanges(store, {terms: [{kind: 'group', values: ['x25519'], not: true}]});
	t.is(others === undefined ? 0 : sessionsOf(others), 5);
	await store.close();
});
