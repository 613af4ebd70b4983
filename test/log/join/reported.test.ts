import test from 'ava';
import {sessionsOf} from '../fixture/sessions-of.ts';

const mx = 'mx.bank.example[192.0.2.1]';
const tls = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)';
const report = (end: string, at = mx): string =>
	`TLSRPT: status=failure, domain=bank.example, receiving_mx=${at}, ${end}`;
const success = (domain = 'bank.example'): string => `TLSRPT: status=success, domain=${domain}, receiving_mx=${mx}`;
const summary = (how = 'established', trust = 'Verified'): string =>
	`${trust} TLS connection ${how} to ${mx}:25: ${tls}`;
const delivery = (queueId: string, more = '', end = 'status=sent (250 ok)', at = mx): string =>
	`${queueId}: to=<ana@bank.example>, relay=${at}:25${more}, delay=1, delays=0.1/0/0.5/0.4, dsn=2.0.0, ${end}`;

/** Sessions of the lines of one smtp process, or of the tag that precedes a line. */
const read = (...texts: string[]) =>
	sessionsOf(
		texts.map((text, second) => {
			const tagged = text.startsWith('tlsproxy: ') ? `tlsproxy[9]: ${text.slice(10)}` : `smtp[7]: ${text}`;
			return `2026-02-03T12:00:${String(second).padStart(2, '0')}Z mx postfix/${tagged}`;
		}),
	).sessions.map(({outcome, failure, alert, messages, peerHost, tlsReports}) => ({
		...{outcome, failure, alert, messages, peerHost, tlsReports},
	}));

const session = {outcome: 'encrypted', failure: null, alert: null, messages: 1, peerHost: 'mx.bank.example'};
const good = 'bank.example success - 1';

test('a success beside its summary is of that session', t => {
	t.deepEqual(read(summary(), success(), delivery('4YAAA1')), [{...session, tlsReports: good}]);
});

test('a success without a summary proves TLS of the delivery that follows, and of a connection that broke', t => {
	t.deepEqual(read(success(), delivery('4YAAA1')), [{...session, tlsReports: good}]);
	t.deepEqual(read(success()), [{...session, messages: 0, tlsReports: good}]);
});

test('STARTTLS that was not offered proves plaintext where TLS was not demanded, too', t => {
	const tlsReports = 'bank.example starttls-not-supported - 1';
	t.deepEqual(read(report('failure_type=starttls_not_supported'), delivery('4YAAA1')), [
		{...session, outcome: 'plaintext', tlsReports},
	]);
});

test('a host that is given up for want of STARTTLS is a session, of which only TLSRPT tells', t => {
	const other = 'mx2.bank.example[192.0.2.2]';
	const gone = `4YAAA1: TLS is required, but was not offered by host ${mx}`;
	t.deepEqual(
		read(report('failure_type=starttls_not_supported'), gone, delivery('4YAAA1', ', tls=may', undefined, other)),
		[
			{
				...{...session, outcome: 'plaintext', failure: 'tls-required-not-offered', messages: 0},
				tlsReports: 'bank.example starttls-not-supported - 1',
			},
			{...session, peerHost: 'mx2.bank.example', tlsReports: null},
		],
	);
});

test('a result of the next connection is never of the one before', t => {
	t.deepEqual(
		read(
			...[summary(), success(), delivery('4YAAA1'), report('failure_type=starttls_not_supported')],
			delivery(
				'4YAAA2',
				'',
				'status=deferred (TLS is required, but was not offered by host mx.bank.example[192.0.2.1])',
			),
		).map(({outcome, tlsReports}) => [outcome, tlsReports]),
		[
			['encrypted', good],
			['plaintext', 'bank.example starttls-not-supported - 1'],
		].reverse(),
	);
});

