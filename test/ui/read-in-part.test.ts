import test from 'ava';
import {exportedView} from '../../src/ui/export.ts';
import {isPartial, type Overview, type ScreenData} from '../../src/ui/screen-data.ts';
import {hop, sampleChange, sampleData} from './sample-data.ts';
import {startScreen} from './test-screen.tsx';

const problems = ['mail.log.3.gz: the gzip file ends too early'];
const whole = sampleData().progress();

/** Data in which nothing is broken, of an input that was read in part or whole. */
async function calm(unread: readonly string[], part: Partial<ScreenData> = {}): Promise<ScreenData> {
	const {gravest: _gravest, ...overview} = await sampleData().overview({}, 60);
	const shown: Overview = {
		...overview,
		gravest: null,
		rows: [hop({violations: 0, failed: 0}), hop({port: 587, violations: 0, weaknesses: 1, failed: 0})],
		broken: [],
		verdict: unread.length > 0 ? 'undecided' : 'pass',
		sentence: unread.length > 0 ? 'Undecided: not all logs could be read to the end.' : 'Pass.',
	};
	const {rows, total} = await sampleData().peers({}, 'all', {order: '', descending: true, offset: 0, limit: 9});
	const peers = rows.map(row => ({...row, violations: 0}));
	return sampleData({
		progress: () => ({...whole, problems: unread}),
		overview: async () => shown,
		peers: async () => ({rows: peers, total}),
		...part,
	});
}

test('an input is read in part where something of it could not be read', t => {
	t.false(isPartial(whole));
	t.true(isPartial({...whole, problems}));
});

test.serial('the head says that all was read only where it was', async t => {
	const all = await startScreen(await calm([]));
	t.regex(all.lines()[0] ?? '', /^ tlsaudit {2}all read/);
	await all.end();
	const some = await startScreen(await calm(problems), {columns: 120});
	t.regex(some.lines()[0] ?? '', /^ tlsaudit {2}read in part .*1 input not read: see 8/);
	t.notRegex(some.text(), /all read/);
	await some.end();
});

test.serial('no hop and no peer has a tick where the input was read in part; what is wrong stays wrong', async t => {
	const all = await startScreen(await calm([]));
	t.regex(all.text(), /✔ submission +465/);
	t.regex(all.text(), /✔ no session shown breaks the policy/);
	await all.type('3');
	t.regex(all.text(), /✔ sca/);
	await all.end();
	const some = await startScreen(await calm(problems));
	t.regex(some.text(), /\? submission +465/);
	t.regex(some.text(), /! submission +587/);
	t.regex(some.text(), /Undecided: not all logs could be read to the end/);
	t.notRegex(some.text(), /✔/);
	t.regex(some.text(), /not all of the input was read: press 8 for the problems\./);
	const exported = await exportedView(some.screen.get(), await calm(problems));
	t.deepEqual(
		exported.rows.map(([verdict]) => verdict),
		['undecided', 'weakness'],
	);
	await some.type('3');
	t.regex(some.text(), /\? sca/);
	t.notRegex(some.text(), /✔/);
	const peers = await exportedView(some.screen.get(), await calm(problems));
	t.is(peers.rows[0]?.[0], 'undecided');
	await some.end();
});

test.serial('a verdict that was asked for before the problem came has no tick any more', async t => {
	const {overview} = await calm([]);
	const at = await startScreen(await calm(problems, {overview}));
	t.notRegex(at.text(), /✔|no session shown breaks/);
	await at.end();
});

test.serial('a list without rows says that not all was read', async t => {
	const empty = {change: async () => ({...sampleChange, rows: [], notes: []})};
	for (const [key, words] of [
		['2', /No violation is seen\./],
		['4', /No encrypted session\./],
		['5', /No failed handshake\./],
		['6', /No session that may be encrypted\./],
		['c', /Nothing to list/],
	] as const) {
		const all = await startScreen(await calm([], empty));
		await all.type(key);
		t.regex(all.text(), words, key);
		t.notRegex(all.text(), /in part/, key);
		await all.end();
		const some = await startScreen(await calm(problems, empty));
		await some.type(key);
		t.regex(some.text(), words, key);
		t.regex(some.text(), /The input was read in part: 8 says what is lacking\./, key);
		await some.end();
	}
	const lines = await startScreen(await calm(problems));
	await lines.type('8');
	t.regex(lines.text(), /mail\.log\.3\.gz: the gzip file ends too early/);
	t.regex(lines.text(), /Every line that speaks of TLS was understood\.\n +The input was read in part\./);
	await lines.end();
});
