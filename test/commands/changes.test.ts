import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {readFlags} from '../../src/cli/flags.ts';
import {readSettings} from '../../src/cli/settings.ts';
import {report} from '../../src/commands/report.ts';
import {runs} from '../runs.ts';
import {importing} from './fixture/importing.ts';
import {ioWith} from './fixture/io.ts';
import {type Connection, logOf, usualDay} from './fixture/ten-days.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-change-'));
let files = 0;

function written(connections: readonly Connection[]): string {
	files += 1;
	const name = join(folder, `${files}.log`);
	writeFileSync(name, logOf(connections));
	return name;
}

type Row = Record<string, string | number | null>;
type ChangeJson = {
	readonly shown: Record<string, unknown>;
	readonly before: Record<string, unknown>;
	readonly undecided: boolean;
	readonly notes: string[];
	readonly violations: Row[];
	readonly peers: {new: number; back: number; rows: Row[]};
	readonly versions: Row[];
	readonly outcomes: Row[];
	readonly failures: Row[];
};

/** What `tlsaudit report` prints, in this process. */
async function reported(...words: string[]): Promise<string> {
	let out = '';
	const io = ioWith({
		async write(text) {
			out += text;
		},
	});
	const settings = await readSettings(readFlags(['report', '--timezone', 'UTC', ...words]), Date.UTC(2026, 11, 1));
	await report(settings, io);
	return out;
}

async function change(...words: string[]): Promise<ChangeJson> {
	return JSON.parse(await reported('--format', 'json', ...words)).change;
}

/** The difference in short: `new violation min-version submission 465: 3 after 0`. */
function short({violations, peers, versions, outcomes, failures}: ChangeJson): string[] {
	const row = (what: string) => (each: Row) =>
		`${each.change} ${what} ${each.rule ?? each.peer_ip ?? each.peer_host ?? each.version ?? each.outcome ?? each.reason} ${each.hop}${
			each.port === undefined ? '' : ` ${each.port}`
		}: ${each.sessions} after ${each.before}`;
	return [
		...violations.map(row('violation')),
		...peers.rows.map(row('peer')),
		...versions.map(row('version')),
		...outcomes.map(row('outcome')),
		...failures.map(row('failure')),
	];
}

const days = (from: number, to: number): number[] => Array.from({length: to - from + 1}, (_, index) => from + index);
const usual = days(1, 10).flatMap(usualDay);

const user = (day: number, second: number, peer: string, version: string): Connection => ({
	...{day, second, kind: 'smtps', peer, host: 'old.example.org', version},
});

test('a log that is the same every day has no change', async t => {
	const name = written(usual);
	const yesterday = await change(name, '--compare', 'yesterday');
	t.deepEqual(short(yesterday), []);
	t.is(yesterday.undecided, false);
	t.like(yesterday.shown, {since: '2026-10-10T00:00:00.000Z', sessions: 150});
	t.like(yesterday.before, {since: '2026-10-09T00:00:00.000Z', until: '2026-10-10T00:00:00.000Z', sessions: 150});
	t.deepEqual(short(await change(name, '--compare', '5 days')), []);
	t.true((await reported(name, '--compare', 'yesterday')).includes('nothing to list'));
});

test.serial('where not all logs were read nothing is said to be gone, and that is said', async t => {
	const name = written([...usual, user(9, 60_000, '192.0.2.10', 'TLSv1')]);
	t.deepEqual(short(await change(name, '--compare', 'yesterday')), [
		'gone violation min-version submission 465: 0 after 1',
	]);
	const cut = join(folder, 'cut.log.gz');
	const packed = gzipSync(logOf(usualDay(10)));
	writeFileSync(cut, packed.subarray(0, packed.length - 12));
	const partial = await change(name, cut, '--compare', 'yesterday');
	t.deepEqual(
		short(partial).filter(each => each.includes('violation')),
		['not-seen violation min-version submission 465: 0 after 1'],
	);
	t.regex(partial.notes.join('\n'), /not all logs could be read to the end: what is gone is not known/);
	for (const format of ['text', 'markdown', 'csv'])
		t.regex(
			(await reported(name, cut, '--compare', 'yesterday', '--format', format)).replaceAll(/\s+/g, ' '),
			/what is gone is not known/,
			format,
		);
});

