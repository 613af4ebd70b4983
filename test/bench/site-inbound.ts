/** What comes in over SMTP: relays on port 25, the site's users on 465 and 587, and the bots that want to be either. */
import {weighted} from './random.ts';
import {
	countFailure,
	countMessages,
	countSession,
	daemon,
	ephemeralPort,
	type Flow,
	flow,
	hexWord,
	ourAddress,
	type Process,
	queueId,
	type Site,
	say,
	take,
} from './site.ts';
import {anyAddress, type Relay, type Stack} from './site-cast.ts';
import {deliverEncrypted, deliverHome, deliverOut} from './site-outbound.ts';

type Service = {readonly tag: string; readonly hop: string; readonly port: number; readonly wrapper: boolean};

const relayService: Service = {tag: 'postfix/smtpd', hop: 'relay-in', port: 25, wrapper: false};
const submissionServices = {
	smtps: {tag: 'postfix/smtps/smtpd', hop: 'submission', port: 465, wrapper: true},
	submissions: {tag: 'postfix/submissions/smtpd', hop: 'submission', port: 465, wrapper: true},
	submission: {tag: 'postfix/submission/smtpd', hop: 'submission', port: 587, wrapper: false},
} as const satisfies Record<string, Service>;
const everyService: readonly Service[] = [relayService, ...Object.values(submissionServices)];

/** Mail from another server, with or without STARTTLS, through postscreen and the milters into a mailbox. */
export function relayedIn(at: Site): Flow {
	const affair = flow();
	const sender = at.chance.pick(at.cast.inbound);
	const smtpd = greeted(at, affair, sender);
	connected(at, affair, smtpd, relayService, sender.peer, sender.stack);
	const messages = at.chance.chance(0.15) ? 2 : 1;
	const queued: string[] = [];
	for (let n = 0; n < messages; n++)
		queued.push(accepted(at, affair, smtpd, sender.peer, '', sender.domain, sender.ip));
	const again = messages > 1 ? 'mail=2 rcpt=2 data=2' : 'mail=1 rcpt=1 data=1';
	const counters =
		sender.stack === null
			? `ehlo=1 ${again} quit=1 commands=${2 + messages * 3}`
			: `ehlo=2 starttls=1 ${again} quit=1 commands=${4 + messages * 3}`;
	say(affair, smtpd, `disconnect from ${sender.peer} ${counters}`);
	countMessages(at, relayService.hop, messages);
	for (const id of queued) deliverHome(at, affair, id);
	return affair;
}

/** Spam that is turned away at RCPT TO: a session without a message. */
export function rejected(at: Site): Flow {
	const affair = flow();
	const sender = at.chance.pick(at.cast.inbound);
	const smtpd = greeted(at, affair, sender);
	const stack = at.chance.chance(0.3) ? null : sender.stack;
	connected(at, affair, smtpd, relayService, sender.peer, stack);
	const refusal = at.chance.pick([
		'454 4.7.1 <nobody@example.com>: Relay access denied',
		'550 5.1.1 <nobody@example.org>: Recipient address rejected: User unknown in virtual mailbox table',
		'554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.example',
	]);
	say(
		affair,
		smtpd,
		`NOQUEUE: reject: RCPT from ${sender.peer}: ${refusal}; from=<offer@${sender.domain}> to=<nobody@example.org> proto=ESMTP helo=<${sender.name}>`,
	);
	const counters =
		stack === null
			? 'ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4'
			: 'ehlo=2 starttls=1 mail=1 rcpt=0/1 quit=1 commands=5/6';
	say(affair, smtpd, `disconnect from ${sender.peer} ${counters}`);
	return affair;
}

/** A user of ours sends mail. */
export function submitted(at: Site): Flow {
	const affair = flow();
	const user = at.chance.pick(at.cast.users);
	const device = at.chance.pick(user.devices);
	const service = submissionServices[user.submission];
	// A device without TLS cannot speak to an implicit-TLS port; it asks nobody and sends on 587 in the clear.
	const stack = device.stack;
	const open: Service = stack === null ? submissionServices.submission : service;
	const smtpd = take(at, affair, open.tag);
	say(affair, smtpd, `connect from ${device.peer}`);
	connected(at, affair, smtpd, open, device.peer, stack);
	const messages = at.chance.chance(0.15) ? 2 : 1;
	const queued: string[] = [];
	const sasl = `, sasl_method=${at.chance.chance(0.7) ? 'PLAIN' : 'LOGIN'}, sasl_username=${user.login}`;
	for (let n = 0; n < messages; n++)
		queued.push(accepted(at, affair, smtpd, device.peer, sasl, 'example.org', device.ip));
	say(affair, smtpd, `disconnect from ${device.peer} ${submissionCounters(open, stack !== null, messages)}`);
	countMessages(at, open.hop, messages);
	for (const id of queued) deliverOut(at, affair, id);
	return affair;
}

