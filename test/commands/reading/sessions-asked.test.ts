import test from 'ava';
import {readFlags} from '../../../src/cli/flags.ts';
import {readSettings} from '../../../src/cli/settings.ts';
import {sessionsAsked} from '../../../src/commands/reading/sessions-asked.ts';
import type {StoreOptions} from '../../../src/store/store.ts';
import type {TallySpan} from '../../../src/store/tally/tally-request.ts';

const now = Date.UTC(2026, 11, 31);
const dayMs = 86_400_000;
const at = (text: string): number => Date.parse(`${text}Z`);

const asked = async (...words: string[]): Promise<StoreOptions> =>
	sessionsAsked(await readSettings(readFlags(['--timezone', 'UTC', ...words, '--db', 'lake/*.parquet']), now));

const span: TallySpan = {
	from: at('2026-10-12T08:30:00'),
	to: at('2026-10-14T09:00:00'),
	earliest: at('2026-10-12T08:20:00'),
	newest: at('2026-10-14T08:59:00'),
};
const cutsOf = async (...words: string[]): Promise<readonly number[] | null | undefined> =>
	(await asked(...words)).tally?.cutsOf(span);

test('what is counted is tallied, and what is shown is not', async t => {
	for (const words of [
		['report'],
		['check'],
		['whatif', '--min-version', 'TLSv1.3'],
		['harden'],
		['report', '--compare', 'yesterday'],
		[],
	])
		t.truthy((await asked(...words)).tally, words.join(' '));
	t.deepEqual(await asked('sql', 'select 1'), {});
	t.deepEqual(await asked('sessions'), {});
});

test('sessions that are shown are those of the times and hops that are asked for', async t => {
	const {only, tally} = await asked('sessions', '--since', '2026-10-13', '--hop', 'access');
	t.is(tally, undefined);
	t.like(only, {since: at('2026-10-13T00:00:00'), until: undefined, hops: ['access']});
});

test('times and hops of the command line are those of the tally', async t => {
	for (const command of ['report', 'check', 'harden']) {
		const {tally} = await asked(command, '--until', '2026-10-13', ...(command === 'harden' ? [] : ['--hop', 'access']));
		t.is(tally?.filter.until, at('2026-10-13T00:00:00'), command);
		t.deepEqual(tally?.cutsOf(span), [], command);
	}
});

test('periods part sessions where they begin, in the zone; too many of them are none', async t => {
	t.deepEqual(
		await cutsOf('report', '--by', 'day'),
		['12', '13', '14'].map(day => at(`2026-10-${day}T00:00:00`)),
	);
	t.deepEqual(
		await cutsOf('report', '--by', 'day', '--timezone', 'Asia/Kathmandu'),
		['11', '12', '13'].map(day => at(`2026-10-${day}T18:15:00`)),
	);
	t.is((await cutsOf('report', '--by', 'hour'))?.length, 50);
	t.deepEqual(await cutsOf('report', '--by', 'domain'), []);
	t.deepEqual(
		await cutsOf('report', '--format', 'tlsrpt'),
		[12, 13, 14].map(day => Date.UTC(2026, 9, day)),
	);
	const {tally} = await asked('report', '--by', 'hour');
	t.is(tally?.cutsOf({...span, to: (span.from ?? 0) + 30 * dayMs}), null);
	t.deepEqual(tally?.cutsOf({from: null, to: null, earliest: null, newest: null}), []);
});

test('a comparison parts sessions at its spans, which end with the newest session, and is about all times', async t => {
	const {tally} = await asked('report', '--compare', 'yesterday', '--hop', 'access');
	t.deepEqual(tally?.filter, {hops: ['access']});
	t.deepEqual(
		[...new Set(tally?.cutsOf(span))].sort((a, b) => a - b),
		[at('2026-10-13T00:00:00'), at('2026-10-14T00:00:00'), (span.newest ?? 0) + 1],
	);
	const since = await cutsOf('report', '--compare', '1 day', '--since', '2026-10-13T12:00:00');
	const moment = at('2026-10-13T12:00:00');
	for (const cut of [moment, 2 * moment - (span.newest ?? 0) - 1, (span.newest ?? 0) + 1]) t.true(since?.includes(cut));
	t.deepEqual(
		(await asked('report', '--compare', 'other.db', '--since', '2026-10-13')).tally?.filter,
		{hops: []},
		'what was there before counts, too',
	);
	const days = await cutsOf('report', '--compare', 'yesterday', '--by', 'day');
	t.true(days?.includes(at('2026-10-12T00:00:00')));
});

test('charts of a comparison are of the hours of its span, or there is no tally', async t => {
	const hours = await cutsOf('report', '--compare', 'yesterday', '--format', 'html');
	for (let hour = 0; hour < 9; hour++) t.true(hours?.includes(at('2026-10-14T00:00:00') + hour * 3_600_000));
	t.is(await cutsOf('report', '--compare', '60 days', '--format', 'html'), null);
});
