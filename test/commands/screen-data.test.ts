import test from 'ava';
import {calendarOf} from '../../src/cli/calendar.ts';
import {changeShown, comparison} from '../../src/commands/changes.ts';
import {summaryOf} from '../../src/commands/report.ts';
import {screenDataOf} from '../../src/commands/screen-data.ts';
import {emptyCoverage} from '../../src/model/coverage.ts';
import type {Hop} from '../../src/model/session.ts';
import {findPolicy, policies} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {whatIf} from '../../src/policy/what-if.ts';
import {reportJson} from '../../src/report/formats/json.ts';
import {keptMailNotes} from '../../src/report/outbound.ts';
import {judgeByPolicy} from '../../src/store/judgement.ts';
import {createLoader} from '../../src/store/load.ts';
import {replaySessions} from '../../src/store/queries/what-if.ts';
import {prune} from '../../src/store/retention/prune.ts';
import {openStore, type Store} from '../../src/store/store.ts';
import {createMoments} from '../../src/text/time.ts';
import type {ScreenData} from '../../src/ui/screen-data.ts';
import {own} from '../policy/own-policy.ts';
import {allOfSamples} from '../store/fixture/all-samples.ts';
import {ioWith} from './fixture/io.ts';

const now = Date.UTC(2026, 11, 31);

const {sessions, held} = allOfSamples(now);

const presets = policies().map(({name}) => findPolicy(name));
const founding = findPolicy('founding');

type Filter = {since: number | undefined; until: number | undefined; hops: readonly Hop[]};
const everything: Filter = {since: undefined, until: undefined, hops: []};

/** The data of a screen on a store that is filled. */
function dataOf(store: Store, policy: Policy, filter: Filter, policies: readonly Policy[] = [policy]): ScreenData {
	const progress = {phase: 'live', lines: 0, share: null, sessions: 0, source: '-', problems: []} as const;
	const watching = {
		store,
		version: () => 1,
		progress: () => progress,
		coverage: async () => emptyCoverage(),
		rawLines: async () => ({lines: [], problem: null, note: null}),
		onDeleted: () => undefined,
	};
	return screenDataOf(watching, {filter, zone: 'UTC'}, policy, () => policies);
}

/** Fills a store part by part, while `ask` looks on. */
async function filled(store: Store, parts: number, ask: () => Promise<unknown>): Promise<Store> {
	const loader = await createLoader(store);
	const size = Math.ceil(sessions.length / parts);
	for (let from = 0; from < sessions.length; from += size) {
		for (const session of sessions.slice(from, from + size)) loader.add(session);
		loader.flush();
		await ask();
	}
	for (const line of held) loader.addHeld(line);
	loader.end();
	return store;
}

const nothing = async (): Promise<void> => undefined;
const archive = openStore().then(store => filled(store, 1, nothing));
const asked = openStore().then(store => filled(store, 1, nothing));

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

type Case = readonly [name: string, policy: Policy, filter: Filter, parts: number];
const cases: readonly Case[] = [
	...presets.map((policy): Case => [policy.name, policy, everything, 1]),
	['a policy with exceptions and destinations', own, everything, 1],
	['the same while sessions come', own, everything, 3],
	['the same on some hops', own, {...everything, hops: ['relay-out', 'access']}, 2],
	['the same of some days', own, {...everything, since: Date.UTC(2026, 9, 12), until: Date.UTC(2026, 9, 13)}, 1],
];

