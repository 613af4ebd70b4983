import test from 'ava';
import fc from 'fast-check';
import {readPolicy} from '../../../src/mailserver/effective/policy-table.ts';
import {tableContents} from '../../../src/mailserver/read/lookup-table.ts';
import {configured} from '../read/configured.ts';

const v37 = {major: 3, minor: 7, patch: 11};
const v310 = {major: 3, minor: 10, patch: 0};
const place = {file: 'main.cf', line: 7};

test('a row is a level and attributes, names in any case', t => {
	const {level, attributes, problem} = readPolicy(
		'Verify Protocols=TLSv1.2:TLSv1.3, match=hostname match=.example',
		v37,
	);
	t.is(problem, null);
	t.is(level, 'verify');
	t.deepEqual(
		[...attributes],
		[
			['protocols', 'TLSv1.2:TLSv1.3'],
			['match', 'hostname:.example'],
		],
	);
});

test('commas and blanks end an attribute up to 3.9, and stay inside braces from 3.10 on', t => {
	const row = 'encrypt { protocols = !SSLv2, !SSLv3 }';
	t.is(readPolicy(row, v310).attributes.get('protocols'), '!SSLv2, !SSLv3');
	t.is(readPolicy(row, v37).problem, `malformed attribute/value pair "{": missing '=' after attribute name`);
	const bare = 'encrypt protocols=!SSLv2,!SSLv3';
	for (const version of [v37, v310])
		t.is(
			readPolicy(bare, version).problem,
			`malformed attribute/value pair "!SSLv3": missing '=' after attribute name`,
		);
});

test('rows that Postfix refuses name the reason', t => {
	const problem = (row: string, version = v37) => readPolicy(row, version).problem;
	t.is(problem('bogus'), 'invalid security level "bogus"');
	t.is(problem('halfdane'), 'invalid security level "halfdane"');
	t.is(problem(' , '), 'invalid empty policy');
	t.is(problem('encrypt match=hostname'), 'attribute "match" invalid at security level "encrypt"');
	t.is(problem('secure match='), 'attribute "match" has empty value');
	t.is(problem('may ciphers=high ciphers=high'), 'attribute "ciphers" is specified multiple times');
	t.is(problem('may connection_reuse=maybe'), 'attribute "connection_reuse" has bad value: "maybe"');
	t.is(problem('dane policy_type=sts'), 'invalid attribute name: "policy_type"');
	t.is(problem('dane policy_type=sts', v310), null);
	t.is(problem('dane toString=1'), 'invalid attribute name: "toString"');
	t.is(problem('dane', {major: 2, minor: 10, patch: 0}), 'invalid security level "dane"');
	t.is(problem('none anything goes'), null);
});

test('tables are read in order, and the first row of a key counts', t => {
	const configuration = configured('3.7.11', [], [], {
		'hash:/etc/postfix/a':
			'# a remark\nExample.COM encrypt\n\n.example.net may\n  protocols=TLSv1.2\nexample.com none\nlonely\n',
	});
	const list =
		'inline:{ {b.example = verify match=hostname}, c.example=none } hash:/etc/postfix/a mysql:/etc/postfix/b';
	const {rows, whatever, unread} = tableContents(configuration, list, place);
	t.deepEqual(
		rows.map(({key, value, place: at}) => [key, value, at.line]),
		[
			['b.example', 'verify match=hostname', 7],
			['c.example', 'none', 7],
			['example.com', 'encrypt', 2],
			['.example.net', 'may  protocols=TLSv1.2', 4],
		],
	);
	t.is(whatever, null);
	t.deepEqual(unread, ['mysql:/etc/postfix/b']);
});

test('a static table holds every key, and tables behind it are not asked', t => {
	const configuration = configured('3.7.11', [], [], {'hash:/a': 'x.example none\n'});
	const {rows, whatever} = tableContents(configuration, 'static:{encrypt ciphers=high} hash:/a', place);
	t.deepEqual(rows, []);
	t.is(whatever?.value, 'encrypt ciphers=high');
});

test('any text of a row or a table is read without an error', t => {
	fc.assert(
		fc.property(fc.string(), fc.string(), fc.constantFrom(v37, v310), (row, text, version) => {
			const {level, problem} = readPolicy(row, version);
			t.is(level === null, problem !== null);
			tableContents(configured('3.7.11', [], [], {[`hash:/${row}`]: text}), `hash:/${row} inline:${text}`, place);
		}),
	);
	t.pass();
});
