import test from 'ava';
import fc from 'fast-check';
import type {Term} from '../../../src/model/filter.ts';
import {founding} from '../../../src/policy/founding.ts';
import {inCidr} from '../../../src/policy/peer.ts';
import {judgeByPolicy} from '../../../src/store/judgement.ts';
import {ciphers} from '../../../src/store/queries/ciphers.ts';
import {failures} from '../../../src/store/queries/failures.ts';
import {findingGroups} from '../../../src/store/queries/findings/findings.ts';
import {binWidth} from '../../../src/store/queries/histogram.ts';
import {overview} from '../../../src/store/queries/overview.ts';
import {peers} from '../../../src/store/queries/peers.ts';
import {findingsOf, sessionList} from '../../../src/store/queries/session-list.ts';
import {news} from '../../../src/store/queries/summary.ts';
import {combined, whatIfRows} from '../../../src/store/queries/what-if.ts';
import {tallyOf} from '../../../src/store/tally/tally.ts';
import {network} from '../../../src/ui/typing/filter-language.ts';
import {filtered, liveStore, sampleSessions, session} from '../live-store.ts';
import {storeOf} from '../sample-sessions.ts';

const request = {order: 'sessions', descending: true, offset: 0, limit: 100};

test('the overview of the founding case says which hop takes what', async t => {
	const {store, end} = await liveStore(sampleSessions('founding-case.log'));
	const {rows, broken, news, histogram} = await overview(store, filtered(), 60);
	t.like(rows[0], {
		hop: 'submission',
		port: 465,
		sessions: 3,
		encrypted: 2,
		failed: 1,
		violations: 1,
		judged: 2,
		versions: {'TLSv1.3': 1, TLSv1: 1},
	});
	t.like(
		rows.find(({hop}) => hop === 'internal'),
		{sessions: 1, judged: 0, violations: 0},
	);
	t.deepEqual(
		broken.filter(({severity}) => severity === 'violation'),
		[
			{rule: 'relay-plaintext', severity: 'violation', sessions: 2},
			{rule: 'min-version', severity: 'violation', sessions: 2},
			{rule: 'access-plaintext-login', severity: 'violation', sessions: 1},
		].sort((a, b) => broken.findIndex(({rule}) => rule === a.rule) - broken.findIndex(({rule}) => rule === b.rule)),
	);
	t.like(news[0], {hop: 'internal', outcome: 'plaintext'}, 'the latest first');
	const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);
	t.is(sum(histogram.sessions), 15);
	t.is(sum(histogram.violations), 5);
	t.is(sum(histogram.plaintext), 4);
	t.is(sum(histogram.failed), 1);
	await end();
});

test('new is what no session before the chosen time did', async t => {
	const {store, end} = await liveStore(sampleSessions('founding-case.log'));
	const deeds = (rows: ReadonlyArray<{hop: string; port: number | null; first_seen: number | null}>): string[] =>
		rows.map(({hop, port, first_seen}) => `${hop} ${port} ${first_seen}`);
	const {news: all, histogram} = await overview(store, filtered(), 60);
	const moments = all.flatMap(({first_seen}) => first_seen ?? []);
	const middle = ((histogram.from ?? 0) + (histogram.to ?? 0)) / 2;
	const later = deeds(all.filter(({first_seen}) => (first_seen ?? 0) >= middle));
	t.true(later.length > 0 && later.length < moments.length);
	t.deepEqual(deeds((await overview(store, {since: middle}, 60)).news), later);
	const [row] = await store.all<{newest: number}>(
		'select epoch_ms(max(started_at))::double as newest from session_rows',
	);
	const last = (row?.newest ?? 0) - middle;
	t.deepEqual(deeds((await overview(store, {last}, 60)).news), later);
	await end();
});