for (const [name, policy, filter, parts] of cases)
	test.serial(`the screen shows what the report says: ${name}`, async t => {
		const store = await archive;
		const live = parts === 1 ? await asked : await openStore();
		const data = dataOf(live, policy, filter);
		if (parts > 1) await filled(live, parts, () => data.failures({}));
		await judgeByPolicy(store, policy, now);
		const report = JSON.parse(
			reportJson(
				await summaryOf(store, policy, {filter, asOf: now, judging: {}}, {nothing: null, partial: false, problems: []}),
			),
		);
		const overview = await data.overview({}, 60);
		t.is(
			data.counted(),
			overview.rows.reduce((all, {sessions}) => all + sessions, 0),
			'the header counts what the rows do',
		);
		t.deepEqual(
			overview.rows.map(row => [
				row.hop,
				row.port,
				row.sessions,
				row.encrypted,
				row.plaintext,
				row.failed,
				row.unknown,
			]),
			report.hops.map((row: (typeof overview.rows)[number]) => [
				...[row.hop, row.port, row.sessions, row.encrypted, row.plaintext, row.failed, row.unknown],
			]),
		);
		for (const [at, row] of overview.rows.entries()) {
			t.is(row.violations, report.hops[at].violations);
			t.is(row.messages, report.hops[at].messages);
			const versions = Object.entries(row.versions).map(([version, count]) => [version || 'unknown', count]);
			t.deepEqual(Object.fromEntries(versions), report.hops[at].versions);
			const {decided, undecided, lacking} = report.evidence.find(
				(each: {hop: string; port: number | null}) => each.hop === row.hop && each.port === row.port,
			);
			t.deepEqual([row.judged, row.undecided], [decided + undecided - lacking, lacking]);
		}
		t.is(overview.verdict, report.verdict);
		t.is(overview.missing.length, report.missing_logging.length);
		const found = await data.violations({});
		const [gravest] = found.filter(({severity}) => severity !== 'info');
		t.deepEqual(
			overview.gravest && {
				...overview.gravest,
				observed: Object.fromEntries(overview.gravest.observed.map(each => [each, true])),
			},
			gravest === undefined
				? null
				: {
						rule: gravest.rule,
						severity: gravest.severity,
						hop: gravest.hop,
						port: gravest.port,
						sessions: gravest.sessions,
						observed: Object.fromEntries(Object.keys(gravest.observed).map(each => [each, true])),
						peer_count: gravest.peer_count,
					},
			'the advice is about the first row of the violations',
		);
		const times = ({first_seen, last_seen}: {first_seen: number | null; last_seen: number | null}) => ({
			first_seen: iso(first_seen),
			last_seen: iso(last_seen),
		});
		t.deepEqual(
			found.map(({peers: _peers, ...row}) => ({...row, ...times(row)})),
			// What to do about it is for those who are shown the report.
			report.violations.map(({peers: _peers, remedy: _remedy, ...row}: {peers: unknown; remedy: string}) => row),
		);
		const {places, notHybrid} = await data.keyExchange({});
		t.deepEqual(places, report.key_exchange);
		t.is(notHybrid.peer_count, report.not_hybrid_peer_count);
		t.deepEqual(
			notHybrid.peers.map(row => ({...row, last_seen: iso(row.last_seen)})),
			report.not_hybrid_peers,
		);
		t.deepEqual(
			(await data.failures({})).map(({first_seen: _first, last_seen: _last, sessions: count, ...row}) => ({
				...row,
				count,
			})),
			report.failures,
		);
		const sum = (rows: ReadonlyArray<{sessions: number}>): number => rows.reduce((all, row) => all + row.sessions, 0);
		const request = {order: 'started', descending: true, offset: 0, limit: 100_000};
		const listed = await data.sessions({}, request);
		t.is(listed.total, sum(overview.rows));
		t.is(
			listed.rows.filter(({severity}) => severity === 'violation').length,
			overview.rows.reduce((all, row) => all + row.violations, 0),
		);
		t.is(sum((await data.peers({}, 'all', request)).rows), listed.total);
		t.is(
			sum(await data.ciphers({})),
			overview.rows.reduce((all, row) => all + row.encrypted, 0),
		);
		const stricter = (await data.whatIf({}, [])).find(({trial}) => trial.minVersion === 'TLSv1.3');
		const {breaks, remains} = await replaySessions(store, whatIf({minVersion: 'TLSv1.3'}), filter);
		t.deepEqual(
			[stricter?.sessions, stricter?.peers, stricter?.unknown],
			[
				sum(breaks),
				new Set(breaks.map(({peer_ip, peer_host}) => peer_ip ?? peer_host)).size,
				remains.reduce((all, row) => all + row.unknown, 0),
			],
		);
		if (parts > 1) await live.close();
	});

