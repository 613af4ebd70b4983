import type {Session} from '../tls/session.ts';
import type {Keeper} from './keep.ts';
import {failureOf} from './library-problem.ts';

const cipherText = /(?:^|[ (=])((?:SSLv|TLSv)[\d.]+) with cipher (\S+) \((\d+)\/\d+ bits\)/;

/** What the secured text says by itself, whatever stands before it. */
type Secured = {
	readonly handshaking: boolean;
	readonly encrypted: boolean;
	readonly protocol: string | null;
	readonly cipher: string | null;
	readonly bits: number | null;
	readonly error: boolean;
	/** The word of an operator's own format that something was looked at. */
	readonly said: boolean;
};

/** Texts that were read before: a site sees some dozens, and the patterns were a third of the cost of a login line. */
const known = new Map<string, Secured>();
const most = 1024;

function readSecured(text: string): Secured {
	const before = known.get(text);
	if (before) return before;
	const cipher = cipherText.exec(text);
	const secured: Secured = {
		handshaking: text.includes('TLS handshaking'),
		encrypted: cipher !== null || /(?:^|, )(?:TLS|TSL)(?=$|,|:| )/.test(text) || text.includes('(proxied)'),
		protocol: cipher ? own(cipher[1] === 'TLSv1.0' ? 'TLSv1' : (cipher[1] ?? '')) : null,
		cipher: cipher ? own(cipher[2] ?? '') : null,
		bits: cipher ? Number(cipher[3]) : null,
		error: text.includes('error:'),
		said: text.includes('secured'),
	};
	if (text.length <= 256) {
		if (known.size >= most) known.clear();
		known.set(own(text), secured);
	}
	return secured;
}

/** A copy, for what is remembered must not keep the line alive that it was cut from. */
function own(text: string): string {
	return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** Writes into a session what its login line says of TLS: `text` is what bears no key, `usual` that the elements are Dovecot's own. */
export function secure(session: Session, text: string, head: string, usual: boolean, keep: Keeper): void {
	const secured = readSecured(text);
	if (secured.handshaking || head.includes('(tls_handshake_not_finished)')) {
		session.outcome = 'failed';
		const error = secured.error ? text : head;
		session.failure = error.includes('error:')
			? failureOf(error)
			: head.includes('Inactivity')
				? 'timeout'
				: 'lost-connection';
		return;
	}
	if (secured.encrypted) {
		session.outcome = 'encrypted';
		if (secured.protocol !== null && secured.cipher !== null) {
			session.protocol = keep.again(secured.protocol);
			session.cipher = keep.again(secured.cipher);
			session.cipherBits = secured.bits;
		}
		// «TLS: Disconnected» is how a good session ends; an alert about our certificate is not.
		if (secured.error) session.failure = failureOf(text);
		return;
	}
	// An operator's own format may lack the word TLS: only the usual elements prove its absence.
	session.outcome = usual || secured.said ? 'plaintext' : null;
}