function submissionCounters(service: Service, encrypted: boolean, messages: number): string {
	const mail = `auth=1 mail=${messages} rcpt=${messages} data=${messages} quit=1`;
	if (service.wrapper || !encrypted) return `ehlo=1 ${mail} commands=${3 + messages * 3}`;
	return `ehlo=2 starttls=1 ${mail} commands=${5 + messages * 3}`;
}

/** A bot guesses passwords: inside TLS where it can, in the clear on port 25. */
export function guessedPasswords(at: Site): Flow {
	const affair = flow();
	const peer = `unknown[${anyAddress(at.chance)}]`;
	const service = at.chance.chance(0.4) ? relayService : at.chance.pick(Object.values(submissionServices));
	const stack = service.port === 25 ? null : (at.chance.pick(at.cast.users).devices[0]?.stack ?? null);
	if (stack === null && service.wrapper) return failedHandshake(at);
	const smtpd = take(at, affair, service.tag);
	say(affair, smtpd, `connect from ${peer}`);
	connected(at, affair, smtpd, service, peer, stack);
	const name = at.chance.pick(['info', 'admin@example.org', 'test', 'scanner', 'postmaster@example.org']);
	say(affair, smtpd, `warning: ${peer}: SASL LOGIN authentication failed: (reason unavailable), sasl_username=${name}`);
	say(affair, smtpd, `lost connection after AUTH from ${peer}`);
	const counters =
		stack === null || service.wrapper ? 'ehlo=1 auth=0/1 commands=1/2' : 'ehlo=2 starttls=1 auth=0/1 commands=3/4';
	say(affair, smtpd, `disconnect from ${peer} ${counters}`);
	return affair;
}

const serverFailures = weighted([
	[6, {reason: 'lost-connection', error: 'lost connection', library: null}],
	[2, {reason: 'timeout', error: 'Connection timed out', library: null}],
	[
		5,
		{
			reason: 'unsupported-protocol',
			error: '-1',
			library: 'error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_srvr.c:1657:',
		},
	],
	[
		5,
		{
			reason: 'no-shared-cipher',
			error: '-1',
			library: 'error:0A0000C1:SSL routines::no shared cipher:../ssl/statem/statem_srvr.c:2220:',
		},
	],
	[
		3,
		{
			reason: 'not-tls',
			error: '-1',
			library: 'error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:354:',
		},
	],
	[
		1,
		{
			reason: 'not-tls',
			error: '-1',
			library: 'error:0A00009C:SSL routines::http request:../ssl/record/ssl3_record.c:345:',
		},
	],
	[
		2,
		{
			reason: 'peer-rejected-certificate',
			error: '-1',
			library:
				'error:0A000418:SSL routines::tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1600:SSL alert number 48:',
		},
	],
]);

/** A handshake that came to nothing, on any of the services. */
export function failedHandshake(at: Site): Flow {
	const affair = flow();
	const peer = `unknown[${anyAddress(at.chance)}]`;
	const service = at.chance.pick(everyService);
	const failure = at.chance.pick(serverFailures);
	const smtpd = take(at, affair, service.tag);
	countSession(at, service.hop, service.port, 'failed', '');
	countFailure(at, failure.reason, service.hop, service.port);
	say(affair, smtpd, `connect from ${peer}`);
	say(affair, smtpd, `SSL_accept error from ${peer}: ${failure.error}`);
	if (failure.library !== null) say(affair, smtpd, `warning: TLS library problem: ${failure.library}`);
	say(affair, smtpd, `lost connection after ${service.wrapper ? 'CONNECT' : 'STARTTLS'} from ${peer}`);
	say(
		affair,
		smtpd,
		`disconnect from ${peer} ${service.wrapper ? 'commands=0/0' : 'ehlo=1 starttls=0/1 commands=1/2'}`,
	);
	return affair;
}

/** TLS 1.3: the client turns our certificate down after our side of the handshake is done. */
export function certificateRefused(at: Site): Flow {
	const affair = flow();
	const sender = at.chance.pick(at.cast.inbound);
	if (sender.stack?.protocol !== 'TLSv1.3') return rejected(at);
	const smtpd = greeted(at, affair, sender);
	connected(at, affair, smtpd, relayService, sender.peer, sender.stack);
	countFailure(at, 'peer-rejected-certificate', relayService.hop, relayService.port);
	const library =
		'error:0A000418:SSL routines::tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1600:SSL alert number 48:';
	say(affair, smtpd, `warning: TLS library problem: ${library}`);
	say(affair, smtpd, `lost connection after STARTTLS from ${sender.peer}`);
	say(affair, smtpd, `disconnect from ${sender.peer} ehlo=1 starttls=1 commands=2`);
	return affair;
}

