import test from 'ava';
import {createReader} from '../../src/log/reader.ts';
import {readDeliveries} from '../../src/model/deliveries.ts';
import type {HeldLine} from '../../src/model/outbound.ts';
import type {Session} from '../../src/model/session.ts';
import {readLine} from './fixture/read-line.ts';

function read(lines: readonly string[]) {
	const sessions: Session[] = [];
	const held: HeldLine[] = [];
	const reader = createReader(
		session => sessions.push(session),
		{zone: 'UTC', year: 2026, now: Date.UTC(2026, 11, 1)},
		undefined,
		undefined,
		line => held.push(line),
	);
	reader.open({name: 'mail.log', modified: null});
	for (const [second, line] of lines.entries())
		readLine(reader, `Feb  3 12:00:${String(second % 60).padStart(2, '0')} mx ${line}`);
	reader.end();
	return {sessions, held};
}

const summary = (pid: number): string =>
	`postfix/smtp[${pid}]: Verified TLS connection established to mx.example.net[192.0.2.9]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)`;
const delivery = (pid: number, queueId: string, address: string, end = 'status=sent (250 ok)'): string =>
	`postfix/smtp[${pid}]: ${queueId}: to=<${address}>, relay=mx.example.net[192.0.2.9]:25, delay=1, delays=0.1/0/0.5/0.4, dsn=2.0.0, ${end}`;

const domainsOf = (address: string): Array<string | null> =>
	read([summary(7), delivery(7, '4YAAA1', address)]).sessions.flatMap(each =>
		readDeliveries(each.deliveries).map(({domain}) => domain),
	);

for (const [address, domain] of [
	['ana@bank.example', 'bank.example'],
	['ana@Bank.EXAMPLE', 'bank.example'],
	['ana@bank.example.', 'bank.example'],
	['"a@b, relay=x, >"@bank.example', 'bank.example'],
	[String.raw`"a\"@b"@bank.example`, 'bank.example'],
	['@one.example,@two.example:ana@bank.example', 'bank.example'],
	['ana%shop.example@bank.example', 'bank.example'],
	['ana@[192.0.2.1]', '[192.0.2.1]'],
	['ana@[IPv6:2001:db8::1]', '[ipv6:2001:db8::1]'],
	['ana@bücher.example', 'bücher.example'],
	['ana@xn--bcher-kva.example', 'xn--bcher-kva.example'],
	['postmaster', null],
	['', null],
	['ana@', null],
	['ana@a b', null],
	['ana@a,b 1 1 1', null],
	['"ana@bank.example"', null],
] as const)
	test(`the domain of <${address}>`, t => {
		t.deepEqual(domainsOf(address), [domain]);
	});

test('of a session each message counts once in each domain, by what became of it', t => {
	const {sessions} = read([
		summary(7),
		delivery(7, '4YAAA1', 'ana@a.example', 'orig_to=<x@y.example>, status=sent (250 ok)'),
		delivery(7, '4YAAA1', 'ben@a.example'),
		delivery(7, '4YAAA1', 'cy@b.example'),
		delivery(
			7,
			'4YAAA1',
			'di@a.example',
			'status=bounced (host mx.example.net[192.0.2.9] said: 550 no (in reply to RCPT TO command))',
		),
		delivery(
			7,
			'4YAAA1',
			'ed@b.example',
			'status=deferred (host mx.example.net[192.0.2.9] said: 450 later (in reply to RCPT TO command))',
		),
		delivery(
			7,
			'4YAAA1',
			'ed@c.example',
			'status=SOFTBOUNCE (host mx.example.net[192.0.2.9] said: 550 no (in reply to RCPT TO command))',
		),
		delivery(7, '4YAAA1', 'ed@d.example', 'status=deliverable (250 ok)'),
	]);
	t.deepEqual(
		sessions.map(each => [each.messages, readDeliveries(each.deliveries)]),
		[
			[
				1,
				[
					{domain: 'a.example', sent: 1, deferred: 0, bounced: 1},
					{domain: 'b.example', sent: 1, deferred: 1, bounced: 0},
					{domain: 'c.example', sent: 0, deferred: 1, bounced: 0},
				],
			],
		],
	);
});

