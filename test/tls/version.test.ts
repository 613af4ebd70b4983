import test from 'ava';
import fc from 'fast-check';
import {didYouMean, editDistance, nearest} from '../../src/text/nearest.ts';
import {compareProtocols, parseProtocol, protocolOf, protocols} from '../../src/tls/version.ts';

test('versions are in order of age', t => {
	t.deepEqual(['TLSv1.3', 'SSLv3', 'TLSv1', 'TLSv1.2', 'SSLv2', 'TLSv1.1'].map(parseProtocol).sort(compareProtocols), [
		...protocols,
	]);
	t.is(compareProtocols('TLSv1.2', 'TLSv1.2'), 0);
});

test('the spellings of other programs and of people are understood', t => {
	const spellings: Record<string, string[]> = {
		TLSv1: ['TLSv1', 'TLSv1.0', 'TLS1.0', 'tls1', 'TLS 1.0', 'tlsv1_0', '1.0', 'TLS-1.0'],
		'TLSv1.1': ['TLSv1.1', 'TLS1.1', 'tlsv1_1'],
		'TLSv1.2': ['TLSv1.2', 'TLSv1_2', 'TLS1.2', 'TLS 1.2', '1.2', ' tls v1.2 '],
		'TLSv1.3': ['TLSv1.3', 'TLS1.3', '1.3'],
		SSLv3: ['SSLv3', 'SSL3', 'ssl3.0', 'SSL 3.0'],
		SSLv2: ['SSLv2', 'ssl2'],
	};
	for (const [protocol, words] of Object.entries(spellings))
		for (const word of words) t.is(protocolOf(word), protocol as never, word);
});

test('what names no version of TLS over TCP is not taken for one', t => {
	for (const word of ['unknown', 'QUICv1', 'DTLSv1.2', 'TLSv2', 'TLSv1.4', 'SSLv1', 'SSLv3.1', '', 'TLS', '2', '3'])
		t.is(protocolOf(word), null, word);
});

test('a wrong version is answered with the right words', t => {
	t.throws(() => parseProtocol('TSLv1.2'), {
		message:
			'"TSLv1.2" is no TLS version; did you mean "TLSv1.2"? write one of SSLv2, SSLv3, TLSv1, TLSv1.1, TLSv1.2, TLSv1.3.',
	});
	t.throws(() => parseProtocol('new'), {message: /^"new" is no TLS version; write one of SSLv2/});
});

test('the edit distance counts changes and swaps, the same from both sides', t => {
	t.is(editDistance('submision', 'submission'), 1);
	t.is(editDistance('versoin', 'version'), 1);
	t.is(editDistance('', 'abc'), 3);
	fc.assert(
		fc.property(fc.string(), fc.string(), (a, b) => {
			t.is(editDistance(a, b), editDistance(b, a));
			t.is(editDistance(a, b) === 0, a === b);
			t.true(editDistance(a, b) <= Math.max(a.length, b.length));
		}),
	);
});

test('only a near word is offered', t => {
	t.is(nearest('min-verson', ['min-version', 'best-version']), 'min-version');
	t.is(nearest('RELAY-IN', ['relay-out', 'relay-in']), 'relay-in');
	t.is(nearest('something', ['relay-out', 'relay-in']), null);
	t.is(didYouMean('xyz', ['relay-in']), '');
});
