import test, {type ExecutionContext} from 'ava';
import {screenDataOf} from '../../src/commands/screen-data.ts';
import {groupsQuestion} from '../../src/commands/screen-questions.ts';
import {emptyCoverage} from '../../src/model/coverage.ts';
import type {Filter, Term} from '../../src/model/filter.ts';
import type {ListedSession} from '../../src/model/sessions.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {standingTally} from '../../src/store/tally/standing-tally.ts';
import type {TallyQuestion} from '../../src/store/tally/tally-request.ts';
import type {ScreenData} from '../../src/ui/screen-data.ts';
import {own} from '../policy/own-policy.ts';
import {fillWithCopies} from '../store/fixture/copied-samples.ts';

const founding = findPolicy('founding');
const everything = {since: undefined, until: undefined, hops: []};
const bins = 60;
const zone = 'UTC';

type Settings = Parameters<typeof screenDataOf>[1]['filter'];

/** A store of samples, which are there several times at several times. */
async function filled(): Promise<Store> {
	const store = await fillWithCopies(await openStore(), 2);
	// No two sessions begin at the same moment in the same line, which have no order.
	await store.run('update session_rows set first_line = first_line % 100000 + rowid * 100000, last_line = null');
	return store;
}

/** The same sessions as a tally that is made anew when a question needs it; `made` counts how often. */
async function tallied(filter: Settings, made: TallyQuestion[]): Promise<Store> {
	const below = await filled();
	const [counted] = await below.all<{n: number}>('select count(*)::double as n from session_rows');
	const question = await groupsQuestion(filter, {bins, zone});
	const store = await standingTally(below, ['session_rows'], counted?.n ?? 0, question);
	if (store?.tally === undefined) throw new Error('there is no tally');
	const {tally} = store;
	const answer = async (next: TallyQuestion): Promise<boolean> => {
		const isNew = await tally.answer(next);
		if (isNew) made.push(next);
		return isNew;
	};
	return {...store, tally: {...tally, answer}};
}

function dataOf(store: Store, policy: Policy, filter: Settings): ScreenData {
	const progress = {phase: 'ended', lines: 0, share: null, sessions: 0, source: '-', problems: []} as const;
	const watching = {
		...{store, version: () => 1, progress: () => progress, coverage: async () => emptyCoverage()},
		rawLines: async () => ({lines: [], problem: null, note: null}),
		onDeleted: () => undefined,
	};
	return screenDataOf(watching, {filter, zone}, policy);
}

const page = {order: 'sessions', descending: true, offset: 0, limit: 200};
const newest = {order: 'started', descending: true, offset: 0, limit: 50};

/** The numbers of judgements of peers are given as they come. */
const named = (list: {readonly rows: readonly ListedSession[]; readonly total: number}) => ({
	...list,
	rows: list.rows.map(({judgement: _number, ...row}) => row),
});

/** What the screen shows of a filter, each view by its name. */
const views: Readonly<Record<string, (data: ScreenData, filter: Filter) => Promise<unknown>>> = {
	overview: (data, filter) => data.overview(filter, bins),
	counted: async data => data.counted(),
	sessions: async (data, filter) => named(await data.sessions(filter, newest)),
	violations: (data, filter) => data.violations(filter),
	all: (data, filter) => data.peers(filter, 'all', page),
	users: (data, filter) => data.peers(filter, 'users', {...page, order: 'violations'}),
	ciphers: (data, filter) => data.ciphers(filter),
	failures: (data, filter) => data.failures(filter),
	whatIf: (data, filter) => data.whatIf(filter, []),
	change: (data, filter) => data.change(filter),
	domains: (data, filter) => data.domains(filter, page),
	keyExchange: (data, filter) => data.keyExchange(filter),
	coverage: data => data.coverage(),
};
const few = ['overview', 'sessions', 'violations'];

const opened: Store[] = [];
type Pair = readonly [database: ScreenData, tally: ScreenData];

async function same(
	t: ExecutionContext,
	[one, other]: Pair,
	filter: Filter,
	names = Object.keys(views),
): Promise<void> {
	for (const name of names) {
		const view = views[name];
		if (view === undefined) throw new Error(name);
		t.deepEqual(await view(other, filter), await view(one, filter), `${name} of ${JSON.stringify(filter)}`);
	}
}

async function pairOf(policy: Policy, filter: Settings, made: TallyQuestion[] = []): Promise<Pair> {
	const stores = [await filled(), await tallied(filter, made)] as const;
	opened.push(...stores);
	return [dataOf(stores[0], policy, filter), dataOf(stores[1], policy, filter)];
}

