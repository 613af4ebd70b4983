import {alertText, failureOfAlert, tlsAlerts} from '../model/failure/alerts.ts';
import {type LibraryReason, libraryReasons} from '../model/failure/reasons.ts';
import {readVerification} from '../model/failure/verification.ts';
import {type Failure, failures} from '../model/session.ts';

/** Why a handshake failed: the reason code, and the alert or the reason of the library in words; see `Session`. */
export type FailureReason = {failure: Failure | null; alert: string | null};

/** What a text of the library says. */
export type LibraryProblem = {
	readonly failure: Failure;
	readonly alert: string | null;
	/** It is of the code that speaks TLS: inside a connection it proves that TLS was spoken, or tried, there. */
	readonly provesTls: boolean;
};

/** What the rest of a line says that names no error of the library, by the number of the reason. */
const withoutWords: readonly LibraryProblem[] = failures.map(failure => ({failure, alert: null, provesTls: false}));

/** A reason that the scanner gave by its number; null where it gave none. */
export function problemOfNumber(number: number): LibraryProblem | null {
	return number < 0 ? null : (withoutWords[number] ?? null);
}

const byWords = new Map<string, LibraryReason>(libraryReasons.map(reason => [reason.words, reason]));
const byNumber = new Map<number | null, LibraryReason>(libraryReasons.map(reason => [reason.number, reason]));
const alertsByName = new Map<string, number>(tlsAlerts.map(({name, number}) => [name, number]));

/** An alert that the peer sent is a reason above this number: `SSL_AD_REASON_OFFSET` (openssl/ssl.h). */
const alertOffset = 1000;
/** Where an error begins; «internal error:» is the end of one. */
const beforeError = /\berror:(?=[\da-f]{5,8}:)/i;
/** OpenSSL's longest words are shorter; longer ones are no reason. */
const mostWords = 80;

/** One error of OpenSSL in its parts: `error:CODE:LIB:FUNC:REASON` (crypto/err/err.c ERR_error_string_n). */
type LibraryError = {
	readonly text: string;
	/** Of the code; null where there is none. */
	readonly number: number | null;
	readonly function: string;
	readonly words: string;
};

/**
 * The number of a reason in an error code: the lowest 12 bits, until OpenSSL 1.1 and in LibreSSL below function and library
 * (ERR_PACK). Since 3.0, which knows no functions, there are 23 (ERR_REASON_MASK), but the higher ones are marks.
 */
function reasonNumber(code: string): number | null {
	const number = /^[0-9a-f]{5,8}$/i.test(code) ? Number.parseInt(code, 16) & 0xfff : 0;
	return number === 0 ? null : number;
}