/** What a policy says of all, without what has no order of its own. */
async function judged(data: ScreenData): Promise<unknown> {
	const {rows, broken, verdict, sentence, missing} = await data.overview({}, 60);
	return {rows, broken, verdict, sentence, missing};
}

test.serial('another policy judges from the next query on, as if it had judged from the beginning', async t => {
	const store = await asked;
	const all = [...presets, own];
	const data = dataOf(store, founding, everything, [founding, ...all]);
	t.is(data.policy, 'founding');
	const request = {order: 'started', descending: true, offset: 0, limit: 100_000};
	for (const [place, policy] of all.entries()) {
		// Asked before the choice: answered by the policy before.
		const late = judged(data);
		data.judgeBy(place + 1);
		const fresh = dataOf(await archive, policy, everything);
		t.deepEqual(await judged(data), await judged(fresh), policy.name);
		t.deepEqual(await data.violations({}), await fresh.violations({}), policy.name);
		const {rows} = await data.sessions({}, request);
		const wanted = await fresh.sessions({}, request);
		t.deepEqual(
			rows.map(({rules, severity}) => [rules, severity]),
			wanted.rows.map(({rules, severity}) => [rules, severity]),
			policy.name,
		);
		const before = dataOf(await archive, all[place - 1] ?? founding, everything);
		t.deepEqual(await late, await judged(before));
	}
});

test.serial('the domains of the screen are those of report --by domain', async t => {
	await judgeByPolicy(await archive, founding, now);
	const page = {order: 'messages', descending: true, offset: 0, limit: 100_000};
	for (const filter of new Set(cases.map(([, , each]) => each))) {
		const summary = await summaryOf(
			await archive,
			founding,
			{filter, asOf: now, judging: {}, by: 'domain'},
			{nothing: null, partial: false, problems: []},
		);
		const data = dataOf(await asked, founding, filter);
		const shown = await data.domains({}, page);
		t.deepEqual(
			shown.rows.map(
				({sessions: _sessions, delivered_later: _later, last_plaintext: _plain, last_seen: _last, ...row}) => row,
			),
			summary.outbound.domains,
		);
		t.is(shown.total, summary.outbound.domainCount);
		t.deepEqual(shown.held, shown.total === 0 ? [] : summary.outbound.held);
		const sum = (row: {messages: number}[]): number => row.reduce((all, {messages}) => all + messages, 0);
		t.is(sum([...shown.rows]), summary.outbound.all.messages);
		for (const row of shown.rows.slice(0, 5)) {
			const term = {kind: 'domain', domain: row.recipient_domain, below: false} as const;
			t.deepEqual((await data.domains({terms: [term]}, page)).rows, [row], 'its own filter shows it alone, as it is');
		}
	}
	t.true((await dataOf(await asked, founding, everything).domains({}, page)).held.length > 30);
});

test('the domains of the screen are those of the report when sessions are deleted, and it says so', async t => {
	const store = await filled(await openStore(), 1, nothing);
	await prune(store, Date.UTC(2099, 0, 1), calendarOf('UTC'));
	await judgeByPolicy(store, founding, now);
	const settings = {filter: everything, asOf: now, judging: {}, by: 'domain', zone: 'UTC'} as const;
	const {outbound} = await summaryOf(store, founding, settings, {nothing: null, partial: false, problems: []});
	t.true(outbound.all.deleted > 0);
	const data = dataOf(store, founding, everything);
	const page = {order: 'messages', descending: true, offset: 0, limit: 100_000};
	const {rows, held: reasons, notes} = await data.domains({}, page);
	t.deepEqual(
		rows.map(({sessions: _sessions, delivered_later: _later, last_plaintext: _plain, last_seen: _last, ...row}) => row),
		outbound.domains,
	);
	t.deepEqual(reasons, outbound.held);
	t.deepEqual(notes, keptMailNotes(outbound.all.deleted, outbound.kept));
	t.regex(notes[0] ?? '', /messages of these are of deleted sessions/);
	const peer = {kind: 'word', field: 'peer', word: 'mx'} as const;
	const [unknown = ''] = (await data.domains({terms: [peer]}, page)).notes;
	t.regex(
		unknown,
		/of deleted sessions, of which the sums that were kept do not tell what the filter asks, are left out/,
	);
	await store.close();
});

