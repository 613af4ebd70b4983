/** A ClickHouse server cannot be used; the sentence says which, why, and what to do. */
export class ServerProblem extends Error {}

/** The number of an error of ClickHouse (src/Common/ErrorCodes.cpp there), in the forms of old and new servers; null: it is none. */
function serverCode(error: unknown): number | null {
	const {code, message} = error as {code?: unknown; message?: unknown};
	if (typeof code === 'string' && /^\d+$/.test(code)) return Number(code);
	const [, number] = /\bCode: (\d+)/.exec(String(message)) ?? [];
	return number === undefined ? null : Number(number);
}

const again = 'try again; an export goes on where it was';

/** What a code means, and what to do. */
const sentences: ReadonlyArray<readonly [codes: readonly number[], sentence: string]> = [
	[[60], 'has no tables of tlsaudit; make them with tlsaudit export --create-tables'],
	[[81], 'the server has no such database; its administrator makes it with CREATE DATABASE'],
	[
		[192, 193, 194, 516],
		'the server refuses this user with this password; give it as TLSAUDIT_CLICKHOUSE_PASSWORD or --password-file',
	],
	[[291], 'the server has no such database for this user; its administrator grants it'],
	[[497, 164], 'this user lacks a right; see tlsaudit help fleet'],
	[[10, 16, 47], 'its tables are of another format; use the tlsaudit that made them, or another database'],
	[[242, 999, 319, 225, 659], `the server has lost ZooKeeper or Keeper; try again when it is back`],
	[[243, 252, 241, 202, 439], `the server has no room for more at present; try again later`],
];

/** Too many rows, too long, too slow, too much memory, too many bytes. */
const limits: readonly number[] = [158, 159, 160, 241, 307];

/** Whether a query was more than the server lets this user do at once; a simpler one may pass. */
export const isBeyondLimit = (error: unknown): boolean =>
	error instanceof ServerProblem && limits.includes(serverCode(error.cause) ?? 0);

/** Errors of OpenSSL that say that a certificate cannot be trusted (doc/man3/X509_STORE_CTX_get_error.pod there), by Node's names. */
const untrusted =
	/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET|HOSTNAME_MISMATCH|INVALID_PURPOSE|INVALID_CA|EE_KEY_TOO_SMALL|CA_MD_TOO_WEAK/;
const unreachable = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL/;
const broken = /ECONNRESET|EPIPE|socket hang up|aborted|Timeout error/i;

/** What the client of ClickHouse throws, as one sentence; the whole of it is its cause. */
export function serverProblem(name: string, error: unknown): ServerProblem {
	if (error instanceof ServerProblem) return error;
	const all = error instanceof AggregateError ? error.errors : [error];
	const [{code = '', message = ''} = {}] = all as Array<{code?: unknown; message?: unknown}>;
	const known = serverCode(error);
	const sentence = sentences.find(([codes]) => known !== null && codes.includes(known))?.[1];
	const say = (text: string): ServerProblem => new ServerProblem(`${name}: ${text}`, {cause: error});
	if (sentence !== undefined) return say(sentence);
	if (known !== null) return say(`the server says: ${String(message).split('\n')[0]}`);
	if (untrusted.test(String(code)))
		return say(
			`its certificate is not trusted (${message}); name that of its authority in the variable NODE_EXTRA_CA_CERTS`,
		);
	if (code === 'EPROTO' || /wrong version number|ERR_SSL/.test(`${code} ${message}`))
		return say('no TLS is spoken there; name the port of HTTPS, or clickhouse:// without TLS on this machine');
	if (unreachable.test(`${code} ${message}`))
		return say(`the server cannot be reached (${code || 'ETIMEDOUT'}); check host and port of its HTTP interface`);
	if (broken.test(`${code} ${message}`)) return say(`the server has broken off (${code || message}); ${again}`);
	return say(`is no HTTP interface of ClickHouse: ${String(message).split('\n')[0]}`);
}