test('new is no deed of a hop that another session did before, whatever a filter asks for', async t => {
	const by = (username: string, protocol: string, hour: number) =>
		session({
			hop: 'submission',
			...{
				username,
				protocol,
				outcome: 'encrypted',
				port: 465,
				serverName: `${username}.example.org`,
				source: 'mail.log',
			},
			startedAt: Date.UTC(2026, 9, 24, hour),
		});
	const store = await storeOf([by('bob', 'TLSv1.2', 1), by('carla', 'TLSv1.2', 3), by('carla', 'TLSv1.3', 4)]);
	const since = Date.UTC(2026, 9, 24, 2);
	const terms: ReadonlyArray<readonly Term[]> = [
		[],
		[{kind: 'word', field: 'user', word: 'carla'}],
		[{kind: 'word', field: 'sni', word: 'carla'}],
		[{kind: 'word', field: 'text', word: 'carla'}],
	];
	for (const asked of [store, await tallyOf(store, {filter: {since}, cuts: []})]) {
		await judgeByPolicy(asked, founding, 0);
		for (const some of terms)
			t.deepEqual(
				(await news(asked, {since, terms: some})).map(({protocol}) => protocol),
				['TLSv1.3'],
				JSON.stringify(some),
			);
	}
	await store.close();
});

test('every screen counts the sessions that the session list has', async t => {
	const all = sampleSessions('real/rfc3339.log');
	const {store, end} = await liveStore(all);
	const sum = (rows: ReadonlyArray<{sessions: number}>): number => rows.reduce((total, row) => total + row.sessions, 0);
	t.is(sum((await overview(store, filtered(), 10)).rows), all.length);
	t.is(sum((await peers(store, filtered(), 'all', {...request, limit: 10_000})).rows), all.length);
	t.is((await sessionList(store, filtered(), request)).total, all.length);
	t.is(sum(await ciphers(store, filtered())), all.filter(({outcome}) => outcome === 'encrypted').length);
	t.is(
		sum(await failures(store, filtered())),
		all.filter(({outcome, failure}) => outcome === 'failed' || failure !== null).length,
	);
	const users = await peers(store, filtered(), 'users', request);
	t.is(sum(users.rows), all.filter(({username}) => username !== null).length);
	const destinations = await peers(store, filtered(), 'destinations', request);
	t.is(sum(destinations.rows), all.filter(({direction}) => direction === 'out').length);
	for (const row of await findingGroups(store, filtered())) {
		const scope = [
			{kind: 'rule', rule: row.rule},
			{kind: 'same', column: 'hop', value: row.hop},
			{kind: 'same', column: 'port', value: row.port},
			{kind: 'broken', severity: row.severity as 'violation'},
		] as const;
		t.true((await sessionList(store, filtered(...scope), request)).total >= row.sessions, `${row.rule} ${row.hop}`);
	}
	await end();
});

test('each filter takes the sessions it names, and its negation takes the others', async t => {
	const all = sampleSessions('real/rfc3339.log');
	const {store, end} = await liveStore(all);
	const total = async (...terms: Parameters<typeof filtered>): Promise<number> =>
		(await sessionList(store, filtered(...terms), request)).total;
	const cases: ReadonlyArray<
		readonly [Parameters<typeof filtered>[0], (typeof all)[number] extends infer S ? (s: S) => boolean : never]
	> = [
		[{kind: 'hop', values: ['submission']}, s => s.hop === 'submission'],
		[{kind: 'port', ports: [465, 993]}, s => s.port === 465 || s.port === 993],
		[{kind: 'outcome', values: ['plaintext']}, s => s.outcome === 'plaintext'],
		[{kind: 'tls', values: ['implicit']}, s => s.tlsMode === 'implicit'],
		[{kind: 'version', is: '<', version: 'TLSv1.2'}, s => s.protocol === 'TLSv1' || s.protocol === 'TLSv1.1'],
		[{kind: 'version', is: '>=', version: 'TLSv1.3'}, s => s.protocol === 'TLSv1.3'],
		[{kind: 'cipher', word: 'SHA384'}, s => s.cipher?.includes('SHA384') === true],
		[{kind: 'word', field: 'user', word: 'an'}, s => s.username?.includes('an') === true],
		[{kind: 'word', field: 'user', word: '%'}, () => false],
		[{kind: 'same', column: 'username', value: null}, s => s.username === null],
		[{kind: 'word', field: 'failure', word: 'alert'}, s => s.failure?.includes('alert') === true],
	];
	for (const [term, test] of cases) {
		const expected = all.filter(test).length;
		t.is(await total(term), expected, JSON.stringify(term));
		t.is(await total({...term, not: true}), all.length - expected, `not ${JSON.stringify(term)}`);
	}
	const anonymous = await total({kind: 'cipher', word: 'anonymous'});
	t.is(anonymous, all.filter(({cipher}) => /^A(?:EC)?DH-/.test(cipher ?? '')).length, 'a class of suites');
	await end();
});

