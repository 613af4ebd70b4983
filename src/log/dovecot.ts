import {emptySession, type Session} from '../tls/session.ts';
import {secure} from './dovecot-secured.ts';
import type {Keeper} from './keep.ts';
import {isLoopback} from './peer.ts';
import {modeOfPort} from './service.ts';
import {loginServices} from './tag.ts';

/** A login process's line: which service, and where its message begins. */
export type LoginLine = {service: string; at: number};

const level = /^(?:Info|Warning|Error|Debug|Fatal|Panic): /;

/** Whether a text begins with the name of a login process, `imap-login: `; looks at a dozen letters at most. */
export function isLoginLine(text: string, from: number): boolean {
	for (let at = from + 3; at < from + 13; at++) {
		const code = text.charCodeAt(at);
		if (code === 45 && text.startsWith('-login: ', at)) return true;
		if (!(code >= 97 && code <= 122) && code !== 51 && code !== 45) return false;
	}
	return false;
}

/** The same of text that ends in a newline, without making it a string: four of five lines of Dovecot are about mailboxes. */
export function isLoginText(bytes: Uint8Array, from: number): boolean {
	for (let at = from + 3; at < from + 13; at++) {
		const code = bytes[at] ?? 0;
		if (code === 45 && isLoginWord(bytes, at)) return true;
		if (!(code >= 97 && code <= 122) && code !== 51 && code !== 45) return false;
	}
	return false;
}

const loginWord = Buffer.from('-login: ');

function isLoginWord(bytes: Uint8Array, from: number): boolean {
	for (let at = 0; at < loginWord.length; at++) if (bytes[from + at] !== loginWord[at]) return false;
	return true;
}

/** `imap-login: [Info: ]…` at the start of the text, or undefined. With `service` given, the tag already said it. */
export function readLoginLine(text: string, service?: string): LoginLine | undefined {
	let at = 0;
	let name = service;
	if (name === undefined) {
		if (!isLoginLine(text, 0)) return undefined;
		const end = text.indexOf('-login: ');
		name = text.slice(0, end);
		if (!loginServices.has(name)) return undefined;
		at = end + 8;
	}
	const colon = text.indexOf(': ', at);
	// «Login: » is no level, and the usual word.
	if (colon > at && colon <= at + 7 && text.charCodeAt(at) !== 76 && level.test(text.slice(at, colon + 2)))
		at = colon + 2;
	return {service: name === 'sieve' ? 'managesieve' : name, at};
}

/** Standard ports without TLS from the first byte. With TLS and no lport, STARTTLS and implicit TLS look alike. */
const plainPorts = new Map([
	['imap', 143],
	['pop3', 110],
	['managesieve', 4190],
	['submission', 587],
]);

/**
 * One login line is one connection (login-common/client-common.c): `head: user=<…>, method=…, rip=…, lip=…, TLS…, session=<…>`.
 * `undefined` for lines of login processes that are about no connection. Known keys are taken, other elements are the
 * operator's own and passed over.
 */
export function readLogin(
	text: string,
	line: LoginLine,
	keep: Keeper,
): {session: Session; id: string | null} | undefined {
	const elements = elementsAt(text, line.at);
	if (elements < 0) return undefined;
	const head = text.slice(line.at, elements - 2);
	const fields = readElements(text, elements);
	const ip = fields.rip;
	if (ip === null && fields.user === null) return undefined;
	const {service} = line;
	const session = emptySession(service === 'submission' ? 'submission' : 'access', 'in');
	// The machine talking to itself: webmail, a proxy.
	if (isLoopback(ip) || (ip !== null && ip === fields.lip)) session.hop = 'internal';
	session.service = service === 'imap-urlauth' ? 'imap' : service;
	session.peerIp = ip === null ? null : keep.again(ip);
	session.peerPort = integer(fields.rport);
	const {user} = fields;
	const success = head.startsWith('Login') || head.startsWith('Logged in') || /^proxy\(.*started proxying/i.test(head);
	session.username =
		user && success && !head.startsWith('Login aborted') && !head.startsWith('Login failed') ? keep.again(user) : null;
	const name = fields.localName;
	session.serverName = name ? keep.again(name) : null;
	secure(session, fields.secured, head, fields.session !== null, keep);
	const port = integer(fields.lport);
	if (port !== null) {
		session.port = port;
		session.portSource = 'log';
		session.tlsMode = session.outcome === 'plaintext' ? null : modeOfPort(port);
	} else if (session.outcome === 'plaintext') {
		session.port = plainPorts.get(session.service) ?? null;
		session.portSource = session.port === null ? null : 'service';
	}
	return {session, id: fields.session};
}

/** Position of the element block: the first `: ` followed by one of the keys that open it. */
function elementsAt(text: string, from: number): number {
	let at = from;
	for (;;) {
		const colon = text.indexOf(': ', at);
		if (colon < 0) return -1;
		if (
			text.startsWith('user=<', colon + 2) ||
			text.startsWith('rip=', colon + 2) ||
			text.startsWith('method=', colon + 2)
		)
			return colon + 2;
		at = colon + 2;
	}
}

/** The elements that matter. What bears no key is the secured text, kept together. */
type Elements = {
	user: string | null;
	rip: string | null;
	lip: string | null;
	rport: string | null;
	lport: string | null;
	localName: string | null;
	session: string | null;
	secured: string;
};

function readElements(text: string, from: number): Elements {
	const elements: Elements = {
		user: null,
		rip: null,
		lip: null,
		rport: null,
		lport: null,
		localName: null,
		session: null,
		secured: '',
	};
	let at = from;
	while (at < text.length) {
		const value = keyEnd(text, at);
		let end: number;
		if (value > 0 && text.charCodeAt(value) === 60) {
			// user=<a, b>: a user name may hold a comma, and `>` in it must be followed by one to end it.
			const close = text.indexOf('>, ', at);
			const last = close < 0 ? text.lastIndexOf('>') : close;
			end = last < value ? text.length : last + 1;
			take(elements, text, at, value - 1, text.slice(value + 1, last < value ? text.length : last));
		} else {
			const comma = text.indexOf(', ', at);
			end = comma < 0 ? text.length : comma;
			const tls = value > 0 && (text.startsWith('TLSv', value) || text.startsWith('SSLv', value));
			if (value > 0 && !tls) take(elements, text, at, value - 1, text.slice(value, end));
			else elements.secured += `${elements.secured === '' ? '' : ', '}${text.slice(at, end)}`;
		}
		at = end + 2;
	}
	return elements;
}

/** Position after `key=`, or 0 when the element has no key. */
function keyEnd(text: string, from: number): number {
	for (let at = from; at < from + 24; at++) {
		const code = text.charCodeAt(at);
		if (code === 61) return at > from ? at + 1 : 0;
		const letter =
			(code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
		if (!letter) return 0;
	}
	return 0;
}

function take(elements: Elements, text: string, at: number, end: number, value: string): void {
	switch (text.slice(at, end)) {
		case 'user':
			elements.user = value;
			break;
		case 'rip':
			elements.rip = value;
			break;
		case 'lip':
			elements.lip = value;
			break;
		case 'rport':
			elements.rport = value;
			break;
		case 'lport':
			elements.lport = value;
			break;
		case 'local_name':
			elements.localName = value;
			break;
		case 'session':
			elements.session = value;
			break;
	}
}

function integer(value: string | null): number | null {
	return value !== null && /^\d{1,5}$/.test(value) ? Number(value) : null;
}
