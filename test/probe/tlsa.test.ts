import {createHash, X509Certificate} from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {compareTlsa, readTlsa, type TlsaOrigin} from '../../src/probe/tlsa.ts';
import {createMaker} from './fixture/certificates.ts';

const maker = createMaker();
test.after.always(() => maker.remove());
const read = (pem: string) => new X509Certificate(pem);
const authority = read(maker.authority);
const intermediate = read(maker.intermediate);
const leaf = read(maker.issue('mail.example.org', {signer: 'intermediate'}).cert);
const other = read(maker.issue('other.example.org', {key: 'rsa'}).cert);

const spki = (certificate: X509Certificate) => certificate.publicKey.export({type: 'spki', format: 'der'}) as Buffer;
const hash = (name: string, bytes: Buffer) => createHash(name).update(bytes).digest('hex');
const record = (usage: number, selector: number, type: number, certificate: X509Certificate) => {
	const bytes = selector === 0 ? certificate.raw : spki(certificate);
	const data = type === 0 ? bytes.toString('hex') : hash(type === 1 ? 'sha256' : 'sha512', bytes);
	return {usage, selector, matching_type: type, data};
};
const given: TlsaOrigin = {source: 'given', name: '_25._tcp.mail.example.org', resolver: null, authenticated: null};
const served = {what: 'the certificate', certificate: leaf, chain: [intermediate, authority], nameMatches: true};
const compare = (...records: ReadonlyArray<ReturnType<typeof record>>) => compareTlsa(records, [served], given);

test('usage 3 is for the server’s own certificate or key, in each form of the data', t => {
	for (const selector of [0, 1])
		for (const type of [0, 1, 2]) {
			const form = `3 ${selector} ${type}`;
			t.is(compare(record(3, selector, type, leaf)).verdict, 'match', form);
			t.is(compare(record(3, selector, type, intermediate)).verdict, 'mismatch', form);
			t.is(compare(record(3, selector, type, other)).verdict, 'mismatch', form);
		}
});

test('usage 2 is for a certificate above it that the server sends and that has signed it', t => {
	for (const selector of [0, 1])
		for (const type of [0, 1, 2]) {
			const form = `2 ${selector} ${type}`;
			t.is(compare(record(2, selector, type, intermediate)).verdict, 'match', form);
			t.is(compare(record(2, selector, type, authority)).verdict, 'match', form);
			t.is(compare(record(2, selector, type, leaf)).verdict, 'mismatch', form);
			t.is(compare(record(2, selector, type, other)).verdict, 'mismatch', form);
		}
	const anchor = record(2, 1, 1, authority);
	t.is(compareTlsa([anchor], [{...served, chain: [intermediate]}], given).verdict, 'mismatch', 'the root is not sent');
	t.is(compareTlsa([anchor], [{...served, chain: [authority, intermediate]}], given).verdict, 'match', 'in any order');
	const stray = {...served, chain: [other]};
	t.is(compareTlsa([record(2, 1, 1, other)], [stray], given).verdict, 'mismatch', 'sent, and has signed nothing');
});

test('one record that fits is enough; what does not fit is shown as such', t => {
	const {verdict, records} = compare(record(3, 1, 1, other), record(3, 1, 1, leaf), record(1, 1, 1, leaf));
	t.is(verdict, 'match');
	t.deepEqual(
		records.map(({result}) => result),
		['mismatch', 'match', 'unusable'],
	);
});

test('a mismatch names the record to publish', t => {
	const {said} = compare(record(3, 1, 1, other));
	t.true(said.endsWith(`publish 3 1 1 ${hash('sha256', spki(leaf))}`));
});

test('each certificate of a server needs a record of its own', t => {
	const two = [served, {what: 'the RSA certificate', certificate: other, chain: [], nameMatches: true}];
	t.is(compareTlsa([record(3, 1, 1, leaf)], two, given).verdict, 'mismatch');
	t.regex(compareTlsa([record(3, 1, 1, leaf)], two, given).said, /^the RSA certificate matches no/);
	t.is(compareTlsa([record(3, 1, 1, leaf), record(3, 0, 2, other)], two, given).verdict, 'match');
});

test('nothing to compare is unknown: no record, no usable one, no certificate', t => {
	t.is(compare().verdict, 'unknown');
	t.is(compare(record(0, 0, 1, authority), record(1, 1, 1, leaf)).verdict, 'unknown');
	t.is(compare({...record(3, 1, 1, leaf), selector: 7}).verdict, 'unknown');
	t.is(compare({...record(3, 1, 1, leaf), matching_type: 9}).verdict, 'unknown');
	t.is(compareTlsa([record(3, 1, 1, leaf)], [], given).verdict, 'unknown');
});

test('DNSSEC is called validated only where a resolver says so', t => {
	const notes = (origin: Partial<TlsaOrigin>) =>
		compareTlsa([record(3, 1, 1, leaf)], [served], {...given, ...origin}).notes.join('\n');
	t.regex(notes({}), /not validated: the TLSA records were given/);
	t.regex(
		notes({source: 'dns', resolver: '192.0.2.53', authenticated: false}),
		/not validated: the resolver 192\.0\.2\.53/,
	);
	t.regex(notes({source: 'dns', resolver: '192.0.2.53', authenticated: true}), /validated by .*crosses the network/);
	t.is(notes({source: 'dns', resolver: '127.0.0.1', authenticated: true}), '');
	t.is(notes({source: 'dns', resolver: '[::1]:5353', authenticated: true}), '');
});

test('names count for usage 2 alone', t => {
	const stranger = [{...served, nameMatches: false}];
	const notes = (...records: ReadonlyArray<ReturnType<typeof record>>) =>
		compareTlsa(records, stranger, given).notes.filter(note => note.includes('usage 2'));
	t.is(notes(record(2, 1, 1, authority)).length, 1);
	t.is(notes(record(3, 1, 1, leaf)).length, 0);
	t.is(notes(record(2, 1, 1, authority), record(3, 1, 1, leaf)).length, 0);
});

test('records are read as dig prints them, in a zone file, in pieces, in capitals', t => {
	const data = 'ab'.repeat(32);
	const wanted = {usage: 3, selector: 1, matching_type: 1, data};
	for (const text of [
		`3 1 1 ${data}`,
		`3 1 1 ${data.toUpperCase().slice(0, 56)} ${data.toUpperCase().slice(56)}`,
		`_25._tcp.mail.example.org. 3600 IN TLSA 3 1 1 ${data}`,
		`_25._tcp IN TLSA ( 3 1 1\n\t${data} )`,
	])
		t.deepEqual(readTlsa(text), wanted, text);
	for (const text of ['', '3 1 1', '3 1 1 abc', `3 1 1 ${data}00`, `3 1 2 ${data}`, `300 1 1 ${data}`, `a 1 1 ${data}`])
		t.throws(() => readTlsa(text), {message: /^--tlsa ".*" is no TLSA record; write/s}, text);
	t.is(readTlsa('3 0 0 00ff').data, '00ff');
});

test('any text is a record or one sentence', t => {
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-fTLSA ().]{0,80}$/)), text => {
			try {
				t.regex(readTlsa(text).data, /^(?:[0-9a-f]{2})+$/);
			} catch (error) {
				t.regex((error as Error).message, /^--tlsa ".*" is no TLSA record; /s);
			}
		}),
	);
});
