import ipaddr from 'ipaddr.js';
import type {Kind, Names} from './names.ts';

/*
 * What becomes of each text of a result, by the name of its column: the table says for every one whether it names somebody. A text
 * whose column is not in it is not shown, so that a new column tells nothing before somebody has thought of it.
 */

/** The row that a text stands in. */
type Row = Readonly<Record<string, unknown>>;
export type Treatment = (said: string, row: Row, names: Names) => string;

/** In place of a text that cannot be shown. */
export const hidden = '(not shown)';

/** Words of the program or of a policy, which name nobody. */
const kept: Treatment = said => said;
const hide: Treatment = () => hidden;
const named =
	(kind: Kind): Treatment =>
	(said, _row, {name}) =>
		name(kind, said);

// Each begins where a word does: a text of a peer may be long, and is looked at once.
/** What is before the @ may have any letter in it but a blank (RFC 5321, 4.1.2). */
const mailAddress = /(?<!\S)[^\s@]*@\S*/g;
const addressOfV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)/g;
const withColons = /\w*:\w*:[\w:.]*/g;
const hostName = /(?<![\w.-])(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9](?![\w@-]|\.\w)/gi;

/** Letters of the longest address of IPv6 with a word before it. */
const mostColons = 80;

/** A word with colons in which the address of IPv6 is replaced, whatever is before or behind it; a very long one is as a whole. */
function replacedV6(word: string, name: Names['name']): string {
	if (word.length > mostColons) return name('host', word);
	const end = word.search(/(?:(?<!:):|\.)?$/);
	for (let from = 0; from !== -1 && from < end; from = word.indexOf(':', from) + 1 || -1) {
		const found = word.slice(from, end);
		if (ipaddr.isValid(found)) return word.slice(0, from) + name('address', found) + word.slice(end);
	}
	return word;
}

/** Words of a log about TLS, of which a peer may have made up any: addresses and host names in them are replaced. */
export const words: Treatment = (said, _row, {name}) => {
	// Most are one word.
	if (!/[@:.]/.test(said)) return said;
	return said
		.replaceAll(mailAddress, found => name('user', found))
		.replaceAll(withColons, found => replacedV6(found, name))
		.replaceAll(addressOfV4, found => (ipaddr.isValid(found) ? name('address', found) : found))
		.replaceAll(hostName, found => (found.endsWith('.invalid') ? found : name('host', found)));
};

/** A peer in one word: `mail.example[192.0.2.1]`, an address, a name, or none. */
const peer: Treatment = (said, _row, {name}) => {
	const [, host, ip] = /^(.*)\[([^[\]]*)\]$/.exec(said) ?? [];
	if (host !== undefined && ip !== undefined) return `${name('host', host)}[${name('address', ip)}]`;
	return said === 'unknown' ? said : name('host', said);
};

/** Programs and services as everyone has them; others may bear the name of a customer or a machine. */
const usualPrograms = new Set(
	`postfix dovecot smtpd smtp smtps submission submissions lmtp relay tlsproxy postscreen qmgr cleanup pickup bounce local virtual
	pipe error retry discard dnsblog anvil verify master login imap imaps pop3 pop3s sieve managesieve auth
	imap-login pop3-login managesieve-login submission-login`.split(/\s+/),
);

/** A tag such as `postfix-acme/smtpd`, or a service. */
const program: Treatment = (said, _row, {name}) =>
	said.replaceAll(/[^/:\s]+/g, part => (usualPrograms.has(part.toLowerCase()) ? part : name('program', part)));

/** The file of a log, or a database; `-` is standard input. */
const file: Treatment = (said, _row, {name}) => (said === '-' ? said : name('log', said));

/**
 * A note of the coverage: about a process that goes on without TLS, with its host, its tag and the file; about a host that is silent;
 * about a log that was not read to its end.
 */