test('of ten days with known changes exactly these are found', async t => {
	const noCipher = '0A0000C1:SSL routines::no shared cipher';
	const name = written([
		...usual.filter(({day, kind, peer}) => !(day === 10 && kind === 'smtp' && Number(peer.split('.')[3]) > 30)),
		// Half of the mail of the last day goes by TLS 1.2 or in plaintext.
		...days(1, 20).map(
			index => ({...usualDay(10)[41], day: 10, second: 50_000 + index, version: 'TLSv1.2'}) as Connection,
		),
		...days(1, 10).map(index => ({...usualDay(10)[41], day: 10, second: 51_000 + index, version: null}) as Connection),
		// A user with TLS 1.0 on day 9 only; on day 10 the others show that it is gone.
		user(9, 60_000, '192.0.2.10', 'TLSv1'),
		// One whose plaintext login on 143 is the last that port 143 sees.
		{day: 9, second: 61_000, kind: 'imap', peer: '203.0.113.1', host: '', version: null},
		// A peer never seen, and one that was here on day 3.
		user(10, 62_000, '192.0.2.200', 'TLSv1.3'),
		user(3, 62_000, '192.0.2.201', 'TLSv1.3'),
		user(10, 62_100, '192.0.2.201', 'TLSv1.3'),
		// A failure that was there, and rises; and one that was never seen.
		...days(1, 9).map(day => ({...user(day, 63_000, '192.0.2.11', 'TLSv1.3'), failure: noCipher})),
		...days(1, 20).map(index => ({...user(10, 63_000 + index * 9, '192.0.2.11', 'TLSv1.3'), failure: noCipher})),
		{...user(10, 64_000, '192.0.2.12', 'TLSv1.3'), failure: '0A00010B:SSL routines::wrong version number'},
	]);
	const found = await change(name, '--compare', 'yesterday');
	t.deepEqual(short(found), [
		'new violation relay-plaintext relay-out 25: 10 after 0',
		'gone violation min-version submission 465: 0 after 1',
		'not-seen violation access-plaintext-login access 143: 0 after 1',
		'new peer 192.0.2.200 submission: 1 after 0',
		'back peer 192.0.2.201 submission: 1 after 0',
		'rose version TLSv1.2 relay-out 25: 20 after 0',
		'fell version TLSv1.3 relay-out 25: 30 after 60',
		'rose outcome plaintext relay-out 25: 10 after 0',
		'new failure not-tls submission 465: 1 after 0',
		'rose failure no-shared-cipher submission 465: 20 after 1',
	]);
	t.deepEqual({new: found.peers.new, back: found.peers.back}, {new: 1, back: 1});
	t.is(found.peers.rows[1]?.first_seen, '2026-10-03T17:13:20.000Z');
});

test('the days of a comparison are those of the zone, and --since decides the span', async t => {
	const name = written(usual);
	const berlin = await change(name, '--compare', 'yesterday', '--timezone', 'Europe/Berlin');
	t.like(berlin.shown, {since: '2026-10-09T22:00:00.000Z'});
	const since = await change(name, '--compare', 'yesterday', '--since', '2026-10-07', '--until', '2026-10-10');
	t.like(since.shown, {since: '2026-10-07T00:00:00.000Z', until: '2026-10-10T00:00:00.000Z', sessions: 450});
	t.like(since.before, {since: '2026-10-04T00:00:00.000Z', until: '2026-10-07T00:00:00.000Z', sessions: 450});
	t.deepEqual(since.notes, ['--since gives the span; the one before it is as long']);
	const until = await change(name, '--compare', '2 days', '--until', '2026-10-08');
	t.like(until.shown, {since: '2026-10-06T00:00:00.000Z', until: '2026-10-08T00:00:00.000Z', sessions: 300});
	await t.throwsAsync(change(name, '--compare', 'someday'), {
		message: /^--compare "someday": neither a span nor a database; /,
	});
});

