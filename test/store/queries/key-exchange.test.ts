import test from 'ava';
import {keyExchanges} from '../../../src/store/queries/key-exchange.ts';
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
	t.is((row?.hybrid ?? 0) + (row?.not_logged ?? 0), 1003);
});
