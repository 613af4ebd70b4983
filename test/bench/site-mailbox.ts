/** Users and bots at their mailboxes: Dovecot 2.3 with `%k`, `lport=` and `rport=` in its login lines. */
import {weighted} from './random.ts';
import {
	countFailure,
	countSession,
	dovecot,
	ephemeralPort,
	type Flow,
	flow,
	hexWord,
	newPid,
	ourAddress,
	type Site,
	say,
	sessionId,
} from './site.ts';
import {anyAddress} from './site-cast.ts';

const protocolOf = {993: 'imap', 143: 'imap', 995: 'pop3', 110: 'pop3'} as const;
const mailboxPorts = weighted<keyof typeof protocolOf>([
	[6, 993],
	[3, 143],
	[2, 995],
	[1, 110],
]);

/** One login and what the session then did: fewer than so many acts in the mailbox. */
export function loggedIn(at: Site, acts = 9): Flow {
	const affair = flow();
	const user = at.chance.pick(at.cast.users);
	const device = at.chance.pick(user.devices);
	const port = user.mailboxPort;
	const protocol = protocolOf[port];
	const id = sessionId(at);
	const pid = newPid(at);
	const secured = device.stack === null ? '' : `, TLS, ${device.stack.security}`;
	countSession(at, 'access', port, device.stack === null ? 'plaintext' : 'encrypted', device.stack?.protocol ?? '');
	say(
		affair,
		dovecot(at),
		`${protocol}-login: Login: user=<${user.login}>, method=PLAIN, rip=${device.ip}, rport=${ephemeralPort(at)}, lip=${ourAddress}, lport=${port}, mpid=${pid}${secured}, session=<${id}>`,
	);
	const who = `${protocol}(${user.login})<${pid}><${id}>`;
	if (protocol === 'pop3') {
		say(
			affair,
			dovecot(at),
			`${who}: Disconnected: Logged out top=0/0, retr=${at.chance.below(9)}/20480, del=0/12, size=482911`,
		);
		return affair;
	}
	for (let n = at.chance.below(acts); n > 0; n--) {
		const did = at.chance.pick(['delete', 'expunge', 'flag_change', 'copy from INBOX']);
		say(
			affair,
			dovecot(at),
			`${who}: ${did}: box=INBOX, uid=${at.chance.below(60_000)}, msgid=<${hexWord(at)}@example.net>, size=${at.chance.below(80_000)}`,
		);
	}
	say(
		affair,
		dovecot(at),
		`${who}: Disconnected: Logged out in=${at.chance.below(900)} out=${at.chance.below(90_000)} deleted=0 expunged=0 trashed=0 hdr_count=3 hdr_bytes=1042 body_count=0 body_bytes=0`,
	);
	return affair;
}

/** A bot with a wrong password, inside TLS. */
export function refusedLogin(at: Site): Flow {
	const affair = flow();
	const port = at.chance.pick(mailboxPorts);
	const stack = at.chance.pick(at.cast.users).devices[0]?.stack;
	if (stack === null || stack === undefined) return loggedIn(at);
	countSession(at, 'access', port, 'encrypted', stack.protocol);
	say(
		affair,
		dovecot(at),
		`${protocolOf[port]}-login: Disconnected: Connection closed (auth failed, 1 attempts in ${2 + at.chance.below(4)} secs): user=<info>, method=PLAIN, rip=${anyAddress(at.chance)}, rport=${ephemeralPort(at)}, lip=${ourAddress}, lport=${port}, TLS, ${stack.security}, session=<${sessionId(at)}>`,
	);
	return affair;
}

/** A handshake that failed; Dovecot 2.3 says the error twice in one line. */
export function failedMailboxHandshake(at: Site): Flow {
	const affair = flow();
	const port = at.chance.pick(mailboxPorts);
	const failure = at.chance.pick([
		{reason: 'unsupported-protocol', text: 'error:0A000102:SSL routines::unsupported protocol'},
		{reason: 'no-shared-cipher', text: 'error:0A0000C1:SSL routines::no shared cipher'},
		{reason: 'not-tls', text: 'error:0A00010B:SSL routines::wrong version number'},
	]);
	countSession(at, 'access', port, 'failed', '');
	countFailure(at, failure.reason, 'access', port);
	say(
		affair,
		dovecot(at),
		`${protocolOf[port]}-login: Disconnected: Connection closed: SSL_accept() failed: ${failure.text} (no auth attempts in 0 secs): user=<>, rip=${anyAddress(at.chance)}, rport=${ephemeralPort(at)}, lip=${ourAddress}, lport=${port}, TLS handshaking: SSL_accept() failed: ${failure.text}, session=<${sessionId(at)}>`,
	);
	return affair;
}
