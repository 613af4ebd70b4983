/**
 * Writes a log to standard output in which every session has a name of its own: `made-up-names.ts KIND SESSIONS`. KIND is
 * tags, hosts, versions, ciphers, peers, old-peers, users, relays or pids. It is streamed, to be piped into tlsaudit or kept by who needs a file:
 * what is made up by a hostile sender must not cost memory without end.
 */
import {once} from 'node:events';

type Names = {
	readonly host: string;
	readonly tag: string;
	readonly peer: string;
	readonly version: string;
	readonly cipher: string;
	readonly user: string;
};

const usual: Names = {
	host: 'mx1',
	tag: 'postfix/smtpd',
	peer: 'client.example[192.0.2.1]',
	version: 'TLSv1.3',
	cipher: 'TLS_AES_256_GCM_SHA384',
	user: 'ana@example.com',
};

const address = (n: number): string => `${1 + ((n >> 24) & 127)}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

const queueId = (n: number): string => n.toString(16).toUpperCase().padStart(10, 'A');

/** What differs from session to session, by kind. */
const kinds: Readonly<Record<string, (n: number) => Partial<Names>>> = {
	tags: n => ({tag: `postfix/s${n}/smtpd`}),
	hosts: n => ({host: `mx${n}`}),
	versions: n => ({version: `TLSv9.${n}`}),
	ciphers: n => ({cipher: `MADE-UP-${n}`}),
	peers: n => ({peer: `c${n}.example[${address(n)}]`}),
	'old-peers': n => ({peer: `c${n}.example[${address(n)}]`, version: 'TLSv1'}),
	users: n => ({user: `u${n}@example.com`}),
	relays: n => ({peer: `r${n}.example[${address(n)}]:25`}),
	pids: () => ({}),
};

function linesOf(kind: string, n: number, names: Names): string {
	const stamp = new Date(Date.UTC(2026, 9, 12) + n * 10).toISOString().replace('Z', '000+00:00');
	const {host, tag, peer, version, cipher, user} = names;
	const suite = `${version} with cipher ${cipher} (256/256 bits)`;
	if (kind === 'users')
		return `${stamp} ${host} dovecot: imap-login: Login: user=<${user}>, method=PLAIN, rip=${address(n)}, lip=192.0.2.2, mpid=${n % 30_000}, TLS, session=<s${n}>\n`;
	const pid = kind === 'pids' ? n : n % 1000;
	const head = (program: string): string => `${stamp} ${host} ${program}[${pid}]: `;
	if (kind === 'relays')
		return (
			`${head('postfix/smtp')}Trusted TLS connection established to ${peer}: ${suite}\n` +
			`${head('postfix/smtp')}${queueId(n)}: to=<a@example.com>, relay=${peer}, delay=1, delays=0/0/0.5/0.5, dsn=2.0.0, status=sent (250 OK)\n`
		);
	return (
		`${head(tag)}connect from ${peer}\n` +
		`${head(tag)}Anonymous TLS connection established from ${peer}: ${suite}\n` +
		// A session that carried no mail is a probe, which breaks no rule.
		(kind === 'old-peers' ? `${head(tag)}${queueId(n)}: client=${peer}\n` : '') +
		`${head(tag)}disconnect from ${peer} ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7\n`
	);
}

const [kind = '', sessions = ''] = process.argv.slice(2);
const differs = kinds[kind];
if (differs === undefined || !/^\d+$/.test(sessions)) {
	process.stderr.write(`usage: made-up-names.ts ${Object.keys(kinds).join('|')} SESSIONS\n`);
	process.exit(2);
}
process.stdout.on('error', () => process.exit(0));
let text = '';
for (let n = 0; n < Number(sessions); n++) {
	text += linesOf(kind, n, {...usual, ...differs(n)});
	if (text.length > 1 << 20) {
		if (!process.stdout.write(text)) await once(process.stdout, 'drain');
		text = '';
	}
}
process.stdout.write(text);
