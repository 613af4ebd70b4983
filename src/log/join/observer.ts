import type {Session} from '../../model/session.ts';
import type {RecordKind} from '../records.ts';
import type {ClientEvent, ProxyEvent, ScreenEvent, ServerEvent} from './events/events.ts';

/**
 * Why a line belongs to a session, or to none: the joiner names the rule to an observer, `explain` prints it. Each sentence names the
 * source that the rule follows from, a file of Postfix or Dovecot or an RFC.
 */
export const joinRules = {
	connect:
		'A connect line begins a session: an smtpd process serves one client at a time, from connect to disconnect (smtpd/smtpd.c).',
	'connect-again':
		'The process has this session open since the same moment: the same line came in twice, or the summary overtook its connect line.',
	process:
		'It is a line of the smtpd process that has this session open: same host, tag and pid, between connect and disconnect (smtpd/smtpd.c).',
	'client-address':
		'The framing has no process id: it is a line of the same host and tag about the client whose session is open (smtpd/smtpd.c).',
	'start-not-seen':
		'No connect line of this process precedes it, as the log begins, or lost lines, in the middle: it begins the session (smtpd/smtpd.c).',
	'other-peer':
		'The summary names another peer than the session that the process had open, so that one is over and the next begins here.',
	'after-plaintext':
		'Mail was taken before STARTTLS: that part of the connection is a plaintext session, and a second one begins here (RFC 3207, section 4.2).',
	disconnect: 'The disconnect line ends the session of its process, and its counters judge it (smtpd/smtpd.c).',
	'end-again': 'The line that ended the session came in twice; the second one changes nothing.',
	'before-connect':
		'The process has no session open: what it says of TLS at its start is about no connection (tls/tls_server.c).',

	'client-summary':
		'A summary begins a session: smtp and lmtp write no connect line, so a handshake is the first that is heard of a connection (smtp/smtp_proto.c).',
	'same-handshake':
		'tlsproxy and smtp write the same summary, equal to the letter, within 5 seconds: both lines are one session (smtp/smtp_proto.c).',
	'summary-again': 'The same summary of the same process and moment came in twice.',
	reused:
		'An open TLS connection was taken up again: one more use of the session with the same text, and no session of its own (smtp/smtp_session.c).',
	'delivery-in-hand':
		'The current TLS connection of the process is to this very relay, and its summary covers this message: the delivery went over it (smtp/smtp_proto.c).',
	'delivery-without-summary':
		'No summary of this process covers the delivery: all recipients of one message at one relay are one session. It is plaintext only where that is proven, by conn_use without «reused», by tls=, or by a tag that does log summaries (smtp/smtp_session.c).',
	'delivery-after-failure':
		'The delivery was put off because the handshake failed that this session is about: same message, same relay (smtp/smtp_proto.c).',
	'failed-at-tlsproxy':
		'tlsproxy lost the handshake with this relay for this message a moment ago: its session gets the name of the peer from here (tlsproxy/tlsproxy.c).',
	'failure-by-delivery':
		'The delivery says that the handshake failed and no other line does: it is a failed session of its own (smtp/smtp_trouble.c).',
	'failure-reported-before': 'That this handshake failed was said before, for another recipient of the same message.',
	'no-network':
		'The relay is none, or a unix socket: there is no network connection, so nothing is claimed about its transport.',
	'lost-without-summary':
		'The connection broke before the relay had answered and no summary covers it: nothing is known of its transport.',
	'held-back':
		'TLS held the message back before there was a connection: it is of no session, and counts as mail held back (smtp/smtp_tls_policy.c).',
	held: 'The destination failed before, and error(8) puts the message off for the same reason, without a connection (qmgr/qmgr_deliver.c).',
	'sts-mismatch':
		'The mail host is none of the MTA-STS policy of this domain: why the process puts mail to it off next (smtp/smtp_connect.c).',
	skipped:
		'The host is given up and the next one is tried; the process has no current TLS connection to it. It changes what is known of the process only (smtp/smtp_trouble.c).',
	'skipped-in-hand':
		'The host is given up: what was agreed over the current connection ends here (smtp/smtp_trouble.c).',
	'skipped-after-failure':
		'The host is given up because the handshake failed that this session is about (smtp/smtp_trouble.c).',
	'client-handshake-failed':
		'A handshake that failed is a session, whatever reports it; the lines that follow in the process name its message (tls/tls_client.c).',
	'client-problem':
		'A line of the TLS library names no peer: it is of the process that wrote it, and explains its current handshake (tls/tls_misc.c tls_print_errors).',
	'client-problem-alone':
		'A line of the TLS library, and the process has no current connection and no failed handshake: it is about no session.',
	'handshake-seen':
		'Only a handshake brings this line about: a delivery to the same peer that follows without a summary went over TLS (tls/tls_verify.c).',
	reported:
		'Postfix handed this result to its TLSRPT library: it is of the connection of this process with the same server, or, where no other line is about it, a session of its own (tls/tlsrpt_wrapper.c).',
	'reported-unread':
		'A result for the TLSRPT library that could not be read: it is of no session (tls/tlsrpt_wrapper.c).',
	'no-starttls':
		'STARTTLS is not used with this host: a delivery to it that follows without a summary is plaintext (smtp/smtp_proto.c).',
	'tls-off':
		'The process goes on without TLS: what it does afterwards is plaintext. It changes what is known, and belongs to no session (tls/tls_server.c, tls_client.c).',

	'proxy-connect':
		'CONNECT begins a connection of tlsproxy, known by process and [address]:port (tlsproxy/tlsproxy.c).',
	'proxy-summary':
		'The summary is of the first connection of this tlsproxy process with this [address]:port that had done no handshake yet (tlsproxy/tlsproxy.c).',
	'proxy-problem':
		'A line of the TLS library names no peer: it explains the handshake that fails next in this process (tlsproxy/tlsproxy.c).',
	'proxy-timeout':
		'Nothing came from this [address]:port for too long: its handshake, if it fails, failed for that (tlsproxy/tlsproxy.c).',
	'proxy-failed':
		'A handshake of tlsproxy that failed is a session: same process and [address]:port (tlsproxy/tlsproxy.c).',
	'proxy-disconnect':
		'DISCONNECT ends the connection of this tlsproxy process with this [address]:port: one that failed first, else the oldest (tlsproxy/tlsproxy.c).',
	'proxy-unknown':
		'No connection of this tlsproxy process with this [address]:port is known: it was opened before the log begins.',
	'proxy-idle': 'tlsproxy had no handshake on this connection: it is no session.',

	'screen-connect':
		'CONNECT begins a connection of postscreen, known by host and [address]:port (postscreen/postscreen.c).',
	'screen-line': 'It is a line about the connection of postscreen with this [address]:port (postscreen/postscreen.c).',
	'screen-unknown': 'No connection of postscreen with this [address]:port is known: it is about no session.',
	'passed-on':
		'postscreen passed the connection on before any SMTP command: the session is the one that smtpd begins (postscreen/postscreen_misc.c psc_conclude).',
	'in-tls':
		'The client went on in TLS: the session is the one of tlsproxy, with what postscreen knows of it (postscreen/postscreen_starttls.c).',

	login:
		'One line of a login process is one connection, as the line names no session=<id> (login-common/client-common.c).',
	'login-id':
		'All lines of Dovecot with one session=<id> on one host are one connection; the one that knows most is the session (login-common/client-common.c client_get_session_id).',
	'login-over': 'The session of this session=<id> was complete before: what is said of it later changes nothing.',

	'no-dialogue': 'Nobody spoke SMTP in the connection: it is no session, and counts as a connection without dialogue.',
	'nothing-proven': 'The session has no end, no mail and no handshake in the log: nothing is known of it.',
	'use-of-any':
		'No delivery followed, and a known connection may be the one that was taken up: it is no session of its own.',
	lossy: 'The logger says that lines were lost: for a while no verdict rests on a line that is missing.',
	restart:
		'Postfix was started or reloaded: what was learned of its tags is void, and a start ends all open sessions (master/master.c).',
	repeated:
		'The line says that the one before was repeated: a failure of our own handshake counts again, and nothing else.',
	time: 'It says nothing of a session; its time closes finished sessions.',
} as const;

export type JoinRule = keyof typeof joinRules;

/** What a record says of its line, as the joiner works on it. */
export type RecordedEvent = ServerEvent | ClientEvent | ProxyEvent | ScreenEvent | Session | null;

/**
 * Gets what the joiner finds out, to explain lines by. The pipeline has none, and then it costs a look at a variable.
 * `one` is a session, or what may become one or a part of one: it is known by its identity.
 */
export type JoinObserver = {
	/** The joiner is about to work on this record of a line. */
	recorded(line: number, kind: RecordKind, event: RecordedEvent): void;
	/** The current line belongs to `one`, by a rule; null where it only changes what is known, or nothing. */
	joined(rule: JoinRule, one: object | null): void;
	/** What is known of `part` is of `whole`, from now on, too. */
	became(part: object, whole: object): void;
	/** What was known of `part` so far is of `whole`; what comes is not. */
	used(part: object, whole: object): void;
	/** Nothing is handed out of this one. */
	dropped(one: object, why: JoinRule): void;
	/** The verdict on this session has to wait for what its tag may still teach. */
	deferred(session: Session): void;
};
