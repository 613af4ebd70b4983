import test from 'ava';
import type {EvidenceRow} from '../../src/model/evidence.ts';
import {missingLogging} from '../../src/model/missing-logging.ts';
import type {Hop} from '../../src/model/session.ts';
import {makeVerdict, placesOf, usualShare} from '../../src/model/verdict.ts';
import {founding} from '../../src/policy/founding.ts';
import {findPolicy, policies} from '../../src/policy/policies.ts';
import type {Policy} from '../../src/policy/policy.ts';
import {evidenceOf, peerEvidence} from '../../src/policy/policy-evidence.ts';
import {handshake as good} from '../tls/handshake.ts';

/** A handshake of which nothing is known but what is given. */
const handshake = (hop: Hop, fields: Parameters<typeof good>[0]) => {
	const nothing = {
		port: null,
		tlsMode: null,
		outcome: null,
		protocol: null,
		cipher: null,
		trust: null,
		carriedMail: false,
	} as const;
	const direction = hop === 'relay-out' || hop === 'delivery' ? 'out' : 'in';
	return good({...nothing, hop, direction, ...fields});
};
const mail = {carriedMail: true} as const;
const of465 = {
	...mail,
	port: 465,
	tlsMode: 'implicit',
	outcome: 'encrypted',
	cipher: 'TLS_AES_256_GCM_SHA384',
} as const;
const known = handshake('submission', {...of465, protocol: 'TLSv1.3'});
const telling = (
	one: Parameters<typeof evidenceOf>[0],
	policy = founding,
	failOn: 'violation' | 'weakness' = 'violation',
) => {
	const {telling: word, lacks} = evidenceOf(one, policy, failOn);
	return `${word} ${lacks}`;
};

test('a session decides, lacks what a rule of severity violation needs, or no rule applies', t => {
	t.is(telling(known), 'decided null');
	t.is(telling(handshake('submission', {...of465, protocol: null})), 'undecided version');
	t.is(
		telling(handshake('submission', {...of465, protocol: 'TLSv1.9'})),
		'undecided version',
		'no version that is known',
	);
	t.is(telling(handshake('submission', {...of465, protocol: 'TLSv1.2', cipher: null})), 'undecided cipher');
	t.is(telling(handshake('submission', {...mail, port: 465})), 'undecided outcome');
	t.is(telling(handshake('relay-in', {...mail, port: 25, outcome: 'plaintext'})), 'decided null');
	// Relaying fails by plaintext alone; the version is missing all the same.
	t.is(telling(handshake('relay-in', {...of465, port: 25, protocol: null})), 'decided version');
	t.is(telling(handshake('relay-in', {...of465, port: 25, protocol: null}), founding, 'weakness'), 'undecided version');
});

test('probes, failures, sockets and hops without a rule are not asked', t => {
	t.is(telling(handshake('submission', {port: 465})), 'not-asked outcome');
	t.is(telling(handshake('submission', {port: 465, outcome: 'failed', failure: 'not-tls'})), 'not-asked null');
	t.is(telling(handshake('delivery', {...mail, port: null})), 'not-asked null');
	t.is(telling(handshake('internal', {...mail, port: 10025})), 'not-asked outcome');
});

test('what no log shows is no lack of this log, by any policy', t => {
	for (const {name} of policies()) {
		const policy = findPolicy(name);
		const full = handshake('access', {
			...{loggedIn: true, port: 993, tlsMode: 'implicit', outcome: 'encrypted', protocol: 'TLSv1.2'},
			cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384',
		});
		t.not(evidenceOf(full, policy, 'violation').telling, 'undecided', name);
	}
});

const ours: Policy = {
	...founding,
	destinations: [{domain: 'bank.example', trust: 'verified', severity: 'violation'}],
	exceptions: [{rules: ['min-version', 'weak-suite'], user: 'ana', reason: 'old', until: '2026-12-31'}],
};
const now = Date.UTC(2026, 9, 12);
const peer = {ip: '192.0.2.1', host: 'mx.bank.example', username: null};

test('a rule that an exception takes off asks for nothing', t => {
	const dark = handshake('submission', {...of465, loggedIn: true, protocol: null});
	const asked = (username: string, at = now) => peerEvidence(dark, {...peer, username}, ours, 'violation', at).telling;
	t.is(asked('bo'), 'undecided');
	t.is(asked('ana'), 'not-asked');
	t.is(asked('ana', Date.UTC(2027, 0, 2)), 'undecided', 'its date is over');
});

test('the trust of a destination is needed too', t => {
	const out = handshake('relay-out', {...of465, port: 25, protocol: 'TLSv1.3', trust: 'Verified'});
	t.is(peerEvidence(out, peer, ours, 'violation', now).telling, 'decided');
	t.like(peerEvidence({...out, trust: null}, peer, ours, 'violation', now), {telling: 'undecided', lacks: 'trust'});
	t.is(
		peerEvidence({...out, trust: null}, {...peer, host: 'mx.other.example'}, ours, 'violation', now).telling,
		'decided',
	);
});