/** Up to Dovecot's own words in brackets behind an error, and the next error of a list. */
const wordsOf = (field: string): string =>
	field
		.replace(/(?:, | \().*$/s, '')
		.trim()
		.toLowerCase();

function readError(text: string): LibraryError {
	const [code = '', , called = '', reason = ''] = text.split(':');
	return {
		text: text.toLowerCase(),
		number: reasonNumber(code),
		function: called.toLowerCase(),
		words: wordsOf(reason),
	};
}

/** The number of the alert that an error reports as read from the peer; null where it reports none. */
function alertIn({text, number, words}: LibraryError): number | null {
	const written = /\balert number (\d{1,3})\b/.exec(text)?.[1];
	if (written !== undefined && Number(written) <= 255) return Number(written);
	if (number !== null && number >= alertOffset && number <= alertOffset + 255) return number - alertOffset;
	// «sslv3 alert» became «ssl/tls alert» in 3.2; some of TLS 1.0 bear no word «alert» (ssl/ssl_err.c).
	const name = /^(?:sslv3|ssl\/tls|tlsv1|tlsv13)(?: alert)? (.*)$/.exec(words)?.[1];
	if (name === undefined) return null;
	return alertsByName.get(name === 'user cancelled' ? 'user canceled' : name) ?? null;
}

/** Until OpenSSL 1.0.2 this function says «unknown protocol» of octets that are no TLS record (ssl/s23_srvr.c, s23_clnt.c). */
const findsNoTls = /^ssl23_get_(?:client|server)_hello$/;

function reasonIn({text, number, function: called, words}: LibraryError): LibraryReason | undefined {
	if (words === 'unknown protocol' && findsNoTls.test(called)) return byWords.get('wrong version number');
	const known = byWords.get(words);
	if (known !== undefined) return known;
	// A library without its words writes «reason(193)».
	if (/^(?:reason\(\d+\))?$/.test(words)) return number === null ? undefined : byNumber.get(number);
	return libraryReasons.find(reason => text.includes(reason.words));
}

/** What the library says itself, as it is shown: `no shared cipher (193)`. */
function wordsWithNumber({words, number}: LibraryError, reason: LibraryReason | undefined): string | null {
	const unnamed = words === '' || words.startsWith('reason(');
	const said = unnamed ? (reason?.words ?? words) : words;
	if (said === '' || said.length > mostWords) return reason?.words ?? null;
	return number === null || said.startsWith('reason(') ? said : `${said} (${number})`;
}

const alertRead = /^SSL3 alert read:fatal:(.+)$/;

function ofNamedAlert(name: string): FailureReason {
	const number = alertsByName.get(name);
	if (number === undefined) return {failure: 'peer-alert', alert: name.slice(0, mostWords)};
	return {failure: failureOfAlert(number), alert: alertText(number)};
}

function readOne(text: string): FailureReason {
	const error = readError(text);
	const alert = alertIn(error);
	if (alert !== null) return {failure: failureOfAlert(alert), alert: alertText(alert)};
	const unknownAlert = /^(?:sslv3|ssl\/tls|tlsv1|tlsv13) alert (.*)$/.exec(error.words)?.[1];
	if (unknownAlert !== undefined) return ofNamedAlert(unknownAlert);
	const reason = reasonIn(error);
	return {failure: reason?.failure ?? 'other', alert: wordsWithNumber(error, reason)};
}

/**
 * Reads the errors of a text: `TLS library problem: …error:CODE:LIB:FUNC:REASON:FILE:LINE:[DATA]` of Postfix
 * (tls/tls_misc.c tls_print_errors), and Dovecot's, which lack file and line. The words of a reason are the stable key: the
 * code changes with OpenSSL's major version. An alert came from the peer; all else is what our own side says. Never fails:
 * `other` is for reasons that are not known. What follows the peer of a certificate that did not verify begins with the colon
 * (tls/tls_verify.c). At log levels from 2 on Postfix also writes each alert that it reads
 * (tls/tls_misc.c tls_info_callback).
 */
export function readProblem(text: string): LibraryProblem {
	const verification = /^: (.*)$/s.exec(text)?.[1];
	if (verification !== undefined)
		return {failure: 'certificate-not-verified', alert: readVerification(verification), provesTls: true};
	const found: FailureReason = {failure: null, alert: null};
	const read = alertRead.exec(text)?.[1];
	if (read !== undefined) addReason(found, ofNamedAlert(read.toLowerCase()));
	for (const error of text.split(beforeError).slice(1)) addReason(found, readOne(error));
	return {
		failure: found.failure ?? 'other',
		alert: found.alert,
		// Those about certificates, keys and files come from other libraries of OpenSSL, and at the start of a process.
		provesTls: read !== undefined || /:SSL routines:/i.test(text),
	};
}

/**
 * Whether what the library says is that the peer closed the connection without close_notify (RFC 9846 section 6.1; OpenSSL 3,
 * ssl/record/rec_layer_s3.c): a reason for which a handshake fails, and after one the end of many a good session.
 */
export function isClose({failure}: LibraryProblem): boolean {
	return failure === 'lost-connection';
}

/** Whether a reason is one for which a handshake fails, never a session that was agreed. */
export function isHandshakeFailure(failure: Failure | null): boolean {
	return failure === 'not-tls' || failure === 'unsupported-protocol' || failure?.startsWith('no-shared-') === true;
}

/**
 * The reason code of what follows `SSL_accept error from P: ` or `SSL_connect error to P: ` (tls_server.c, tls_client.c):
 * a number says that library lines follow, 2.9 and later write `lost connection` or the text of errno.
 */
export function failureOfDetail(detail: string): Failure | null {
	if (detail === '' || detail === '-1' || detail === '0') return null;
	if (detail.startsWith('lost connection') || detail.startsWith('Connection reset') || detail.startsWith('Broken pipe'))
		return 'lost-connection';
	if (detail.toLowerCase().includes('timed out')) return 'timeout';
	return /^-?\d+$/.test(detail) ? null : 'other';
}

/** Whether a found reason code says more than a known one: `other` and `lost-connection` are what one says for want of more. */
function isClearer(known: Failure | null, found: Failure): boolean {
	return known === null || known === 'other' || (known === 'lost-connection' && found !== 'other');
}

/**
 * Adds what a line says to what is known of a failure: a worse-known reason gives way to a better-known one, with its alert; an
 * alert is kept as long as no other takes its place.
 */
export function addReason(known: FailureReason, found: Readonly<FailureReason>): void {
	if (found.failure === null) return;
	const replaces = found.failure !== known.failure && isClearer(known.failure, found.failure);
	if (replaces) known.failure = found.failure;
	if (found.alert !== null && (replaces || known.alert === null)) known.alert = found.alert;
}
