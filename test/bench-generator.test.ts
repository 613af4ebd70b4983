import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {parseSize, type StampFormat, type Truth, writeBusySite} from './bench/busy-site.ts';
import {differences} from './bench/truth-check.ts';

function generate(bytes: number, seed: number, format: StampFormat = 'rfc3339'): {log: string; truth: Truth} {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-generator-'));
	try {
		const file = join(folder, 'mail.log');
		const descriptor = openSync(file, 'w');
		const truth = writeBusySite(descriptor, {bytes, seed, format});
		closeSync(descriptor);
		return {log: readFileSync(file, 'latin1'), truth};
	} finally {
		rmSync(folder, {recursive: true});
	}
}

/** The sessions of the truth whose key begins so and ends so. */
function sum(counts: Record<string, number>, start: string, outcome = ''): number {
	return Object.entries(counts)
		.filter(([key]) => key.startsWith(start) && key.includes(outcome))
		.reduce((total, [, count]) => total + count, 0);
}

function count(lines: readonly string[], pattern: RegExp): number {
	return lines.filter(line => pattern.test(line)).length;
}

const {log, truth} = generate(200_000, 7);
const lines = log.trimEnd().split('\n');

test('the same seed gives the same log and another seed another one', t => {
	const again = generate(200_000, 7);
	t.is(again.log, log);
	t.deepEqual(again.truth, truth);
	t.not(generate(200_000, 8).log, log);
});

test('lines and bytes are counted as written, near the size asked for', t => {
	t.is(truth.lines, lines.length);
	t.is(truth.bytes, log.length);
	t.true(Math.abs(log.length - 200_000) < 20_000);
	const perSession = truth.lines / sum(truth.sessions, '');
	t.true(perSession > 7 && perSession < 13, `${perSession} lines a session`);
});

test('inbound sessions agree with a count of their lines', t => {
	const inbound = sum(truth.sessions, 'relay-in') + sum(truth.sessions, 'submission');
	t.is(
		count(lines, /smtpd\[\d+\]: Anonymous TLS connection established from /),
		sum(truth.sessions, 'relay-in', 'encrypted') + sum(truth.sessions, 'submission', 'encrypted'),
	);
	t.is(count(lines, /smtpd\[\d+\]: connect from /), inbound + truth.noDialogue);
	t.is(count(lines, /smtpd\[\d+\]: disconnect from /), inbound + truth.noDialogue);
	t.is(
		count(lines, /SSL_accept error from /),
		sum(truth.sessions, 'relay-in', 'failed') + sum(truth.sessions, 'submission', 'failed'),
	);
	t.is(count(lines, / postfix\/smtpd\[\d+\]: [0-9A-F]+: client=/), truth.messages['relay-in'] ?? 0);
	t.is(
		count(
			lines,
			/ postfix\/sub\w+\/smtpd\[\d+\]: [0-9A-F]+: client=| postfix\/smtps\/smtpd\[\d+\]: [0-9A-F]+: client=/,
		),
		truth.messages.submission ?? 0,
	);
});

test('outbound sessions count a summary that tlsproxy and smtp both log once', t => {
	t.is(
		count(lines, /postfix\/smtp\[\d+\]: \w+ TLS connection established to /),
		sum(truth.sessions, 'relay-out', 'encrypted'),
	);
	const twins = count(lines, /tlsproxy\[\d+\]: \w+ TLS connection established to /);
	t.true(twins > 0);
	t.is(count(lines, /tlsproxy\[\d+\]: CONNECT to /), count(lines, /tlsproxy\[\d+\]: DISCONNECT /));
	t.is(
		count(lines, /SSL_connect error to |TLS handshake failed for service=smtp/),
		sum(truth.sessions, 'relay-out', 'failed'),
	);
	const delivered = new Set(
		lines.filter(line => /postfix\/smtp\[.* status=sent /.test(line)).map(line => /: ([0-9A-F]+): to=/.exec(line)?.[1]),
	);
	t.is(delivered.size, truth.messages['relay-out'] ?? 0);
});

test('mailbox sessions are one to a login line of any outcome', t => {
	t.is(count(lines, /dovecot: (imap|pop3)-login: /), sum(truth.sessions, 'access'));
	t.is(count(lines, /-login: .* lport=143, .*TLS, TLSv1\.3 /), truth.sessions['access|143|encrypted|TLSv1.3'] ?? 0);
	t.is(count(lines, /TLS handshaking: /), sum(truth.sessions, 'access', 'failed'));
});

test('each tag shows that it logs TLS before anything else is shown', t => {
	const firstPlain = lines.findIndex(line => /lost connection after CONNECT|HANGUP|status=deferred/.test(line));
	for (const tag of [
		'postfix/smtpd',
		'postfix/smtps/smtpd',
		'postfix/submissions/smtpd',
		'postfix/submission/smtpd',
		'postfix/smtp',
	]) {
		const first = lines.findIndex(line => line.includes(` ${tag}[`) && line.includes('TLS connection established'));
		t.true(first >= 0 && first < firstPlain, tag);
	}
});

test('time goes forward, and RFC 3164 stamps differ only in their form', t => {
	const stamps = lines.map(line => line.slice(0, 26));
	t.deepEqual(stamps, [...stamps].sort());
	t.is(new Set(stamps).size, stamps.length);
	const old = generate(100_000, 7, 'rfc3164');
	t.true(old.log.startsWith('Jan  5 00:00:00 mx1 postfix/master[1100]: daemon started'));
	t.false(/\d{4}-\d\d-\d\dT/.test(old.log));
});

test('lines of different sessions are mixed', t => {
	const pids = lines.map(line => /smtpd\[(\d+)\]/.exec(line)?.[1]).filter(pid => pid !== undefined);
	const changes = pids.filter((pid, index) => index > 0 && pid !== pids[index - 1]).length;
	t.true(changes > pids.length / 2);
});

test('a size is a number of bytes with a letter for thousands', t => {
	t.is(parseSize('200K'), 200_000);
	t.is(parseSize('2G'), 2_000_000_000);
	t.is(parseSize('1.5MB'), 1_500_000);
	t.is(parseSize('77'), 77);
	t.throws(() => parseSize('much'), {message: /is no size/});
});

test('a report that agrees with the truth has no differences, and one session more is named', t => {
	const known: Truth = {
		lines: 40,
		bytes: 4000,
		sessions: {'relay-in|25|encrypted|TLSv1.3': 2, 'relay-in|25|encrypted|TLSv1': 1, 'relay-in|25|failed|': 1},
		messages: {'relay-in': 3},
		failures: {'timeout|relay-in|25': 1},
		noDialogue: 5,
	};
	const report = (last: number) =>
		JSON.stringify({
			coverage: {lines: 40},
			hops: [
				{
					hop: 'relay-in',
					port: 25,
					sessions: 3 + last,
					encrypted: 3,
					plaintext: 0,
					failed: last,
					messages: 3,
					versions: {'TLSv1.3': 2, TLSv1: 1},
				},
			],
			failures: [{reason: 'timeout', hop: 'relay-in', port: 25, count: 1}],
		});
	t.deepEqual(differences(report(1), known), []);
	t.deepEqual(differences(report(2), known), [
		'failed relay-in 25: 2 reported, 1 true.',
		'sessions relay-in 25: 5 reported, 4 true.',
	]);
});
