import test from 'ava';
import fc from 'fast-check';
import type {ListedSession} from '../../src/model/sessions.ts';
import {createMoments} from '../../src/text/time.ts';
import {width} from '../../src/text/width.ts';
import type {RawLine, RawLines} from '../../src/ui/screen-data.ts';
import {clipboardFault, openTerminal} from '../../src/ui/terminal.ts';
import {createTheme} from '../../src/ui/theme.ts';
import {type RawShape, rawRows, rawTitle, shownLines} from '../../src/ui/views/raw-lines.ts';

const look = {theme: createTheme({colour: true, unicode: true}), moments: createMoments('UTC'), near: null};
const line = (number: number, text: string, own = true): RawLine => ({number, text, bytes: Buffer.from(text), own});
const raw = (...lines: RawLine[]): RawLines => ({lines, problem: null, note: null});
const shape: RawShape = {wrap: true, others: false, shift: 0};
const session: ListedSession = {
	peer_host: 'mx.example.net',
	peer_ip: '192.0.2.1',
	protocol: 'TLSv1',
	cipher: 'AES128-SHA',
	username: 'ana',
	server_name: null,
	failure: null,
};
const rows = (of: RawLines, part: Partial<RawShape> = {}, columns = 80, row = session): readonly string[] =>
	rawRows(of, row, {...shape, ...part}, look, columns).rows;
