import test from 'ava';
import {attempts, byTls, type Destination, type Destinations, nextHop, startDestinations} from './destinations.ts';
import {type Hardened, hardened, nothingPutOff} from './hardened.ts';
import {inject} from './inject.ts';
import {startSink} from './mail-sink.ts';
import {createSite, type Site} from './site.ts';

let site: Site;
let destinations: Destinations;
let made: Hardened;

const named = (about: string): Destination => destinations.named(about);

test.before(async () => {
	site = await createSite('harden');
	destinations = await startDestinations(site);
	made = await hardened(site, destinations, ['--table', destinations.policies]);
});

test.after.always('everything is stopped, nothing is left over', async () => {
	await site.end();
});

test('destinations that kept to TLS get a line, and no others', t => {
	const {text, rows} = made;
	const got = destinations.all.filter(({one}) => rows.has(nextHop(one))).map(({one}) => one.about);
	t.deepEqual(got, [
		'may, TLS 1.3',
		'may, TLS 1.2',
		'may, a suite without forward secrecy',
		'may, an anonymous suite',
		'may, a certificate of its own making',
		'may, an expired certificate',
		'may, mail put off over TLS',
		'client certificate asked',
		'reuse, may',
		'reuse, TLS 1.2',
	]);
	t.deepEqual([...new Set(rows.values())], ['encrypt']);
	for (const [key, level] of rows) t.true(text.includes(`in use: "${key} may"`), level);
});

test('what is stricter in use stays, and is said to', t => {
	for (const about of ['encrypt', 'verify', 'secure', 'fingerprint', 'dane-only', 'dane, no TLSA', 'port 587']) {
		const {one} = named(about);
		t.true(made.text.includes(`\n# ${nextHop(one)}: "${nextHop(one)} ${one.policy}"`), about);
	}
});

test('Postfix answers with the levels of the table', async t => {
	for (const [key, level] of made.rows) {
		const answer = await site.postfix.command('postmap', ['-q', key, `texthash:${made.table}`]);
		t.is(answer, `${level}\n`, key);
	}
});

test('no mail that went out before is put off for the sake of TLS', t => {
	nothingPutOff(t, destinations, made);
});

test('a destination that gets a line was never put off for the sake of TLS', t => {
	const {rows, first} = made;
	const got = destinations.all.filter(({one}) => rows.has(nextHop(one)));
	t.is(got.length, rows.size);
	for (const each of got) t.notRegex(attempts(first, each).join('\n'), byTls, each.one.about);
});

test('a destination without TLS still gets its mail', t => {
	for (const about of [
		'may, plaintext only',
		'may, STARTTLS refused',
		'may, hung up in the handshake',
		'none, TLS offered',
	]) {
		const {one, sink} = named(about);
		t.is(
			sink.seen.filter(({tls}) => tls === null).reduce((sum, {messages}) => sum + messages, 0),
			2 * one.messages,
			about,
		);
	}
});

test('the line counts: a server that no longer offers TLS gets no mail', async t => {
	const {one, sink} = named('may, TLS 1.3');
	await sink.close();
	const bare = await startSink({...one.sink, tls: 'none'});
	try {
		await inject([{domain: one.domain.domain, messages: 1}]);
		await site.syslog.holds(`status=deferred (TLS is required, but was not offered by host ${one.domain.host}`);
		t.is(
			bare.seen.reduce((sum, {messages}) => sum + messages, 0),
			0,
		);
	} finally {
		await site.postfix.command('postsuper', ['-d', 'ALL']);
		await bare.close();
	}
});
