import {readdirSync, readFileSync} from 'node:fs';
import {deserialize, serialize} from 'node:v8';
import test from 'ava';
import fc from 'fast-check';
import {createReader} from '../../src/log/reader.ts';
import {emptyReaderState} from '../../src/log/reader-state.ts';
import type {Session} from '../../src/model/session.ts';
import {runs} from '../runs.ts';
import {readLine} from './fixture/read-line.ts';
import {sessionsOf} from './fixture/sessions-of.ts';

const samples = new URL('../../samples/', import.meta.url);
const names = readdirSync(samples, {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.log'));
const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};

function lines(name: string): string[] {
	const all = readFileSync(new URL(name, samples), 'utf8').split('\n');
	if (all.at(-1) === '') all.pop();
	return all;
}

const sorted = (sessions: readonly Session[]) => sessions.map(session => JSON.stringify(session)).sort();

test('a reader on a saved state goes on as if nothing had happened', t => {
	fc.assert(
		fc.property(fc.constantFrom(...names), fc.nat(), (name, at) => {
			const all = lines(name);
			const cut = at % (all.length + 1);
			const whole = sessionsOf(all);
			const sessions: Session[] = [];
			let state = emptyReaderState();
			const first = createReader(session => sessions.push(session), options, state);
			first.open({name: 'test.log', modified: null});
			for (const line of all.slice(0, cut)) readLine(first, line);
			// An import saves the state as bytes and another process reads them.
			state = deserialize(serialize(state));
			const second = createReader(session => sessions.push(session), options, state);
			second.open({name: 'test.log', modified: null, line: cut});
			for (const line of all.slice(cut)) readLine(second, line);
			second.end();
			t.deepEqual(sorted(sessions), sorted(whole.sessions));
			t.deepEqual(second.coverage, whole.coverage);
		}),
		{numRuns: runs(80)},
	);
});