test('what the log does not hold is not known, and nothing of it is gone or new', async t => {
	const name = written(usual);
	const late = await change(name, '--compare', '20 days', '--since', '2026-10-01');
	t.deepEqual([short(late), late.undecided], [[], true]);
	t.regex(
		late.notes.at(-1) ?? '',
		/^nothing is there of 2026-09-21 12:04 to 2026-10-01 00:00 UTC or earlier: what is new, gone or changed is not/,
	);
	const partly = await change(name, '--compare', '6 days');
	t.is(partly.undecided, false);
	t.true(partly.notes.includes('the log begins at 2026-10-01 08:00 UTC, within the span before'));
	// A day without a session between others: what is new is known by the days before it.
	const gap = written([...usual.filter(({day}) => day !== 9), user(10, 62_000, '192.0.2.200', 'TLSv1')]);
	const monday = await change(gap, '--compare', 'yesterday');
	t.deepEqual(short(monday).slice(0, 2), [
		'new violation min-version submission 465: 1 after 0',
		'new peer 192.0.2.200 submission: 1 after 0',
	]);
	t.is(monday.undecided, true);
	t.true(monday.peers.rows.slice(1).every(({change: word}) => word === 'back'));
	t.is(monday.versions.length + monday.outcomes.length + monday.failures.length, 0);
});

test('what is new is judged by the sessions that are deleted, too', async t => {
	const db = join(folder, 'kept.db');
	const more = [
		user(2, 60_000, '192.0.2.77', 'TLSv1'),
		user(2, 60_100, '192.0.2.201', 'TLSv1.3'),
		user(10, 60_000, '192.0.2.77', 'TLSv1'),
		user(10, 62_000, '192.0.2.200', 'TLSv1.3'),
		user(10, 62_100, '192.0.2.201', 'TLSv1.3'),
	];
	const name = written([...usual, ...more]);
	// The clock of these imports is 2026-12-01: the first six days go.
	await importing(db, name, '--keep', '55d');
	const found = await change('--db', db, '--compare', 'yesterday');
	t.deepEqual(short(found), [
		'back violation min-version submission 465: 1 after 0',
		'new peer 192.0.2.200 submission: 1 after 0',
		'back peer 192.0.2.77 submission: 1 after 0',
		'back peer 192.0.2.201 submission: 1 after 0',
	]);
	const {by} = JSON.parse(await reported('--db', db, '--format', 'json', '--by', 'month'));
	const whole = JSON.parse(await reported(name, '--format', 'json', '--by', 'month')).by;
	t.is(by.rows[0].deleted, 902);
	t.deepEqual({...by.rows[0], deleted: 0}, whole.rows[0]);
	t.regex(by.notes[0], /sessions of these are deleted and counted by sums that were kept$/);
	const days = JSON.parse(await reported('--db', db, '--format', 'json', '--by', 'day')).by;
	t.regex(days.notes[0], /deleted sessions which are counted by month only are left out$/);
});

test('what is gone is shown by all its peers that came back, or by more sessions than chance explains', async t => {
	const of = async (...more: Connection[]): Promise<string | undefined> =>
		short(await change(written([...usual, ...more]), '--compare', 'yesterday')).find(each =>
			each.includes(' violation '),
		);
	const old = (index: number): Connection => user(9, 60_000 + index * 60, `192.0.2.${index + 100}`, 'TLSv1');
	const place = 'violation min-version submission 465: 0 after';
	t.is(await of(old(1)), `not-seen ${place} 1`, 'a peer that did not call');
	t.is(await of(old(1), old(2)), `not-seen ${place} 2`);
	const back = (index: number): Connection => ({...old(index), day: 10, version: 'TLSv1.2'});
	t.is(await of(old(1), old(2), back(1), back(2)), `gone ${place} 2`, 'both came back');
	t.is(await of(old(1), old(2), back(2)), `not-seen ${place} 2`, 'one of two came back');
	const failed = Array.from(
		{length: 60},
		(_, index): Connection => ({
			...back(200),
			second: 70_000 + index * 10,
			failure: '0A0000C1:SSL routines::no shared cipher',
		}),
	);
	t.is(await of(...days(1, 5).map(old), ...failed), `not-seen ${place} 5`, 'attempts that fail keep no rule');
	t.is(await of(old(1), {...old(2), day: 10, version: 'TLSv1.2'}), `not-seen ${place} 1`, 'another one came');
	t.is(await of(...days(1, 30).map(old)), `gone ${place} 30`, 'of 70 sessions 30, and of 40 none');
	const plain = (day: number, version: string | null): Connection => ({
		...{day, second: 70_000, kind: 'smtp', peer: '198.51.100.250', host: 'plain.example', version},
	});
	t.is(await of(plain(9, null), plain(10, 'TLSv1.3')), 'gone violation relay-plaintext relay-out 25: 0 after 1');
	t.is(await of(plain(9, null)), 'not-seen violation relay-plaintext relay-out 25: 0 after 1');
});