const bare = (text: string): string => text.replaceAll(/\u001B\[\d+m/g, '');

test('wrapped, a line is there to its last character, whatever it is', t => {
	fc.assert(
		fc.property(
			fc.string({unit: 'grapheme', minLength: 1, maxLength: 200}),
			fc.integer({min: 40, max: 160}),
			(text, columns) => {
				const shown = rows(raw(line(7, text)), {}, columns).map(bare);
				const safe = text.replaceAll(
					/[\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu,
					each => (each === '\t' ? ' ' : '\uFFFD'),
				);
				t.is(shown.map(each => each.slice(4)).join(''), safe);
				for (const each of shown) t.true(width(each) <= columns, each);
			},
		),
	);
});

test('not wrapped, a line is one row, and what is cut is shown as cut on either side', t => {
	const long = `begin ${'x'.repeat(200)} end`;
	const [start = ''] = rows(raw(line(7, long)), {wrap: false}).map(bare);
	t.regex(start, /^▶ 7 begin x+…$/);
	t.is(width(start), 79);
	const [middle = ''] = rows(raw(line(7, long)), {wrap: false, shift: 40}).map(bare);
	t.regex(middle, /^▶ 7 …x+…$/);
	const [end = ''] = rows(raw(line(7, long)), {wrap: false, shift: 180}).map(bare);
	t.regex(end, /^▶ 7 …x+ end$/);
	fc.assert(
		fc.property(fc.string({unit: 'grapheme', maxLength: 200}), fc.nat(300), (text, shift) => {
			const shown = rows(raw(line(7, text)), {wrap: false, shift});
			return shown.length === 1 && width(bare(shown[0] ?? '')) <= 80;
		}),
	);
});

test('others are shown when they are asked for, dimmed, and the title says which key does it', t => {
	const some = raw(line(1, 'a', false), line(2, 'b'), line(3, 'c', false));
	t.deepEqual(rows(some).map(bare), ['▶ 2 b']);
	t.deepEqual(rows(some, {others: true}).map(bare), ['  1 a', '▶ 2 b', '  3 c']);
	t.regex(rows(some, {others: true})[0] ?? '', /\u001B\[2ma\u001B\[22m/);
	t.deepEqual(
		shownLines(some, {others: false}).map(({number}) => number),
		[2],
	);
	t.is(rawTitle(some, shape), 'raw lines: 1 line of this session; o shows others between and around');
	t.is(rawTitle(raw(line(2, 'b')), shape), 'raw lines: 1 line of this session');
	t.regex(rawTitle(some, {others: true}), /o leaves these out/);
	t.is(rawRows(some, session, {...shape, others: true}, look, 80).own, 1);
});

test('the words of the session are painted, and no part of other words', t => {
	const painted = (text: string, row: ListedSession = session): string =>
		rows(raw(line(1, text)), {}, 200, row).join('');
	t.regex(
		painted('from mx.example.net[192.0.2.1]: TLSv1 with cipher AES128-SHA'),
		/\u001B\[36mmx\.example\.net\u001B\[39m\[\u001B\[36m192\.0\.2\.1\u001B/,
	);
	t.regex(painted('x TLSv1 with AES128-SHA'), /\u001B\[1mTLSv1\u001B\[22m with \u001B\[1mAES128-SHA\u001B/);
	t.notRegex(painted('TLSv1.2 192.0.2.10 AES128-SHA256 anabel'), /\u001B\[(?:1|36)m(?:TLSv1|192|AES|ana)/);
	t.notRegex(painted('SSL_accept error from x'), /\u001B\[31m/, 'nothing failed');
	const failed = {...session, failure: 'no-shared-cipher', alert: 'handshake failure (40)'};
	t.regex(painted('SSL_accept error from x', failed), /\u001B\[31mSSL_accept error/);
	t.regex(painted('error:1417A0C1:SSL routines::no shared cipher:', failed), /\u001B\[31mno shared cipher/);
	t.regex(painted('TLS alert handshake failure', failed), /\u001B\[31m.*handshake failure/);
	fc.assert(
		fc.property(fc.string({unit: 'grapheme'}), fc.string({unit: 'grapheme', maxLength: 5}), (text, name) => {
			const row = {...session, peer_host: name, username: name, failure: 'other'};
			return bare(painted(text, row)) === bare(painted(text));
		}),
	);
});

test('hostile text does nothing to the terminal', t => {
	const shown = rows(raw(line(1, 'a\u001B]52;c;eA==\u0007\u001B[2J\u202Eb')), {}, 200).join('');
	t.notRegex(shown.replaceAll(/\u001B\[\d+m/g, ''), /[\u001B\u0007\u202E]/);
});

test('why lines are missing is said in full', t => {
	const problem = `mail.log is gone: ${'it was renamed '.repeat(20)}end`;
	const shown = rows({lines: [], problem, note: null}).map(each => bare(each).trim());
	t.is(shown.join(' '), problem);
	const noted = rows({lines: [line(1, 'a')], problem: null, note: 'it was cut'}).map(bare);
	t.deepEqual(noted, ['  it was cut', '▶ 1 a']);
});

test('a copy is the lines to the byte, as many whole ones as the clipboard takes', t => {
	let written = '';
	const output = {write: (text: string) => (written += text), isTTY: true};
	const input = {isTTY: true, setRawMode: () => undefined};
	const terminal = openTerminal(input as never, output as never);
	const copied = (lines: readonly Uint8Array[]): [number | undefined, Buffer] => {
		written = '';
		const count = terminal?.copy(lines);
		// eslint-disable-next-line no-control-regex
		const [, base64 = ''] = /^\u001B\]52;c;([A-Za-z0-9+/=]*)\u001B\\$/.exec(written) ?? [];
		return [count, Buffer.from(base64, 'base64')];
	};
	fc.assert(
		fc.property(fc.array(fc.uint8Array({maxLength: 30}), {minLength: 1, maxLength: 10}), lines => {
			const [count, bytes] = copied(lines);
			t.is(count, lines.length);
			const wanted = lines.flatMap((each, index) => (index === 0 ? [each] : [Buffer.from('\n'), each]));
			t.true(bytes.equals(Buffer.concat(wanted)));
		}),
	);
	const [count, bytes] = copied(Array.from({length: 100}, () => Buffer.alloc(1000, 97)));
	t.is(count, 73);
	t.is(bytes.length, 73 * 1001 - 1);
	t.deepEqual(copied([Buffer.alloc(100_000)]), [0, Buffer.alloc(0)]);
});

test('a terminal that is known to have no clipboard is said so', t => {
	t.regex(clipboardFault({TERM: 'linux'}) ?? '', /no clipboard/);
	t.regex(clipboardFault({TERM: 'xterm-256color', TERM_PROGRAM: 'Apple_Terminal'}) ?? '', /macOS/);
	t.is(clipboardFault({TERM: 'xterm-256color'}), null);
});
