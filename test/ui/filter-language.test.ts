import test from 'ava';
import fc from 'fast-check';
import {filterFields, network, readFilter} from '../../src/ui/filter-language.ts';

const terms = (text: string) => {
	const {terms, problem} = readFilter(text);
	return problem ?? terms;
};

test('fields, negation and bare words', t => {
	t.deepEqual(terms('hop:submission version:<TLSv1.2 user:ana'), [
		{kind: 'hop', values: ['submission']},
		{kind: 'version', is: '<', version: 'TLSv1.2'},
		{kind: 'word', field: 'user', word: 'ana'},
	]);
	t.deepEqual(terms('-outcome:plaintext,failed example.org'), [
		{kind: 'outcome', values: ['plaintext', 'failed'], not: true},
		{kind: 'word', field: 'text', word: 'example.org'},
	]);
	t.deepEqual(terms('port:465,587 cipher:RC4'), [
		{kind: 'port', ports: [465, 587]},
		{kind: 'cipher', word: 'RC4'},
	]);
	t.deepEqual(terms(''), []);
});

test('a version in any spelling, and comparisons', t => {
	t.deepEqual(terms('version:>=1.2'), [{kind: 'version', is: '>=', version: 'TLSv1.2'}]);
	t.deepEqual(terms('version:TLS1'), [{kind: 'version', is: '=', version: 'TLSv1'}]);
	t.regex(String(terms('version:<TLSv9')), /is no TLS version/);
});

test('a hop may be cut short', t => {
	t.deepEqual(terms('hop:sub'), [{kind: 'hop', values: ['submission']}]);
});

test('networks become the first and the last address', t => {
	t.deepEqual(network('10.0.0.0/8'), {low: '0a000000', high: '0affffff'});
	t.deepEqual(network('192.0.2.77/30'), {low: 'c000024c', high: 'c000024f'});
	t.deepEqual(network('192.0.2.7/32'), {low: 'c0000207', high: 'c0000207'});
	t.deepEqual(network('2001:db8::/33'), {
		low: '20010db8000000000000000000000000',
		high: '20010db87fffffffffffffffffffffff',
	});
	t.is(network('example.org'), null);
	t.deepEqual(terms('10.0.0.0/8'), [{kind: 'net', low: '0a000000', high: '0affffff'}], 'a network needs no field');
});

test('an IPv6 address is no field', t => {
	t.deepEqual(terms('2001:db8::1'), [{kind: 'word', field: 'text', word: '2001:db8::1'}]);
	t.deepEqual(terms('peer:2001:db8::1'), [{kind: 'word', field: 'peer', word: '2001:db8::1'}]);
});

test('words in quotes hold together', t => {
	t.deepEqual(terms('user:"ana maria"'), [{kind: 'word', field: 'user', word: 'ana maria'}]);
});

test('what is wrong is said with what is right', t => {
	t.regex(String(terms('hopp:submission')), /"hopp:" is no field; did you mean "hop"\?/);
	t.regex(String(terms('hop:inbound')), /hop:inbound: write one of submission/);
	t.regex(String(terms('port:99999')), /port:99999/);
	t.regex(String(terms('user:')), /something must stand behind the colon/);
	t.regex(String(terms('peer:10.0.0.0/99')), /no network/);
	t.regex(String(terms('failure:timout')), /did you mean "timeout"/);
});

test('every example of the help is a filter', t => {
	for (const [, example] of filterFields) t.is(readFilter(example).problem, null, example);
});

test('no text throws', t => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), text => {
			const {terms, problem} = readFilter(text);
			return Array.isArray(terms) && (problem === null || problem.length > 0);
		}),
	);
	t.pass();
});
