import {readFileSync} from 'node:fs';
import {isDeepStrictEqual} from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import {createReader} from '../../src/log/reader.ts';
import type {Session} from '../../src/model/session.ts';
import {runs} from '../runs.ts';
import {readLine} from './fixture/read-line.ts';

const lines = readFileSync(new URL('../../samples/real/rfc3339.log', import.meta.url), 'utf8')
	.trimEnd()
	.split('\n');
const stamp = (index: number): string => `2026-11-24T08:40:00.${String(index).padStart(9, '0')}Z`;
/** As Docker writes strings: what would end a script in a page is escaped, too. */
const docker = (text: string): string =>
	JSON.stringify(text).replaceAll(/[<>&]/g, mark => `\\u00${mark.charCodeAt(0).toString(16)}`);

const wrappings: Record<string, (line: string, index: number) => string> = {
	'docker json-file': (line, index) => `{"log":${docker(`${line}\n`)},"stream":"stdout","time":"${stamp(index)}"}`,
	'docker json-file, fractions of any length': (line, index) =>
		`{"log":${docker(`${line}\n`)},"stream":"std${index % 3 ? 'out' : 'err'}","time":"${stamp(index).replace(/0+Z/, 'Z')}"}`,
	cri: (line, index) => `${stamp(index)} stdout F ${line}`,
	'cri, each third line in pieces': (line, index) =>
		index % 3
			? `${stamp(index)} stdout F ${line}`
			: `${stamp(index)} stdout P ${line.slice(0, 40)}\n${stamp(index)} stdout F ${line.slice(40)}`,
	'compose, two containers': (line, index) => `mail-${index % 2}  | ${line}`,
	'docker logs -t': (line, index) => `${stamp(index)} ${line}`,
	'a table with a header': (line, index) =>
		`${index === 0 ? 'timestamp,message,number\n' : ''}${stamp(index)},"${line.replaceAll('"', '""')}",${index}`,
};

/** Sessions without their lines' numbers, and the parts of the coverage. */
function readBy(text: string, feed: 'block' | 'line') {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {zone: 'UTC', now: Date.UTC(2026, 11, 1)});
	reader.open({name: 'mail.log', modified: null});
	if (feed === 'line') for (const line of text.split('\n')) readLine(reader, line);
	else {
		const bytes = Buffer.from(`${text}\n`);
		reader.block(bytes as never, 0, bytes.length);
	}
	reader.end();
	const {understood, irrelevant, foreign} = reader.coverage;
	return {
		sessions: sessions.map(({firstLine, lastLine, ...session}) => JSON.stringify(session)).sort(),
		coverage: {understood, irrelevant, foreign},
	};
}

const plain = readBy(lines.join('\n'), 'block');

for (const [name, wrap] of Object.entries(wrappings))
	for (const feed of ['block', 'line'] as const)
		test(`${name}, by ${feed}: what surrounds lines changes no session`, t => {
			const read = readBy(lines.map(wrap).join('\n'), feed);
			t.true(isDeepStrictEqual(read.sessions, plain.sessions), `${read.sessions.length} of ${plain.sessions.length}`);
			if (!/pieces|header/.test(name)) t.deepEqual(read.coverage, plain.coverage);
		});

test('a string with an escape that no log line has, a quote or an end in it goes the long way', t => {
	const line = '2026-11-24T08:40:01.000000Z mx1 postfix/smtpd[7]: connect from a.example[192.0.2.7]';
	const odd = '2026-11-24T08:40:02.000000Z mx1 postfix/smtpd[7]: disconnect from a.example[192.0.2.7]\\u0001';
	const wrapped = (text: string) => `{"log":"${text}\\n","stream":"stdout","time":"${stamp(1)}"}`;
	const text = [line, odd, line.replace(':01.', ':03.'), odd.replace('\\u0001', '').replace(':02.', ':04.')]
		.map(wrapped)
		.join('\n');
	for (const feed of ['block', 'line'] as const) t.is(readBy(text, feed).coverage.understood, 4);
});

/** The same with every line read the long way: what was learned of heads is forgotten before each. */
function readSlowly(text: string) {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {zone: 'UTC', now: Date.UTC(2026, 11, 1)});
	reader.open({name: 'mail.log', modified: null});
	for (const [index, line] of text.split('\n').entries()) {
		if (index > 0) reader.open({name: 'mail.log', modified: null, line: index});
		readLine(reader, line);
	}
	reader.end();
	const {examples: _examples, ...coverage} = reader.coverage;
	return {sessions: sessions.map(session => JSON.stringify(session)).sort(), coverage};
}

