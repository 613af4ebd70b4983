import test from 'ava';
import fc from 'fast-check';
import {deliveriesText, readDeliveries} from '../../../../src/model/deliveries.ts';
import type {Filter, Term} from '../../../../src/model/filter.ts';
import type {HeldLine} from '../../../../src/model/outbound.ts';
import type {Session} from '../../../../src/model/session.ts';
import {createLoader} from '../../../../src/store/load.ts';
import {filterWords} from '../../../../src/store/queries/filter-words.ts';
import {domainPage} from '../../../../src/store/queries/outbound/domains.ts';
import {sessionList} from '../../../../src/store/queries/session-list.ts';
import {openStore, type Store} from '../../../../src/store/store.ts';
import {runs} from '../../../runs.ts';
import {judgeSessions, session} from '../../sample-sessions.ts';

const at = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

const request = {order: 'concern', descending: true, offset: 0, limit: 100};
const domain = (name: string | null, below = false): Term => ({kind: 'domain', domain: name, below});

async function storeWith(sessions: readonly Session[], held: readonly HeldLine[]): Promise<Store> {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const each of sessions) loader.add(each);
	for (const each of held) loader.addHeld(each);
	loader.end();
	await judgeSessions(store, () => []);
	return store;
}

const heldLine = (queueId: string, name: string | null, part: Partial<HeldLine> = {}): HeldLine => ({
	...{time: at, logHost: 'mx', tag: 'postfix/smtp', queueId, domain: name, connected: false, reason: 'no-dnssec'},
	...part,
});

const tls = {outcome: 'encrypted', protocol: 'TLSv1.3', trust: 'Verified', startedAt: at} as const;

const sample = () =>
	storeWith(
		[
			session('relay-out', {...tls, deliveries: 'bank.example 2 0 0,mx.bank.example 1 0 0'}),
			session('relay-out', {startedAt: at + hour, outcome: 'plaintext', deliveries: 'bank.example 1 1 0'}),
			session('relay-out', {startedAt: at + 2 * hour, outcome: 'plaintext', deliveries: 'bank.example 0 1 0'}),
			session('relay-out', {...tls, peerHost: 'mx.shop.example', deliveries: 'shop.example 5 0 0'}),
			session('relay-out', {...tls, deliveries: 'bank.example.org 1 0 0, 1 0 0'}),
			session('relay-out', {...tls, failure: 'timeout'}),
			session('internal', {...tls, deliveries: 'bank.example 9 0 0'}),
		],
		[
			heldLine('A', 'held.example'),
			heldLine('B', 'held.example', {time: at + hour}),
			heldLine('B', 'held.example', {time: at + hour, reason: null}),
			heldLine('C', 'bank.example', {connected: true, reason: 'handshake-failed'}),
			heldLine('D', null),
		],
	);

const names = async (store: Store, filter: Filter, part: Partial<typeof request> = {}) =>
	(await domainPage(store, filter, {...request, ...part})).rows.map(row => row.recipient_domain);

test('a domain has its mail, its sessions, its last plaintext with mail, and what was held and went out later; worst first', async t => {
	const store = await sample();
	const {rows, total, held, unnamed} = await domainPage(store, {}, request);
	t.deepEqual(
		rows.map(row => [row.recipient_domain, row.messages, row.plaintext, row.held, row.delivered_later, row.sessions]),
		[
			['bank.example', 3, 1, 1, 0, 3],
			[null, 1, 0, 1, 0, 1],
			['held.example', 0, 0, 2, 1, 0],
			['shop.example', 5, 0, 0, 0, 1],
			['bank.example.org', 1, 0, 0, 0, 1],
			['mx.bank.example', 1, 0, 0, 0, 1],
		],
	);
	t.is(rows[0]?.last_plaintext, at + hour, 'the one after it sent nothing');
	t.is(rows[0]?.last_seen, at + 2 * hour);
	t.is(rows[2]?.last_seen, at + hour);
	t.deepEqual([total, unnamed], [6, 0]);
	t.deepEqual(
		held.map(row => [row.recipient_domain, row.messages]),
		[
			['held.example', 2],
			['bank.example', 1],
			[null, 1],
		],
	);
	await store.close();
});

test('a filter by domain means it alone, or all below it; of a session with several domains it shows the ones it means', async t => {
	const store = await sample();
	t.deepEqual(await names(store, {terms: [domain('bank.example')]}), ['bank.example']);
	t.deepEqual(await names(store, {terms: [domain('bank.example', true)]}), ['mx.bank.example']);
	t.deepEqual(await names(store, {terms: [domain(null)]}), [null]);
	t.deepEqual(await names(store, {terms: [{...domain('bank.example'), not: true}]}), [
		null,
		'held.example',
		'shop.example',
		'bank.example.org',
		'mx.bank.example',
	]);
	const {rows} = await domainPage(store, {terms: [domain('held.example')]}, request);
	t.like(rows[0], {recipient_domain: 'held.example', held: 2, sessions: 0});
	const sessionsTo = async (term: Term): Promise<number> =>
		(await sessionList(store, {terms: [term]}, {...request, order: 'started'})).total;
	t.is(await sessionsTo(domain('bank.example')), 4, 'within this host, too');
	t.is(await sessionsTo(domain('bank.example', true)), 1);
	t.is(await sessionsTo(domain('example', true)), 5);
	t.is(await sessionsTo(domain('%')), 0);
	await store.close();
});

