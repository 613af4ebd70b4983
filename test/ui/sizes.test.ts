import test from 'ava';
import fc from 'fast-check';
import {createMoments} from '../../src/text/time.ts';
import {width} from '../../src/text/width.ts';
import {drawn} from '../../src/ui/draw.ts';
import {tabsOf, tabWidth} from '../../src/ui/header.ts';
import {leastColumns, leastRows} from '../../src/ui/layout.ts';
import {viewPage, views} from '../../src/ui/pages.ts';
import {createPoller} from '../../src/ui/poller.ts';
import {createScreen, type Screen} from '../../src/ui/screen.ts';
import {initialState} from '../../src/ui/state.ts';
import {createTheme} from '../../src/ui/theme.ts';
import {allTime} from '../../src/ui/typing/span.ts';
import {sampleData, sampleDomains} from './sample-data.ts';

const sgr = /\u001B\[\d+m/g;
const sizes = [
	[40, 12],
	[47, 13],
	[61, 17],
	[80, 24],
	[120, 30],
	[160, 50],
	[300, 80],
] as const;
const nothing = (): void => undefined;
const effects = {
	quit: nothing,
	interrupt: nothing,
	suspend: nothing,
	mouse: nothing,
	redraw: nothing,
	copy: nothing,
	save: nothing,
	findWords: nothing,
	readSpan: nothing,
	policies: () => [],
};
const look = {theme: createTheme({colour: true, unicode: true}), moments: createMoments('UTC'), near: null};

/** A name that is wide, long and hostile. */
const name = `メール配送ゲートウェイ.${'very-long-'.repeat(30)}.example\u001B[2J`;
const session = {peer_host: name, username: name, cipher: name, source: name};
const data = sampleData({
	progress: () => ({phase: 'live', lines: 987_654_321, share: null, sessions: 9, source: name, problems: [name, name]}),
	peers: async () => ({
		rows: [
			{
				...(await sampleData().peers({}, 'all', {order: '', descending: true, offset: 0, limit: 9})).rows[0],
				peer_host: name,
				username: name,
			},
		] as never,
		total: 1,
	}),
	domains: async () => ({
		...sampleDomains,
		rows: sampleDomains.rows.map(row => ({...row, recipient_domain: name})),
		held: sampleDomains.held.map(row => ({...row, recipient_domain: name})),
	}),
	sessions: async (filter, request) => {
		const {rows, total} = await sampleData().sessions(filter, request);
		return {rows: rows.map(row => ({...row, ...session})), total};
	},
});

async function settled(screen: Screen, press: string): Promise<void> {
	screen.press(press);
	for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve));
}

const pages = [
	...views.map((_, index) => [String(index + 1)]),
	['7', 'enter'],
	['7', 'enter', 'enter'],
	['?'],
	['/', 'x'],
	['3', 'p'],
	['c'],
	['d'],
	['K'],
];

for (const [columns, rows] of sizes)
	test(`at ${columns}×${rows} no page is wider or higher than the window, whatever the names are`, async t => {
		const poller = createPoller(data);
		for (const keys of pages) {
			const screen = createScreen(poller, {columns, rows}, effects, look, {
				policy: name,
				span: allTime,
				hops: ['relay-in', 'relay-out'],
			});
			for (const key of keys) await settled(screen, key);
			const lines = drawn(screen.get(), look);
			t.is(lines.length, rows - 1, keys.join(' '));
			for (const line of lines) {
				const plain = line.replaceAll(sgr, '');
				t.true(width(plain) <= columns, `${keys.join(' ')}: ${plain}`);
			}
			screen.dispose();
		}
		await poller.stop();
	});

test('the tabs fit into every window, stand beside each other, and the chosen one has its name', t => {
	fc.assert(
		fc.property(fc.integer({min: leastColumns, max: 300}), fc.constantFrom(...views), (room, view) => {
			const tabs = tabsOf({...initialState(), pages: [viewPage(view)]}, room);
			const ends = tabs.map(tab => tab.from + tabWidth(tab));
			return (
				tabs.every((tab, index) => tab.from > (ends[index - 1] ?? 0)) &&
				(ends.at(-1) ?? 0) <= room &&
				tabs.find(tab => tab.view === view)?.name !== ''
			);
		}),
	);
	t.pass();
});

test('below the least size there is one sentence that fits', t => {
	for (const [columns, rows] of [
		[leastColumns - 1, leastRows],
		[leastColumns, leastRows - 1],
		[12, 8],
		[1, 1],
	] as const) {
		const poller = createPoller(data);
		const screen = createScreen(poller, {columns, rows}, effects, look);
		const lines = drawn(screen.get(), look);
		t.true(lines.length <= Math.max(1, rows - 1) && lines.every(line => width(line) <= columns));
		screen.dispose();
		void poller.stop();
	}
});

test('the chosen row keeps the colours of its bar, and is marked beside it', async t => {
	const poller = createPoller(sampleData());
	const screen = createScreen(poller, {columns: 120, rows: 30}, effects, look);
	await settled(screen, '1');
	const lines = drawn(screen.get(), look);
	const chosen = lines.find(line => line.includes('▶')) ?? '';
	const bar = /\u001B\[1m\u001B\[31m█+\u001B\[39m\u001B\[22m\u001B\[32m░+\u001B\[39m/;
	const before = chosen.slice(0, chosen.search(bar));
	t.regex(chosen, bar);
	t.is(before.split('\u001B[7m').length, before.split('\u001B[27m').length, 'the bar is not turned round');
	t.regex(before, /\u001B\[7m▶ \u001B\[27m/);
	await settled(screen, 'down');
	const moved = drawn(screen.get(), look);
	t.regex(moved[4] ?? '', bar, 'the same bar when the row is not chosen');
	screen.dispose();
	await poller.stop();
});
