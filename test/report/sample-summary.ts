import {emptyCoverage} from '../../src/model/coverage.ts';
import type {PeerFinding} from '../../src/model/findings.ts';
import type {Outbound} from '../../src/model/outbound.ts';
import type {WayRow} from '../../src/model/summary.ts';
import {findPolicy} from '../../src/policy/policies.ts';
import {expectations} from '../../src/report/expectations.ts';
import type {Summary} from '../../src/report/summary.ts';
import type {Checked, Findings, JudgedGroup} from '../../src/report/verdict.ts';

const place = {last_seen: Date.UTC(2026, 0, 31, 9), source: 'mail.log', first_line: 11, last_line: 16};

export const findingGroup: JudgedGroup = {
	remedy: 'Have these peers updated.',
	rule: 'min-version',
	severity: 'violation',
	hop: 'submission',
	port: 465,
	sessions: 3,
	messages: 1,
	peer_count: 7,
	peers: [
		{peer_ip: '192.0.2.1', peer_host: 'old.example.org', username: 'ana\x1b[2J', sessions: 2, messages: 1, ...place},
		{peer_ip: '192.0.2.2', peer_host: null, username: null, sessions: 1, messages: 0, ...place},
	],
	observed: {TLSv1: 3},
	required: 'TLSv1.2 or later',
	reference: 'RFC 8997, section 3',
	first_seen: Date.UTC(2026, 0, 31, 8),
	last_seen: Date.UTC(2026, 0, 31, 9),
};

/** Ways as the store counts them. */
export function way(fields: Partial<WayRow>): WayRow {
	return {
		hop: 'submission',
		port: 465,
		tls_mode: 'implicit',
		outcome: 'encrypted',
		protocol: 'TLSv1.3',
		sessions: 1,
		messages: 0,
		...fields,
	};
}

const seen = [
	way({sessions: 5}),
	way({protocol: 'TLSv1', sessions: 3}),
	way({protocol: null}),
	way({outcome: 'failed', protocol: null}),
	way({hop: 'relay-out', port: null, tls_mode: null, outcome: 'plaintext', protocol: null, sessions: 2}),
];

const counts = {encrypted: 0, plaintext: 0, failed: 0, unknown: 0, messages: 0, violations: 0};

/** What the sessions above say: a few do not say enough. */
const findings: Omit<Findings, 'expectations' | 'violations' | 'suppressed' | 'expired' | 'inconclusive'> = {
	at: null,
	verdict: 'fail',
	counted: 3,
	max: 0,
	places: [
		{hop: 'submission', port: 465, decided: 8, undecided: 1, lacking: 1},
		{hop: 'relay-out', port: null, decided: 2, undecided: 0, lacking: 0},
	],
	maxUndecided: 0.05,
	missing: [
		{
			...{hop: 'submission', port: 465, program: 'postfix/smtps/smtpd', sessions: 1, lacks: 'version'},
			remedy: 'set smtpd_tls_loglevel = 1 in main.cf',
		},
	],
	nothing: null,
	partial: false,
	problems: [],
};

const noMail: Outbound['all'] = {messages: 0, versions: {}, plaintext: 0, unknown: 0, trust: {}, held: 0, deleted: 0};

/** Mail that went out to one domain, some of it held back. */
export const outbound: Outbound = {
	all: {
		...{messages: 9, plaintext: 2, unknown: 0, held: 3, deleted: 0},
		versions: {'TLSv1.3': 7},
		trust: {Verified: 4, Anonymous: 3},
	},
	domainCount: 1,
	domains: [
		{
			...{recipient_domain: 'bank.example', messages: 9, plaintext: 2, unknown: 0, held: 3, deleted: 0},
			versions: {'TLSv1.3': 7},
			trust: {Verified: 4, Anonymous: 3},
		},
	],
	byDomain: true,
	kept: null,
	held: [
		{
			...{recipient_domain: 'bank.example', reason: 'no-tlsa-records', messages: 3, before_connection: 2},
			...{delivered_later: 1, deleted: 0, first_seen: Date.UTC(2026, 0, 31), last_seen: Date.UTC(2026, 0, 31, 8)},
		},
	],
};

/** What made a page, and when. */
export const made = {version: '0.1.0', now: Date.UTC(2026, 1, 1, 6)};

export const summary: Summary = {
	...findings,
	policy: 'founding',
	coverage: {
		...emptyCoverage(),
		lines: 20,
		understood: 10,
		irrelevant: 5,
		foreign: 3,
		malformed: 2,
		notUnderstood: 1,
		examples: [{shape: 'x', count: 1, example: 'TLS \x07 odd', source: 'a.log', line: 2}],
		notices: ['The log has no lines of TLS.'],
	},
	period: {from: Date.UTC(2026, 0, 31, 8), to: Date.UTC(2026, 0, 31, 9)},
	logHosts: {hosts: [{log_host: 'mx.example.org', sessions: 12}], host_count: 1},
	hops: [
		{hop: 'submission', port: 465, sessions: 10, ...counts, encrypted: 9, failed: 1, messages: 4, violations: 3},
		{hop: 'relay-out', port: null, sessions: 2, ...counts, plaintext: 2},
	],
	suites: [
		{hop: 'submission', port: 465, protocol: 'TLSv1', cipher: 'AES128-SHA', sessions: 3},
		{hop: 'submission', port: 465, protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', sessions: 4},
		{hop: 'submission', port: 465, protocol: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', sessions: 1},
		{hop: 'submission', port: 465, protocol: null, cipher: null, sessions: 1},
	],
	expectations: expectations(findPolicy('founding'), seen, findings.places, findings.maxUndecided),
	violations: [
		findingGroup,
		{...findingGroup, rule: 'relay-service', severity: 'info', hop: 'relay-out', port: null, sessions: 1},
	],
	keyExchange: [],
	notHybrid: {peers: [], peer_count: 0},
	failures: [
		{
			reason: 'not-tls',
			alert: 'wrong version number (267)',
			hop: 'submission',
			port: 465,
			outcome: 'failed',
			count: 1,
			whose: 'theirs',
			remedy: 'Set the client to SSL/TLS.',
			peer_count: 4,
			peers: [{peer: 'old.example.org[192.0.2.1]', peer_ip: '192.0.2.1', peer_host: 'old.example.org', sessions: 1}],
		},
	],
	outbound: {all: noMail, domainCount: 0, domains: [], byDomain: false, held: [], kept: null},
	suppressed: [],
	expired: [],
	inconclusive: [],
};

/** A check that fails by the same findings. */
export const verdict: Checked = {
	...findings,
	expectations: summary.expectations,
	violations: summary.violations,
	suppressed: [],
	expired: [],
	inconclusive: [],
	policy: findPolicy('founding'),
	failOn: 'violation',
	known: 0,
	sessions: 12,
};

/** One peer that broke a rule. */
export function peerFinding(fields: Partial<PeerFinding> = {}): PeerFinding {
	const {rule, severity, hop, port, required, reference, first_seen} = findingGroup;
	return {
		...{rule, severity, hop, port, required, reference, first_seen},
		peer: '192.0.2.1',
		peer_host: 'old.example.org',
		usernames: ['ana'],
		sessions: 2,
		messages: 1,
		observed: ['TLSv1'],
		...place,
		...fields,
	};
}
