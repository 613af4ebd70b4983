/** Mail on its way out of the busy site: our smtp client to others, and lmtp to our own mailboxes. */
import {weighted} from './random.ts';
import {
	atOnce,
	countFailure,
	countMessages,
	countSession,
	daemon,
	dovecot,
	type Flow,
	hexWord,
	type Process,
	queueId,
	type Site,
	say,
	sessionId,
	soon,
	take,
} from './site.ts';
import type {Relay} from './site-cast.ts';

const hop = 'relay-out';
const delays = Array.from({length: 512}, (_, index) => {
	const part = (mask: number): string => (((index * 7919) & mask) / 100).toFixed(2);
	return `delay=${part(511)}, delays=${part(31)}/${part(7)}/${part(127)}/${part(63)}`;
});

/** Hands the message to the next server in one of the ways of real life, and takes it out of the queue. */
export function deliverOut(at: Site, target: Flow, queued: string): void {
	const relay = at.chance.pick(at.cast.outbound);
	if (relay.stack === null) plaintext(at, target, queued, relay);
	else at.chance.pick(ways)(at, target, queued, relay);
	say(target, daemon(at, 'postfix/qmgr'), `${queued}: removed`);
}

/** A delivery over TLS by the smtp process itself: the summary that proves TLS logging for the tag. */
export function deliverEncrypted(at: Site, target: Flow, queued: string, relay: Relay): void {
	const smtp = take(at, target, 'postfix/smtp');
	countSession(at, hop, 25, 'encrypted', relay.stack?.protocol ?? '');
	say(target, smtp, summary(at, relay, 'established'));
	sent(at, target, smtp, queued, relay, 1);
	countMessages(at, hop, 1);
}

/** Delivery to our own mailboxes over the unix socket: no session. */
export function deliverHome(at: Site, target: Flow, queued: string): void {
	const lmtp = take(at, target, 'postfix/lmtp');
	const user = at.chance.pick(at.cast.users);
	const id = sessionId(at);
	if (at.chance.chance(0.3)) say(target, dovecot(at), `lmtp(${lmtp.pid + 1}): Connect from local`);
	say(
		target,
		dovecot(at),
		`lmtp(${user.login})<${lmtp.pid + 1}><${id}>: sieve: msgid=<${hexWord(at)}@example.net>: stored mail into mailbox 'INBOX'`,
	);
	say(
		target,
		lmtp,
		`${queued}: to=<${user.address}>, relay=mx1.example.org[private/dovecot-lmtp], ${at.chance.pick(delays)}, dsn=2.0.0, status=sent (250 2.0.0 <${user.address}> ${id} Saved)`,
	);
	say(target, daemon(at, 'postfix/qmgr'), `${queued}: removed`);
}

function encrypted(at: Site, target: Flow, queued: string, relay: Relay): void {
	if (relay.reuse) reusable(at, target, queued, relay);
	else deliverEncrypted(at, target, queued, relay);
}

/** tlsproxy holds the connection and both it and smtp log the summary: one session, used up to three times. */
function reusable(at: Site, target: Flow, queued: string, relay: Relay): void {
	const proxy = daemon(at, 'postfix/tlsproxy');
	const smtp = take(at, target, 'postfix/smtp');
	const established = summary(at, relay, 'established');
	countSession(at, hop, 25, 'encrypted', relay.stack?.protocol ?? '');
	say(target, proxy, `CONNECT to [${relay.ip}]:25`);
	say(target, proxy, established, soon);
	say(target, smtp, established);
	sent(at, target, smtp, queued, relay, 1);
	let uses = 1;
	while (uses < 3 && at.chance.chance(0.35)) {
		uses++;
		const another = at.chance.chance(0.5) ? smtp : take(at, target, 'postfix/smtp');
		const follower = queueId(at);
		say(
			target,
			daemon(at, 'postfix/qmgr'),
			`${follower}: from=<list-bounces@example.org>, size=${4000 + uses}, nrcpt=1 (queue active)`,
		);
		say(target, another, established.replace(' established to ', ' reused to '), soon);
		sent(at, target, another, follower, relay, uses);
		say(target, daemon(at, 'postfix/qmgr'), `${follower}: removed`);
	}
	countMessages(at, hop, uses);
	say(target, proxy, `DISCONNECT [${relay.ip}]:25`);
}

/** A server without STARTTLS: nothing but the delivery shows the connection. */
function plaintext(at: Site, target: Flow, queued: string, relay: Relay): void {
	countSession(at, hop, 25, 'plaintext', '');
	const smtp = take(at, target, 'postfix/smtp');
	if (at.chance.chance(0.08)) {
		// A policy of `encrypt` for this destination: the connection is given up before anything is sent.
		countFailure(at, 'tls-required-not-offered', hop, 25);
		const why = `TLS is required, but was not offered by host ${relay.peer}`;
		say(target, smtp, delivery(at, queued, relay, '', '4.7.4', `deferred (${why})`));
		return;
	}
	countMessages(at, hop, 1);
	sent(at, target, smtp, queued, relay, 1);
}

