import {type Peer, peerEnd, readPeer} from './peer.ts';
import {queueIdLength} from './queue-id.ts';
import {readSummary, type Summary} from './summary.ts';
import {isTlsDetail} from './tls-detail.ts';

/** What the disconnect line counts (Postfix 3.0 and later, smtpd.c smtpd_format_cmd_stats): successes, and tries where it matters. */
export type Counters = {
	starttls: number;
	starttlsTried: number;
	auth: number;
	mail: number;
	/** A greeting, mail or AUTH: somebody spoke SMTP. */
	dialogue: boolean;
	commands: number;
};

/** What one line of smtpd tells of its session. */
export type SmtpdEvent =
	| {kind: 'connect'; peer: Peer}
	| {kind: 'summary'; summary: Summary}
	| {kind: 'disconnect'; peer: Peer; counters: Counters | null}
	| {kind: 'message'; queueId: string; peer: Peer; username: string | null}
	| {kind: 'handshake-failed'; peer: Peer; detail: string}
	| {kind: 'library-problem'; text: string}
	/** The end to come: `lost`, `timeout` or `errors`, and the last command. */
	| {kind: 'broken'; how: 'lost' | 'timeout' | 'errors'; after: string; peer: Peer}
	| {kind: 'rejected'; peer: Peer; encryptionRequired: boolean}
	/** STARTTLS or a wrapper-mode connection was turned away; `service` is the name in master.cf, often the port. */
	| {kind: 'refused'; peer: Peer; service: string; wrapper: boolean}
	| {kind: 'certificate-required'; peer: Peer}
	| {kind: 'no-certificate'}
	/** Known, and adds nothing to a session. */
	| {kind: 'note'};

const note: SmtpdEvent = {kind: 'note'};

/** Reads the text of an smtpd line (after the tag); undefined when it says nothing of TLS or of a session. */
export function readSmtpd(text: string): SmtpdEvent | undefined {
	switch (text.charCodeAt(0)) {
		case 99: // c
			if (text.startsWith('connect from ')) return {kind: 'connect', peer: peerAt(text, 13)};
			break;
		case 100: // d
			if (text.startsWith('disconnect from ')) {
				const end = peerEnd(text, 16);
				return {kind: 'disconnect', peer: readPeer(text, 16, end), counters: readCounters(text, end)};
			}
			break;
		case 83: // S
			if (text.startsWith('SSL_accept error from ')) {
				const end = peerEnd(text, 22);
				return {kind: 'handshake-failed', peer: readPeer(text, 22, end), detail: text.slice(end + 2)};
			}
			break;
		case 119: // w
			if (text.startsWith('warning: ')) return readWarning(text);
			break;
		case 65: // Anonymous
		case 84: // Trusted, TLS
		case 85: // Untrusted
		case 86: {
			const summary = readSummary(text);
			if (summary) return {kind: 'summary', summary};
			if (text.startsWith('TLS SNI ')) return note;
			break;
		}
	}
	return readQueued(text) ?? detail(text);
}

function peerAt(text: string, at: number): Peer {
	return readPeer(text, at, peerEnd(text, at));
}

function readCounters(text: string, from: number): Counters | null {
	if (text.indexOf('commands=', from) < 0) return null;
	const counters: Counters = {starttls: 0, starttlsTried: 0, auth: 0, mail: 0, dialogue: false, commands: 0};
	let at = from + 1;
	while (at < text.length) {
		const equals = text.indexOf('=', at);
		if (equals < 0) break;
		let done = 0;
		let end = equals + 1;
		for (; isDigit(text.charCodeAt(end)); end++) done = done * 10 + text.charCodeAt(end) - 48;
		let tried = done;
		if (text.charCodeAt(end) === 47) {
			tried = 0;
			for (end++; isDigit(text.charCodeAt(end)); end++) tried = tried * 10 + text.charCodeAt(end) - 48;
		}
		countCommand(counters, text, at, done, tried);
		const next = text.indexOf(' ', end);
		if (next < 0) break;
		at = next + 1;
	}
	return counters;
}

