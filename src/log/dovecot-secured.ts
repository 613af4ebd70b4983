import type {Failure, Outcome} from '../model/session.ts';
import {keyBits} from './handshake-text.ts';
import {readProblem} from './library-problem.ts';

const cipherText = /(?:^|[ (=])((?:SSLv|TLSv)[\d.]+) with cipher (\S+) \((\d+)\/\d+ bits\)/;

/** What the secured text of a login says by itself, whatever precedes it. */
export type Secured = {
	readonly handshaking: boolean;
	readonly encrypted: boolean;
	readonly protocol: string | null;
	readonly cipher: string | null;
	readonly bits: number | null;
	/** The reason of an OpenSSL error in it. */
	readonly failure: Failure | null;
	/** The word of an operator's own format that something was looked at. */
	readonly said: boolean;
	/** «secured» alone: no TLS, and none needed on this host or from a trusted network (client-common.c get_var_expand_table). */
	readonly trusted: boolean;
};

/** Reads what bears no key among the elements of a login. */
export function readSecured(text: string): Secured {
	const cipher = cipherText.exec(text);
	return {
		handshaking: text.includes('TLS handshaking'),
		encrypted: cipher !== null || /(?:^|, )(?:TLS|TSL)(?=$|,|:| )/.test(text) || text.includes('(proxied)'),
		protocol: cipher ? (cipher[1] === 'TLSv1.0' ? 'TLSv1' : (cipher[1] ?? null)) : null,
		cipher: cipher?.[2] ?? null,
		bits: keyBits(cipher?.[3]),
		failure: text.includes('error:') ? readProblem(text).failure : null,
		said: text.includes('secured'),
		trusted: /(?:^|, )secured(?=$|,)/.test(text),
	};
}

/** Our own TLS did not start, for want of a certificate or a key (login-common/client-common.c, lib-ssl-iostream). */
const notStarted = /\bTLS initialization failed\b|\bFailed to initialize SSL (?:server )?context\b/;
/** ssl_request_client_cert and auth_ssl_require_client_cert (login-common/client-common.c client_get_extra_disconnect_reason). */
const noCertificate = /\bclient didn't send a cert\b/;
const certificateMissing = 'client-certificate-required';

/** Whether the connection was encrypted, and what went wrong; `usual` that the elements are Dovecot's own. */
export function securityOf(
	secured: Secured,
	head: string,
	usual: boolean,
): {readonly outcome: Outcome | null; readonly failure: Failure | null; readonly trusted: boolean} {
	if (secured.handshaking || head.includes('(tls_handshake_not_finished)')) {
		const said = secured.failure ?? (head.includes('error:') ? readProblem(head).failure : null);
		return {
			outcome: 'failed',
			failure: said ?? (head.includes('Inactivity') ? 'timeout' : 'lost-connection'),
			trusted: false,
		};
	}
	if (notStarted.test(head)) return {outcome: 'failed', failure: 'tls-unavailable', trusted: false};
	// «TLS: Disconnected», or an end of input, is how a good session ends; an alert about our certificate is not.
	if (secured.encrypted) {
		const failure = secured.failure === 'lost-connection' ? null : secured.failure;
		return {
			outcome: 'encrypted',
			failure: failure ?? (noCertificate.test(head) ? certificateMissing : null),
			trusted: false,
		};
	}
	// An operator's own format may lack the word TLS: only the usual elements prove its absence.
	return {outcome: usual || secured.said ? 'plaintext' : null, failure: null, trusted: secured.trusted};
}
