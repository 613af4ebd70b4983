import test from 'ava';
import fc from 'fast-check';
import {allowed, invalidWords, inWordsOf} from '../../../src/mailserver/effective/protocol-list.ts';
import {type PostfixVersion, parseVersion} from '../../../src/mailserver/releases/postfix-version.ts';
import {protocols} from '../../../src/tls/version.ts';

function at(text: string): PostfixVersion {
	const version = parseVersion(text);
	if (version === null) throw new Error(`${text} is no version.`);
	return version;
}

const now = at('3.7.11');
const served = (list: string, version = now): string => allowed(list, version, 'server').join(' ');

test('Postfix takes names in any case between blanks, commas and colons', t => {
	t.is(served('tlsv1.2:TLSV1.3'), 'TLSv1.2 TLSv1.3');
	t.is(served('!SSLv3 !tlsv1,\t!TLSv1.1'), 'TLSv1.2 TLSv1.3');
});

test('other spellings of a version are unknown words and leave nothing', t => {
	for (const word of ['TLSv1_1', 'TLS1.2', '>TLSv1.2', 'ITLSv1', '+TLSv1.2', '!', '!!SSLv3', '=>TLSv1.2', '>=SSLv2']) {
		t.deepEqual(invalidWords(`TLSv1.2, ${word}`, now), [word]);
		t.is(served(`TLSv1.2, ${word}`), '', word);
	}
});

test('a bound may be a number on the wire, or None', t => {
	for (const word of ['>=0303', '>=0x0303', '>=303', '>=TLSv1.2']) t.is(served(word), 'TLSv1.2 TLSv1.3', word);
	t.is(served('>=None,<=0302'), 'SSLv3 TLSv1 TLSv1.1');
	t.deepEqual(invalidWords('>=0x', now), ['>=0x']);
});

test('a bound that is no version is no bound, and a blank behind the sign leaves the version as a name', t => {
	for (const word of ['>=', '>=0305', '>=ffff', '>=1', '<=1', '<=0305']) {
		t.deepEqual(invalidWords(word, now), [], word);
		t.is(served(word), 'SSLv3 TLSv1 TLSv1.1 TLSv1.2 TLSv1.3', word);
	}
	t.deepEqual(invalidWords('>= TLSv1.2', now), []);
	t.is(served('>= TLSv1.2'), 'TLSv1.2', 'without TLSv1.3, as Postfix 3.7.11 does');
});

test('of several floors the last one counts', t => {
	t.is(served('>=TLSv1.3 >=TLSv1.1'), 'TLSv1.1 TLSv1.2 TLSv1.3');
});

test('naming old versions shuts out newer ones that the program has a name for', t => {
	t.is(served('TLSv1.2'), 'TLSv1.2');
	t.is(served('TLSv1.2', at('3.3.1')), 'TLSv1.2 TLSv1.3', 'TLSv1.3 has no name there');
	t.is(served('TLSv1.2', at('3.3.2')), 'TLSv1.2');
	t.is(served('SSLv3, TLSv1', at('2.9.1')), 'SSLv3 TLSv1 TLSv1.1 TLSv1.2');
});

test('names are known by branch and patch level', t => {
	const knows = (word: string, version: string) => invalidWords(word, at(version)).length === 0;
	t.false(knows('!TLSv1.1', '2.9.1'));
	t.true(knows('!TLSv1.1', '2.9.2'));
	t.true(knows('!TLSv1.1', '2.6.15'));
	t.false(knows('!TLSv1.1', '2.5.17'));
	t.false(knows('!TLSv1.3', '3.2.6'));
	t.true(knows('!TLSv1.3', '3.2.7'));
	t.false(knows('!SSLv2', '2.4.3'));
	t.false(knows('>=TLSv1', '3.5.25'));
	t.true(knows('>=TLSv1', '3.6.0'));
});