function readQuickly(text: string) {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {zone: 'UTC', now: Date.UTC(2026, 11, 1)});
	reader.open({name: 'mail.log', modified: null});
	const bytes = Buffer.from(`${text}\n`);
	reader.block(bytes as never, 0, bytes.length);
	reader.end();
	const {examples: _examples, ...coverage} = reader.coverage;
	return {sessions: sessions.map(session => JSON.stringify(session)).sort(), coverage};
}

test('whatever is wrong with a line and what surrounds it, the fast path and the slow path read the same', t => {
	const odd = [
		'"',
		'\\',
		'\\n',
		'\\u003c',
		'\u001b[0m',
		'{',
		'}',
		' ',
		'7',
		'|',
		'P ',
		',',
		'<22>',
		'é',
		'\t',
		'\u0000',
		'',
	];
	const change = fc.record({
		at: fc.double({min: 0, max: 1, noNaN: true}),
		put: fc.constantFrom(...odd),
		cut: fc.nat(3),
	});
	const names = Object.keys(wrappings);
	const piece = fc.record({
		line: fc.nat(lines.length - 1),
		wrap: fc.constantFrom(...names, names[0] ?? '', names[0] ?? '', 'none'),
		change: fc.option(change, {freq: 3, nil: null}),
	});
	fc.assert(
		fc.property(fc.array(piece, {minLength: 20, maxLength: 120}), pieces => {
			const text = pieces
				.map(({line, wrap, change: how}, index) => {
					const whole = lines[line] ?? '';
					const wrapped = wrap === 'none' ? whole : (wrappings[wrap]?.(whole, index + 1) ?? '');
					if (how === null) return wrapped;
					const at = Math.floor(how.at * wrapped.length);
					return wrapped.slice(0, at) + how.put + wrapped.slice(at + how.cut);
				})
				.join('\n');
			t.deepEqual(readQuickly(text), readSlowly(text));
		}),
		{numRuns: runs(60)},
	);
});

const login = (user: string, second: number, more = ', TLS') =>
	`2026-11-24T08:40:0${second}.000000+00:00 mx1 dovecot[5]: imap-login: Login: user=<${user}>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, session=<${user}${second}>${more}`;
const oddities: Record<string, readonly string[]> = {
	'a cell that is not closed on its line': [
		'timestamp,message,number',
		`2026-11-24T08:41:00.00Z,"2026-11-24T08:40:00.000000+00:00 mx1 dovecot[5]: imap(x): Debug: z`,
		'",0',
		`2026-11-24T08:41:00.02Z,"${login('a', 1)}",2`,
		`2026-11-24T08:41:00.03Z,"${login('b', 2)}",3`,
	],
	'a control character in a string': [
		`{"log":"${login('a', 1)}\\n","stream":"stdout"}`,
		`{"log":"${login('b\t', 2)}\\n","stream":"stdout"}`,
		`{"log":"${login('c', 3)}\\n","stream":"stdout"}`,
	],
	'a brace in a table': [
		'labels,ts,message',
		`"{""job"":""mail""}",3,"${login('DOM\\u0061a', 1)}"`,
		`"{""job"":""mail""}",4,"${login('DOM\\u0061b', 2)}"`,
	],
	'a program around a line of another host': [1, 2, 3, 4].map(second =>
		JSON.stringify({
			ident: 'mailstack',
			host: 'outer',
			message: login('a', second).replace('mx1 dovecot[5]', 'inner mailstack[33]'),
		}),
	),
	'a stamp without a year in one that has it': [
		`2026-11-24T08:40:10.5Z stdout F ${login('a', 1)}`,
		login('b', 2).replace(/^\S+/, 'Nov 24 08:40:02'),
		`2026-11-24T07:40:10.5Z stdout F ${login('c', 3).replace(/^\S+/, 'Nov 24 08:40:03')}`,
	],
	'a piece that no line ends': [
		`2026-11-24T08:40:00.5Z stdout F ${login('a', 1)}`,
		'2026-11-24T08:40:00.6Z stdout P half',
		login('b', 2),
		`2026-11-24T08:40:00.7Z stdout F ${login('c', 3)}`,
	],
};
for (const [name, text] of Object.entries(oddities))
	test(`${name} is read the same the fast path and the slow path`, t => {
		t.deepEqual(readQuickly(text.join('\n')), readSlowly(text.join('\n')));
	});

test('a cell in quotes behind a stamp ends where it is closed, with a header or without', t => {
	const rows = ['a', 'b', 'c'].map((user, index) => `2026-11-24T08:41:0${index}.00Z,"${login(user, index)}",${index}`);
	for (const read of [readQuickly, readSlowly]) {
		const {sessions} = read(rows.join('\n'));
		t.deepEqual(
			sessions.map(session => JSON.parse(session).outcome),
			['encrypted', 'encrypted', 'encrypted'],
		);
	}
});
