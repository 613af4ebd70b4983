import {hashOf, isSame, literal, matches, wordsFrom} from './bytes';
import * as elements from './elements';
import {headOf, securityOf} from './imports';
import {labels, loginSecurity, problemOf, secureds, strings} from './interned';
import * as numbers from './numbers';
import * as out from './out';

const loginWord = literal('-login: ');
const login = literal('Login: ');
const loggedIn = literal('Logged in: ');
const disconnected = literal('Disconnected');
const abortedLogin = literal('Aborted login');
const debug = literal('Debug: ');
const imap = literal('imap');
const pop3 = literal('pop3');
const submission = literal('submission');
const managesieve = literal('managesieve');
const sieve = literal('sieve');
const imapUrlauth = literal('imap-urlauth');
const loopback = literal('127.0.0.1');
const mappedLoopback = literal('::ffff:127.0.0.1');
const troubles = [literal('Error: '), literal('Warning: '), literal('Debug: '), literal('Fatal: '), literal('Panic: ')];
const info = literal('Info: ');
const error = literal('error:');

/** What the head of a line says of the login; most are one of four. */
function headAt(at: usize, end: usize): i32 {
	if (matches(login, at, end) || matches(loggedIn, at, end)) return numbers.headEntered;
	if (matches(disconnected, at, end) || matches(abortedLogin, at, end)) return numbers.headEnded;
	return headOf(at, elements.headEnd);
}

/** What a login proves by its secured text and its head; the answer for the most usual head is kept. */
function securityAt(secured: i32, at: usize, usual: bool): i32 {
	if (!usual || elements.headEnd !== at + 5 || !matches(login, at, at + 7))
		return securityOf(secured, at, elements.headEnd, usual);
	if (loginSecurity[secured] < 0) loginSecurity[secured] = securityOf(secured, at, elements.headEnd, usual);
	return loginSecurity[secured];
}

/** The number of the errors that a failed login names: in what it says of TLS, else in its head. */
function errorsAt(at: usize): i32 {
	if (wordsFrom(error, elements.securedAt, elements.securedEnd) < elements.securedEnd)
		return problemOf(elements.securedAt, elements.securedEnd);
	return wordsFrom(error, at, elements.headEnd) < elements.headEnd ? problemOf(at, elements.headEnd) : out.none;
}

/** Position of `-login: ` behind the name of a login process at the start of a text, or 0: four of five lines of Dovecot are about mailboxes. */
export function loginWordAt(from: usize): usize {
	for (let at = from + 3; at < from + 13; at++) {
		const code = load<u8>(at);
		if (code === 45 && matches(loginWord, at, at + 8)) return at;
		if (!(code >= 97 && code <= 122) && code !== 51 && code !== 45) return 0;
	}
	return 0;
}

function isName(pattern: usize, from: usize, to: usize): bool {
	return to - from === (load<u32>(pattern) as usize) && matches(pattern, from, to);
}

/** The standard port without TLS from the first byte of a login service, 0 when the name is none. */
function plainPort(from: usize, to: usize): i32 {
	if (isName(imap, from, to) || isName(imapUrlauth, from, to)) return 143;
	if (isName(pop3, from, to)) return 110;
	if (isName(submission, from, to)) return 587;
	return isName(managesieve, from, to) || isName(sieve, from, to) ? 4190 : 0;
}

/** How TLS starts on a port, by its registration (RFC 8314 section 7): 0 for ports that are not a mail service's. */
function modeOfPort(port: i32): i32 {
	if (port === 465 || port === 993 || port === 995) return numbers.modeImplicit;
	const offered = port === 25 || port === 24 || port === 110 || port === 143 || port === 587 || port === 4190;
	return offered ? numbers.modeStarttls : 0;
}

function isTrouble(at: usize, end: usize): bool {
	for (let index = 0; index < troubles.length; index++) if (matches(troubles[index], at, end)) return true;
	return false;
}

/** Position behind `Info: ` or another level, if one is there. */
function afterLevel(at: usize, end: usize): usize {
	if (matches(info, at, end)) return at + 6;
	for (let index = 0; index < troubles.length; index++)
		if (matches(troubles[index], at, end)) return at + load<u32>(troubles[index]);
	return at;
}

