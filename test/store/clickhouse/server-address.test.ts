import test from 'ava';
import fc from 'fast-check';
import {isClickHouse, readServerAddress} from '../../../src/store/clickhouse/server-address.ts';

test('the name of a server is read', t => {
	t.deepEqual(readServerAddress('clickhouse://hosts@ch1.example.org/mail_tls'), {
		name: 'clickhouse://ch1.example.org:8123/mail_tls',
		url: 'http://ch1.example.org:8123',
		user: 'hosts',
		database: 'mail_tls',
		exposed:
			'clickhouse://ch1.example.org:8123/mail_tls: password and sessions go over the network as they are; use clickhouses:// for TLS',
	});
	t.like(readServerAddress('clickhouses://ch1.example.org/mail_tls'), {
		name: 'clickhouses://ch1.example.org:8443/mail_tls',
		url: 'https://ch1.example.org:8443',
		user: 'default',
		exposed: null,
	});
	// Ports that URLs take for granted are said, too.
	t.is(readServerAddress('clickhouse://a:80/x').url, 'http://a:80');
	t.is(readServerAddress('clickhouses://a:443/x').url, 'https://a:443');
	t.like(readServerAddress('ClickHouse://a%40b@[::1]:9/x%2Dy'), {user: 'a@b', database: 'x-y', exposed: null});
});

test('a password in it is refused and not repeated; so is what names no database', t => {
	for (const text of ['clickhouse://u:geheim@h/x', 'clickhouses://:geheim@h:1/x']) {
		const error = t.throws(() => readServerAddress(text), {message: /TLSAUDIT_CLICKHOUSE_PASSWORD or --password-file/});
		t.false(error?.message.includes('geheim'));
	}
	for (const text of [
		'clickhouse://h',
		'clickhouse://h/',
		'clickhouse://h/a/b',
		'clickhouse://h/a?secure=1',
		'clickhouse://h/a%',
	])
		t.throws(() => readServerAddress(text), {message: /^h: name a database of the ClickHouse server/});
	for (const text of ['clickhouse://', 'clickhouse://h:x/a', 'clickhouse://a b/c'])
		t.throws(() => readServerAddress(text), {message: /^the name of a ClickHouse server cannot be read/});
});

test('any text is an address or one sentence', t => {
	fc.assert(
		fc.property(fc.constantFrom('clickhouse://', 'clickhouses://'), fc.string(), (scheme, rest) => {
			t.true(isClickHouse(scheme + rest));
			try {
				const {url, database} = readServerAddress(scheme + rest);
				return new URL(url).host !== '' && database !== '';
			} catch (error) {
				return error instanceof Error && error.constructor === Error && !error.message.includes('\n');
			}
		}),
	);
	t.false(isClickHouse('mail.db'));
	t.false(isClickHouse('./clickhouse://x'));
});
