import test from 'ava';
import {findPolicy, policies} from '../../../src/policy/policies.ts';
import {judgeByPolicy} from '../../../src/store/judgement.ts';
import {countSessions} from '../../../src/store/retention/prune.ts';
import {openStore, type Store} from '../../../src/store/store.ts';
import {tallyOf} from '../../../src/store/tally/tally.ts';
import {own} from '../../policy/own-policy.ts';
import {fillWithCopies} from '../fixture/copied-samples.ts';
import {answers, cutsOf, type Question} from './fixture/answers.ts';

const now = Date.UTC(2026, 11, 31);

const store = openStore().then(fillWithCopies);

const question: Question = {
	policy: findPolicy('founding'),
	filter: {hops: []},
	zone: 'UTC',
	units: ['day', 'week', 'month'],
	terms: [],
	loadedAt: Date.UTC(2026, 9, 12, 9, 17, 3),
};
const span = {since: Date.UTC(2026, 9, 12, 8, 30, 1), until: Date.UTC(2026, 9, 13, 3)};

const cases: ReadonlyArray<readonly [name: string, asked: Partial<Question>]> = [
	...policies().map(({name}) => [name, {policy: findPolicy(name)}] as const),
	['exceptions and destinations', {policy: own}],
	['a span', {policy: own, filter: {...span, hops: []}}],
	['a span of some hops', {filter: {...span, hops: ['relay-in', 'relay-out']}}],
	['one hop', {policy: own, filter: {hops: ['access']}}],
	['since', {policy: own, filter: {since: span.since, hops: []}}],
	['until', {policy: own, filter: {until: span.until, hops: []}}],
	[
		'filters of the screen',
		{
			terms: [
				{kind: 'word', field: 'sni', word: 'e'},
				{kind: 'domain', domain: 'example.org', below: false},
			],
		},
	],
	['days of a zone', {zone: 'Asia/Kathmandu'}],
	['days of a zone with summer time', {zone: 'America/New_York'}],
];

test.serial('a tally without cuts says what has no parts in time', async t => {
	const rows = await store;
	const all = {...question, policy: own, units: []};
	const wanted = async (from: Store): Promise<Record<string, string>> => {
		const {screen: _bins, tlsResults: _days, ...rest} = await answers(from, all);
		return rest;
	};
	const expected = await wanted(rows);
	const tally = await tallyOf(rows, {filter: all.filter, cuts: [all.loadedAt]});
	t.deepEqual(await wanted(tally), expected);
});

for (const [name, asked] of cases)
	test.serial(`a tally says what the sessions say, byte for byte: ${name}`, async t => {
		const rows = await store;
		const all = {...question, ...asked};
		await judgeByPolicy(rows, all.policy, now);
		const cuts = await cutsOf(rows, all);
		const expected = await answers(rows, all);
		t.true((expected.report?.length ?? 0) > 1000);
		const tally = await tallyOf(rows, {filter: all.filter, cuts});
		const [weights] = await tally.all<{rows: number; sessions: number}>(
			'select count(*)::double as rows, sum(sessions)::double as sessions from tally_rows',
		);
		const sessions = await countSessions(rows);
		t.is(weights?.sessions, sessions);
		t.true((weights?.rows ?? 0) < sessions * 0.7, 'rows stand for several sessions');
		t.deepEqual(await answers(tally, all), expected);
	});