const notice: Treatment = (said, row, names) => {
	const [, host, tag = '', does = '', source = '', line = ''] =
		/^(?:(\S+) )?(\S+) (has switched TLS off .*; see )(.*)(, line \d+\.)$/s.exec(said) ?? [];
	const [, silent, since = ''] = /^(\S+)( has logged no session since .*)$/s.exec(said) ?? [];
	if (silent !== undefined) return names.name('host', silent) + since;
	const [, log, unread = ''] = /^(.*)( was not read to its end on .*)$/s.exec(said) ?? [];
	if (log !== undefined) return file(log, row, names) + unread;
	if (tag === '') return words(said, row, names);
	const where = host === undefined ? '' : `${names.name('host', host)} `;
	return `${where}${program(tag, row, names)} ${does}${file(source, row, names)}${line}`;
};

/** A sentence about what the log lacks names the program that wrote it. */
const missing: Treatment = (said, row, names) =>
	said.replace(
		/^(.* sessions? )(.*)( does not log )/,
		(_all, before: string, tag: string, rest: string) =>
			`${before}${tag === 'the log' ? tag : program(tag, row, names)}${rest}`,
	);

/** A note about a comparison may name the database that it is with. */
const note: Treatment = (said, row, names) => {
	const before = row.before as {readonly database?: string | null} | null | undefined;
	const database = before?.database ?? null;
	return database === null ? said : said.replaceAll(database, file(database, row, names));
};

/** A sentence about an input that cannot be read begins with its name; one about a signal names none. */
const problem: Treatment = (said, row, names) => {
	if (said.startsWith('interrupted: ')) return said;
	const [, source = '', rest = ''] = /^(.+?)(: .*)$/s.exec(said) ?? [];
	if (source === '') return words(said, row, names);
	// Of a database that lacks a part of a log.
	const [, what, log = '', why = ''] = /^(: .* on \d{4}-\d\d-\d\d: )(.+?)(: .*)$/s.exec(rest) ?? [];
	const then = what === undefined ? words(rest, row, names) : what + file(log, row, names) + words(why, row, names);
	return file(source, row, names) + then;
};

/** What a policy says of a destination names its domain. */
const reference: Treatment = (said, _row, {name}) =>
	said.replace(
		/^(policy, destinations: )(.*)$/s,
		(_all, rule: string, domain: string) => rule + name('domain', domain),
	);

const item: Treatment = (said, row, names) => (row.kind === 'peer' ? peer : words)(said, row, names);

/** Texts by the name of their column, with that of the list they are in where it has another meaning there. */
export const treatments = {
	...{peer_ip: named('address'), ip: named('address'), cidr: named('network')},
	...{peer_host: named('host'), host: named('host'), log_host: named('host'), server_name: named('host')},
	...{mxHost: named('host'), mxIp: named('address')},
	...{domain: named('domain'), recipient_domain: named('domain')},
	...{username: named('user'), usernames: named('user'), user: named('user')},
	...{peer, item, tag: program, program, service: program, source: file, database: file},
	...{example: hide, shape: hide, 'suppressed.reason': hide, 'expired.reason': hide},
	...{notices: notice, missing, problems: problem, notes: note, reference},
	...{protocol: words, cipher: words, group: words, key_exchange: words, signature: words, digest: words, worst: words},
	...{server_signature: words, server_digest: words, client_signature: words, client_digest: words, tls_level: words},
	...{alert: words, observed: words, reason: words, reasons: words, failure: words},
	...{rule: kept, rules: kept, severity: kept, hop: kept, hops: kept, direction: kept, outcome: kept, trust: kept},
	...{tls_mode: kept, port_source: kept, started_at: kept, ended_at: kept, required: kept, remedy: kept},
	...{whose: kept, lacks: kept, verdict: kept, sentence: kept, nothing: kept, policy: kept, at: kept, until: kept},
	...{failOn: kept, operation: kept, tls: kept, expected: kept, seen: kept, kind: kept, change: kept, grade: kept},
	...{
		day: kept,
		result: kept,
		unit: kept,
		zone: kept,
		period: kept,
		otherZones: kept,
		min_version: kept,
		minVersion: kept,
		ban: kept,
	},
} as const satisfies Readonly<Record<string, Treatment>>;