const none = (queueId: string, said: string, more = ''): string =>
	`postfix/smtp[7]: ${queueId}: to=<ana@a.example>, relay=none, delay=1, delays=1/0/0/0${more}, dsn=4.7.5, status=deferred (${said})`;

/** Wordings of smtp/smtp_tls_policy.c, smtp_proto.c and smtp_connect.c. */
for (const [said, reason] of [
	['non DNSSEC destination', 'no-dnssec'],
	['Verification not possible, MX RRset is insecure', 'no-dnssec'],
	['no TLSA records found', 'no-tlsa-records'],
	['TLSA records unusable', 'tlsa-unusable'],
	['TLSA lookup error for mx.a.example:25', 'tlsa-lookup-error'],
	['client TLS configuration problem', 'tls-configuration'],
	["Sender requested REQUIRETLS, but next-hop 'a.example' has no REQUIRETLS support", 'requiretls'],
	[
		"Sender requested REQUIRETLS, but my configured TLS security level 'may' disables certificate matching",
		'requiretls',
	],
	['Server certificate not verified', 'certificate-not-verified'],
	['Server certificate not trusted', 'certificate-not-verified'],
	['TLS is required, but was not offered by host mx.a.example[192.0.2.1]', 'tls-required-not-offered'],
	['TLS is required, but our TLS engine is unavailable', 'tls-unavailable'],
	['TLS is required, but host mx.a.example[192.0.2.1] refused to start TLS: 454 no', 'starttls-refused'],
	['Cannot start TLS: handshake failure', 'handshake-failed'],
	['Host or domain name not found. Name service error for name=a.example type=MX: Host not found', null],
	['connect to mx.a.example[192.0.2.1]:25: Connection timed out', null],
	['host mx.a.example[192.0.2.1] said: 450 no TLSA records found', null],
] as const)
	test(`held back: ${said}`, t => {
		const {held, sessions} = read([none('4YAAA1', said)]);
		t.deepEqual(
			held.map(each => [each.domain, each.reason, each.connected, each.queueId]),
			reason === null ? [] : [['a.example', reason, false, '4YAAA1']],
		);
		t.is(sessions.length, 0);
	});

test('error(8) says again why mail is held back, under the name of its service, too', t => {
	for (const program of ['error', 'retry']) {
		const {held} = read([
			`postfix/${program}[9]: 4YAAA2: to=<ana@a.example>, relay=none, delay=1, delays=1/0/0/0, dsn=4.7.5, status=deferred (delivery temporarily suspended: no TLSA records found)`,
			`postfix/${program}[9]: 4YAAA3: to=<ana@b.example>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended: connect to mx.b.example[192.0.2.1]:25: Connection timed out)`,
		]);
		t.deepEqual(
			held.map(each => [each.domain, each.reason]),
			[['a.example', 'no-tlsa-records']],
		);
	}
});

test('a mail host that is none of the MTA-STS policy is why the next delivery to that domain is put off, and no other', t => {
	const warning = "postfix/smtp[7]: warning: MX name 'mx.evil.example' does not match STS MX pattern for 'a.example'";
	const reasons = (lines: readonly string[]) => read(lines).held.map(({reason}) => reason);
	t.deepEqual(reasons([warning, none('4YAAA1', 'server unavailable or unable to receive mail', ', tls=secure?')]), [
		'mta-sts',
	]);
	t.deepEqual(reasons([warning, none('4YAAA1', 'Server certificate not verified')]), ['mta-sts']);
	t.deepEqual(reasons([warning.replace('a.example', 'b.example'), none('4YAAA1', 'server unavailable')]), []);
	t.deepEqual(reasons([warning, none('4YAAA1', 'no TLSA records found')]), ['no-tlsa-records']);
});

test('a message that goes out later is known to, once, and only to that domain', t => {
	const {held} = read([
		none('4YAAA1', 'no TLSA records found'),
		none('4YAAA1', 'no TLSA records found'),
		delivery(8, '4YAAA1', 'ana@b.example'),
		delivery(8, '4YAAA1', 'ana@a.example'),
		delivery(8, '4YAAA1', 'ben@a.example'),
		delivery(8, '4YAAA2', 'ana@a.example'),
	]);
	t.deepEqual(
		held.map(({reason, connected}) => [reason, connected]),
		[
			['no-tlsa-records', false],
			['no-tlsa-records', false],
			[null, true],
		],
	);
});
