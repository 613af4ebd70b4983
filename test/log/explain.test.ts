import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import {createExplainer} from '../../src/log/explain.ts';
import {createReader} from '../../src/log/reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import type {Explanation} from '../../src/model/explanation.ts';
import type {Session} from '../../src/model/session.ts';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};
const names = readdirSync(samples).filter(name => /\.(?:log|jsonl|log\.gz)$/.test(name));

function bytesOf(name: string): Bytes {
	const raw = readFileSync(join(samples, name));
	const text = name.endsWith('.gz') ? gunzipSync(raw) : raw;
	return Buffer.from(text.at(-1) === 10 ? text : Buffer.concat([text, Buffer.from('\n')])) as unknown as Bytes;
}

function sessionsIn(bytes: Bytes): Session[] {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push({...session}), options);
	reader.open({name: 'log', modified: null});
	reader.block(bytes, 0, bytes.length);
	reader.end();
	return sessions;
}

function explained(bytes: Bytes, from: number, to: number): Explanation[] {
	const explainer = createExplainer(options, {from, to});
	explainer.open({name: 'log', modified: null});
	explainer.block(bytes, 0, bytes.length);
	return explainer.end();
}

for (const name of names)
	test(`${name}: every line has an answer, and the lines of a session lead to it`, t => {
		const bytes = bytesOf(name);
		const count = bytes.toString('latin1').split('\n').length - 1;
		const all = explained(bytes, 1, count);
		t.is(all.length, count);
		for (const each of all) {
			t.not(each.countedAs, null, `line ${each.line}`);
			t.true(each.sessions.length > 0 || each.why.length > 0, `line ${each.line}: ${each.text}`);
			for (const {why} of each.sessions) t.true(why.length > 0);
		}
		const key = (session: Session): string => JSON.stringify(session);
		for (const session of sessionsIn(bytes))
			for (const line of [session.firstLine, session.lastLine]) {
				const one = all[(line ?? 0) - 1];
				t.true(
					one?.sessions.some(found => key(found.session) === key(session)),
					`line ${line} of ${key(session)}: ${JSON.stringify(one, null, 1)}`,
				);
			}
	});

test('a line alone is explained as it is among all others', t => {
	for (const name of names.slice(0, 30)) {
		const bytes = bytesOf(name);
		const count = bytes.toString('latin1').split('\n').length - 1;
		const all = explained(bytes, 1, count);
		for (let line = 1; line <= count; line += 3)
			t.deepEqual(explained(bytes, line, line), [all[line - 1]], `${name}:${line}`);
	}
});

test('of a line without a head no word is taken for a host or a stamp', t => {
	for (const line of [
		'# Updated from https://www.example.org/ .',
		'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
		'Feb 31 08:00:00 mx postfix/smtpd[1]: x',
	]) {
		const [explanation] = explained(Buffer.from(`${line}\n`) as unknown as Bytes, 1, 1);
		t.is(explanation?.countedAs, 'malformed', line);
		t.like(explanation?.framing, {layers: [], shape: null, host: null, stamp: null, tag: null}, line);
	}
});