test('hostile words in a filter are bound, not spoken', async t => {
	const {store, end} = await liveStore([session({username: `o'brien`})]);
	const {total} = await sessionList(store, filtered({kind: 'word', field: 'user', word: `o'brien`}), request);
	t.is(total, 1);
	await sessionList(
		store,
		filtered({kind: 'same', column: 'username', value: `'; drop table session_rows; --`}),
		request,
	);
	t.is((await sessionList(store, filtered(), {...request, order: 'started_at; drop table session_rows'})).total, 1);
	await end();
});

test('a network takes exactly the addresses in it, IPv4 and IPv6', async t => {
	const v4 = fc.ipV4();
	const v6 = fc.ipV6().filter(address => !address.includes('.'));
	const fixed = [
		'::1',
		'2001:db8::',
		'2001:db8::1',
		'2001:db8:0:1::5',
		'192.0.2.1',
		'10.255.255.255',
		'fe80::1:0:0:2',
		'unknown',
		'999.1.1.1',
	];
	const addresses = [
		...fixed,
		...fc.sample(v4, 150),
		...fc.sample(v6, 150).map(address => new URL(`http://[${address}]/`).hostname.slice(1, -1)),
	];
	const {store, end} = await liveStore(addresses.map(peerIp => session({peerIp})));
	const networks = [
		'10.0.0.0/8',
		'192.0.2.0/31',
		'0.0.0.0/1',
		'2001:db8::/32',
		'2001:db8::/65',
		'::/1',
		'::1/128',
		'128.0.0.0/2',
		'fe80::/10',
	];
	for (const cidr of networks) {
		const net = network(cidr);
		if (net === null) throw new Error(cidr);
		const {rows} = await sessionList(store, filtered({kind: 'net', ...net}), {...request, limit: 1000});
		const found = rows.map(({peer_ip}) => String(peer_ip)).sort();
		const expected = addresses
			.filter(address => /^[\d.]+$/.test(address) === !cidr.includes(':') && inCidr(address, cidr))
			.sort();
		t.deepEqual(found, expected, cidr);
	}
	await end();
});

test('what if: versions and classes with their cost, marked ones together', async t => {
	const {store, end} = await liveStore(sampleSessions('founding-case.log'));
	const rows = await whatIfRows(store, filtered(), [{minVersion: 'TLSv1.2'}, {ban: ['ECDHE-RSA-AES128-GCM-SHA256']}]);
	t.deepEqual(rows[0]?.trial, {minVersion: 'TLSv1.2', ban: ['ECDHE-RSA-AES128-GCM-SHA256']});
	t.like(rows[0], {sessions: 5, peers: 5});
	const least = rows.find(({trial}) => trial.minVersion === 'TLSv1.2' && trial.ban === undefined);
	t.like(least, {sessions: 3, messages: 2, peers: 3, of: 10});
	const who = await peers(store, filtered({kind: 'what-if', minVersion: 'TLSv1.2'}), 'all', request);
	t.is(who.total, 3);
	t.deepEqual(combined([{minVersion: 'TLSv1.2'}, {minVersion: 'TLSv1.1'}, {ban: ['RC4']}, {ban: ['RC4', 'CBC']}]), {
		minVersion: 'TLSv1.2',
		ban: ['RC4', 'CBC'],
	});
	await end();
});

