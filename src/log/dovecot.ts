import {failures, type Session} from '../tls/session.ts';
import {words} from './byte-pattern.ts';
import {readElements} from './dovecot-elements.ts';
import {securityOf} from './dovecot-secured.ts';
import {isLoopback} from './peer.ts';
import {none, type Out, put, record} from './records.ts';
import {modeOfPort} from './service.ts';
import {loginServices} from './tag.ts';
import {standsIn, stringOf, type Text} from './text.ts';
import type {Words} from './words.ts';

const loginWord = words('-login: ');

/** Position of `-login: ` behind the name of a login process at the start of a text, or -1: four of five lines of Dovecot are about mailboxes. */
export function loginWordAt({bytes, view, at: from}: Pick<Text, 'bytes' | 'view' | 'at'>): number {
	for (let at = from + 3; at < from + 13; at++) {
		const code = bytes[at] ?? 0;
		if (code === 45 && at + 8 <= bytes.length && view.getInt32(at, true) === loginWord.fours[0])
			return view.getInt32(at + 4, true) === loginWord.fours[1] ? at : -1;
		if (!(code >= 97 && code <= 122) && code !== 51 && code !== 45) return -1;
	}
	return -1;
}

/** A login process's line: which service, and where its name ends and its message begins. */
type LoginLine = {readonly service: string; readonly nameEnd: number; readonly at: number};

const level = /^(?:Info|Warning|Error|Debug|Fatal|Panic): /;
const trouble = /^(?:Error|Warning|Debug|Fatal|Panic): /;

/** `imap-login: [Info: ]…` at the start of the text, or undefined. With `service` given, the tag already said it. */
function readLoginLine(text: Text, service?: string): LoginLine | undefined {
	const {bytes} = text;
	let {at} = text;
	let name = service;
	let nameEnd = at;
	if (name === undefined) {
		const end = loginWordAt(text);
		if (end < 0) return undefined;
		name = stringOf(text, at, end);
		if (!loginServices.has(name)) return undefined;
		nameEnd = end + 6;
		at = end + 8;
	}
	// «Login: » is no level, and the usual word.
	if (bytes[at] !== 76) {
		const found = level.exec(stringOf(text, at, Math.min(at + 10, text.end)));
		if (found) at += found[0].length;
	}
	return {service: name === 'sieve' ? 'managesieve' : name, nameEnd, at};
}

/** Hops, outcomes, sources of a port and ways to TLS by their number in a login's record. */
export const loginHops = ['access', 'submission', 'internal'] as const;
export const loginOutcomes = [null, 'encrypted', 'plaintext', 'failed'] as const;
export const loginSources = [null, 'log', 'service'] as const;
export const loginModes = [null, 'implicit', 'starttls'] as const;

/** Standard ports without TLS from the first byte. With TLS and no lport, STARTTLS and implicit TLS look alike. */
const plainPorts = new Map([
	['imap', 143],
	['pop3', 110],
	['managesieve', 4190],
	['submission', 587],
]);

/** Where a connection came to, and whether TLS began at once, as far as the line tells. */
function portOf(service: string, lport: number | null, outcome: Session['outcome']): readonly [number, number, number] {
	if (lport !== null)
		return [lport, loginSources.indexOf('log'), outcome === 'plaintext' ? 0 : loginModes.indexOf(modeOfPort(lport))];
	const port = outcome === 'plaintext' ? plainPorts.get(service) : undefined;
	return port === undefined ? [none, 0, 0] : [port, loginSources.indexOf('service'), 0];
}

const login = words('Login: ');

/** Whether somebody got in, by the words before the elements. */
function isSuccess(text: Text, from: number, head: string): boolean {
	if (standsIn(text, login, from)) return true;
	const entered = head.startsWith('Login') || head.startsWith('Logged in') || /^proxy\(.*started proxying/i.test(head);
	return entered && !head.startsWith('Login aborted') && !head.startsWith('Login failed');
}

/**
 * Reads a text of Dovecot and writes a login line, which is one connection (login-common/client-common.c): `head: user=<…>,
 * method=…, rip=…, lip=…, TLS…, session=<…>`. Known keys are taken, other elements are the operator's own and passed over.
 * `service` when the tag named it. A connection whose id `seen` knows is not written again. A line of a login process that is
 * about no connection is `unknown`, unless it is about the process's own troubles.
 */
export function readDovecot(
	out: Out,
	text: Text,
	memory: Words,
	service: string | undefined,
	seen: (id: string) => boolean,
): 'understood' | 'irrelevant' | 'unknown' {
	const line = readLoginLine(text, service);
	if (line === undefined) return 'irrelevant';
	const elements = readElements(text, line.at);
	if (elements === undefined || (elements.rip.at < 0 && elements.user.at < 0)) {
		const message = service === undefined ? loginWordAt(text) + loginWord.length : text.at;
		return trouble.test(stringOf(text, message, text.end)) ? 'irrelevant' : 'unknown';
	}
	const {rip, lip, user, localName, session, rport, lport} = elements;
	// The session id is unique for a connection (lib-master), so the same id twice is the same line twice.
	if (session.at >= 0 && session.end > session.at && seen(stringOf(text, session.at, session.end))) return 'understood';
	const address = rip.at < 0 ? null : stringOf(text, rip.at, rip.end);
	// The machine talking to itself: webmail, a proxy.
	const internal =
		isLoopback(address) || (address !== null && lip.at >= 0 && address === stringOf(text, lip.at, lip.end));
	const hop = internal ? 'internal' : line.service === 'submission' ? 'submission' : 'access';
	const head = stringOf(text, line.at, elements.headEnd);
	const {securedIn, secured} = elements;
	const said = memory.secured(securedIn, secured.at, secured.end);
	const security = securityOf(memory.securedBy(said), head, session.at >= 0);
	const served = line.service === 'imap-urlauth' ? 'imap' : line.service;
	const [port, source, mode] = portOf(served, lport, security.outcome);
	const known = user.at >= 0 && user.end > user.at && isSuccess(text, line.at, head);
	put(
		out,
		record.login,
		rip.at < 0 ? none : memory.word(text, rip.at, rip.end),
		rport ?? none,
		known ? memory.word(text, user.at, user.end) : none,
		localName.at >= 0 && localName.end > localName.at ? memory.word(text, localName.at, localName.end) : none,
		said,
		port,
		loginHops.indexOf(hop) |
			(loginOutcomes.indexOf(security.outcome) << 2) |
			(source << 4) |
			(mode << 6) |
			((failures.indexOf(security.failure as never) + 1) << 8),
		service === undefined ? memory.label(text, text.at, line.nameEnd) : none,
	);
	return 'understood';
}
