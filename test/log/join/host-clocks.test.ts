import {readdirSync, readFileSync} from 'node:fs';
import {deserialize, serialize} from 'node:v8';
import test from 'ava';
import fc from 'fast-check';
import {createReader} from '../../../src/log/reader.ts';
import {emptyReaderState, type ReaderState} from '../../../src/log/reader-state.ts';
import type {Session} from '../../../src/model/session.ts';
import {runs} from '../../runs.ts';
import {readLine} from '../fixture/read-line.ts';
import {sessionsOf} from '../fixture/sessions-of.ts';

const samples = new URL('../../../samples/', import.meta.url);
const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};

type Line = {readonly time: number; readonly rest: string};

const linesOf = (name: string): string[] => readFileSync(new URL(name, samples), 'utf8').trimEnd().split('\n');

/** The lines of one host of a log, without their stamps and the name of their host; others are left out. */
function parted(lines: readonly string[]): Line[] {
	const head = /^(?:(\d{4}-\S+T\S+)|([A-Z][a-z]{2} [ \d]\d [\d:]{8})) (\S+) (?=\S+: )(.*)$/;
	const all = lines.flatMap(line => {
		const [, whole, yearless = '', host = '', rest = ''] = head.exec(line) ?? [];
		const time = Date.parse(whole ?? `${yearless} 2026 UTC`);
		// Of which line it is the repetition depends on the line before it in the file, whichever host wrote that.
		const isLine = Number.isFinite(time) && !rest.includes('message repeated ');
		return isLine ? [{time, host, rest}] : [];
	});
	return all.filter(({host}) => host === all[0]?.host);
}

const logs: ReadonlyMap<string, readonly Line[]> = new Map(
	readdirSync(samples, {recursive: true, encoding: 'utf8'})
		.filter(name => /\.(?:mail)?log$/.test(name))
		.map(name => [name, parted(linesOf(name))] as const)
		.filter(([, lines]) => lines.length > 0),
);

const written = (host: string, shift: number, lines: readonly Line[]): string[] =>
	lines.map(({time, rest}) => `${new Date(time + shift).toISOString()} ${host} ${rest}`);

/** Sessions without what says where in the log their lines are. */
const rowsOf = (sessions: readonly Session[]): string[] =>
	sessions.map(session => JSON.stringify({...session, firstLine: null, lastLine: null})).sort();

/** The rows that two lists do not have in common. */
function differing(one: readonly string[], other: readonly string[]): string[] {
	const left = new Map<string, number>();
	for (const [rows, step] of [
		[one, 1],
		[other, -1],
	] as const)
		for (const row of rows) left.set(row, (left.get(row) ?? 0) + step);
	return [...left].flatMap(([row, count]) => (count === 0 ? [] : [`${count > 0 ? '+' : '-'} ${row}`]));
}

/** Takes so many lines of each log in turn, as `runs` says, until none is left. */
function interleaved(queues: ReadonlyArray<readonly string[]>, pieces: readonly number[]): string[] {
	const at = queues.map(() => 0);
	const lines: string[] = [];
	for (let turn = 0; queues.some((queue, index) => (at[index] ?? 0) < queue.length); turn++) {
		const index = turn % queues.length;
		const from = at[index] ?? 0;
		const to = from + (pieces[turn % pieces.length] ?? 1);
		lines.push(...(queues[index] ?? []).slice(from, to));
		at[index] = to;
	}
	return lines;
}

/** Reads lines; at some of them the state is saved, and another reader goes on. */
function resumed(lines: readonly string[], cuts: readonly number[]): Session[] {
	const sessions: Session[] = [];
	let state: ReaderState = emptyReaderState();
	let line = 0;
	const begin = () => {
		const reader = createReader(session => sessions.push(session), options, state);
		reader.open({name: 'test.log', modified: null, line});
		return reader;
	};
	let reader = begin();
	for (const text of lines) {
		if (cuts.includes(line)) {
			state = deserialize(serialize(state));
			reader = begin();
		}
		readLine(reader, text);
		line++;
	}
	reader.end();
	return sessions;
}

