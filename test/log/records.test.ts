import {readFileSync} from 'node:fs';
import test from 'ava';
import {createJoiner} from '../../src/log/join/joiner.ts';
import {createLineReader} from '../../src/log/line-reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import {emptyReaderState} from '../../src/log/reader-state.ts';
import {createRecords, recordSize} from '../../src/log/records.ts';
import {summedCoverage} from '../../src/model/coverage.ts';
import type {Session} from '../../src/model/session.ts';
import {readLine} from './fixture/read-line.ts';
import {sessionsOf} from './fixture/sessions-of.ts';

const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};
const log = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8')
	.trimEnd()
	.split('\n');

/** Sessions by way of batches of so many records with so many bytes of words. */
function inBatches(lines: readonly string[], records: number, bytes: number) {
	const sessions: Session[] = [];
	const state = emptyReaderState();
	const joiner = createJoiner(session => sessions.push(session), new Map(), state.joiner);
	const room = () =>
		createRecords(new Int32Array(records * recordSize), Buffer.allocUnsafeSlow(bytes) as unknown as Bytes);
	let batches = 0;
	const reader = createLineReader(options, state.lines, room(), batch => {
		batches++;
		joiner.take(batch);
		// Nothing of a batch that was taken is looked at again.
		batch.ints.fill(-7);
		batch.bytes.fill(0xee);
		return room();
	});
	reader.open({name: 'test.log', modified: null});
	for (const line of lines) readLine(reader, line);
	reader.end();
	reader.flush();
	joiner.end();
	return {sessions, coverage: summedCoverage([reader.coverage, joiner.coverage]), batches};
}

test('batches of any size give the same sessions', t => {
	const {sessions, coverage} = sessionsOf(log);
	for (const [records, bytes] of [
		[1, 20_000],
		[3, 20_000],
		[64, 17_000],
		[8192, 1 << 18],
	] as const) {
		const batched = inBatches(log, records, bytes);
		t.deepEqual(batched.sessions, sessions);
		t.deepEqual(batched.coverage, coverage);
		t.true(batched.batches > 0);
	}
});

test('a line of which nothing is reported moves the time on, once a second', t => {
	const lines = Array.from(
		{length: 100},
		(_, index) =>
			`2026-10-12T08:00:${String(Math.floor(index / 10)).padStart(2, '0')}.${index % 10}00Z mx1 dovecot: imap(u)<1><x>: expunge`,
	);
	let times = 0;
	const state = emptyReaderState();
	const reader = createLineReader(
		options,
		state.lines,
		createRecords(new Int32Array(1000 * recordSize), Buffer.alloc(30_000) as unknown as Bytes),
		batch => {
			for (let at = 0; at < batch.used; at += recordSize) if (batch.ints[at] === 12) times++;
			return batch;
		},
	);
	for (const line of lines) readLine(reader, line);
	reader.flush();
	t.is(times, 10);
});