/** The command's name stands at `at`; what is not SMTP dialogue (unknown, xclient, xforward, notes) says nothing here. */
function countCommand(counters: Counters, text: string, at: number, done: number, tried: number): void {
	switch (text.charCodeAt(at)) {
		case 97: // auth
			counters.auth = done;
			break;
		case 109: // mail
			counters.mail = done;
			break;
		case 115: // starttls
			counters.starttls = done;
			counters.starttlsTried = tried;
			return;
		case 99: // commands
			counters.commands = tried;
			return;
		case 110: // noop, notes
			if (!text.startsWith('noop', at)) return;
			break;
		case 117: // unknown
		case 120: // xclient, xforward
			return;
	}
	counters.dialogue = true;
}

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

function readWarning(text: string): SmtpdEvent | undefined {
	const at = 9;
	if (text.startsWith('TLS library problem: ', at)) return {kind: 'library-problem', text: text.slice(at + 21)};
	if (text.startsWith('Refusing STARTTLS request from ', at)) return refused(text, at + 31, false);
	if (text.startsWith('Refusing TLS service request from ', at)) return refused(text, at + 34, true);
	if (text.startsWith('Wrapper-mode request dropped from ', at)) return refused(text, at + 34, true);
	if (text.startsWith('New TLS session rate limit exceeded', at)) return note;
	if (text.startsWith("No server certs available. TLS won't be enabled", at)) return {kind: 'no-certificate'};
	if (text.endsWith(': disabling TLS support')) return {kind: 'no-certificate'};
	if (text.includes(': SASL ', at) && text.includes('authentication ', at)) return note;
	return detail(text.slice(at));
}

function refused(text: string, at: number, wrapper: boolean): SmtpdEvent {
	const end = peerEnd(text, at);
	const service = text.startsWith(' for service ', end)
		? (text.slice(end + 13).split(/[.\s](?:\s|$)/, 1)[0] ?? '')
		: '';
	return {kind: 'refused', peer: readPeer(text, at, end), service, wrapper};
}

/** Lines that begin with a queue id or NOQUEUE, and 3.10's `QID: lost connection after …`. */
function readQueued(text: string): SmtpdEvent | undefined {
	const length = queueIdLength(text);
	if (length === 0) return readBroken(text, 0);
	const at = length + 2;
	if (text.startsWith('client=', at)) {
		const end = peerEnd(text, at + 7);
		let username: string | null = null;
		const user = text.indexOf(', sasl_username=', end);
		if (user >= 0) {
			// sasl_sender, orig_queue_id and orig_client may follow; a user name may hold a comma.
			const rest = text.slice(user + 16);
			const next = rest.search(/, (?:sasl_sender|orig_queue_id|orig_client)=/);
			username = next < 0 ? rest : rest.slice(0, next);
		}
		return {kind: 'message', queueId: text.slice(0, length), peer: readPeer(text, at + 7, end), username};
	}
	if (text.startsWith('reject: ', at)) {
		const from = text.indexOf(' from ', at);
		if (from < 0) return undefined;
		const end = peerEnd(text, from + 6);
		const reply = text.slice(end, text.indexOf(';', end) < 0 ? text.length : text.indexOf(';', end));
		return {
			kind: 'rejected',
			peer: readPeer(text, from + 6, end),
			encryptionRequired: reply.endsWith('Session encryption is required'),
		};
	}
	if (text.startsWith('abort: TLS from ', at)) return {kind: 'certificate-required', peer: peerAt(text, at + 16)};
	return readBroken(text, at);
}

const breaks: ReadonlyArray<readonly [string, 'lost' | 'timeout' | 'errors']> = [
	['lost connection after ', 'lost'],
	['timeout after ', 'timeout'],
	['too many errors after ', 'errors'],
];

function readBroken(text: string, at: number): SmtpdEvent | undefined {
	for (const [words, how] of breaks) {
		if (!text.startsWith(words, at)) continue;
		const where = at + words.length;
		const from = text.indexOf(' from ', where);
		if (from < 0) return undefined;
		const after = text.slice(where, from).split(' ', 1)[0] ?? '';
		return {kind: 'broken', how, after, peer: peerAt(text, from + 6)};
	}
	return undefined;
}

function detail(text: string): SmtpdEvent | undefined {
	return isTlsDetail(text) ? note : undefined;
}