test.after.always(async () => {
	for (const store of opened) await store.close();
});

const at = (day: number, hour: number, minute = 0): number => Date.UTC(2026, 9, day, hour, minute);
const hourMs = 3_600_000;

test('the screen shows of a tally what it shows of a database; the views of all sessions rest on one', async t => {
	t.timeout(600_000);
	const made: TallyQuestion[] = [];
	const pair = await pairOf(own, everything, made);
	await same(t, pair, {});
	t.is(made.length, 0);
	const terms: readonly Term[] = [
		{kind: 'same', column: 'peer_ip', value: '192.0.2.61'},
		{kind: 'whose', values: ['scanner', 'theirs']},
		{kind: 'broken', severity: 'violation'},
		{kind: 'begun', since: at(12, 8, 3), until: at(12, 9)},
	];
	for (const term of terms) await same(t, pair, {terms: [term]}, few);
});

test('a tally is made anew for other times, and says the same', async t => {
	t.timeout(600_000);
	const made: TallyQuestion[] = [];
	const pair = await pairOf(own, everything, made);
	const since = {since: at(12, 9, 7), until: undefined, last: null};
	await same(t, pair, since);
	const count = made.length;
	t.true(count > 0);
	await same(t, pair, since, ['overview', 'change', 'coverage']);
	t.is(made.length, count, 'what changed is asked of all times, and the tally of these answers the other views, too');
	await same(t, pair, {since: undefined, until: at(12, 10, 1), last: null}, [...few, 'failures']);
	await same(t, pair, {since: undefined, until: undefined, last: 30 * hourMs}, [...few, 'change', 'users']);
	await same(t, pair, {since: undefined, until: undefined, last: null}, few);
});

test('a tally of the times and hops of the command line answers the screen', async t => {
	t.timeout(600_000);
	const pair = await pairOf(own, {...everything, since: at(12, 8, 30), hops: ['relay-out', 'access']});
	await same(t, pair, {});
	for (const term of [
		{kind: 'domain', domain: 'example.org', below: false},
		{kind: 'word', field: 'user', word: 'carla'},
		{kind: 'same', column: 'peer_host', value: null},
	] as const)
		await same(t, pair, {terms: [term]}, few);
});

test('pages of the list of sessions are those of a database, in each order', async t => {
	t.timeout(600_000);
	const [one, other] = await pairOf(founding, everything);
	const term = {kind: 'word', field: 'peer', word: 'example'} as const;
	for (const order of [
		...['started', 'hop', 'port', 'peer', 'user', 'version', 'cipher', 'messages', 'outcome', 'rules'],
	])
		for (const [descending, offset, terms] of [
			[true, 0, []],
			[false, 700, []],
			[true, 190, [term]],
			[false, 1_000_000, []],
		] as const) {
			const request = {order, descending, offset, limit: 70};
			const wanted = named(await one.sessions({terms}, request));
			t.deepEqual(named(await other.sessions({terms}, request)), wanted, JSON.stringify(request));
		}
});

test('words are those of a database', async t => {
	const [one, other] = await pairOf(founding, everything);
	t.deepEqual(await other.words(), await one.words());
});

test('a tally says while it asks, and asks no more than a question needs', async t => {
	const store = await tallied(everything, []);
	opened.push(store);
	const {tally} = store;
	if (tally === undefined) throw new Error('there is no tally');
	const asking: boolean[] = [];
	const question: TallyQuestion = {
		filter: {since: at(13, 12), hops: []},
		cutsOf() {
			asking.push(tally.isAsking());
			return [];
		},
	};
	t.false(tally.isAsking());
	t.true(await tally.answer(question));
	t.deepEqual(asking, [true]);
	t.false(tally.isAsking());
	t.false(await tally.answer(question));
	const later = {...question, filter: {since: tally.cuts()[0], hops: []}};
	t.false(await tally.answer({...later, cutsOf: () => [Date.UTC(2000, 0, 1), Date.UTC(2100, 0, 1)]}));
	t.true(await tally.answer({...later, filter: {since: at(13, 11), hops: []}}), 'other times');
	// None that is asked for is left out, however many they are.
	const seconds = Array.from({length: 700}, (_, index) => at(13, 12) + index * 1000);
	const many: TallyQuestion = {filter: {hops: []}, cutsOf: () => seconds};
	t.true(await tally.answer(many));
	t.false(await tally.answer(many));
	t.is(tally.sessions, (await store.all('select 1 from session_rows')).length);
});