const row = (part: Partial<EvidenceRow>): EvidenceRow => ({
	...{hop: 'submission', port: 465, direction: 'in', tag: 'postfix/smtps/smtpd', service: 'smtps'},
	...{telling: 'decided', lacks: null, used: true, tells: true, cut: false, sessions: 1},
	...part,
});
const dark = (sessions: number, part: Partial<EvidenceRow> = {}): EvidenceRow =>
	row({telling: 'undecided', lacks: 'version', sessions, ...part});
const verdict = (evidence: readonly EvidenceRow[], broken = false, maxUndecided = usualShare) =>
	makeVerdict({broken, evidence, maxUndecided});

test('the verdict: what is seen broken fails, nothing is read of nothing', t => {
	t.is(verdict([row({})]), 'pass');
	t.is(verdict([dark(9)], true), 'fail');
	t.is(verdict([]), 'nothing-read');
});

test('more than the share of one hop and port leaves all undecided', t => {
	t.is(verdict([row({sessions: 96}), dark(4)]), 'pass');
	t.is(verdict([row({sessions: 95}), dark(5)]), 'pass', 'five per cent are not more than five');
	t.is(verdict([row({sessions: 94}), dark(6)]), 'undecided');
	t.is(verdict([row({sessions: 94}), dark(6)], false, 0.1), 'pass');
	t.is(verdict([row({sessions: 100}), dark(1)], false, 0), 'undecided');
	t.is(verdict([row({sessions: 1000}), dark(1, {port: 587})]), 'undecided', 'each port for itself');
	t.is(verdict([row({sessions: 9}), dark(1, {cut: true})]), 'pass', 'the log cuts it off');
});

test('sessions that say nothing do not pass, whatever share is allowed', t => {
	t.is(verdict([dark(3)], false, 1), 'undecided');
	t.is(verdict([dark(1, {cut: true})]), 'undecided');
	t.is(verdict([row({telling: 'not-asked', lacks: 'outcome', hop: 'internal'})]), 'undecided');
	t.is(verdict([row({telling: 'not-asked', lacks: null, used: false})]), 'pass', 'probes that failed');
});

test('a session that lacks anything is counted against the tick of its hop', t => {
	const [place] = placesOf([row({sessions: 2}), row({sessions: 3, lacks: 'version'}), dark(4), dark(5, {cut: true})]);
	t.deepEqual(place, {hop: 'submission', port: 465, decided: 5, undecided: 4, lacking: 7});
});

test('the setting is the one of the program that wrote the lines, not of the hop', t => {
	const remedy = (part: Partial<EvidenceRow>): string | undefined =>
		missingLogging([dark(1, {tells: false, ...part})])[0]?.remedy;
	t.is(remedy({}), 'set smtpd_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix/amavis/smtp', hop: 'internal', direction: 'out'}), 'set smtp_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix/smtp', hop: 'delivery', direction: 'out'}), 'set smtp_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix/lmtp', hop: 'relay-out', direction: 'out'}), 'set lmtp_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix/tlsproxy', hop: 'relay-in'}), 'set smtpd_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix/postscreen', hop: 'relay-in'}), 'set smtpd_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix/tlsproxy', direction: 'out'}), 'set smtp_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix', direction: 'out', service: 'lmtp'}), 'set lmtp_tls_loglevel = 1 in main.cf');
	t.is(remedy({tag: 'postfix', direction: 'out', service: 'smtp'}), 'set smtp_tls_loglevel = 1 in main.cf');
	const dovecot = {tag: 'dovecot/imap-login', hop: 'access', service: 'imap'} as const;
	t.is(remedy(dovecot), 'add %k (Dovecot 2.4: %{ssl_security}) to login_log_format_elements');
	t.is(remedy({...dovecot, lacks: 'outcome'}), 'add %c (Dovecot 2.4: %{secured}) to login_log_format_elements');
	t.regex(remedy({...dovecot, tag: 'imap-login'}) ?? '', /login_log_format_elements/, 'a log file of its own');
	t.regex(remedy({...dovecot, tag: 'dovecot/submission-login', hop: 'submission'}) ?? '', /login_log_format_elements/);
});

test('what is missing is summed by hop, port and program; the log’s own edges and probes lack nothing', t => {
	const found = missingLogging([
		dark(2),
		dark(3, {used: false, tells: false}),
		dark(4, {cut: true}),
		dark(5, {used: false}),
		dark(9, {port: 587, tag: 'postfix/submission/smtpd'}),
		row({sessions: 50}),
	]);
	t.deepEqual(
		found.map(({port, program, sessions, lacks}) => [port, program, sessions, lacks]),
		[
			[587, 'postfix/submission/smtpd', 9, 'version'],
			[465, 'postfix/smtps/smtpd', 5, 'version'],
		],
	);
});
