import {appendFileSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {createPortions, isJournal, journalSource} from '../../../src/ingest/journal/journal-source.ts';
import {checkJournal, holdsCursor, readJournal} from '../../../src/ingest/journal/journalctl.ts';
import {entryLine, standIn} from './fixture/stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-journal-'));
const journal = join(folder, 'journal.jsonl');
Object.assign(process.env, standIn(folder, journal));

const entry = (number: number, tag = 'dovecot'): string =>
	entryLine(number, {host: 'mx', tag, pid: '1', message: `message ${number}`, time: 1000 + number});
const cursorOf = (number: number): string => `s=1;i=${number.toString(16)};t=${(1000 + number).toString(16)}`;
const written = (...numbers: number[]): string => numbers.map(number => entry(number)).join('');

async function all(chunks: AsyncIterable<Buffer>): Promise<string> {
	let text = '';
	for await (const chunk of chunks) text += chunk.toString();
	return text;
}

async function* linesBehind(after: string | undefined): AsyncGenerator<Buffer> {
	const entries = readJournal({unit: null, follow: false, after}, new AbortController().signal);
	for await (const {lines} of entries) yield lines;
}

test.serial('what is there is read from the beginning, or behind a cursor', async t => {
	writeFileSync(journal, written(1, 2, 3) + entry(4, 'cron'));
	await checkJournal();
	t.is(await all(linesBehind(undefined)), written(1, 2, 3));
	t.is(await all(linesBehind(cursorOf(2))), written(3));
	t.is(await all(linesBehind(cursorOf(4))), '');
	t.true(await holdsCursor(cursorOf(4)));
	t.false(await holdsCursor(cursorOf(5)), 'journalctl would say nothing of it');
	const source = journalSource('dovecot', false);
	t.true(isJournal(source.name));
	t.true(isJournal(journalSource(null, true).name));
	t.false(isJournal('journal.log'));
});

test.serial('entries to come are waited for until the signal, and what was given out says how far', async t => {
	t.timeout(60_000);
	writeFileSync(journal, written(1));
	const stop = new AbortController();
	const portions = createPortions({unit: null, follow: true}, stop.signal);
	t.is(portions.place, null);
	t.is(await all(portions.next(1000, null)), written(1));
	t.deepEqual(portions.place, {cursor: cursorOf(1), time: 1001});
	t.is(await all(portions.next(1000, 1)), '', 'nothing came in time');
	appendFileSync(journal, written(2));
	t.is(await all(portions.next(1000, null)), written(2));
	t.is(portions.place?.cursor, cursorOf(2));
	t.false(portions.over);
	stop.abort();
	t.is(await all(portions.next(1000, null)), '');
	t.true(portions.over);
	await portions.close();
});

test.serial('following ends when nobody wants more, though nothing comes', async t => {
	t.timeout(60_000);
	writeFileSync(journal, written(1));
	const portions = createPortions({unit: null, follow: true}, new AbortController().signal);
	await all(portions.next(1000, null));
	await all(portions.next(1000, 1));
	await portions.close();
	t.pass();
});

test.serial('that journalctl ends while it should wait is a problem of the journal', async t => {
	process.env.SAYS = 'No space';
	process.env.STATUS = '1';
	const chunks = journalSource(null, true).output?.(new AbortController().signal);
	await t.throwsAsync(all(chunks as AsyncGenerator<Buffer>), {
		message: /^journalctl ended with status 1 \(No space\); /,
	});
	delete process.env.SAYS;
	delete process.env.STATUS;
});
