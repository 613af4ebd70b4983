import test from 'ava';
import type {Session} from '../../../src/model/session.ts';
import {sessionsOf} from '../fixture/sessions-of.ts';

const tls = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519';
const relay = 'mx.dest.example[192.0.2.20]:25';
const end = '[192.0.2.20]:25';

/** Lines of a host at moments of one second each, `tag[pid]: text`. */
function read(...lines: readonly string[]): Session[] {
	return sessionsOf(
		lines.map(
			(line, index) => `${new Date(Date.UTC(2026, 10, 29, 11) + index * 100).toISOString()} mx postfix/${line}`,
		),
	).sessions;
}

const sent = (id: string, fields = '') =>
	`${id}: to=<a@dest.example>, relay=${relay}${fields}, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 Ok)`;
const established = (trust = 'Trusted') => `${trust} TLS connection established to ${relay}: ${tls}`;
const reused = `Trusted TLS connection reused to ${relay}: ${tls}`;

test('a process that goes on to its next message does not take back what it released', t => {
	const sessions = read(
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`smtp[2]: ${reused}`,
		`smtp[1]: ${sent('4F8C328AB02').replaceAll('192.0.2.20', '192.0.2.77')}`,
		`smtp[2]: ${sent('4F8C328AB03', ', conn_use=2')}`,
	);
	t.deepEqual(sessions.map(({peerIp, outcome, messages, reused: uses}) => [peerIp, outcome, messages, uses]).sort(), [
		['192.0.2.20', 'encrypted', 2, 1],
		['192.0.2.77', 'plaintext', 1, 0],
	]);
});

test('a connection is taken up again by a process of its own service alone', t => {
	const sessions = read(
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`relay/smtp[2]: ${reused}`,
		`relay/smtp[2]: ${sent('4F8C328AB02', ', conn_use=4')}`,
	);
	t.deepEqual(
		sessions.map(({tag, startedAt, messages, reused: uses}) => [tag, startedAt === null, messages, uses]).sort(),
		[
			['postfix/relay/smtp', true, 1, 3],
			['postfix/smtp', false, 1, 0],
		],
	);
});

test('a connection that turned out dead keeps its messages, and the new one is another session', t => {
	const sessions = read(
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`smtp[2]: ${reused}`,
		`smtp[2]: ${established()}`,
		`smtp[2]: ${sent('4F8C328AB02')}`,
	);
	t.deepEqual(sessions.map(({pid, messages, reused: uses}) => [pid, messages, uses]).sort(), [
		[1, 1, 0],
		[2, 1, 0],
	]);
});

test('a DISCONNECT ends what was given up before what is cached', t => {
	const sessions = read(
		`tlsproxy[9]: CONNECT to ${end}`,
		`tlsproxy[9]: ${established()}`,
		`smtp[1]: ${established()}`,
		`smtp[1]: ${sent('4F8C328AB01')}`,
		`tlsproxy[9]: CONNECT to ${end}`,
		`tlsproxy[9]: ${established()}`,
		`smtp[2]: ${established()}`,
		`smtp[2]: 4F8C328AB02: to=<a@dest.example>, relay=${relay}, delay=0.1, delays=0/0/0.1/0, dsn=4.7.5, status=deferred (Server certificate not verified)`,
		`tlsproxy[9]: DISCONNECT ${end}`,
		`smtp[3]: ${reused}`,
		`smtp[3]: ${sent('4F8C328AB03', ', conn_use=2')}`,
		`tlsproxy[9]: DISCONNECT ${end}`,
	);
	t.deepEqual(sessions.map(({pid, messages, failure, endedAt}) => [pid, messages, failure, endedAt]).sort(), [
		[1, 2, null, Date.UTC(2026, 10, 29, 11) + 1100],
		[2, 0, 'certificate-not-verified', Date.UTC(2026, 10, 29, 11) + 800],
	]);
});

test('two instances that do the same handshake at the same moment are two sessions', t => {
	const at = '2026-11-29T11:00:00Z mx';
	const {sessions} = sessionsOf([
		`${at} postfix-in/tlsproxy[8]: CONNECT to [192.0.2.99]:25`,
		`${at} postfix-out/tlsproxy[9]: ${established()}`,
		`${at} postfix-in/smtp[1]: ${established()}`,
		`${at} postfix-in/smtp[1]: ${sent('4F8C328AB01')}`,
		`${at} postfix-out/smtp[2]: ${established()}`,
		`${at} postfix-out/smtp[2]: ${sent('4F8C328AB02')}`,
	]);
	t.deepEqual(sessions.map(({tag, pid, messages}) => [tag, pid, messages]).sort(), [
		['postfix-in/smtp', 1, 1],
		['postfix-out/smtp', 2, 1],
	]);
});

test('a level that is undecided or refused proves no transport', t => {
	const outcomes = [
		'may',
		'may?',
		'may:none',
		'none',
		'dane:encrypt',
		'dane?',
		'!encrypt',
		'unknown?',
		'may/requiretls:none',
	].map(level => [
		level,
		read(`smtp[1]: ${sent('4F8C328AB01', `, delay=0, delays=0/0/0/0, tls=${level}`)}`)[0]?.outcome,
	]);
	t.deepEqual(outcomes, [
		['may', 'encrypted'],
		['may?', null],
		['may:none', 'plaintext'],
		['none', 'plaintext'],
		['dane:encrypt', 'encrypted'],
		['dane?', null],
		['!encrypt', null],
		['unknown?', null],
		['may/requiretls:none', 'encrypted'],
	]);
});