test('long lists come in pages whose order is one and the same', async t => {
	const {store, end} = await liveStore(sampleSessions('real/rfc3339.log'));
	const whole = await sessionList(store, filtered(), {order: 'peer', descending: false, offset: 0, limit: 1000});
	const parts = [];
	for (let offset = 0; offset < whole.total; offset += 50)
		parts.push(...(await sessionList(store, filtered(), {order: 'peer', descending: false, offset, limit: 50})).rows);
	t.is(parts.length, whole.total);
	t.is(
		new Set(parts.map(row => `${row.source} ${row.first_line} ${row.last_line} ${row.peer_port}`)).size,
		new Set(whole.rows.map(row => `${row.source} ${row.first_line} ${row.last_line} ${row.peer_port}`)).size,
	);
	await end();
});

test('a range of time counts back from the newest session', async t => {
	const at = (minutes: number) =>
		session({startedAt: Date.UTC(2026, 9, 12, 8) - minutes * 60_000, peerIp: `192.0.2.${minutes}`});
	const {store, end} = await liveStore([at(0), at(10), at(20), session({startedAt: null})]);
	t.is((await sessionList(store, {terms: [], last: 900_000}, request)).total, 2);
	t.is((await sessionList(store, {terms: [], last: null, until: Date.UTC(2026, 9, 12, 7, 55)}, request)).total, 2);
	await end();
});

test('exceptions of the policy take findings off, destinations add theirs', async t => {
	const policy = {
		...founding,
		exceptions: [{rules: ['relay-plaintext'], cidr: '192.0.2.0/24', reason: 'old fax', until: '2099-01-01'}],
		destinations: [{domain: 'bank.example', trust: 'verified', severity: 'violation'} as const],
	};
	const plain = {outcome: 'plaintext', protocol: null, messages: 1} as const;
	const {store, end} = await liveStore(
		[
			session({...plain, peerIp: '192.0.2.9'}),
			session({...plain, peerIp: '198.51.100.9'}),
			{...session({peerHost: 'mx.bank.example', trust: 'Untrusted', messages: 1}, 'relay-out'), direction: 'out'},
		],
		policy,
	);
	const found = await findingGroups(store, filtered());
	t.deepEqual(found.map(({rule, sessions}) => [rule, sessions]).sort(), [
		['destination-trust', 1],
		['relay-plaintext', 1],
	]);
	const {rows} = await sessionList(store, filtered({kind: 'rule', rule: 'destination-trust'}), request);
	t.is(rows[0]?.peer_host, 'mx.bank.example');
	t.is((await findingsOf(store, Number(rows[0]?.judgement)))[0]?.rule, 'destination-trust');
	await end();
});

test('bins have widths that people know', t => {
	t.is(binWidth(59_000, 60), 1000);
	t.is(binWidth(3_600_000, 60), 120_000);
	t.is(binWidth(30 * 86_400_000, 60), 86_400_000);
	fc.assert(
		fc.property(
			fc.nat(4e12),
			fc.integer({min: 2, max: 200}),
			(span, bins) => Math.floor(span / binWidth(span, bins)) + 1 <= bins + 1,
		),
	);
});

test('a span as a term takes the sessions that began in it', async t => {
	const noon = Date.UTC(2026, 9, 12, 12);
	const at = (minutes: number) => session({startedAt: noon + minutes * 60_000, peerIp: `192.0.2.${minutes}`});
	const {store, end} = await liveStore([at(0), at(10), at(20), at(30)]);
	const found = async (...terms: Term[]): Promise<number> =>
		(await sessionList(store, filtered(...terms), request)).total;
	const span = {kind: 'begun', since: noon + 600_000, until: noon + 1_800_000} as const;
	t.is(await found(span), 2);
	t.is(await found({...span, not: true}), 2);
	t.is(await found({...span, until: null}), 3);
	t.is(await found({...span, since: null, until: null}), 4);
	await end();
});