test.serial('the times of the command line hold until the screen asks for others', async t => {
	const [since, until] = [Date.UTC(2026, 9, 12), Date.UTC(2026, 9, 13)];
	const data = dataOf(await asked, founding, {...everything, since, until, hops: ['access']});
	t.deepEqual(data.span, {since, until, last: null});
	const request = {order: 'started', descending: true, offset: 0, limit: 1};
	const {total} = await data.sessions({}, request);
	const whole = await data.sessions({since: undefined, until: undefined, last: null}, request);
	t.true(total > 0 && whole.total > total);
	const same = await dataOf(await asked, founding, {...everything, hops: ['access']}).sessions({}, request);
	t.is(whole.total, same.total, 'the hops still hold');
});

test.serial('the filter line is completed with what the log has, the most frequent first', async t => {
	const words = await dataOf(await asked, founding, everything).words();
	const counted = await (await asked).all<{port: string}>(
		'select port::varchar as port from sessions where port is not null group by port order by count(*) desc, port',
	);
	t.deepEqual(
		words.port,
		counted.map(({port}) => port),
	);
	t.true(words.peer?.includes('192.0.2.61'));
	t.true(words.rule?.includes('min-version'));
	t.true(words.domain?.includes('dest23.example'));
	t.true(words.user?.includes('carla@example.org'));
	for (const field of ['hop', 'version', 'cipher', 'outcome', 'failure', 'alert', 'service', 'tls', 'log'] as const)
		t.true((words[field]?.length ?? 0) > 0, field);
});

test('dates are those of --since', async t => {
	const data = dataOf(await asked, founding, everything);
	t.is(await data.moment('2026-10-12'), Date.UTC(2026, 9, 12));
	t.true(Math.abs((await data.moment('2 hours ago')) - (Date.now() - 7_200_000)) < 60_000);
	await t.throwsAsync(data.moment('soon'), {message: /^"soon": no time; write /});
});

test.after.always(async () => {
	await (await archive).close();
	await (await asked).close();
});

test('the screen says what the report says of a change', async t => {
	const store = await filled(await openStore(), 1, async () => undefined);
	const begun = sessions.flatMap(({startedAt}) => startedAt ?? []).sort((a, b) => a - b);
	const filter = {...everything, since: begun[Math.floor(begun.length / 2)]};
	for (const policy of [founding, own]) {
		await judgeByPolicy(store, policy, now);
		const asked = {compare: 'yesterday', filter, asOf: now, db: undefined, zone: 'UTC'};
		const {change} = await comparison(store, policy, asked, ioWith({}));
		t.true((change?.rows.length ?? 0) > 0);
		const shown = await dataOf(store, policy, filter).change({});
		t.deepEqual({...shown, notes: change?.notes ?? []}, change as never);
		const hour = await dataOf(store, policy, everything).change({last: 3_600_000});
		t.is(hour.before.until, hour.shown.since);
	}
	// The remarks are in the zone of the screen, which names it once.
	const zone = 'America/New_York';
	const all = await changeShown(store, own, {...everything, since: begun[0]}, zone);
	t.true(
		all.notes.join('; ').includes(
			`to ${createMoments(zone)
				.full(begun[0] ?? 0)
				.slice(0, 16)} or earlier`,
		),
	);
	t.notRegex(all.notes.join('; '), /UTC/);
	await store.close();
});

test('without a session the spans that are compared are today and yesterday', async t => {
	const store = await openStore();
	await judgeByPolicy(store, founding, now);
	const began = Date.now();
	const {shown, notes} = await changeShown(store, founding, everything, 'UTC');
	t.true((shown.until ?? 0) > began);
	t.notRegex(notes.join(), /1970/);
	await store.close();
});