test('the log of a host behind that of another gives what it gives alone', t => {
	const logs = ['real-3.12/a.maillog', 'real-3.12/b.3339.log'].map(linesOf);
	const alone = rowsOf(logs.flatMap(lines => sessionsOf(lines).sessions));
	t.deepEqual(differing(rowsOf(sessionsOf(logs.flat()).sessions), alone), []);
	t.deepEqual(differing(rowsOf(sessionsOf(logs.toReversed().flat()).sessions), alone), []);
	const refused = sessionsOf(logs.flat()).sessions.filter(({logHost, tlsLevel}) => logHost === 'mx312' && tlsLevel);
	t.true(refused.some(({outcome, tlsLevel}) => outcome === 'failed' && tlsLevel === 'encrypt?'));
});

test('hosts whose times are any distance apart, in one log in any order, give what each gives alone', t => {
	const year = 365 * 86_400_000;
	const shift = fc.oneof(
		fc.constant(0),
		fc.integer({min: -200_000, max: 200_000}),
		fc.integer({min: -year, max: year}),
	);
	const host = fc.record({name: fc.constantFrom(...logs.keys()), shift});
	fc.assert(
		fc.property(
			fc.array(host, {minLength: 2, maxLength: 4}),
			fc.oneof(fc.constant([1e9]), fc.array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 20})),
			fc.array(fc.nat(), {maxLength: 3}),
			(chosen, pieces, cuts) => {
				const queues = chosen.map(({name, shift: by}, index) => written(`mx${index}`, by, logs.get(name) ?? []));
				const lines = interleaved(queues, pieces);
				const alone = rowsOf(queues.flatMap(queue => sessionsOf(queue).sessions));
				const at = cuts.map(cut => cut % lines.length);
				t.deepEqual(differing(rowsOf(resumed(lines, at)), alone), []);
			},
		),
		{numRuns: runs(60)},
	);
});

/** A session that is handed out a minute later, unless a line names its message. */
const failed = 'postfix/smtp[7]: SSL_connect error to mx.example.net[192.0.2.9]:25: lost connection';
const other = 'postfix/smtpd[9]: connect from a.example.com[192.0.2.1]';
const at = (time: number, host: string, text: string): string => `${new Date(time).toISOString()} ${host} ${text}`;

/** A reader, and how many sessions it has handed out. */
function counting() {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), options);
	reader.open({name: 'test.log', modified: null});
	return {reader, hosts: () => sessions.map(({logHost}) => logHost).sort()};
}

test('what is due on a host does not wait for the end of a log that was read before it and lies behind it in time', t => {
	const {reader, hosts} = counting();
	readLine(reader, at(Date.UTC(2026, 10, 20), 'mx1', failed));
	const earlier = Date.UTC(2026, 2, 20);
	readLine(reader, at(earlier, 'mx2', failed));
	readLine(reader, at(earlier + 120_000, 'mx2', other));
	t.deepEqual(hosts(), ['mx2']);
	reader.end();
	t.deepEqual(hosts(), ['mx1', 'mx2', 'mx2']);
});

test('a host that is silent in a live log has its sessions out in time, and loses none of their lines in an archive', t => {
	const start = Date.UTC(2026, 10, 20);
	for (const [step, isOut] of [
		[1000, true],
		[60_000, false],
	] as const) {
		const {reader, hosts} = counting();
		readLine(reader, at(start, 'mx1', failed));
		for (let second = 1; second <= 90; second++) {
			readLine(reader, at(start + second * step, 'mx2', other));
			reader.tick(second * 1000);
		}
		t.is(hosts().includes('mx1'), isOut);
	}
});

test('in silence the clocks of all hosts go on', t => {
	const {reader, hosts} = counting();
	readLine(reader, at(Date.UTC(2024, 2, 20), 'mx1', failed));
	readLine(reader, at(Date.UTC(2026, 2, 20), 'mx2', failed));
	for (let second = 0; second < 90; second++) reader.tick(second * 1000);
	t.deepEqual(hosts(), ['mx1', 'mx2']);
});
