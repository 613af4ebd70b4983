import test from 'ava';
import fc from 'fast-check';
import {harden} from '../../src/mailserver/harden/harden.ts';
import {nothingInUse, tableInUse} from '../../src/mailserver/harden/in-use.ts';
import type {HeldReason} from '../../src/model/outbound.ts';
import type {Session} from '../../src/model/session.ts';
import {createLoader} from '../../src/store/load.ts';
import {seenMail} from '../../src/store/queries/seen-mail.ts';
import {openStore} from '../../src/store/store.ts';
import {runs} from '../runs.ts';
import {judgeSessions, session} from '../store/sample-sessions.ts';

const domains = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'] as const;
const start = Date.UTC(2026, 0, 1);

/** Mostly what may be hardened, so that lines come about. */
const usually = <Value>(usual: Value, ...others: readonly Value[]) =>
	fc.oneof({weight: 20, arbitrary: fc.constant(usual)}, {weight: 1, arbitrary: fc.constantFrom(...others)});

type Made = Pick<Session, 'outcome' | 'protocol' | 'trust' | 'tlsLevel' | 'failure'>;
const made: fc.Arbitrary<Made> = fc.record({
	outcome: usually<Session['outcome']>('encrypted', 'plaintext', 'failed', null),
	protocol: usually<string | null>('TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'SSLv3', 'TLSv9', null),
	trust: usually<Session['trust']>('Untrusted', 'Trusted', 'Verified', null),
	tlsLevel: usually<string | null>('may', 'dane', 'verify', 'secure', 'dane:halfdane', 'dane?', 'encrypt', null),
	failure: usually<Session['failure']>(null, 'certificate-not-verified', 'tls-required-not-offered', 'timeout'),
});
/** Sessions of a domain whose certificate is always checked, but for a few. */
const checkedMade: fc.Arbitrary<Made> = fc.record({
	outcome: fc.constant<Session['outcome']>('encrypted'),
	protocol: fc.constant('TLSv1.3'),
	trust: usually<Session['trust']>('Verified', 'Trusted'),
	tlsLevel: usually<string | null>('dane', 'dane-only', 'dane:encrypt', 'secure', null),
	failure: fc.constant(null),
});
const out = fc.record({
	what: fc.oneof({weight: 2, arbitrary: made}, {weight: 1, arbitrary: checkedMade}),
	host: fc.constantFrom('mx1.example', 'mx2.example', 'mx3.example'),
	to: fc.subarray([...domains], {maxLength: 2}),
	day: fc.nat(20),
});
const held = fc.record({
	domain: fc.constantFrom(...domains),
	reason: fc.constantFrom<HeldReason>('no-dnssec', 'handshake-failed'),
});

/** Whether mail would have gone out in this session, were the level demanded: Postfix's own rules (smtp_proto.c, smtp_tls_policy.c). */
function passes(level: string, {outcome, protocol, trust, tlsLevel, failure}: Made): boolean {
	if (outcome !== 'encrypted' || failure !== null) return false;
	if (protocol !== 'TLSv1.2' && protocol !== 'TLSv1.3') return false;
	if (level === 'encrypt') return true;
	if (trust !== 'Verified' || tlsLevel === null) return false;
	return level === 'verify' ? tlsLevel === 'verify' : /^dane(?:-only)?$/.test(tlsLevel);
}

/** Whether a session shows that its certificate was checked, which a line without a check would give up. */
const isChecked = ({outcome, trust, tlsLevel}: Made): boolean =>
	outcome === 'encrypted' &&
	(trust === 'Verified' || /^(?:dane|dane-only|verify|secure)$|:halfdane$/.test(tlsLevel ?? ''));

const strength = ['none', 'may', 'encrypt', 'dane', 'dane-only', 'verify', 'secure'];

test('no line demands what a session or held mail would not have passed, and none weakens what is there', async t => {
	let written = 0;
	await fc.assert(
		fc.asyncProperty(
			fc.array(out, {minLength: 5, maxLength: 40}),
			fc.array(held, {maxLength: 1}),
			fc.array(fc.tuple(fc.constantFrom(...domains), fc.constantFrom(...strength)), {maxLength: 3}),
			fc.boolean(),
			async (sessions, heldMail, rows, given) => {
				const store = await openStore();
				const loader = await createLoader(store);
				for (const {what, host, to, day} of sessions)
					loader.add(
						session('relay-out', {
							...what,
							...{startedAt: start + day * 86_400_000, peerHost: host, peerIp: '192.0.2.1', port: 25},
							deliveries: to.length === 0 ? null : to.map(domain => `${domain} 1 0 0`).join(),
						}),
					);
				for (const [index, {domain, reason}] of heldMail.entries())
					loader.addHeld({
						...{time: start, logHost: null, tag: 'postfix/smtp', queueId: `Q${index}`},
						...{domain, reason, connected: false},
					});
				loader.end();
				await judgeSessions(store, () => []);
				const table = rows.map(([domain, level]) => `${domain} ${level}\n`).join('');
				const inUse = given ? tableInUse(table, 'policy') : nothingInUse;
				const lines = harden(await seenMail(store), inUse, {sessions: 2, days: 2});
				await store.close();
				for (const {key, decision} of lines) {
					if (decision.kind !== 'added' && decision.kind !== 'stricter') continue;
					written++;
					const level = decision.value;
					const own = sessions.filter(({to}) => (to as string[]).includes(key));
					t.true(own.length >= 2, key);
					for (const {what} of own) t.true(passes(level, what), `${key} ${level}`);
					for (const each of heldMail) t.not(each.domain, key);
					const hosts = own.map(({host}) => host);
					for (const {what, host, to} of sessions)
						if (to.length === 0 && hosts.includes(host) && what.outcome !== null)
							t.true(what.outcome === 'encrypted' && what.failure === null, `${key} by ${host}`);
					if (level === 'encrypt') for (const {what} of own) t.false(isChecked(what), key);
					const before = given ? rows.find(([domain]) => domain === key)?.[1] : undefined;
					if (before !== undefined) t.true(strength.indexOf(level) > strength.indexOf(before), `${before} ${level}`);
				}
			},
		),
		{numRuns: runs(40)},
	);
	t.true(written > 0, 'lines were written at all');
});
