import test from 'ava';
import type {HeldLine} from '../../../../src/model/outbound.ts';
import type {Session} from '../../../../src/model/session.ts';
import type {TlsResultRow} from '../../../../src/model/tls-reports.ts';
import {createLoader} from '../../../../src/store/load.ts';
import {tlsResults} from '../../../../src/store/queries/outbound/tls-results.ts';
import {openStore} from '../../../../src/store/store.ts';
import {judgeSessions, session} from '../../sample-sessions.ts';

const at = Date.UTC(2026, 0, 1, 23, 30);
const tls: Partial<Session> = {
	...{startedAt: at, port: 25, peerIp: '192.0.2.1', peerHost: 'mx.a.example'},
	...{outcome: 'encrypted', protocol: 'TLSv1.3', trust: 'Verified', deliveries: 'a.example 1 0 0'},
};
const refused: Partial<Session> = {
	...tls,
	trust: 'Untrusted',
	failure: 'certificate-not-verified',
	deliveries: 'a.example 0 1 0',
};

/** What TLS reports say of outbound sessions and of mail that is held back. */
async function resultsOf(sessions: ReadonlyArray<Partial<Session>>, held: readonly HeldLine[] = []) {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const each of sessions) loader.add(session('relay-out', each));
	for (const each of held) loader.addHeld(each);
	loader.end();
	await judgeSessions(store, () => []);
	const results = await tlsResults(store, {});
	await store.close();
	return results;
}

const brief = ({domain, policy, result, reason, count}: TlsResultRow) => [domain, policy, result, reason, count];

/** Levels as Postfix 3.11 logs them; the alert is that of a certificate which no TLSA record names. */
for (const [tlsLevel, policy] of [
	['!dane', 'tlsa'],
	['!dane-only', 'tlsa'],
	['halfdane', 'tlsa'],
	['dane?', 'tlsa'],
	['dane:encrypt', 'tlsa'],
	['dane/!requiretls:none', 'tlsa'],
	// Fingerprints and files of trust anchors are TLSA records to Postfix.
	['!fingerprint', 'no-policy-found'],
	['!secure', 'no-policy-found'],
	['may/requiretls:nocertmatch', 'no-policy-found'],
	[null, 'no-policy-found'],
] as const)
	test(`the policy of the level ${tlsLevel} is ${policy}`, async t => {
		const {rows} = await resultsOf([{...refused, tlsLevel, alert: 'no matching DANE TLSA records (65)'}]);
		t.deepEqual(rows.map(brief), [
			['a.example', policy, 'certificate-not-trusted', 'no matching DANE TLSA records (65)', 1],
		]);
	});

test('a result that there is for one kind of policy only names it', async t => {
	const {rows} = await resultsOf(
		['tlsa-invalid', 'dnssec-invalid', 'dane-required', 'sts-policy-invalid', 'sts-webpki-invalid'].map(result => ({
			...{...tls, outcome: null, deliveries: null, tlsReports: `a.example ${result} - 2`},
		})),
	);
	t.deepEqual(rows.map(({policy, result, count}) => [result, policy, count]).sort(), [
		['dane-required', 'no-policy-found', 2],
		['dnssec-invalid', 'tlsa', 2],
		['sts-policy-invalid', 'sts', 2],
		['sts-webpki-invalid', 'sts', 2],
		['tlsa-invalid', 'tlsa', 2],
	]);
});

test('what TLSRPT said of a session counts as it said, all else once for each domain', async t => {
	const {rows, nameless, untold} = await resultsOf([
		{...tls, deliveries: 'a.example 3 0 0,b.example 1 0 0'},
		{...tls, deliveries: 'a.example 9 0 0', tlsReports: 'a.example success - 2,c.example success - 1'},
		{...tls, deliveries: '[192.0.2.1] 1 0 0'},
		{...tls, deliveries: null},
		{...tls, outcome: 'plaintext', protocol: null, trust: null},
		{...tls, outcome: 'plaintext', protocol: null, trust: null, failure: 'starttls-refused'},
	]);
	t.deepEqual(rows.map(brief).sort(), [
		['a.example', 'no-policy-found', 'starttls-not-supported', 'starttls-refused', 1],
		['a.example', 'no-policy-found', 'success', null, 1],
		['a.example', 'no-policy-found', 'success', null, 2],
		['b.example', 'no-policy-found', 'success', null, 1],
		['c.example', 'no-policy-found', 'success', null, 1],
	]);
	t.deepEqual({nameless, untold}, {nameless: 2, untold: 1});
});

test('mail held back by the DNS or the policy of its destination counts once a message and day, with what the log shows', async t => {
	const line = (queueId: string, reason: HeldLine['reason'], more: Partial<HeldLine> = {}): HeldLine => ({
		...{time: at, logHost: 'mx', tag: 'postfix/smtp', queueId, domain: 'a.example', connected: false, reason},
		...more,
	});
	const {rows} = await resultsOf(
		[],
		[
			line('A', 'no-tlsa-records'),
			line('A', 'no-tlsa-records', {time: at + 60_000}),
			line('A', 'no-tlsa-records', {time: at + 3_600_000}),
			line('B', 'tlsa-unusable'),
			line('C', 'tlsa-lookup-error'),
			line('D', 'mta-sts'),
			// Of our own making, or of a connection that is counted.
			line('E', 'tls-configuration'),
			line('F', 'requiretls'),
			line('G', 'no-dnssec', {connected: true}),
			line('H', 'no-dnssec', {domain: null}),
		],
	);
	t.deepEqual(rows.map(row => [row.day, ...brief(row)]).sort(), [
		['2026-01-01', 'a.example', 'no-policy-found', 'dane-required', 'no-tlsa-records', 1],
		['2026-01-01', 'a.example', 'no-policy-found', 'validation-failure', 'tlsa-lookup-error', 1],
		['2026-01-01', 'a.example', 'sts', 'validation-failure', 'mta-sts', 1],
		['2026-01-01', 'a.example', 'tlsa', 'tlsa-invalid', 'tlsa-unusable', 1],
		['2026-01-02', 'a.example', 'no-policy-found', 'dane-required', 'no-tlsa-records', 1],
	]);
	t.true(rows.every(({mxHost, mxIp}) => mxHost === null && mxIp === null));
});
