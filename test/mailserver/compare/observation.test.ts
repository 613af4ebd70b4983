import test from 'ava';
import {acceptance} from '../../../src/mailserver/compare/acceptance.ts';
import {observation} from '../../../src/mailserver/compare/observation.ts';
import type {ObservedRow} from '../../../src/model/summary.ts';
import type {Protocol} from '../../../src/tls/version.ts';

const asked = (accepted: readonly Protocol[], refused: readonly Protocol[], untried: readonly Protocol[] = []) => ({
	target: 'mail.example.org:465',
	problem: null,
	results: [
		...accepted.map(version => ({version, accepted: true})),
		...refused.map(version => ({version, accepted: false})),
		...untried.map(version => ({version, accepted: null})),
	],
});
const modern = ['TLSv1.2', 'TLSv1.3'] as const;

test('a server that accepts what is intended and allowed agrees', t => {
	const found = acceptance(asked(['TLSv1.2', 'TLSv1.3'], ['TLSv1', 'TLSv1.1'], ['SSLv3']), modern, modern);
	t.like(found, {verdict: 'agrees', refused: ['TLSv1', 'TLSv1.1'], untried: ['SSLv3']});
});

test('an old version that is accepted differs from the intention, though the files allow it', t => {
	const all = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
	t.is(acceptance(asked(all, []), modern, all).verdict, 'differs');
	t.is(acceptance(asked(all, []), null, all).verdict, 'agrees', 'nobody said what he wants');
});

test('what is accepted and not allowed shows that other files are in force', t => {
	t.is(acceptance(asked(['TLSv1.2'], []), null, ['TLSv1.3']).verdict, 'differs');
});

test('a version that is allowed and refused is the doing of the library', t => {
	const all = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
	t.is(acceptance(asked(modern, ['TLSv1', 'TLSv1.1']), null, all).verdict, 'agrees');
});

test('a server that accepts nothing of what is allowed differs; one that could not be asked is unknown', t => {
	t.is(acceptance(asked([], modern), modern, modern).verdict, 'differs');
	const away = {...asked([], []), problem: 'connection refused'};
	t.is(acceptance(away, modern, modern).verdict, 'unknown');
	t.is(
		acceptance(asked([], [], ['TLSv1']), null, ['TLSv1']).verdict,
		'agrees',
		'what cannot be offered proves nothing',
	);
});

const row = (given: Partial<ObservedRow>): ObservedRow => ({
	direction: 'in',
	hop: 'submission',
	tag: 'postfix/smtps/smtpd',
	service: 'smtps',
	port: 465,
	tls_mode: 'implicit',
	outcome: 'encrypted',
	protocol: 'TLSv1.2',
	sessions: 1,
	used: 1,
	messages: 1,
	first_seen: 1000,
	last_seen: 2000,
	current: 1,
	current_used: 1,
	...given,
});
const strict = {intended: ['TLSv1.2', 'TLSv1.3'], allowed: ['TLSv1.2', 'TLSv1.3'], demand: 'required'} as const;

test('a service that nobody used proves nothing', t => {
	const {verdict, neverSeen} = observation([], strict);
	t.is(verdict, 'unknown');
	t.deepEqual(neverSeen, ['TLSv1.2', 'TLSv1.3']);
});

test('a version that is intended and allowed agrees, and the other one was never seen', t => {
	const {verdict, neverSeen, versions} = observation([row({})], strict);
	t.is(verdict, 'agrees');
	t.deepEqual(neverSeen, ['TLSv1.3']);
	t.deepEqual(
		versions.map(({unwanted, notAllowed}) => [unwanted, notAllowed]),
		[[false, false]],
	);
});

test('a version that is allowed and not intended differs', t => {
	const allowed = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
	const {verdict, versions} = observation([row({protocol: 'TLSv1'})], {...strict, allowed});
	t.is(verdict, 'differs');
	t.like(versions[0], {protocol: 'TLSv1', unwanted: true, notAllowed: false, current: true});
});

test('what was seen before the configuration was loaded is shown and breaks nothing', t => {
	const {verdict, versions} = observation([row({protocol: 'TLSv1', current: 0, current_used: 0}), row({})], strict);
	t.is(verdict, 'agrees');
	t.like(versions[0], {protocol: 'TLSv1', notAllowed: true, current: false});
});

test('versions are oldest first, and their counts and times are joined over rows', t => {
	const rows = [
		row({protocol: 'TLSv1.3', sessions: 2, first_seen: 5, last_seen: 6}),
		row({protocol: 'TLSv1.2'}),
		row({protocol: 'TLSv1.3', sessions: 3, first_seen: 1, last_seen: 9}),
	];
	const {versions} = observation(rows, strict);
	t.deepEqual(
		versions.map(each => [each.protocol, each.sessions, each.firstSeen, each.lastSeen]),
		[
			['TLSv1.2', 1, 1000, 2000],
			['TLSv1.3', 5, 1, 9],
		],
	);
});

test('mail in plaintext differs where TLS is demanded, and not where it is offered', t => {
	const plain = row({outcome: 'plaintext', protocol: null, sessions: 4, used: 3, current: 4, current_used: 3});
	t.like(observation([plain], strict), {verdict: 'differs', plaintext: 4, plaintextUses: 3});
	const offered = {...strict, demand: 'offered'} as const;
	t.is(observation([plain, row({})], offered).verdict, 'agrees', 'a sender may decline');
	t.is(observation([plain], offered).verdict, 'differs', 'nobody ever took it');
	t.is(observation([plain], {...strict, demand: null}).verdict, 'agrees');
	const idle = {...plain, used: 0, current_used: 0};
	t.is(observation([idle], strict).verdict, 'agrees', 'a refused command is no violation');
});

test('failed handshakes are counted, are no violation, and show nothing that agrees', t => {
	const failed = row({outcome: 'failed', protocol: null, sessions: 7, used: 0, current_used: 0, messages: 0});
	t.like(observation([failed], strict), {verdict: 'unknown', failed: 7, versions: []});
});

test('sessions whose version is not logged agree with nothing, unless they are few', t => {
	const dark = (sessions: number) => row({protocol: null, sessions, current: sessions});
	t.like(observation([dark(3)], strict), {verdict: 'unknown', unlogged: 3, neverSeen: []});
	t.is(observation([row({sessions: 96}), dark(4)], strict).verdict, 'agrees');
	t.is(observation([row({sessions: 94}), dark(6)], strict).verdict, 'unknown');
	t.is(observation([row({outcome: null, protocol: null})], strict).verdict, 'unknown');
	const allowed = ['TLSv1', 'TLSv1.2', 'TLSv1.3'] as const;
	t.is(observation([row({protocol: 'TLSv1'}), dark(90)], {...strict, allowed}).verdict, 'differs', 'seen is seen');
});

test('TLS that is offered was taken also where the log does not say which version', t => {
	const plain = row({outcome: 'plaintext', protocol: null});
	const offered = {...strict, demand: 'offered'} as const;
	t.is(observation([plain, row({protocol: null})], offered).verdict, 'unknown');
	t.is(observation([plain, row({outcome: null, protocol: null})], offered).verdict, 'unknown');
});