/** The host talking to itself: webmail, a proxy. 127.0.0.1 and ::1, or one address at both endpoints. */
function isInternal(from: usize, to: usize): bool {
	if (isName(loopback, from, to) || isName(mappedLoopback, from, to)) return true;
	const length = (to - from) as i32;
	if (length === 3 && load<u16>(from) === 0x3a3a && load<u8>(from + 2) === 49) return true;
	const lipAt = elements.lipAt;
	const lipEnd = elements.lipEnd;
	if (lipAt === 0 || ((lipEnd - lipAt) as i32) !== length) return false;
	if (length >= 4) return isSame(from, lipAt, length);
	for (let index = 0; index < length; index++) if (load<u8>(from + index) !== load<u8>(lipAt + index)) return false;
	return true;
}

/**
 * Reads a text of Dovecot and writes a line about a connection (login-common/client-common.c): `head: user=<…>, method=…, rip=…,
 * lip=…, TLS…, session=<…>`. Known keys are taken, other elements are the operator's own and passed over. Those of one connection
 * are joined by its id; without one, only the line that ends a login is a connection, and troubles are about none. What
 * OpenSSL says at each step of a handshake is for debugging (lib-ssl-iostream/iostream-openssl.c).
 * Where the tag itself named the process, `name` to `nameEnd` is that name without «-login»; else both are 0.
 * A line of a login process that is about no connection is unknown, unless it is about the process's own troubles.
 */
export function readDovecot(text: usize, end: usize, tagName: usize, tagNameEnd: usize): i32 {
	let at = text;
	let name = tagName;
	let nameEnd = tagNameEnd;
	if (name === 0) {
		nameEnd = loginWordAt(text);
		if (nameEnd === 0) return numbers.lineIrrelevant;
		name = text;
		at = nameEnd + 8;
	}
	const usual = plainPort(name, nameEnd);
	if (usual === 0) return numbers.lineIrrelevant;
	const message = at;
	at = afterLevel(at, end);
	if (!elements.readElements(at, end) || (elements.ripAt === 0 && elements.userAt === 0))
		return isTrouble(message, end) ? numbers.lineIrrelevant : numbers.lineUnknown;
	const ripAt = elements.ripAt;
	const ripEnd = elements.ripEnd;
	const userAt = elements.userAt;
	const userEnd = elements.userEnd;
	const sessionAt = elements.sessionAt;
	const sessionEnd = elements.sessionEnd;
	if (matches(debug, message, end)) return numbers.lineUnderstood;
	const isNamed = sessionAt !== 0 && sessionEnd > sessionAt;
	const trouble = isTrouble(message, end);
	if (trouble && !isNamed) return numbers.lineUnderstood;
	const head = trouble ? numbers.headPassing : headAt(at, end);
	const secured = secureds.of(elements.securedAt, elements.securedEnd);
	const security = securityAt(secured, at, sessionAt !== 0);
	const outcome = security & 15;
	const label = tagName === 0 ? labels.of(text, nameEnd + 6) : out.none;
	let hop = usual === 587 ? numbers.hopSubmission : numbers.hopAccess;
	// «secured» without TLS: the same host or a trusted one, which may forward the address of another (client->secured).
	if ((ripAt !== 0 && isInternal(ripAt, ripEnd)) || (security & numbers.trustedBit) !== 0) hop = numbers.hopInternal;
	let port = elements.lport;
	let source = 0;
	let mode = 0;
	if (port !== out.none) {
		source = numbers.portFromLog;
		mode = outcome === numbers.outcomePlaintext ? 0 : modeOfPort(port);
	} else if (outcome === numbers.outcomePlaintext) {
		port = usual;
		source = numbers.portFromService;
	}
	const failure = (security >> 4) & 255;
	const id: u64 = isNamed ? hashOf(sessionAt, sessionEnd) : 0;
	const known = userAt !== 0 && userEnd > userAt && head >= numbers.headEntered;
	out.put(
		out.login,
		ripAt === 0 ? out.none : strings.of(ripAt, ripEnd),
		elements.rport,
		known ? strings.of(userAt, userEnd) : out.none,
		elements.nameAt !== 0 && elements.nameEnd > elements.nameAt
			? strings.of(elements.nameAt, elements.nameEnd)
			: out.none,
		secured,
		port,
		hop | (outcome << 2) | (source << 4) | (mode << 6) | (failure << 8) | (head << 16) | ((label + 1) << 20),
		failure === 0 ? out.none : errorsAt(at),
		id as i32,
		(id >> 32) as i32,
	);
	return numbers.lineUnderstood;
}
