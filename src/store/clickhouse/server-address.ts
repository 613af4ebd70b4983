/** A database of a ClickHouse server, as `--db` and `--to` name it. */
export type ServerAddress = {
	/** As messages name it, and the database that sends to it: without a user, so that another one goes on where this one was. */
	readonly name: string;
	/** Of its HTTP interface. */
	readonly url: string;
	readonly user: string;
	readonly database: string;
	/** One sentence where password and sessions go over a network as they are, else null. */
	readonly exposed: string | null;
};

const scheme = /^clickhouses?:\/\//i;

/** Whether a word names a ClickHouse server. */
export const isClickHouse = (text: string): boolean => scheme.test(text);

const form = 'clickhouse://USER@HOST:PORT/DATABASE, or clickhouses:// for TLS';
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Reads `clickhouse://USER@HOST:PORT/DATABASE`: the HTTP interface, port 8123 (https://clickhouse.com/docs/interfaces/http), and
 * `clickhouses://` the same over TLS, port 8443. Throws one sentence when it is none, or has a password, which it does not repeat.
 */
export function readServerAddress(text: string): ServerAddress {
	const secure = /^clickhouses:/i.test(text);
	let parts: URL;
	try {
		// As http, so that the host is read by its rules.
		parts = new URL(text.replace(scheme, secure ? 'https://' : 'http://'));
	} catch {
		throw new Error(`the name of a ClickHouse server cannot be read; it is ${form}`);
	}
	const {hostname, username, password, pathname, search, hash} = parts;
	const port =
		/:(\d+)(?:\/|$)/.exec(text.replace(scheme, '').replace(/^[^/]*@/, ''))?.[1] ?? (secure ? '8443' : '8123');
	if (password !== '')
		throw new Error(
			`a password in the name of ${hostname} is seen by everyone who lists processes; leave it out, and give it as TLSAUDIT_CLICKHOUSE_PASSWORD or --password-file`,
		);
	let [user, database]: [string, string] = ['', ''];
	try {
		[user, database] = [decodeURIComponent(username), decodeURIComponent(pathname.slice(1))];
	} catch {
		// A lonely percent sign.
	}
	if (search !== '' || hash !== '' || database === '' || database.includes('/'))
		throw new Error(`${hostname}: name a database of the ClickHouse server, and nothing after it: ${form}`);
	const name = `clickhouse${secure ? 's' : ''}://${hostname}:${port}/${database}`;
	return {
		name,
		url: `http${secure ? 's' : ''}://${hostname}:${port}`,
		user: user === '' ? 'default' : user,
		database,
		exposed:
			secure || loopback.test(hostname)
				? null
				: `${name}: password and sessions go over the network as they are; use clickhouses:// for TLS`,
	};
}