function greylisted(at: Site, target: Flow, queued: string, relay: Relay): void {
	const smtp = take(at, target, 'postfix/smtp');
	countSession(at, hop, 25, 'encrypted', relay.stack?.protocol ?? '');
	if (relay.reuse) say(target, daemon(at, 'postfix/tlsproxy'), `CONNECT to [${relay.ip}]:25`);
	const established = summary(at, relay, 'established');
	if (relay.reuse) say(target, daemon(at, 'postfix/tlsproxy'), established, soon);
	say(target, smtp, established);
	const why = `host ${relay.peer} said: 450 4.2.0 <info@${relay.domain}>: Recipient address rejected: Greylisted (in reply to RCPT TO command)`;
	say(target, smtp, delivery(at, queued, relay, '', '4.2.0', `deferred (${why})`));
	if (relay.reuse) say(target, daemon(at, 'postfix/tlsproxy'), `DISCONNECT [${relay.ip}]:25`);
}

function notVerified(at: Site, target: Flow, queued: string, relay: Relay): void {
	const smtp = take(at, target, 'postfix/smtp');
	countSession(at, hop, 25, 'encrypted', relay.stack?.protocol ?? '');
	countFailure(at, 'certificate-not-verified', hop, 25);
	say(target, smtp, `certificate verification failed for ${relay.peer}:25: self-signed certificate`);
	say(
		target,
		smtp,
		`Untrusted TLS connection established to ${relay.peer}:25: ${relay.stack?.security}${relay.stack?.tail}`,
	);
	say(target, smtp, delivery(at, queued, relay, '', '4.7.5', 'deferred (Server certificate not verified)'));
}

const clientFailures = weighted([
	[4, {reason: 'lost-connection', error: 'lost connection', library: null}],
	[2, {reason: 'timeout', error: 'Connection timed out', library: null}],
	[
		3,
		{
			reason: 'unsupported-protocol',
			error: '-1',
			library: 'error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_lib.c:1997:',
		},
	],
	[
		1,
		{
			reason: 'not-tls',
			error: '-1',
			library: 'error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:354:',
		},
	],
]);

function failed(at: Site, target: Flow, queued: string, relay: Relay): void {
	const smtp = take(at, target, 'postfix/smtp');
	const failure = at.chance.pick(clientFailures);
	countSession(at, hop, 25, 'failed', '');
	if (relay.reuse) {
		// tlsproxy names the peer only in the line after the library's; nothing may come between.
		const proxy = daemon(at, 'postfix/tlsproxy');
		const library =
			failure.library ?? 'error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_lib.c:1997:';
		countFailure(at, failure.library === null ? 'unsupported-protocol' : failure.reason, hop, 25);
		say(target, proxy, `CONNECT to [${relay.ip}]:25`);
		say(target, proxy, `warning: TLS library problem: ${library}`, atOnce);
		say(target, proxy, `TLS handshake failed for service=smtp peer=[${relay.ip}]:25`, soon);
		say(target, proxy, `DISCONNECT [${relay.ip}]:25`, soon);
	} else {
		countFailure(at, failure.reason, hop, 25);
		say(target, smtp, `SSL_connect error to ${relay.peer}:25: ${failure.error}`);
		if (failure.library !== null) say(target, smtp, `warning: TLS library problem: ${failure.library}`);
	}
	say(target, smtp, delivery(at, queued, relay, '', '4.7.5', 'deferred (Cannot start TLS: handshake failure)'));
}

/** The server could not be reached at all: no connection, no session. */
function unreachable(at: Site, target: Flow, queued: string, relay: Relay): void {
	const smtp = take(at, target, 'postfix/smtp');
	say(target, smtp, `connect to ${relay.peer}:25: Connection timed out`);
	say(
		target,
		smtp,
		`${queued}: to=<info@${relay.domain}>, relay=none, delay=30, delays=0.1/0/30/0, dsn=4.4.1, status=deferred (connect to ${relay.peer}:25: Connection timed out)`,
	);
}

const ways = weighted([
	[85, encrypted],
	[5, greylisted],
	[3, failed],
	[1, notVerified],
	[6, unreachable],
]);

function sent(at: Site, target: Flow, smtp: Process, queued: string, relay: Relay, use: number): void {
	const status = `sent (250 2.0.0 Ok: queued as ${hexWord(at)}${hexWord(at)})`;
	const connUse = use > 1 ? ` conn_use=${use},` : '';
	const first = delivery(at, queued, relay, connUse, '2.0.0', status);
	// More recipients of the same message at the same server: more lines, which Postfix writes one after the other; one session and one message.
	const others = at.chance.chance(0.1) ? [delivery(at, queued, relay, connUse, '2.0.0', status)] : [];
	say(target, smtp, first, others.length > 0 ? soon : undefined);
	for (const other of others) say(target, smtp, other);
}

function delivery(at: Site, queued: string, relay: Relay, connUse: string, dsn: string, status: string): string {
	const who = at.chance.next() & 1023;
	return `${queued}: to=<u${who}@${relay.domain}>, relay=${relay.peer}:25,${connUse} ${at.chance.pick(delays)}, dsn=${dsn}, status=${status}`;
}

function summary(at: Site, relay: Relay, verb: string): string {
	const tail = at.chance.chance(0.2) ? relay.stack?.resumedTail : relay.stack?.tail;
	return `${relay.trust} TLS connection ${verb} to ${relay.peer}:25: ${relay.stack?.security}${tail}`;
}
