import {readFileSync} from 'node:fs';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {readFlags} from '../../../src/cli/flags.ts';
import {readSettings} from '../../../src/cli/settings.ts';
import {privateScreen} from '../../../src/commands/screen/private-screen.ts';
import {screenDataOf} from '../../../src/commands/screen-data.ts';
import {planWatching} from '../../../src/commands/watch-plan.ts';
import {openWatching, type Watching} from '../../../src/commands/watch-reading.ts';
import type {Filter, Term} from '../../../src/model/filter.ts';
import {peerGroups} from '../../../src/model/sessions.ts';
import {findPolicy} from '../../../src/policy/policies.ts';
import {exportedView} from '../../../src/ui/export.ts';
import type {ScreenData} from '../../../src/ui/screen-data.ts';
import {readFilter} from '../../../src/ui/typing/filter-language.ts';
import {heldBy, namesIn} from '../../privacy/fixture/names-in.ts';
import {keys, startScreen} from '../../ui/test-screen.tsx';
import {now} from '../fixture/importing.ts';
import {ioWith} from '../fixture/io.ts';

const logs = ['real-3.12/a.maillog', 'real/rfc3339.log'].map(name =>
	fileURLToPath(new URL(`../../../samples/${name}`, import.meta.url)),
);
const inLines = logs.map(log => namesIn(readFileSync(log, 'utf8')));
const named = {
	addresses: new Set(inLines.flatMap(({addresses}) => [...addresses])),
	words: new Set([...inLines.flatMap(({words}) => [...words]), ...logs, 'a.maillog', 'rfc3339.log']),
};
/** A host that is called by a word that our own sentences have. */
const prose = ['mail'];

let watching: Watching;
let plain: ScreenData;
let shown: ScreenData;

test.before(async () => {
	const words = ['--anonymize', 'mask', '--timezone', 'UTC', ...logs];
	const settings = await readSettings(
		readFlags(words, () => true),
		now,
	);
	const io = ioWith({inputIsDevice: true});
	watching = await openWatching(settings, io, await planWatching(settings, io));
	for (let turn = 0; watching.progress().phase !== 'ended'; turn += 1) {
		if (turn === 2000) throw new Error('the logs were never read');
		await after(25);
	}
	plain = screenDataOf(watching, settings, findPolicy('founding'));
	shown = privateScreen(plain, settings.privacy);
});

test.after.always(async () => {
	await watching?.stop();
});

const page = {order: 'sessions', descending: true, offset: 0, limit: 2000};

test('no answer to the screen names anybody', async t => {
	const answers = async (data: ScreenData): Promise<ReadonlyArray<readonly [name: string, answer: unknown]>> => [
		['overview', await data.overview({}, 40)],
		['violations', await data.violations({})],
		...(await Promise.all(
			peerGroups.map(async group => [`peers ${group}`, await data.peers({}, group, page)] as const),
		)),
		['ciphers', await data.ciphers({})],
		['failures', await data.failures({})],
		['what-if', await data.whatIf({}, [])],
		['sessions', await data.sessions({}, page)],
		['change', await data.change({})],
		['key-exchange', await data.keyExchange({})],
		['coverage', await data.coverage()],
		['words', await data.words()],
		['progress', data.progress()],
	];
	const before = new Map(await answers(plain));
	for (const [name, answer] of await answers(shown)) {
		const text = JSON.stringify(answer);
		t.deepEqual(heldBy(text, named, prose), [], name);
		t.notRegex(text, /"mail"/);
		const numbers = (value: unknown): string => JSON.stringify(value).replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
		t.is(numbers(answer), numbers(before.get(name)), name);
	}
	for (const name of ['violations', 'failures', 'sessions', 'key-exchange', 'words', 'progress'])
		t.true(heldBy(JSON.stringify(before.get(name)), named, prose).length > 0, name);
});

test('what is picked or typed as it is shown means the same as in the log', async t => {
	const {rows} = await shown.peers({}, 'all', page);
	t.true(rows.length > 100);
	const found = async (terms: readonly Term[]): Promise<number> =>
		(await shown.sessions({terms} as Filter, page)).total;
	for (const row of rows.slice(0, 12)) {
		const same = (column: 'peer_ip' | 'peer_host', value: string | null): Term => ({kind: 'same', column, value});
		t.is(await found([same('peer_ip', row.peer_ip), same('peer_host', row.peer_host)]), row.sessions);
	}
	const users = (await shown.peers({}, 'users', page)).rows;
	t.true(users.some(({username}) => /^user-\d+@domain-\d+\.invalid$/.test(username ?? '')));
	for (const {username, sessions} of users)
		t.is(await found(readFilter(`user:${username}`).terms), sessions, username ?? '');
	const {log = [], peer = []} = await shown.words();
	t.true(log.includes('log-1') && log.some(word => word.startsWith('host-')));
	t.is(
		(
			await Promise.all(log.filter(word => word.startsWith('log-')).map(word => found(readFilter(`log:${word}`).terms)))
		).reduce((sum, each) => sum + each, 0),
		await found([]),
	);
	t.true((await found(readFilter(`peer:${peer[0]}`).terms)) > 0);
});

test('lines of the log are neither shown nor written, and remedies are those of the session', async t => {
	const {rows} = await shown.sessions({terms: [{kind: 'outcome', values: ['failed']}]}, page);
	const original = await plain.sessions({terms: [{kind: 'outcome', values: ['failed']}]}, page);
	t.true(rows.length > 30);
	t.is(rows.length, original.rows.length);
	for (const [index, row] of rows.slice(0, 20).entries()) {
		const [remedy, expected] = [await shown.remedy(row), await plain.remedy(original.rows[index] ?? {})];
		t.deepEqual(remedy, expected);
	}
	t.deepEqual(await shown.rawLines(rows[0] ?? {}, 3), {
		lines: [],
		problem: 'Lines of the log are not shown with --anonymize.',
		note: null,
	});
	await t.throwsAsync(shown.saveLines([Buffer.from('a line')]), {
		message: 'lines of the log are not written with --anonymize',
	});
});

test('no page of the screen names anybody, nor what it exports', async t => {
	const screen = await startScreen(shown, {columns: 200, rows: 60});
	const until = async (isThere: (text: string) => boolean): Promise<void> => {
		for (let turn = 0; turn < 1000; turn += 1) {
			await screen.settle();
			if (isThere(screen.text())) return;
		}
		t.fail(screen.text());
	};
	const looked: string[] = [];
	const look = async (isThere: RegExp): Promise<void> => {
		await until(text => isThere.test(text));
		looked.push(screen.text());
		t.deepEqual(heldBy(screen.text(), named, prose), [], screen.text());
		const exported = await exportedView(screen.screen.get(), shown).catch((error: Error) => error.message);
		t.deepEqual(heldBy(JSON.stringify(exported), named, prose), []);
	};
	try {
		await look(/submission +465/);
		await screen.type('2');
		await look(/min-version/);
		await screen.type('3');
		await look(/\d+\.\d+\.x\.x#\d+/);
		await screen.type(keys.enter);
		await look(/host-\d+\.invalid \[\d+\.\d+\.x\.x#\d+\]|\d+\.\d+\.x\.x#\d+/);
		await screen.type(keys.enter);
		await look(/Lines of the log are not shown/);
		for (const view of ['5', '6', '7']) {
			await screen.type(view);
			await look(/\S/);
		}
	} finally {
		await screen.end();
	}
	t.true(looked.some(text => /log-\d/.test(text)));
});
