import type {Trust} from '../../../model/session.ts';
import type {Delivery, DeliveryText} from '../../delivery.ts';
import type {HandshakeText} from '../../handshake-text.ts';
import type {LibraryProblem} from '../../library-problem.ts';
import type {Peer, Relay} from '../../peer.ts';
import type {TlsReport} from './tls-report.ts';

/** One TLS connection line (tls/tls_misc.c tls_log_summary; before 3.4 tls_server.c and tls_client.c). */
export type Summary<Other extends Peer = Peer> = {
	readonly trust: Trust | null;
	/** An open TLS connection was taken up again: no handshake took place (smtp/smtp_session.c). */
	readonly reused: boolean;
	readonly from: boolean;
	readonly peer: Other;
	readonly serverName: string | null;
	readonly handshake: HandshakeText;
	/** The text after «established to » or «reused to »: equal in the lines that tlsproxy and smtp write of one handshake. */
	readonly handshakeKey: string;
};

/** What the disconnect line counts (Postfix 3.0 and later, smtpd.c smtpd_format_cmd_stats): successes, and tries where it matters. */
export type Counters = {
	readonly starttls: number;
	readonly starttlsTried: number;
	readonly auth: number;
	readonly mail: number;
	/** Messages whose data was accepted (DATA; smtpd.c data_cmd counts a success then only). */
	readonly data: number;
	/** Pieces of messages that were accepted (BDAT, smtpd.c bdat_cmd): at least one for each message. */
	readonly bdat: number;
	/** MAIL, RCPT, DATA, BDAT and AUTH that were refused. */
	readonly refused: number;
	/** A greeting, mail or AUTH: somebody spoke SMTP. */
	readonly dialogue: boolean;
	readonly commands: number;
};

/** What one line of smtpd says of its session. All have one shape: with shapes of their own they took twice as long. */
export type ServerEvent = {
	readonly kind:
		| 'connect'
		| 'summary'
		| 'disconnect'
		/** `detail` is the queue id. */
		| 'message'
		| 'handshake-failed'
		| 'library-problem'
		/** A line that proves a handshake, or records of TLS. */
		| 'handshake'
		/** The end to come: lost, timeout or too many errors; `detail` is the last command. */
		| 'broken'
		| 'rejected'
		/** Rejected for «Session encryption is required». */
		| 'rejected-plaintext'
		/** STARTTLS or a wrapper-mode connection was turned away. */
		| 'refused'
		| 'certificate-required';
	/** null where the line has none. */
	readonly peer: Peer | null;
	readonly detail: string;
	/** Of a broken or rejected one: whether a transaction is open, by its queue id; null where the line does not say. */
	readonly transaction: string | null;
	/** What OpenSSL or the system said. */
	readonly problem: LibraryProblem | null;
	/** Of a message. */
	readonly username: string | null;
	/** Of a disconnect, where it counts. */
	readonly counters: Counters | null;
	/** Of a summary. */
	readonly summary: Summary | null;
};

/** What one line of smtp or lmtp says. */
export type ClientEvent =
	| {kind: 'summary'; summary: Summary<Relay>}
	| {kind: 'handshake-failed'; peer: Relay; problem: LibraryProblem | null}
	| {kind: 'library-problem'; problem: LibraryProblem | null}
	| Delivery
	/** `QID: reason` without `to=`: this host is given up, the next is tried. `ip` is the host's where the reason names it. */
	| {kind: 'skipped'; queueId: string; text: DeliveryText; ip: string | null}
	/** A handshake with this peer took place, whether or not a summary is logged, and why its certificate did not verify. */
	| {kind: 'handshake-seen'; peer: Relay; trust: Trust | null; unverified: LibraryProblem | null}
	/** STARTTLS is not used on the current connection, or on that to the host with this name. */
	| {kind: 'no-starttls'; host: string | null}
	/** The mail host that was tried is none that the domain's MTA-STS policy names (smtp_connect.c, 3.10). */
	| {kind: 'sts-mismatch'; domain: string | null}
	/** A result that was handed to the TLSRPT library; null where the line could not be read. */
	| {kind: 'report'; report: TlsReport | null}
	/** The process could not set TLS up. */
	| {kind: 'tls-off'};

/** What one line of tlsproxy says of a connection, known by `[addr]:port`. */
export type ProxyEvent =
	| {kind: 'connect'; client: boolean; endpoint: string}
	| {kind: 'disconnect'; endpoint: string}
	| {kind: 'summary'; summary: Summary<Relay>; endpoint: string}
	| {kind: 'handshake-failed'; client: boolean; endpoint: string}
	| {kind: 'timeout'; endpoint: string}
	| {kind: 'report'; report: TlsReport | null}
	| {kind: 'library-problem'; problem: LibraryProblem | null};

/** What one line of postscreen says of a connection, known by `[addr]:port`. */
export type ScreenEvent = {
	readonly kind:
		| 'connect'
		/** Handed over to smtpd before any SMTP command, unless postscreen already spoke SMTP itself. */
		| 'pass'
		| 'disconnect'
		/** Somebody spoke SMTP with postscreen itself. */
		| 'dialogue';
	readonly endpoint: string;
	/** Of a pass: the client's address, null when the text holds none. */
	readonly ip: string | null;
	/** Of a connect: ours. */
	readonly localPort: number | null;
	/** Of a dialogue: a recipient was refused. */
	readonly rejected: boolean;
	/** Of a dialogue: the client asked for TLS, and no more is known. */
	readonly starttls: boolean;
};
