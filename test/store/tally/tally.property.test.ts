import test from 'ava';
import fc from 'fast-check';
import {deliveriesText} from '../../../src/model/deliveries.ts';
import type {Term} from '../../../src/model/filter.ts';
import {emptySession, type Hop, hops, type Session} from '../../../src/model/session.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {judgeByPolicy} from '../../../src/store/judgement.ts';
import {evidence} from '../../../src/store/queries/evidence.ts';
import type {Store} from '../../../src/store/store.ts';
import {tallyOf} from '../../../src/store/tally/tally.ts';
import {own} from '../../policy/own-policy.ts';
import {runs} from '../../runs.ts';
import {storeOf} from '../sample-sessions.ts';
import {answers, compared, cutsOf, difference, type Question} from './fixture/answers.ts';

const minute = 60_000;
const begin = Date.UTC(2026, 9, 24, 22);
const directionOf = (hop: Hop): 'in' | 'out' => (hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in');

const ports = [25, 465, 587, 993, null];
const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const domain = pick('example.org', 'example.net', 'sub.example.com', null);

/** Few values of everything. */
const anySession: fc.Arbitrary<Session> = fc
	.record({
		hop: pick(...hops),
		host: pick('mx1', 'mx2', null),
		tag: pick('postfix/smtpd', 'postfix/smtp', 'dovecot', null),
		pid: pick(1, 2, null),
		peerIp: pick('192.0.2.1', '192.0.2.200', '2001:db8::1', null),
		peerHost: pick('a.example.com', 'mx.example.net', null),
		username: pick('carla@example.org', 'bob', null),
		serverName: pick('mail.example.org', null),
		outcome: pick<Session['outcome']>('encrypted', 'encrypted', 'plaintext', 'failed', null),
		protocol: pick('TLSv1', 'TLSv1.2', 'TLSv1.3', null),
		cipher: pick('AES128-SHA', 'TLS_AES_256_GCM_SHA384', null),
		keyExchange: pick('X25519', 'X25519MLKEM768', null),
		trust: pick<Session['trust']>('Verified', 'Untrusted', null),
		failure: pick<Session['failure']>('no-shared-cipher', 'peer-alert', 'lost-connection', 'not-tls', null),
		alert: pick('handshake failure (40)', 'unknown ca (48)', null),
		port: pick(...ports),
		startSeen: fc.boolean(),
		loggedIn: fc.boolean(),
		deliveries: fc.array(
			fc.record({
				domain,
				sent: fc.integer({min: 0, max: 2}),
				deferred: fc.integer({min: 0, max: 1}),
				bounced: fc.constant(0),
			}),
			{maxLength: 2},
		),
		tlsReports: pick('example.org success - 2', 'example.net validation-failure tls-handshake-failure 1', null),
	})
	.map(({hop, host, deliveries, tlsReports, failure, alert, outcome, ...rest}) => ({
		...emptySession(hop, directionOf(hop)),
		...rest,
		outcome,
		logHost: host,
		failure: outcome === 'failed' ? failure : null,
		alert: outcome === 'failed' && failure !== null ? alert : null,
		deliveries: hop === 'relay-out' ? deliveriesText(deliveries) : null,
		tlsReports: hop === 'relay-out' ? tlsReports : null,
		source: 'mail.log',
	}));

/** When a session takes place, near the ends of the log and far from them, at odd moments, or not known, and how many messages it has. */
const anyTime = fc.record({
	begins: fc.oneof(
		{arbitrary: fc.integer({min: 0, max: 40}).map(n => n * minute), weight: 2},
		{arbitrary: fc.integer({min: 0, max: 30}).map(n => (180 + 20 * n) * minute + 7), weight: 6},
		{arbitrary: fc.integer({min: 0, max: 40}).map(n => (900 + n) * minute), weight: 2},
		{arbitrary: fc.constant(null), weight: 1},
	),
	lasts: pick(0, 3000, 3 * minute, null),
	messages: fc.integer({min: 1, max: 2}),
});

/** Each session several times, alike but for its times, messages and lines. */
const anySessions: fc.Arbitrary<Session[]> = fc
	.array(fc.tuple(anySession, fc.array(anyTime, {minLength: 1, maxLength: 6})), {
		minLength: 8,
		maxLength: 30,
		size: 'max',
	})
	.map(all =>
		all
			.flatMap(([session, times]) =>
				times.map(({begins, lasts, messages}) => ({
					...session,
					messages: session.outcome === 'failed' ? 0 : messages,
					startedAt: begins === null ? null : begin + begins,
					endedAt: begins === null || lasts === null ? null : begin + begins + lasts,
				})),
			)
			.map((session, index) => ({
				...session,
				...(index % 7 === 3
					? {firstLine: null, lastLine: null}
					: {firstLine: 1 + ((index * 37) % 1009), lastLine: 2000 + index}),
			})),
	);

const anyTerm: fc.Arbitrary<Term> = pick<Term>(
	{kind: 'hop', values: ['relay-out']},
	{kind: 'outcome', values: ['plaintext', 'failed'], not: true},
	{kind: 'word', field: 'user', word: 'carla'},
	{kind: 'word', field: 'sni', word: 'mail'},
	{kind: 'word', field: 'text', word: 'example'},
	{kind: 'same', column: 'peer_ip', value: '192.0.2.1'},
	{kind: 'net', low: 'c0000200', high: 'c000027f'},
	{kind: 'domain', domain: 'example.org', below: false},
	{kind: 'broken', severity: 'violation'},
	{kind: 'whose', values: ['scanner', 'theirs']},
	{kind: 'cipher', word: 'CBC'},
	{kind: 'pq', values: ['hybrid', 'could']},
	{kind: 'what-if', minVersion: 'TLSv1.2'},
);

/** Moments within the log, some of them those of sessions. */
const anyMoment = fc.oneof(
	fc.integer({min: 0, max: 950}).map(n => begin + n * minute),
	fc.integer({min: 0, max: 30}).map(n => begin + (180 + 20 * n) * minute + 7),
);

const anyQuestion: fc.Arbitrary<Question> = fc
	.record({
		policy: pick(own, findPolicy('founding'), findPolicy('rfc9325')),
		bounds: fc.tuple(fc.option(anyMoment), fc.option(anyMoment)),
		hops: pick<readonly Hop[]>([], ['relay-out'], ['submission', 'relay-in']),
		zone: pick('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
		terms: fc.array(anyTerm, {maxLength: 1}),
		loadedAt: anyMoment,
	})
	.map(({bounds: [one, other], hops: some, ...rest}) => ({
		...rest,
		filter: {
			since: one === null ? undefined : Math.min(one, other ?? one),
			until: other === null ? undefined : Math.max(one ?? other, other),
			hops: some,
		},
		units: ['hour', 'day', 'week', 'month'],
	}));

/** Numbers of the parts that sessions are cut into. */
const mostParts = 4;
/** Tables that together hold the sessions, each session in the one that chance has chosen. */
const parts = (seed: number): string[] =>
	Array.from(
		{length: mostParts},
		(_, part) => `(select * from session_rows where hash(rowid, ${seed}) % ${mostParts} = ${part})`,
	);

async function withStore(sessions: readonly Session[], work: (store: Store) => Promise<void>): Promise<void> {
	const store = await storeOf(sessions);
	try {
		await work(store);
	} finally {
		await store.close();
	}
}

test('any sessions: a tally of them, whole or of any cut of them, says what they say', async t => {
	t.timeout(600_000);
	await fc.assert(
		fc.asyncProperty(anySessions, anyQuestion, fc.nat(1000), (sessions, question, seed) =>
			withStore(sessions, async store => {
				await judgeByPolicy(store, question.policy, Date.UTC(2026, 11, 31));
				const request = {filter: question.filter, cuts: await cutsOf(store, question)};
				const expected = await answers(store, question);
				for (const tables of [undefined, parts(seed)]) {
					const differs = difference(await answers(await tallyOf(store, request, tables), question), expected);
					if (differs !== null) throw new Error(differs);
				}
			}),
		),
		{numRuns: runs(8), endOnFailure: true},
	);
	t.pass();
});

/** Sessions that lack something: many of them the first or the last one of their process where the log of a host begins or ends. */
const cutOff: fc.Arbitrary<Session[]> = fc
	.array(
		fc.record({
			out: fc.boolean(),
			pid: pick(1, 2, null),
			tag: pick('postfix/smtp', 'postfix/smtp', 'postfix/smtpd'),
			begins: fc.oneof(
				fc.integer({min: 0, max: 5}).map(n => 2 * n * minute),
				fc.integer({min: 0, max: 40}).map(n => (20 + 3 * n) * minute),
				fc.integer({min: 0, max: 5}).map(n => (140 + 2 * n) * minute),
			),
			lasts: pick(1000, 2 * minute, null),
			outcome: pick<Session['outcome']>('encrypted', null),
			protocol: pick('TLSv1.2', null, null),
			startSeen: pick(false, false, true),
			hasTwin: pick(false, false, true),
		}),
		{minLength: 5, maxLength: 150, size: 'max'},
	)
	.map(all =>
		all
			.flatMap(({hasTwin, ...each}) => (hasTwin ? [each, {...each, lasts: 1000}] : [each]))
			.map(({out, begins, lasts, ...rest}, index) => ({
				...emptySession(out ? 'relay-out' : 'relay-in', out ? 'out' : 'in'),
				...rest,
				...{logHost: 'mx1', port: 25, source: 'mail.log', firstLine: index, lastLine: index},
				startedAt: begin + begins,
				endedAt: lasts === null ? null : begin + begins + lasts,
			})),
	);

test('any log: a tally says which sessions its begin and its end have cut off', async t => {
	t.timeout(600_000);
	let cut = 0;
	await fc.assert(
		fc.asyncProperty(cutOff, fc.option(anyMoment), fc.nat(1000), (sessions, since, seed) =>
			withStore(sessions, async store => {
				const filter = since === null ? {} : {since};
				const policy = findPolicy('rfc9325');
				await judgeByPolicy(store, policy, 0);
				const expected = await evidence(store, filter);
				cut += expected.filter(row => row.cut).length;
				for (const tables of [undefined, parts(seed)]) {
					const tally = await tallyOf(store, {filter, cuts: []}, tables);
					await judgeByPolicy(tally, policy, 0);
					t.deepEqual(await evidence(tally, filter), expected);
				}
			}),
		),
		{numRuns: runs(25), endOnFailure: true},
	);
	t.true(cut > 0);
});

test('any sessions: a tally with cuts at two spans says what changed between them', async t => {
	t.timeout(600_000);
	const spans = fc.tuple(anyMoment, anyMoment, anyMoment).map(all => all.toSorted((a, b) => a - b));
	await fc.assert(
		fc.asyncProperty(anySessions, anyQuestion, spans, (sessions, {policy, filter: {hops: some}}, cuts) =>
			withStore(sessions, async store => {
				const [from = 0, middle = 0, to = 0] = cuts;
				const ask = {policy, filter: {hops: some}};
				const expected = await compared(store, ask, [from, middle, to]);
				t.is(await compared(await tallyOf(store, {filter: ask.filter, cuts}), ask, [from, middle, to]), expected);
			}),
		),
		{numRuns: runs(20), endOnFailure: true},
	);
});