test('held mail is chosen by time, hop and domain; what is asked of a session leaves it out', async t => {
	const store = await sample();
	const heldWith = async (filter: Filter): Promise<number> =>
		(await domainPage(store, filter, request)).rows.reduce((sum, {held}) => sum + held, 0);
	t.is(await heldWith({}), 4);
	t.is(await heldWith({since: at + 1}), 1);
	t.is(await heldWith({until: at + 1}), 3);
	t.is(await heldWith({terms: [{kind: 'begun', since: at + 1, until: at + hour + 1}]}), 1);
	t.is(await heldWith({terms: [{kind: 'begun', since: at + 1, until: null, not: true}]}), 3);
	t.is(await heldWith({hops: ['access']}), 0);
	t.is(await heldWith({terms: [{kind: 'hop', values: ['relay-out']}]}), 4);
	t.is(await heldWith({terms: [{kind: 'hop', values: ['access']}]}), 0);
	t.is(await heldWith({terms: [{kind: 'same', column: 'hop', value: 'relay-out'}]}), 4);
	t.is(await heldWith({terms: [{kind: 'word', field: 'peer', word: 'mx'}]}), 0);
	t.is(await heldWith({terms: [{kind: 'word', field: 'peer', word: 'mx', not: true}]}), 4);
	await store.close();
});

test('the list is sorted by each of its columns, and comes in pages', async t => {
	const store = await sample();
	t.is((await names(store, {}, {order: 'messages'}))[0], 'shop.example');
	t.is((await names(store, {}, {order: 'domain', descending: false}))[0], 'bank.example');
	t.deepEqual((await names(store, {}, {order: 'worst', descending: false})).slice(0, 2), [
		'bank.example',
		'shop.example',
	]);
	t.is((await names(store, {}, {order: 'held'}))[0], 'held.example');
	t.is((await names(store, {}, {order: 'delivered_later'}))[0], 'held.example');
	t.is((await names(store, {}, {order: 'last_seen'}))[0], 'bank.example');
	t.is((await names(store, {}, {order: 'deleted'})).length, 6);
	const whole = await names(store, {});
	const page = await domainPage(store, {}, {...request, offset: 2, limit: 2});
	t.deepEqual(
		page.rows.map(row => row.recipient_domain),
		whole.slice(2, 4),
	);
	t.is(page.total, 6);
	await store.close();
});

test('where no domain is known, the sessions with other servers are counted', async t => {
	const store = await storeWith([session('relay-out', tls), session('relay-in', tls)], []);
	t.like(await domainPage(store, {}, request), {total: 0, unnamed: 1});
	t.like(await domainPage(store, {hops: ['relay-in']}, request), {total: 0, unnamed: 0});
	await store.close();
});

test('the filter line is completed with the domains that mail goes to and those it is held back from', async t => {
	const store = await sample();
	const {domain: words = []} = await filterWords(store);
	t.is(words[0], 'bank.example');
	t.deepEqual([...words].sort(), [
		'bank.example',
		'bank.example.org',
		'held.example',
		'mx.bank.example',
		'shop.example',
	]);
	await store.close();
});

test('a domain counts as many sessions as the filter of its row finds, whatever domains there are', async t => {
	const name = fc.constantFrom(null, 'a.example', 'b.a.example', 'xa.example', 'example', '[192.0.2.1]', 'ä.example');
	const part = fc.record({domain: name, sent: fc.nat(3), deferred: fc.nat(2), bounced: fc.constant(0)});
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.uniqueArray(part, {selector: each => each.domain, maxLength: 4}), {maxLength: 8}),
			async lists => {
				const texts = lists.map(deliveriesText);
				const store = await storeWith(
					texts.map(deliveries => session('relay-out', {...tls, deliveries})),
					[],
				);
				const {rows} = await domainPage(store, {}, request);
				for (const row of rows) {
					const own = texts.flatMap(readDeliveries).filter(each => each.domain === row.recipient_domain);
					t.deepEqual([row.sessions, row.messages], [own.length, own.reduce((sum, {sent}) => sum + sent, 0)]);
					const list = await sessionList(
						store,
						{terms: [domain(row.recipient_domain)]},
						{...request, order: 'started'},
					);
					t.is(list.total, row.sessions);
					t.deepEqual(await names(store, {terms: [domain(row.recipient_domain)]}), [row.recipient_domain]);
				}
				t.is(rows.length, new Set(lists.flat().map(each => each.domain)).size);
				await store.close();
			},
		),
		{numRuns: runs(10)},
	);
});
