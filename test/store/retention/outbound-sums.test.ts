import test from 'ava';
import fc from 'fast-check';
import {calendarOf} from '../../../src/cli/calendar.ts';
import type {Filter} from '../../../src/model/filter.ts';
import type {HeldLine, HeldReason} from '../../../src/model/outbound.ts';
import type {Session} from '../../../src/model/session.ts';
import {createLoader} from '../../../src/store/load.ts';
import {domainPage} from '../../../src/store/queries/outbound/domains.ts';
import {outbound} from '../../../src/store/queries/outbound/outbound.ts';
import {outboundPeriods} from '../../../src/store/queries/outbound/periods.ts';
import {prune} from '../../../src/store/retention/prune.ts';
import {openStore, type Store} from '../../../src/store/store.ts';
import {judgeSessions, session} from '../sample-sessions.ts';

const numRuns = 15 * Number(process.env.PROPERTY_RUNS ?? 1);
const berlin = calendarOf('Europe/Berlin');
const day = 86_400_000;
const begin = Date.UTC(2026, 0, 1);

async function storeWith(sessions: readonly Session[], lines: readonly HeldLine[]): Promise<Store> {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const each of sessions) loader.add(each);
	for (const each of lines) loader.addHeld(each);
	loader.end();
	return store;
}

const wholePage = {order: 'messages', descending: true, offset: 0, limit: 1000};

/** The domains of the screen, as the report has them; how many of a domain went out later; and messages that rest on sums. */
async function shown(store: Store, filter: Filter = {}) {
	const page = await domainPage(store, filter, wholePage, berlin);
	const rows = page.rows.map(
		({sessions: _sessions, delivered_later: _later, last_plaintext: _plain, last_seen: _last, ...row}) => row,
	);
	const later = new Map(page.rows.map(row => [row.recipient_domain, row.delivered_later]));
	return {...page, rows, later};
}

/** All that the report says of mail, and so much of it that rests on sums. */
async function said(store: Store) {
	await judgeSessions(store, () => []);
	const found = await outbound(store, {}, true, berlin);
	const months = await outboundPeriods(store, {}, 'month', berlin);
	const without = <Row extends {readonly deleted: number}>({deleted: _, ...row}: Row) => row;
	const byName = (a: {recipient_domain: string | null}, b: {recipient_domain: string | null}) =>
		`${a.recipient_domain}`.localeCompare(`${b.recipient_domain}`);
	return {
		all: without(found.all),
		domains: found.domains.map(without).sort(byName),
		held: found.held.map(without),
		months: months.rows.map(without),
		deleted: found.all.deleted,
	};
}

const domain = fc.constantFrom('a.example', 'b.example', 'c.example', null);
const time = fc.integer({min: 0, max: 100 * 24}).map(hours => begin + hours * 3_600_000);
const mail = fc
	.record({
		startedAt: time,
		outcome: fc.constantFrom('encrypted', 'plaintext', null),
		protocol: fc.constantFrom('TLSv1.2', 'TLSv1.3', 'TLSv9', null),
		trust: fc.constantFrom('Verified', 'Untrusted', null),
		deliveries: fc
			.uniqueArray(fc.tuple(domain, fc.nat(3), fc.nat(2)), {maxLength: 3, selector: ([name]) => name})
			.map(parts => parts.map(([name, sent, put]) => `${name ?? ''} ${sent} ${put} 0`).join() || null),
		hop: fc.constantFrom('relay-out', 'relay-out', 'delivery'),
	})
	.map(({hop, outcome, protocol, trust, ...row}): Session => {
		const tls = outcome === 'encrypted' ? {protocol, trust} : {};
		return session(hop as 'relay-out', {...row, ...tls, outcome, endedAt: row.startedAt + 1000} as Partial<Session>);
	});
/** Postfix tries again within hours: no message has a day without a line. */
const heldMessage = fc
	.record({
		queueId: fc.nat(30).map(id => `Q${id}`),
		domain,
		from: time,
		tries: fc.array(fc.tuple(fc.constantFrom('no-dnssec', 'mta-sts'), fc.boolean()), {minLength: 1, maxLength: 4}),
		later: fc.boolean(),
	})
	.map(({queueId, domain: to, from, tries, later}): HeldLine[] => {
		const line = (index: number, reason: HeldReason | null, connected: boolean): HeldLine => ({
			...{logHost: 'mx', tag: 'postfix/smtp', queueId, domain: to, reason, connected},
			time: from + index * 20 * 3_600_000,
		});
		return [
			...tries.map(([reason, connected], index) => line(index, reason as HeldReason, connected)),
			...(later ? [line(tries.length, null, true)] : []),
		];
	});

test('what went out and what was held back is said alike before and after it is deleted, however often', async t => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(mail, {maxLength: 40}),
			fc.uniqueArray(heldMessage, {maxLength: 15, selector: ([line]) => `${line?.queueId} ${line?.domain}`}),
			fc.array(time, {minLength: 1, maxLength: 4}),
			async (sessions, held, moments) => {
				const store = await storeWith(sessions, held.flat());
				const {deleted: none, ...before} = await said(store);
				t.is(none, 0);
				const {later} = await shown(store);
				let least = 0;
				for (const moment of moments.sort((a, b) => a - b)) {
					await prune(store, moment, berlin);
					const {deleted, ...after} = await said(store);
					t.deepEqual(after, before);
					t.true(deleted >= least);
					least = deleted;
				}
				await prune(store, begin + 300 * day, berlin);
				const page = await shown(store);
				t.deepEqual(page.rows, (await outbound(store, {}, true, berlin)).domains);
				t.is(
					page.deleted,
					page.rows.reduce((sum, row) => sum + row.deleted, 0),
				);
				for (const [name, count] of page.later) t.true(count <= (later.get(name) ?? 0));
				for (const row of page.rows) {
					const term = {kind: 'domain', domain: row.recipient_domain, below: false} as const;
					t.deepEqual((await shown(store, {terms: [term]})).rows, [row], 'its own filter shows it alone, as it is');
				}
				const {deleted, ...end} = await said(store);
				t.deepEqual(end, before);
				t.is(deleted, before.all.messages + before.all.held);
				t.deepEqual(await store.all('select * from held_lines where reason is not null'), []);
				await store.close();
			},
		),
		{numRuns},
	);
});

