// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references in the language of main.cf.
import test from 'ava';
import fc from 'fast-check';
import {expand} from '../../../src/mailserver/read/expansion.ts';

const names: Readonly<Record<string, string>> = {
	a: 'A1',
	b: '$a',
	empty: '',
	unset: '$nowhere',
	level: '3.6',
	loop: 'x$loop',
	ping: '$pong',
	pong: '${ping}',
	dollar: '$$a',
};
const lookup = (name: string): string | null => names[name] ?? null;
const text = (value: string): string => {
	const {text, problem} = expand(value, lookup);
	return problem ?? text;
};

const table: readonly (readonly [value: string, result: string])[] = [
	['plain', 'plain'],
	['$a', 'A1'],
	['$a.example', 'A1.example'],
	['$(a)${a}$b', 'A1A1A1'],
	['${ a }', 'A1'],
	['$$a $$', '$a $'],
	['$dollar', '$a'],
	['${a?x}', 'x'],
	['${empty?x}', ''],
	['${nowhere?x}', ''],
	['${empty:x}', 'x'],
	['${nowhere:x}', 'x'],
	['${a:x}', ''],
	// A value that refers to nothing is a value all the same.
	['${unset?x}', 'x'],
	['${a?{x}:{y}}', 'x'],
	['${empty ? {x} : {$b}}', 'A1'],
	['${a?{x}:y}', 'x'],
	['${empty?{x}:y z}', 'y z'],
	// Before Postfix 3.0 everything behind the question mark was text.
	['${a??foo:{b}ar}', '?foo:{b}ar'],
	['${a?${empty:$b}}', 'A1'],
	['${{$a} == {A1} ? {same} : {other}}', 'same'],
	['${{$a} != {$b} ? {other}}', ''],
	['${{$a} == {x}:{other}}', 'other'],
	['${{9} < {10} ? {number} : {text}}', 'number'],
	['${{9a} < {10a} ? {number} : {text}}', 'text'],
	['${{10} >= {10} ? {x} : {y}}', 'x'],
	['${{b} > {a}}', 'true'],
	['${{b} <= {a}}', ''],
	['${{$level} <level {3.10} ? {older} : {newer}}', 'older'],
	['${{$level} >=level {3.6} ? {sha256} : {md5}}', 'sha256'],
	['${{2} <level {3} ? {x} : {y}}', 'x'],
	['$nowhere', ''],
	['$', 'empty macro name'],
	['${a', 'truncated macro reference'],
	['${}', 'empty macro name'],
	['${a-b}', 'attribute name syntax error'],
	['${{a} ~ {b}?x}', 'unknown operator in attribute expression'],
	['${{a} == b}', '"{expression}" expected'],
	['${{a} == {b} x}', '"?" or ":" expected'],
	['${a?{x} y}', '":" expected'],
	['${empty:{x} y}', 'unexpected input'],
	['${{x} <level {3} ? {x}}', 'malformed compatibility level'],
	['$loop', 'unreasonable macro call nesting'],
	['$ping', 'unreasonable macro call nesting'],
];

for (const [value, result] of table)
	test(`${value} becomes ${result === '' ? 'nothing' : result}`, t => {
		t.is(text(value), result);
	});

test('names that are defined nowhere are reported once, unless they are only asked about', t => {
	t.deepEqual(expand('$nowhere $unset ${other} ${third?x} ${empty?$fourth}', lookup).undefinedNames, [
		'nowhere',
		'other',
	]);
});

test('values that double themselves at every level end', t => {
	const doubling = (name: string): string => `$${name}x$${name}x`;
	t.is(expand('$a', doubling).problem, 'unreasonable macro call nesting');
	const shallow = (name: string): string => (name.length > 60 ? 'text' : `$${name}x$${name}x`);
	t.is(expand('$a', shallow).problem, 'the value grows without end');
});

test('expansion ends for any text and any names', t => {
	const piece = fc.constantFrom(
		'$',
		'{',
		'}',
		'(',
		')',
		'a',
		'b',
		'?',
		':',
		' ',
		'==',
		'<level',
		'$a',
		'${b?',
		'{$a}',
		'1',
		'$$',
	);
	const value = fc.oneof(
		fc.array(piece, {maxLength: 20}).map(pieces => pieces.join('')),
		fc.string(),
	);
	fc.assert(
		fc.property(value, value, value, (whole, a, b) => {
			const {text, problem} = expand(whole, name => (name === 'a' ? a : name === 'b' ? b : null));
			t.true(problem === null || text === '');
		}),
	);
});

test('text without a dollar sign stays as it is', t => {
	fc.assert(
		fc.property(
			fc.string().filter(value => !value.includes('$')),
			value => t.is(expand(value, lookup).text, value),
		),
	);
});
