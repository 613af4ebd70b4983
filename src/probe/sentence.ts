import type {Fault} from './fault.ts';
import type {StartTls} from './target.ts';

/** What a sentence about a fault has to name. */
export type Circumstances = {
	/** `HOST:PORT`. */
	readonly where: string;
	readonly host: string;
	readonly starttls: StartTls | null;
	/** What was offered, such as `RC4 in TLSv1`. */
	readonly offered: string;
	/** Milliseconds for one connection, and for the whole probe. */
	readonly timeout: number;
	readonly within: number;
	readonly connections: number;
};

const seconds = (ms: number): string => `${ms / 1000} s`;

/** How to turn STARTTLS on: postconf(5) `smtpd_tls_security_level`, Dovecot's `ssl`. */
const switches: Readonly<Record<StartTls, string>> = {
	smtp: 'turn it on (Postfix: smtpd_tls_security_level = may) or probe the port with implicit TLS',
	lmtp: 'turn it on (Dovecot: ssl = yes) or probe another port',
	imap: 'turn it on (Dovecot: ssl = yes) or probe the port with implicit TLS, mostly 993',
	pop3: 'turn it on (Dovecot: ssl = yes) or probe the port with implicit TLS, mostly 995',
};

function starttlsRefused(said: string): string {
	if (/^454|^b NO\b/i.test(said))
		return `the server cannot begin TLS now, it says "${said}"; see its log: mostly the certificate or key cannot be read`;
	if (/^50[0-4]|^b BAD\b/i.test(said))
		return `the server does not know STARTTLS, it says "${said}"; check the port, or turn TLS on there`;
	return `the server will not begin TLS, it says "${said}"; see its log`;
}

/** A fault as a person reads it: what happened, and what to do. */
export function sentence(fault: Fault, about: Circumstances): string {
	const {where, host, starttls, offered} = about;
	const speech = starttls?.toUpperCase() ?? 'TLS';
	switch (fault.kind) {
		case 'refused':
			return `the server refused ${offered} (TLS alert: ${fault.alert})`;
		case 'other-version':
			return `the server refused ${offered}: it answered with another version`;
		case 'local':
			return `the local OpenSSL cannot offer ${offered}; to know, probe from a machine whose OpenSSL can`;
		case 'broken-off':
			return `the handshake with ${offered} broke off: ${fault.reason}; see the server's log`;
		case 'unresolved':
			return `the name ${host} does not resolve (${fault.code}); check its spelling, or name an address`;
		case 'unreachable':
			return `${where} cannot be reached (${fault.code}); check the address and the network`;
		case 'connection-refused':
			return `nothing listens at ${where} (connection refused); check the port and whether the server runs`;
		case 'connect-timeout':
			return `${where} gave no connection within ${seconds(about.timeout)}; a firewall may drop it: try from elsewhere`;
		case 'unknown-name':
			return `the server does not know the name that was asked for; name another with --servername`;
		case 'client-certificate':
			return `the server asks for a certificate of the client, which a probe has not; probe a port that does not ask`;
		case 'handshake-timeout':
			return `the server did not answer ${offered} within ${seconds(about.timeout)}; try again or raise --timeout`;
		case 'handshake-cut':
			return `the connection was cut after ${offered} was offered, with no TLS alert: a network fault, or a server that refuses in this way; try again and see the server's log`;
		case 'handshake-closed':
			return `the server closed the connection when ${offered} was offered, twice, without a TLS alert, as Dovecot refuses; its log has the reason`;
		case 'dialogue-cut':
			return `the server closed the connection before TLS began; see its log`;
		case 'silent':
			return `${where} did not answer in ${speech} within ${seconds(about.timeout)}; raise --timeout, or if it speaks TLS from the first byte say --starttls none`;
		case 'turned-away':
			return `the server turned us away, it says "${fault.said}"; wait and try again, or let this address in`;
		case 'hello-refused':
			return `the server refused the ${speech} greeting of "tlsaudit", it says "${fault.said}"; let this address in`;
		case 'not-advertised':
			return `the server does not offer STARTTLS; ${switches[starttls ?? 'smtp']}`;
		case 'preauthenticated':
			return `the server takes us for logged in (PREAUTH), where STARTTLS is not allowed; probe the port with implicit TLS`;
		case 'starttls-refused':
			return starttlsRefused(fault.said);
		case 'other-protocol':
			return `${where} does not speak ${speech}, it says "${fault.said}"; check the port and --starttls`;
		case 'tls-from-start':
			return `${where} speaks TLS from the first byte; say --starttls none`;
		case 'plaintext':
			return starttls === null
				? `${where} answers in plaintext, not in TLS; say --starttls smtp, imap or pop3, or check the port`
				: `the server said it was ready for TLS and went on in plaintext; see its log`;
		case 'injected':
			return `the server sent more plaintext behind its answer to STARTTLS; something between may tamper with it`;
		case 'flood':
			return `${where} sends without end before TLS; this is no mail server that can be probed`;
		case 'connections-used':
			return `not asked: all ${about.connections} connections are used; raise --connections`;
		case 'time-used':
			return `not asked: the ${seconds(about.within)} for the whole probe are over; raise --within`;
		case 'stopped':
			return 'not asked: the probe was stopped';
	}
}