/** A scan: connected and gone. Not on the implicit-TLS ports, where Postfix would log a handshake error. */
export function noDialogue(at: Site): Flow {
	const affair = flow();
	const peer = `unknown[${anyAddress(at.chance)}]`;
	const service = at.chance.chance(0.6) ? relayService : submissionServices.submission;
	const smtpd = take(at, affair, service.tag);
	at.truth.noDialogue++;
	if (at.chance.chance(0.5)) {
		say(
			affair,
			smtpd,
			`warning: hostname static-${at.chance.below(9999)}.example.net does not resolve to address ${anyAddress(at.chance)}: Name or service not known`,
		);
	}
	say(affair, smtpd, `connect from ${peer}`);
	if (at.chance.chance(0.8)) say(affair, smtpd, `lost connection after CONNECT from ${peer}`);
	say(affair, smtpd, `disconnect from ${peer} commands=0/0`);
	return affair;
}

/** A session with TLS on each tag, at the start of the log: the proof that TLS is logged at all. */
export function opening(at: Site): Flow[] {
	const encrypted = at.cast.inbound.find(relay => relay.stack !== null);
	const outside = at.cast.outbound.find(relay => relay.stack !== null && !relay.reuse);
	const stack = encrypted?.stack;
	if (encrypted === undefined || outside === undefined || stack === null || stack === undefined) {
		throw new Error('the cast has nobody who speaks TLS');
	}
	return everyService.map(service => {
		const affair = flow();
		const smtpd = take(at, affair, service.tag);
		const sasl = service === relayService ? '' : ', sasl_method=PLAIN, sasl_username=monitor';
		say(affair, smtpd, `connect from ${encrypted.peer}`);
		connected(at, affair, smtpd, service, encrypted.peer, stack);
		const queued = accepted(at, affair, smtpd, encrypted.peer, sasl, encrypted.domain, encrypted.ip);
		const counters =
			service === relayService
				? 'ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7'
				: submissionCounters(service, true, 1);
		say(affair, smtpd, `disconnect from ${encrypted.peer} ${counters}`);
		countMessages(at, service.hop, 1);
		deliverEncrypted(at, affair, queued, outside);
		say(affair, daemon(at, 'postfix/qmgr'), `${queued}: removed`);
		return affair;
	});
}

function greeted(at: Site, affair: Flow, sender: Relay): Process {
	const smtpd = take(at, affair, relayService.tag);
	const screen = daemon(at, 'postfix/postscreen');
	const from = `[${sender.ip}]:${ephemeralPort(at)}`;
	say(affair, screen, `CONNECT from ${from} to [${ourAddress}]:25`);
	say(affair, screen, `${at.chance.chance(0.93) ? 'PASS OLD' : 'PASS NEW'} ${from}`);
	say(affair, smtpd, `connect from ${sender.peer}`);
	return smtpd;
}

function connected(at: Site, affair: Flow, smtpd: Process, service: Service, peer: string, stack: Stack | null): void {
	if (stack === null) {
		countSession(at, service.hop, service.port, 'plaintext', '');
		return;
	}
	countSession(at, service.hop, service.port, 'encrypted', stack.protocol);
	const tail = at.chance.chance(0.15) ? stack.resumedTail : stack.tail;
	say(affair, smtpd, `Anonymous TLS connection established from ${peer}: ${stack.security}${tail}`);
}

/** The message's way through cleanup, the milters and into the active queue. */
function accepted(
	at: Site,
	affair: Flow,
	smtpd: Process,
	peer: string,
	sasl: string,
	domain: string,
	ip: string,
): string {
	const queued = queueId(at);
	const messageId = `${hexWord(at)}.${hexWord(at)}@${domain}`;
	const size = 1200 + at.chance.below(90_000);
	say(affair, smtpd, `${queued}: client=${peer}${sasl}`);
	say(affair, daemon(at, 'postfix/cleanup'), `${queued}: message-id=<${messageId}>`);
	const milter = daemon(at, 'rspamd');
	say(
		affair,
		milter,
		`<${hexWord(at)}>; proxy; proxy_accept_socket: accepted milter connection from 127.0.0.1 port ${ephemeralPort(at)}`,
	);
	say(affair, milter, `<${hexWord(at)}>; milter; rspamd_milter_process_command: got connection from ${ip}`);
	say(
		affair,
		milter,
		`<${hexWord(at)}>; proxy; rspamd_task_write_log: id: <${messageId}>, qid: <${queued}>, ip: ${ip}, from: <news@${domain}>, (default: F (no action): [${(size % 97) / 10}/15.00] [R_SPF_ALLOW(-0.20){+ip4;},R_DKIM_ALLOW(-0.20){${domain}:s=mail;},MIME_GOOD(-0.10){text/plain;}]), len: ${size}, time: ${size % 400}ms, dns req: 14, digest: <${hexWord(at)}>, mime_rcpts: <office@example.org,>`,
	);
	const signed =
		sasl === '' ? `s=mail d=${domain} a=rsa-sha256 SSL ` : 'DKIM-Signature field added (s=mail2026, d=example.org)';
	say(affair, daemon(at, 'opendkim'), `${queued}: ${signed}`);
	say(affair, daemon(at, 'postfix/qmgr'), `${queued}: from=<news@${domain}>, size=${size}, nrcpt=1 (queue active)`);
	return queued;
}