test('sessions that --keep deleted are not known: nothing of their time is back, and no day of it without a session', async t => {
	const db = join(folder, 'pruned.db');
	const name = written([...usual, user(2, 60_000, '192.0.2.77', 'TLSv1'), user(10, 60_000, '192.0.2.77', 'TLSv1')]);
	// The clock of these imports is 2026-12-01: all but the last days go.
	await importing(db, name, '--keep', '54d');
	const all = await change('--db', db, '--compare', '3 days');
	t.deepEqual([short(all), all.undecided, all.peers.back], [[], true, null]);
	t.regex(
		all.notes.join('; '),
		/^the sessions of 2026-10-0\d .* UTC were deleted by import --keep: what is back, gone or changed is not known$/,
	);
	const part = await change('--db', db, '--compare', '2 days');
	t.deepEqual(short(part), []);
	t.is(part.undecided, false);
	t.regex(
		part.notes.join('; '),
		/^sessions of the span before up to 2026-10-07 .* were deleted by import --keep: what is back/,
	);
	const whole = await change('--db', db, '--compare', '5 days');
	t.regex(whole.notes[0] ?? '', /^sessions of the span that is shown were deleted/);
	// Of a peer whose first session is deleted it is not said when that was.
	const day = await change('--db', db, '--compare', 'yesterday');
	t.like(day.peers.rows[0], {change: 'back', peer_ip: '192.0.2.77', first_seen: null});
	for (const format of ['text', 'csv', 'markdown', 'html']) {
		const said = await reported('--db', db, '--compare', '3 days', '--format', format);
		t.regex(said, /were\s+deleted\s+by\s+import\s+--keep/, format);
		t.notRegex(said, /no session in|null/, format);
	}
	const {by} = JSON.parse(await reported('--db', db, '--by', 'suite', '--format', 'json'));
	t.regex(by.notes.join(), /^[\d,]+ sessions that --keep deleted are not in the inventory$/);
	const later = await reported('--db', db, '--by', 'suite', '--since', '2026-10-09', '--format', 'json');
	t.deepEqual(JSON.parse(later).by.notes, []);
	await importing(db, '--keep', '2d', name);
	t.regex(await reported('--db', db), /^Nothing read: all 1,502 sessions were deleted by import --keep\./);
});

test('a span that is none is refused, and one without a session is nothing read', async t => {
	const name = written(usual);
	for (const span of ['0 days', '0h', '99999 days', '900 years'])
		await t.throwsAsync(
			change(name, '--compare', span),
			{message: /^--compare "\d+ ?\w+": a span is longer than nothing /},
			span,
		);
	const later = await change(name, '--compare', 'yesterday', '--since', '2027-01-01');
	t.true(later.shown.since !== null && String(later.shown.since) < String(later.shown.until));
	t.true(String(later.before.since) < String(later.before.until));
	t.regex(
		await reported(name, '--compare', 'yesterday', '--since', '2027-01-01'),
		/^Nothing read: no session began since /,
	);
	const gap = written(usual.filter(({day}) => day !== 9));
	const empty = ['--compare', 'yesterday', '--until', '2026-10-10'];
	t.regex(await reported(gap, ...empty), /^Nothing read: no session is in the span that is compared\./);
});

