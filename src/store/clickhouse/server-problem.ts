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
	[[81], 'the server has no such database; its administrator makes it with CREATE DATABASE'],
	[[291], 'the server has no such database for this user; its administrator grants it'],
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

/** Who asks a server. */
export type Asking = {readonly user: string; readonly hasPassword: boolean};

/** Tables that an export fills again when they were lost and made anew. */
const filledAgain = /^(?:handshakes|origins)$/;

/** The sentence about tables that are not there; `parts` is asked for first, so that all may be lacking where it is. */
function tableProblem(message: string): string {
	// `Table x.parts doesn't exist`, since 24.3 also `Unknown table expression identifier 'x.parts'`.
	const [, table = 'parts'] = /(?:\bTable|identifier) ['`]?(?:[^\s.]*\.)?[`]?(\w+)/.exec(message) ?? [];
	if (table === 'parts') return 'has no tables of tlsaudit; make them with tlsaudit export --create-tables';
	const make = 'make it with tlsaudit export --create-tables';
	return filledAgain.test(table)
		? `the table ${table} is gone; ${make}, and export from every host again`
		: `the table ${table} is gone; drop the others of tlsaudit, too, make all with tlsaudit export --create-tables, and export from every host again`;
}

/** The sentence about a user whom a server refuses. */
function refusal({user, hasPassword}: Asking): string {
	const give = 'give it as TLSAUDIT_CLICKHOUSE_PASSWORD or --password-file';
	return hasPassword
		? `the server refuses the user ${user} with this password; ${give}`
		: `the server refuses the user ${user}, and no password was given; ${give}`;
}

/** The sentence about a right that a user lacks, with its name where the server says it. */
function rightProblem(message: string, {user}: Asking): string {
	// `INSERT(a, b) ON mail_tls.parts`, `SELECT(a) ON x.y`, `CREATE TABLE ON x.y` (src/Access/ContextAccess.cpp there).
	const [, right, place] = /grant ([A-Z][A-Z ]*[A-Z])(?:\([^)]*\))? ON ([^\s(]+?)\.?(?=[\s(]|$)/.exec(message) ?? [];
	const lacks =
		right !== undefined
			? `lacks the right ${right} on ${place}`
			: /readonly/i.test(message)
				? 'may only read (its setting readonly)'
				: 'lacks a right';
	return `the user ${user} ${lacks}; see tlsaudit help fleet`;
}

/** The sentence that hangs on what the server says besides the code. */
function sentenceOf(code: number, message: string, asking: Asking): string | undefined {
	if (code === 60) return tableProblem(message);
	if ([192, 193, 194, 516].includes(code)) return refusal(asking);
	if (code === 497 || code === 164) return rightProblem(message, asking);
	return sentences.find(([codes]) => codes.includes(code))?.[1];
}

/** What the client of ClickHouse throws, as one sentence; the whole of it is its cause. */
export function serverProblem(name: string, error: unknown, asking: Asking): ServerProblem {
	if (error instanceof ServerProblem) return error;
	const all = error instanceof AggregateError ? error.errors : [error];
	const [{code = '', message = ''} = {}] = all as Array<{code?: unknown; message?: unknown}>;
	const known = serverCode(error);
	const sentence = known === null ? undefined : sentenceOf(known, String(message), asking);
	const say = (text: string): ServerProblem => new ServerProblem(`${name}: ${text}`, {cause: error});
	if (sentence !== undefined) return say(sentence);
	if (known !== null) return say(`the server says: ${String(message).split('\n')[0]}`);
	if (untrusted.test(String(code)))
		return say(
			`its certificate is not trusted (${message}); name that of its authority in the variable NODE_EXTRA_CA_CERTS`,
		);
	if (code === 'EPROTO' || /wrong version number|ERR_SSL/.test(`${code} ${message}`))
		return say('no TLS is spoken there; name the port of HTTPS, or clickhouse:// without TLS on this machine');
	// Our own signal; a server that speaks no TLS may wait for the end of a line that never comes.
	if (/aborted a request/i.test(String(message)))
		return say(
			'the server does not answer; check host and port of its HTTP interface, and whether TLS is spoken there',
		);
	if (unreachable.test(`${code} ${message}`))
		return say(`the server cannot be reached (${code || 'ETIMEDOUT'}); check host and port of its HTTP interface`);
	if (broken.test(`${code} ${message}`)) return say(`the server has broken off (${code || message}); ${again}`);
	return say(`is no HTTP interface of ClickHouse: ${String(message).split('\n')[0]}`);
}
