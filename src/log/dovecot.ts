import {emptySession, type Session} from '../tls/session.ts';
import type {Keeper} from './keep.ts';
import {failureOf} from './library-problem.ts';
import {isLoopback} from './peer.ts';
import {modeOfPort} from './service.ts';
import {loginServices} from './tag.ts';

/** A login process's line: which service, and where its message begins. */
export type LoginLine = {service: string; at: number};

const level = /^(?:Info|Warning|Error|Debug|Fatal|Panic): /;

/** `imap-login: [Info: ]…` at the start of the text, or undefined. With `service` given, the tag already said it. */
export function readLoginLine(text: string, service?: string): LoginLine | undefined {
	let at = 0;
	let name = service;
	if (name === undefined) {
		const end = text.indexOf('-login: ');
		if (end <= 0 || end > 12) return undefined;
		name = text.slice(0, end);
		if (!loginServices.has(name)) return undefined;
		at = end + 8;
	}
	const word = level.exec(text.slice(at, at + 10))?.[0];
	return {service: name === 'sieve' ? 'managesieve' : name, at: at + (word?.length ?? 0)};
}

/** Standard ports without TLS from the first byte. With TLS and no lport, STARTTLS and implicit TLS look alike. */
const plainPorts = new Map([
	['imap', 143],
	['pop3', 110],
	['managesieve', 4190],
	['submission', 587],
]);

const cipherText = /(?:^|[ (=])((?:SSLv|TLSv)[\d.]+) with cipher (\S+) \((\d+)\/\d+ bits\)/;

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
	if (!fields.has('rip') && !fields.has('user')) return undefined;
	const ip = fields.get('rip') ?? null;
	const {service} = line;
	const session = emptySession(service === 'submission' ? 'submission' : 'access', 'in');
	// The machine talking to itself: webmail, a proxy.
	if (isLoopback(ip) || (ip !== null && ip === fields.get('lip'))) session.hop = 'internal';
	session.service = service === 'imap-urlauth' ? 'imap' : service;
	session.peerIp = ip === null ? null : keep.again(ip);
	session.peerPort = integer(fields.get('rport'));
	const user = fields.get('user');
	const success = head.startsWith('Login') || head.startsWith('Logged in') || /^proxy\(.*started proxying/i.test(head);
	session.username =
		user && success && !head.startsWith('Login aborted') && !head.startsWith('Login failed') ? keep.again(user) : null;
	const name = fields.get('local_name');
	session.serverName = name ? keep.again(name) : null;
	secure(session, fields.get('secured') ?? '', head, fields.has('session'), keep);
	const port = integer(fields.get('lport'));
	if (port !== null) {
		session.port = port;
		session.portSource = 'log';
		session.tlsMode = session.outcome === 'plaintext' ? null : modeOfPort(port);
	} else if (session.outcome === 'plaintext') {
		session.port = plainPorts.get(session.service) ?? null;
		session.portSource = session.port === null ? null : 'service';
	}
	return {session, id: fields.get('session') ?? null};
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

/** The elements by key; what bears no key is the secured text, kept together under `secured`. */
function readElements(text: string, from: number): Map<string, string> {
	const fields = new Map<string, string>();
	let at = from;
	let secured = '';
	while (at < text.length) {
		const equals = /^[a-z0-9_]+=/i.exec(text.slice(at, at + 24))?.[0];
		let end: number;
		if (equals && text.charCodeAt(at + equals.length) === 60) {
			// user=<a, b>: a user name may hold a comma, and `>` in it must be followed by one to end it.
			const close = text.indexOf('>, ', at);
			const last = close < 0 ? text.lastIndexOf('>') : close;
			end = last < at ? text.length : last + 1;
			fields.set(equals.slice(0, -1), text.slice(at + equals.length + 1, last < at ? text.length : last));
		} else {
			const comma = text.indexOf(', ', at);
			end = comma < 0 ? text.length : comma;
			if (equals && !/^[a-z]+=(?:SSLv|TLSv)/.test(text.slice(at, end)))
				fields.set(equals.slice(0, -1), text.slice(at + equals.length, end));
			else secured += `${secured === '' ? '' : ', '}${text.slice(at, end)}`;
		}
		at = end + 2;
	}
	fields.set('secured', secured);
	return fields;
}

function secure(session: Session, secured: string, head: string, usual: boolean, keep: Keeper): void {
	const cipher = cipherText.exec(secured);
	const handshaking = secured.includes('TLS handshaking');
	const tls = /(?:^|, )(?:TLS|TSL)(?=$|,|:| )/.test(secured);
	if (handshaking || head.includes('(tls_handshake_not_finished)')) {
		session.outcome = 'failed';
		const error = secured.includes('error:') ? secured : head;
		session.failure = error.includes('error:')
			? failureOf(error)
			: head.includes('Inactivity')
				? 'timeout'
				: 'lost-connection';
		return;
	}
	if (cipher || tls || secured.includes('(proxied)')) {
		session.outcome = 'encrypted';
		if (cipher) {
			session.protocol = keep.again(cipher[1] === 'TLSv1.0' ? 'TLSv1' : (cipher[1] ?? ''));
			session.cipher = keep.again(cipher[2] ?? '');
			session.cipherBits = Number(cipher[3]);
		}
		// «TLS: Disconnected» is how a good session ends; an alert about our certificate is not.
		if (secured.includes('error:')) session.failure = failureOf(secured);
		return;
	}
	// An operator's own format may lack the word TLS: only the usual elements prove its absence.
	session.outcome = usual || secured.includes('secured') ? 'plaintext' : null;
}

function integer(value: string | undefined): number | null {
	return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) : null;
}
