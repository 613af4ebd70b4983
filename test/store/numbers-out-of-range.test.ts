import test from 'ava';
import fc from 'fast-check';
import {emptySession, type Session} from '../../src/model/session.ts';
import {createLoader} from '../../src/store/load.ts';
import {sessionRows} from '../../src/store/rows.ts';
import {openStore} from '../../src/store/store.ts';
import {sessionsOf} from '../log/fixture/sessions-of.ts';
import {runs} from '../runs.ts';

const numbers = [
	'65536',
	'2147483647',
	'2147483648',
	'4294967295',
	'4294967297',
	'9999999999',
	'1'.repeat(20),
	'9'.repeat(40),
];

/** Lines with N wherever Postfix and Dovecot write a number that a session keeps. */
const lines = [
	'postfix/smtpd[P]: connect from a.example[192.0.2.1]:N',
	'postfix/smtpd[P]: Anonymous TLS connection established from a.example[192.0.2.1]:N: TLSv1.2 with cipher AES256-SHA (N/N bits)',
	'postfix/smtpd[P]: disconnect from a.example[192.0.2.1]:N ehlo=N starttls=N/N auth=N/N mail=N rcpt=N/N data=N commands=N/N',
	'postfix/smtp[1]: Untrusted TLS connection established to m.example[198.51.100.1]:N: TLSv1.2 with cipher X (N/N bits) key-exchange X25519 server-signature RSA-PSS (N bits) server-digest SHA256',
	'postfix/smtp[1]: 6C3B4E0D77: to=<ana@example.com>, relay=m.example[198.51.100.1]:N, conn_use=N, delay=N, delays=N/N/N/N, dsn=2.0.0, status=sent (250 OK)',
	'postfix/postscreen[2]: CONNECT from [192.0.2.3]:N to [192.0.2.9]:N',
	'postfix/postscreen[2]: DISCONNECT [192.0.2.3]:N',
	'postfix/tlsproxy[3]: CONNECT from [192.0.2.3]:N',
	'dovecot: imap-login: Login: user=<ana@example.com>, method=PLAIN, rip=198.51.100.1, rport=N, lip=192.0.2.2, lport=N, mpid=N, TLS, TLSv1.2 with cipher X (N/N bits), session=<xN>',
];

const whole = {
	user: 'dovecot: imap-login: Login: user=<bob@example.com>, method=PLAIN, rip=198.51.100.2, rport=2, lip=192.0.2.2, lport=993, mpid=2, TLS, TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits), session=<y>',
};

function logOf(number: string): string[] {
	return [...lines, whole.user].map(
		(line, second) =>
			`2026-10-12T08:00:${String(second).padStart(2, '0')}+00:00 mx1 ${line.replaceAll(/N(?![A-Z])/g, number).replace('[P]', `[${number.slice(0, 10)}]`)}`,
	);
}

/** The rows that the sessions become. */
async function rowsOf(sessions: readonly Session[]): Promise<unknown[]> {
	const store = await openStore();
	const loader = await createLoader(store);
	for (const session of sessions) loader.add(session);
	loader.end();
	const rows =
		await store.all(`select port, peer_port, cipher_bits, pid, reused, messages, rejected, first_line, last_line,
		epoch_ms(started_at)::double as started from sessions order by all`);
	await store.close();
	return rows;
}

const largest = 2 ** 31 - 1;
/** What columns hold of a number: one that no integer column can hold is null. */
const held = (value: number): number | null =>
	Number.isInteger(value) && value >= 0 && value <= largest ? value : null;

for (const number of numbers)
	test(`${number.length > 10 ? `${number.length} digits` : number} wherever a number is: no line is lost, what no column holds is null`, async t => {
		const {sessions, coverage} = sessionsOf(logOf(number));
		t.is(coverage.lines, coverage.understood + coverage.irrelevant + coverage.foreign + coverage.malformed);
		t.is(
			sessions.at(-1)?.username ?? sessions.find(({username}) => username === 'bob@example.com')?.username,
			'bob@example.com',
		);
		const login = sessions.find(({username}) => username === 'ana@example.com');
		t.is(login?.cipherBits, null);
		t.is(login?.port, null);
		// A use of that number is none of the connection that began a second before: both are sessions, none of the other.
		const relays = sessions.filter(({hop}) => hop === 'relay-out');
		t.deepEqual(relays.map(({protocol, port}) => `${protocol} ${port}`).sort(), ['TLSv1.2 null', 'null null']);
		t.true(
			sessions.every(({pid}) => pid === null || pid === 1 || (pid === Number(number.slice(0, 10)) && pid < 2 ** 31)),
		);
		t.true(sessions.some(({tag, outcome}) => tag === 'postfix/smtpd' && outcome === 'encrypted'));
		t.is((await rowsOf(sessions)).length, sessions.length);
	});

test('whatever number a session bears, the loader holds it or null', async t => {
	const number = fc.oneof(
		fc.constantFrom(
			0,
			-1,
			-(2 ** 31),
			2 ** 31 - 1,
			2 ** 31,
			2 ** 32,
			1e15,
			1e300,
			Number.NaN,
			Number.POSITIVE_INFINITY,
		),
		fc.integer(),
	);
	const odd = fc.record({
		startedAt: number,
		pid: number,
		port: number,
		peerPort: number,
		cipherBits: number,
		firstLine: number,
		messages: fc.nat().map(count => count * 2),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(odd, {minLength: 1, maxLength: 5}), async parts => {
			const sessions = parts.map(part => ({...emptySession('access', 'in'), ...part}));
			const rows = (await rowsOf(sessions)) as Array<Record<string, unknown>>;
			const sorted = (values: unknown[]): unknown[] => values.map(String).sort();
			for (const [column, field] of [
				['port', 'port'],
				['peer_port', 'peerPort'],
				['pid', 'pid'],
				['first_line', 'firstLine'],
			] as const)
				t.deepEqual(sorted(rows.map(row => row[column])), sorted(parts.map(part => held(part[field]))));
		}),
		{numRuns: runs(8)},
	);
});

test('rows with the largest numbers come out as JSON', async t => {
	const store = await openStore();
	const loader = await createLoader(store);
	loader.add({...emptySession('access', 'in'), startedAt: 8.64e15, port: 2 ** 31 - 1, messages: 2 ** 40});
	loader.end();
	const rows = [];
	for await (const some of sessionRows(store)) rows.push(...some);
	t.is(rows[0]?.port, 2 ** 31 - 1);
	t.is(rows[0]?.messages, 2 ** 31 - 1);
	t.is(rows[0]?.started_at, '+275760-09-13T00:00:00.000Z');
	await store.close();
});
