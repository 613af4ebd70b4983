import {peerEnd} from './peer.ts';
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

/**
 * What one line of smtpd tells of its session. All have one shape, and the peer is text until a session begins: with shapes
 * of their own and peers read each time they took twice as long.
 */
export type SmtpdEvent = {
	readonly kind:
		| 'connect'
		| 'summary'
		| 'disconnect'
		/** `detail` is the queue id. */
		| 'message'
		/** `detail` is what OpenSSL or the system said. */
		| 'handshake-failed'
		| 'library-problem'
		/** The end to come: lost, timeout or too many errors; `detail` is the last command. */
		| 'broken'
		| 'rejected'
		/** Rejected for «Session encryption is required». */
		| 'rejected-plaintext'
		/** STARTTLS or a wrapper-mode connection was turned away. */
		| 'refused'
		| 'certificate-required'
		| 'no-certificate'
		/** Known, and adds nothing to a session. */
		| 'note';
	/** The peer text; null where the line has none. */
	readonly peer: string | null;
	readonly detail: string;
	/** Of a message. */
	readonly username: string | null;
	/** Of a disconnect, where it counts. */
	readonly counters: Counters | null;
	/** Of a summary. */
	readonly summary: Summary | null;
};

function told(kind: SmtpdEvent['kind'], peer: string | null, detail = ''): SmtpdEvent {
	return {kind, peer, detail, username: null, counters: null, summary: null};
}

const note = told('note', null);
const noCertificate = told('no-certificate', null);

/** Reads the text of an smtpd line (after the tag); undefined when it says nothing of TLS or of a session. */
export function readSmtpd(text: string): SmtpdEvent | undefined {
	switch (text.charCodeAt(0)) {
		case 99: // c
			if (text.startsWith('connect from ')) return told('connect', peerAt(text, 13));
			break;
		case 100: // d
			if (text.startsWith('disconnect from ')) {
				const end = peerEnd(text, 16);
				const peer = text.slice(16, end);
				return {kind: 'disconnect', peer, detail: '', username: null, counters: readCounters(text, end), summary: null};
			}
			break;
		case 83: // S
			if (text.startsWith('SSL_accept error from ')) {
				const end = peerEnd(text, 22);
				return told('handshake-failed', text.slice(22, end), text.slice(end + 2));
			}
			break;
		case 108: // l
		case 116: {
			const broken = readBroken(text, 0);
			if (broken) return broken;
			break;
		}
		case 119: // w
			if (text.startsWith('warning: ')) return readWarning(text);
			break;
		case 65: // Anonymous
		case 84: // Trusted, TLS
		case 85: // Untrusted
		case 86: {
			const summary = readSummary(text);
			if (summary) return {kind: 'summary', peer: null, detail: '', username: null, counters: null, summary};
			if (text.startsWith('TLS SNI ')) return note;
			break;
		}
	}
	return readQueued(text) ?? detail(text);
}

function peerAt(text: string, at: number): string {
	return text.slice(at, peerEnd(text, at));
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
	// By far the most frequent two: names that do not resolve, and passwords that are wrong.
	if (text.startsWith('hostname ', at)) return undefined;
	if (text.includes(': SASL ', at) && text.includes('authentication ', at)) return note;
	if (text.startsWith('TLS library problem: ', at)) return told('library-problem', null, text.slice(at + 21));
	if (text.startsWith('Refusing STARTTLS request from ', at)) return told('refused', peerAt(text, at + 31));
	if (text.startsWith('Refusing TLS service request from ', at)) return told('refused', peerAt(text, at + 34));
	if (text.startsWith('Wrapper-mode request dropped from ', at)) return told('refused', peerAt(text, at + 34));
	if (text.startsWith('New TLS session rate limit exceeded', at)) return note;
	if (text.startsWith("No server certs available. TLS won't be enabled", at)) return noCertificate;
	if (text.endsWith(': disabling TLS support')) return noCertificate;
	return detail(text.slice(at));
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
		const peer = text.slice(at + 7, end);
		return {kind: 'message', peer, detail: text.slice(0, length), username, counters: null, summary: null};
	}
	if (text.startsWith('reject: ', at)) {
		const from = text.indexOf(' from ', at);
		if (from < 0) return undefined;
		const end = peerEnd(text, from + 6);
		const reply = text.slice(end, text.indexOf(';', end) < 0 ? text.length : text.indexOf(';', end));
		const encryption = reply.endsWith('Session encryption is required');
		return told(encryption ? 'rejected-plaintext' : 'rejected', text.slice(from + 6, end));
	}
	if (text.startsWith('abort: TLS from ', at)) return told('certificate-required', peerAt(text, at + 16));
	return readBroken(text, at);
}

/** `lost connection after DATA (123 bytes) from P`. */
function readBroken(text: string, at: number): SmtpdEvent | undefined {
	let where = at;
	if (text.startsWith('lost connection after ', at)) where += 22;
	else if (text.startsWith('timeout after ', at)) where += 14;
	else if (text.startsWith('too many errors after ', at)) where += 22;
	else return undefined;
	const from = text.indexOf(' from ', where);
	if (from < 0) return undefined;
	return told('broken', peerAt(text, from + 6), text.slice(where, text.indexOf(' ', where)));
}

function detail(text: string): SmtpdEvent | undefined {
	return isTlsDetail(text) ? note : undefined;
}
