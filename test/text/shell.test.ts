import {execFileSync} from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import {shellQuoted, shellWord, shellWords} from '../../src/text/shell.ts';
import {runs} from '../runs.ts';

/** What sh(1) makes of a line: its words, each ended by a line feed of its own and two marks. */
function bySh(line: string): string[] {
	const out = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], {encoding: 'utf8'});
	return out.split('\0').slice(0, -1);
}

const hostile = fc.array(
	fc.oneof(
		fc.constantFrom(
			"'",
			'"',
			'\\',
			'$(id)',
			'`id`',
			';',
			'&',
			'|',
			'\n',
			' ',
			'#',
			'!',
			'*',
			'~',
			'{',
			'}',
			'>=',
			'$x',
			'-e',
			'\t',
		),
		fc.string({maxLength: 4}),
	),
	{minLength: 1, maxLength: 8},
);

test('Whatever a value holds, sh reads it as one word, and so do we', t => {
	fc.assert(
		fc.property(fc.array(hostile, {minLength: 1, maxLength: 6}), parts => {
			const values = parts.map(part => part.join('').replaceAll('\0', '')).filter(value => value !== '');
			if (values.length === 0) return;
			const quoted = values.map(shellQuoted).join(' ');
			t.deepEqual(bySh(quoted), values);
			t.deepEqual(shellWords(quoted), values);
			t.deepEqual(bySh(values.map(shellWord).join(' ')), values);
			t.deepEqual(shellWords(values.map(shellWord).join(' ')), values);
		}),
		{numRuns: runs(60)},
	);
	t.pass();
});

test('A line whose meaning only a shell knows has no words', t => {
	for (const line of ['a "b"', 'a $b', 'a > b', "a 'b", 'a; b', 'a `b`', 'a \\b', 'a {b}', 'a *', '~ a'])
		t.is(shellWords(line), null, line);
	t.deepEqual(shellWords(''), []);
	t.deepEqual(shellWords("  postconf  -e 'a=b c'  "), ['postconf', '-e', 'a=b c']);
});

test('A long line that is no command is refused at once', t => {
	const begin = performance.now();
	t.is(shellWords(`${'a'.repeat(100_000)} "`), null);
	t.is(shellWords(`${"'a'".repeat(50_000)}"`), null);
	t.true(performance.now() - begin < 1000);
});