test('the type says why a certificate was refused, unless a line about this one says more', t => {
	const refused = delivery('4YAAA1', '', 'status=deferred (Server certificate not verified)');
	const alertOf = (...lines: string[]) => read(...lines, refused).map(({failure, alert}) => [failure, alert]);
	const verification = (why: string): string => `server certificate verification failed for ${mx}:25: ${why}`;
	const mismatch = report('failure_type=certificate_host_mismatch');
	const untrusted = report('failure_type=certificate_not_trusted');
	t.deepEqual(alertOf(summary('established', 'Trusted'), mismatch), [
		['certificate-not-verified', 'hostname mismatch (62)'],
	]);
	t.deepEqual(alertOf(summary('established', 'Untrusted'), untrusted), [
		['certificate-not-verified', 'certificate not trusted'],
	]);
	t.deepEqual(alertOf(verification('num=65:no matching DANE TLSA records'), summary(), untrusted), [
		['certificate-not-verified', 'no matching DANE TLSA records (65)'],
	]);
	t.deepEqual(alertOf(verification('num=65:no matching DANE TLSA records'), summary(), mismatch), [
		['certificate-not-verified', 'hostname mismatch (62)'],
	]);
});

test('of a connection that is used again each report counts, for its own domain', t => {
	const again = [summary('reused'), success('shop.example'), delivery('4YAAA2', ', conn_use=2')];
	t.deepEqual(
		read(
			`tlsproxy: CONNECT to [192.0.2.1]:25`,
			`tlsproxy: ${summary()}`,
			summary(),
			success(),
			delivery('4YAAA1'),
			...again,
		),
		[{...session, messages: 2, tlsReports: `${good},shop.example success - 1`}],
	);
});

test('a handshake that failed has its result, in smtp and in tlsproxy, which names the server', t => {
	const failure = report('failure_type=validation_failure, failure_reason=tls-handshake-failure');
	const tlsReports = 'bank.example validation-failure tls-handshake-failure 1';
	const problem = 'warning: TLS library problem: error:0A00010B:SSL routines::wrong version number:a.c:84:';
	const failed = {...session, outcome: 'failed', failure: 'not-tls', messages: 0, alert: 'wrong version number (267)'};
	t.deepEqual(read(`SSL_connect error to ${mx}:25: -1`, problem, failure), [{...failed, tlsReports}]);
	const proxied = [
		'CONNECT to [192.0.2.1]:25',
		problem,
		failure,
		'TLS handshake failed for service=smtp peer=[192.0.2.1]:25',
	];
	t.deepEqual(read(...proxied.map(text => `tlsproxy: ${text}`)), [{...failed, tlsReports}]);
	t.deepEqual(read(`tlsproxy: ${failure}`), [{...failed, failure: 'other', alert: null, tlsReports}]);
});

test('a result that says nothing of a connection leaves its transport open', t => {
	t.deepEqual(read(report('failure_type=sts_policy_invalid')), [
		{...session, outcome: null, messages: 0, tlsReports: 'bank.example sts-policy-invalid - 1'},
	]);
});

test('of handshakes with one server that failed at once each has the delivery of its own domain', t => {
	const failure = (domain: string | null): string[] => [
		'tlsproxy: CONNECT to [192.0.2.1]:25',
		...(domain === null
			? []
			: [
					`tlsproxy: TLSRPT: status=failure, domain=${domain}, receiving_mx=${mx}, failure_type=validation_failure, failure_reason=tls-handshake-failure`,
				]),
		'tlsproxy: TLS handshake failed for service=smtp peer=[192.0.2.1]:25',
		'tlsproxy: DISCONNECT [192.0.2.1]:25',
	];
	const put = (queueId: string, domain: string): string =>
		`${queueId}: to=<ana@${domain}>, relay=${mx}:25, delay=1, delays=0.1/0/0.5/0.4, dsn=4.7.5, status=deferred (Cannot start TLS: handshake failure)`;
	const {sessions} = sessionsOf(
		[
			...[...failure('a.example'), ...failure(null), ...failure('c.example')],
			...[put('4YAAA1', 'c.example'), put('4YAAA2', 'b.example'), put('4YAAA3', 'a.example')],
		].map(text => {
			const tagged = text.startsWith('tlsproxy: ') ? `tlsproxy[9]: ${text.slice(10)}` : `smtp[7]: ${text}`;
			return `2026-02-03T12:00:00Z mx postfix/${tagged}`;
		}),
	);
	t.deepEqual(
		sessions.map(each => [each.tlsReports?.split(' ')[0] ?? null, each.deliveries]),
		[
			['a.example', 'a.example 0 1 0'],
			[null, 'b.example 0 1 0'],
			['c.example', 'c.example 0 1 0'],
		],
	);
});