test('a client loses everything above a gap, but not above one right behind SSLv3', t => {
	t.deepEqual(allowed('!TLSv1.1', now, 'client'), ['SSLv3', 'TLSv1']);
	t.deepEqual(allowed('!TLSv1', now, 'client'), ['TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
	t.deepEqual(allowed('SSLv3', now, 'client'), ['SSLv3']);
});

const versions = ['2.3.0', '2.6.15', '2.10.7', '3.0.1', '3.3.1', '3.5.25', '3.6.0', '3.7.11', '3.11.6'].map(at);
const words = fc.oneof(
	fc.constantFrom(...protocols, ...protocols.map(each => `!${each}`), ...protocols.map(each => `>=${each}`)),
	fc.constantFrom(...protocols.map(each => `<=${each}`), '>=0302', '', '!'),
	fc.string(),
);
const lists = fc.oneof(
	fc.string(),
	fc.array(words, {maxLength: 6}).map(each => each.join(' ')),
);

test('any text leaves some of all versions, in order, and nothing where a word is unknown', t => {
	fc.assert(
		fc.property(lists, fc.constantFrom(...versions), (list, version) => {
			const server = allowed(list, version, 'server');
			const client = allowed(list, version, 'client');
			t.deepEqual(
				server,
				protocols.filter(each => server.includes(each)),
			);
			t.true(client.every(each => server.includes(each)));
			const first = protocols.indexOf(client[0] ?? 'SSLv2');
			t.deepEqual(client, protocols.slice(first, first + client.length), 'no gap');
			t.is(client.length === 0, server.length === 0);
			if (invalidWords(list, version).length > 0) t.deepEqual(server, []);
		}),
	);
	t.pass();
});

test('order and repetition of names and exclusions do not matter', t => {
	const names = fc.array(fc.constantFrom(...protocols, ...protocols.map(each => `!${each}`)), {maxLength: 8});
	fc.assert(
		fc.property(names, fc.constantFrom(...versions), (list, version) => {
			const shuffled = [...new Set([...list].reverse())].join(':');
			t.deepEqual(allowed(list.join(', '), version, 'server'), allowed(shuffled, version, 'server'));
		}),
	);
	t.pass();
});

test('a further exclusion never allows more', t => {
	fc.assert(
		fc.property(lists, fc.constantFrom(...protocols), (list, protocol) => {
			const before = allowed(list, now, 'server');
			t.true(allowed(`${list} !${protocol}`, now, 'server').every(each => before.includes(each)));
		}),
	);
	t.pass();
});

test('a list in the words of an older release leaves the versions that were meant, or is none', t => {
	const word = fc.oneof(
		fc.tuple(fc.constantFrom('>=', '<=', '!', ''), fc.constantFrom(...protocols)).map(([sign, name]) => sign + name),
		fc.constantFrom('>=0303', '<=0304', '>=None'),
	);
	const release = fc.constantFrom('2.4.5', '2.6.0', '2.11.1', '3.0.0', '3.2.0', '3.4.0', '3.5.25', '3.6.0', '3.7.11');
	fc.assert(
		fc.property(fc.array(word, {minLength: 1, maxLength: 4}), release, (words, text) => {
			const version = at(text);
			const value = inWordsOf(words.join(','), version);
			if (value === null) return;
			t.deepEqual(invalidWords(value, version), []);
			const all = allowed('', version, 'server');
			const meant = allowed(words.join(','), at('3.12.0'), 'server').filter(protocol => all.includes(protocol));
			t.deepEqual(allowed(value, version, 'server'), meant);
		}),
	);
	t.is(inWordsOf('>=TLSv1.1', at('3.5.25')), '!SSLv2,!SSLv3,!TLSv1');
	t.is(inWordsOf('!SSLv2', at('2.4.5')), 'SSLv3,TLSv1');
	t.is(inWordsOf('>=TLSv1.2', at('2.6.0')), null);
});
