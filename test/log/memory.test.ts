import {serialize} from 'node:v8';
import test from 'ava';
import {createReader} from '../../src/log/reader.ts';
import type {Bytes} from '../../src/log/reader-options.ts';
import {emptyReaderState} from '../../src/log/reader-state.ts';

const options = {zone: 'UTC', now: Date.UTC(2026, 11, 1)};
const start = Date.UTC(2026, 9, 12);
const limit = 64 << 20;
const linesAtOnce = 200;

/** Feeds `count` lines and gives the size of what the parser keeps, and the sessions it handed out. */
function feed(count: number, line: (index: number) => string): {bytes: number; sessions: number; evicted: number} {
	const state = emptyReaderState();
	let sessions = 0;
	const reader = createReader(() => sessions++, options, state);
	reader.open({name: 'mail.log', modified: null});
	for (let from = 0; from < count; from += linesAtOnce) {
		const length = Math.min(linesAtOnce, count - from);
		const lines = Array.from(
			{length},
			(_, n) => `${new Date(start + (from + n) * 2).toISOString()} ${line(from + n)}\n`,
		);
		const block = Buffer.from(lines.join(''));
		reader.block(block as unknown as Bytes, 0, block.length);
	}
	return {bytes: serialize(state).length, sessions, evicted: reader.coverage.evicted};
}

const long = 'x'.repeat(1500);
const tls = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)';

test('connections that never end are given up when they are too many', t => {
	const {bytes, sessions, evicted} = feed(
		60_000,
		index => `mx1 postfix/smtpd[${index}]: connect from ${index}.${long}.example.com[198.51.100.${index % 250}]`,
	);
	t.true(bytes < limit, `${bytes} bytes`);
	t.true(evicted > 40_000);
	t.is(sessions, evicted);
});

test('one session that carries messages without end stays small', t => {
	const {bytes} = feed(200_000, index =>
		index === 0
			? 'mx1 postfix/smtpd[1]: connect from a.example.com[198.51.100.1]'
			: `mx1 postfix/smtpd[1]: 4jYb2T56BmzK${index}z: client=a.example.com[198.51.100.1]`,
	);
	t.true(bytes < limit, `${bytes} bytes`);
});

test('names of hosts, tags and relays without end are forgotten', t => {
	const hosts = feed(40_000, index => `host${index} postfix/service${index}/smtpd[7]: connect from a[192.0.2.1]`);
	t.true(hosts.bytes < limit, `${hosts.bytes} bytes`);
	const relays = feed(
		60_000,
		index =>
			`mx1 postfix/smtp[${index}]: Trusted TLS connection established to ${index}.${long}.example[192.0.2.1]:25: ${tls}`,
	);
	t.true(relays.bytes < limit, `${relays.bytes} bytes`);
	const proxies = feed(60_000, index => `mx1 postfix/tlsproxy[9]: CONNECT to [2001:db8::${index.toString(16)}]:25`);
	t.true(proxies.bytes < limit, `${proxies.bytes} bytes`);
	const screened = feed(
		60_000,
		index => `mx1 postfix/postscreen[9]: CONNECT from [2001:db8::${index.toString(16)}]:25 to [192.0.2.1]:25`,
	);
	t.true(screened.bytes < limit, `${screened.bytes} bytes`);
	const failures = feed(120_000, index =>
		index % 2 === 0
			? `mx1 postfix/tlsproxy[9]: CONNECT to [2001:db8::${index.toString(16)}]:25`
			: `mx1 postfix/tlsproxy[9]: TLS handshake failed for service=smtp peer=[2001:db8::${(index - 1).toString(16)}]:25`,
	);
	t.true(failures.bytes < limit, `${failures.bytes} bytes`);
	const passed = feed(
		60_000,
		index => `mx1 postfix/postscreen[9]: PASS NEW [2001:db8::${index.toString(16)}]:${index}`,
	);
	t.true(passed.bytes < limit, `${passed.bytes} bytes`);
});

test('logins and processes of a cut tag without end are forgotten', t => {
	const logins = feed(
		60_000,
		index => `mx1 dovecot: imap-login: Login: user=<u>, rip=192.0.2.1, lip=192.0.2.2, TLS, session=<${long}${index}>`,
	);
	t.true(logins.bytes < limit, `${logins.bytes} bytes`);
	const cut = feed(120_000, index =>
		index % 2 === 0
			? `mx1 postfix[${index}]: connect from ${long}[192.0.2.1]`
			: `mx1 postfix[${index - 1}]: disconnect from ${long}[192.0.2.1] ehlo=1 mail=1 commands=2`,
	);
	t.true(cut.bytes < limit, `${cut.bytes} bytes`);
});

test('logins that no line ends are given up when they are too many, and ids are forgotten', t => {
	const line = (head: string, index: number) =>
		`mx1 dovecot: imap-login: ${head}: user=<>, rip=198.51.100.4, lip=192.0.2.5, TLS, session=<${index}${long}>`;
	const {bytes, sessions} = feed(60_000, index => line('Warning: Auth process not responding', index));
	t.true(bytes < limit, `${bytes} bytes`);
	t.true(sessions > 40_000);
	const proxied = feed(60_000, index => line('proxy(x): started proxying to 192.0.2.20:143', index));
	t.true(proxied.bytes < limit, `${proxied.bytes} bytes`);
	t.is(proxied.sessions, 60_000);
});

test('what hosts without number leave open is given up, whether or not their clocks go on', t => {
	const host = (index: number) => `host${index % 1500}`;
	const connects = feed(
		60_000,
		index => `${host(index)} postfix/smtpd[${index}]: connect from ${index}.${long}[192.0.2.1]`,
	);
	t.true(connects.bytes < limit, `${connects.bytes} bytes`);
	t.true(connects.sessions > 40_000);
	const relay = (index: number) => `${index}.${long}.example[192.0.2.1]:25`;
	const summaries = feed(
		60_000,
		index => `${host(index)} postfix/smtp[${index}]: Trusted TLS connection established to ${relay(index)}: ${tls}`,
	);
	t.true(summaries.bytes < limit, `${summaries.bytes} bytes`);
	const plain = feed(
		60_000,
		index =>
			`${host(index)} postfix/smtp[${index}]: 4F${index}A0: to=<a@example.com>, relay=${relay(index)}, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Ok)`,
	);
	t.true(plain.bytes < limit, `${plain.bytes} bytes`);
	t.true(plain.sessions > 40_000);
	const logins = feed(
		60_000,
		index =>
			`${host(index)} dovecot: imap-login: Warning: Auth process not responding: user=<>, rip=198.51.100.4, lip=192.0.2.5, TLS, session=<${index}${long}>`,
	);
	t.true(logins.bytes < limit, `${logins.bytes} bytes`);
	t.true(logins.sessions > 40_000);
});