const steady = Array.from({length: 400}, (_, index) =>
	session('relay-out', {
		startedAt: begin + index * 6 * 3_600_000,
		endedAt: begin + index * 6 * 3_600_000 + 1,
		outcome: 'encrypted',
		protocol: 'TLSv1.3',
		trust: 'Trusted',
		// The twelfth is a different one each time.
		deliveries: `d${index % 12 === 11 ? `r${index}` : index % 12}.example 1 1 0`,
	}),
);

test('domains beyond the most of a month are one row, and no message is lost', async t => {
	const store = await storeWith(steady, []);
	const before = await said(store);
	for (const days of [20, 21, 22, 80]) await prune(store, begin + days * day, berlin, {domains: 11});
	const after = await said(store);
	t.deepEqual([after.all, after.months], [before.all, before.months]);
	const others = after.domains.filter(row => row.others);
	t.is(others.length, 1);
	t.is(
		after.domains.reduce((sum, {messages}) => sum + messages, 0),
		400,
	);
	t.is(after.domains.find(row => row.recipient_domain === 'd0.example')?.messages, 34);
	const [most] = await store.all(
		'select max(n)::int as n, sum(d)::int as d from (select count(*) as n, sum(deferred) as d from monthly_deliveries group by month)',
	);
	t.like(most, {n: 12});
	await store.close();
});

test('months that the span cuts are left out and counted as such; days, other hops and who has no calendar have no sums', async t => {
	const store = await storeWith(steady, []);
	await prune(store, begin + 65 * day, berlin);
	await judgeSessions(store, () => []);
	const since = begin + 40 * day;
	const cut = await outbound(store, {since}, false, berlin);
	const whole = await outbound(store, {}, false, berlin);
	t.is(whole.all.messages, 400);
	t.is(whole.kept?.leftOut, 0);
	t.true((cut.kept?.leftOut ?? 0) > 0);
	t.is(
		cut.all.messages,
		(await outbound(store, {since: Date.parse('2026-03-01T00:00:00+01:00')}, false, berlin)).all.messages,
	);
	const days = await outboundPeriods(store, {}, 'day', berlin);
	t.is(days.rows.reduce((sum, {messages}) => sum + messages, 0) + (days.kept?.leftOut ?? 0), 400);
	t.true(days.rows.every(({deleted}) => deleted === 0));
	t.is((await outbound(store, {hops: ['access']}, false, berlin)).all.messages, 0);
	const here = await outbound(store, {}, false);
	t.deepEqual([here.all.deleted, here.kept], [0, null]);
	t.deepEqual((await outbound(store, {}, false, calendarOf('UTC'))).kept?.otherZones, ['Europe/Berlin']);
	await store.close();
});

test('the screen says what sums do not tell of its filter, and never counts it; a row of them has no session', async t => {
	const store = await storeWith(steady, []);
	await prune(store, begin + 65 * day, berlin, {domains: 11});
	await judgeSessions(store, () => []);
	const sumOf = ({rows}: Awaited<ReturnType<typeof shown>>): number => rows.reduce((sum, row) => sum + row.messages, 0);
	const all = await shown(store);
	t.deepEqual([sumOf(all), all.kept?.leftOut], [400, 0]);
	t.true(all.deleted > 0);
	t.is(all.rows.at(-1)?.others, true, 'those without a name are last');
	const last = await shown(store, {last: 50 * day});
	const since = await shown(store, {since: (steady.at(-1)?.startedAt ?? 0) - 50 * day});
	t.deepEqual([last.rows, last.kept], [since.rows, since.kept]);
	t.true((last.kept?.leftOut ?? 0) > 0);
	// A peer is what sums do not know; all of them may be meant, and none is known to be.
	for (const not of [false, true]) {
		const term = {kind: 'word', field: 'peer', word: 'mx', not} as const;
		const page = await shown(store, {terms: [term]});
		t.deepEqual([page.deleted, page.kept?.leftOut], [0, all.deleted]);
	}
	const begun = {kind: 'begun', since: begin + 40 * day, until: null} as const;
	t.deepEqual((await shown(store, {terms: [begun]})).rows, (await shown(store, {since: begun.since})).rows);
	t.is((await shown(store, {terms: [{...begun, not: true}]})).deleted, 0);
	// Of the domains without a name one may be the one that is asked for.
	const rare = {kind: 'domain', domain: 'r11.example', below: false} as const;
	const named = await shown(store, {terms: [rare]});
	const others = all.rows.find(row => row.others)?.messages;
	t.deepEqual([named.rows.length + (named.kept?.leftOut ?? 0) > 0, named.kept?.leftOut], [true, others]);
	t.is((await shown(store, {terms: [{kind: 'hop', values: ['access']}]})).kept, null);
	t.is(sumOf(await shown(store, {terms: [{kind: 'same', column: 'hop', value: 'relay-out'}]})), 400);
	const {rows} = await domainPage(store, {until: begin + 50 * day}, wholePage, calendarOf('Europe/Berlin'));
	t.true(rows.length > 0 && rows.every(row => row.sessions === 0 && row.deleted === row.messages));
	await store.close();
});