test('sessions are split by day, week and month of the zone', async t => {
	const name = written([...usual, user(1, -3600, '192.0.2.10', 'TLSv1')]);
	const by = async (unit: string, ...words: string[]) =>
		JSON.parse(await reported(name, '--format', 'json', '--by', unit, ...words)).by.rows as Row[];
	t.deepEqual(
		(await by('month')).map(({period, sessions, violations, versions}) => ({period, sessions, violations, versions})),
		[
			{period: '2026-09', sessions: 1, violations: 1, versions: {TLSv1: 1}},
			{period: '2026-10', sessions: 1500, violations: 0, versions: {'TLSv1.3': 1500}},
		] as never,
	);
	t.deepEqual(
		(await by('week')).map(({period, sessions, from}) => [period, sessions, from]),
		[
			['2026-W40', 601, '2026-09-28T00:00:00.000Z'],
			['2026-W41', 900, '2026-10-05T00:00:00.000Z'],
		],
	);
	t.deepEqual(
		(await by('month', '--timezone', 'Europe/Berlin')).map(({period}) => period),
		['2026-10'],
	);
	t.is((await by('day')).length, 11);
	const table = await reported(name, '--by', 'week');
	t.regex(table, /^2026-W41 +900 +900 /m);
});

test('sessions are compared with those of a database', async t => {
	const before = join(folder, 'before.db');
	await importing(before, written([...usual, user(4, 60_000, '192.0.2.78', 'TLSv1')]));
	const name = written([...usual, user(4, 60_000, '192.0.2.79', 'TLSv1.3')]);
	const found = await change(name, '--compare', before);
	t.deepEqual(short(found), [
		'not-seen violation min-version submission 465: 0 after 1',
		'new peer 192.0.2.79 submission: 1 after 0',
	]);
	t.like(found.before, {database: before, sessions: 1501});
	for (const format of ['text', 'csv', 'markdown', 'html'])
		t.true((await reported(name, '--compare', before, '--format', format)).includes('192.0.2.79'), format);
	// Own sessions are a part of nothing.
	t.regex(await reported(name, '--compare', before, '--format', 'csv'), /^change_peer,.*192\.0\.2\.79.*,new,0,,\r?$/m);
});

const anyConnection: fc.Arbitrary<Connection> = fc.record({
	day: fc.integer({min: 1, max: 3}),
	second: fc.integer({min: 0, max: 80_000}),
	kind: fc.constantFrom('smtps', 'smtp', 'imap'),
	peer: fc.integer({min: 1, max: 9}).map(number => `192.0.2.${number}`),
	host: fc.constantFrom('a.example', 'b.example'),
	version: fc.constantFrom('TLSv1', 'TLSv1.2', 'TLSv1.3'),
});
const anyLog = fc.array(anyConnection, {minLength: 1, maxLength: 60});

test('compared with itself nothing changed; turned round, what came went and what rose fell', async t => {
	await fc.assert(
		fc.asyncProperty(anyLog, anyLog, async (one, other) => {
			files += 1;
			const [a, b] = [join(folder, `${files}a.db`), join(folder, `${files}b.db`)];
			await importing(a, written(one));
			await importing(b, written(other));
			t.deepEqual(short(await change('--db', a, '--compare', a)), []);
			const [there, back] = [await change('--db', b, '--compare', a), await change('--db', a, '--compare', b)];
			const of = (rows: readonly Row[], ...words: string[]) =>
				rows
					.filter(({change: word}) => words.includes(String(word)))
					.map(({rule, severity, hop, port, version}) => [rule, severity, hop, port, version].join(' '))
					.sort();
			t.deepEqual(of(there.violations, 'new', 'back'), of(back.violations, 'gone', 'not-seen'));
			t.deepEqual(of(there.violations, 'gone', 'not-seen'), of(back.violations, 'new', 'back'));
			t.deepEqual(of(there.versions, 'rose'), of(back.versions, 'fell'));
			t.deepEqual(of(there.versions, 'fell'), of(back.versions, 'rose'));
		}),
		{numRuns: runs(4)},
	);
});
