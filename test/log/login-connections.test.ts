import test from 'ava';
import fc from 'fast-check';
import {createReader} from '../../src/log/reader.ts';
import type {Session} from '../../src/model/session.ts';
import {readLine} from './fixture/read-line.ts';
import {sessionsOf} from './fixture/sessions-of.ts';

const elements = (id: string, user: string, secured = ', TLS') =>
	`user=<${user}>, method=PLAIN, rip=198.51.100.4, lip=192.0.2.5${secured}, session=<${id}>`;
const at = (second: number, text: string) =>
	`${new Date(Date.UTC(2026, 9, 12) + second * 1000).toISOString()} mx1 dovecot: ${text}`;

/** Heads that end no login. */
const passing = [
	'imap-login: Warning: Auth process not responding, delayed sending initial response (greeting)',
	'imap-login: Error: proxy(ana,192.0.2.20:143): connect(192.0.2.20, 143) failed: Connection refused (after 0 secs)',
	'imap-login: Error: Timeout waiting for handshake from auth server. my pid=1, input bytes=0',
	'imap-login: Info: proxy(ana,192.0.2.20:143): Login failed to 192.0.2.20:143: [UNAVAILABLE] later',
	'imap-login: Internal login failure (pid=123 id=4) (internal failure, 1 successful auths)',
	'imap-login: Debug: SSL: where=0x2001, ret=1: SSLv3/TLS write server hello',
];
/** Heads that end one, and whether somebody got in. */
const final = [
	['imap-login: Login', true],
	['imap-login: Info: Login', true],
	['imap-login: Logged in', true],
	['imap-login: proxy(ana): started proxying to 192.0.2.20:143', true],
	['imap-login: proxy(ana,192.0.2.20:143): Started proxying to <mda.example.com> (192.0.2.20) (0.005 secs)', true],
	['imap-login: Disconnected (auth failed, 1 attempts in 2 secs)', false],
	['imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs)', false],
	['imap-login: Aborted login (no auth attempts in 0 secs)', false],
	['imap-login: Login aborted: Connection closed (auth failed, 1 attempts in 2 secs) (auth_failed)', false],
] as const;
/** Heads of what may follow. */
const after = [
	'imap-login: Debug: SSL alert: where=0x4008, ret=256: warning close notify',
	'imap-login: proxy(ana,192.0.2.20:143): Disconnected by client (0s idle, in=456, out=1234)',
	'imap-login: proxy(ana): disconnecting 198.51.100.4 (Disconnected by server)',
	'imap-login: Error: read(client) failed: Connection reset by peer',
];

test('whatever precedes the elements, one id is one session, by the line that ends the login', t => {
	const connection = fc.record({
		before: fc.array(fc.constantFrom(...passing), {maxLength: 3}),
		end: fc.constantFrom(...final),
		later: fc.array(fc.constantFrom(...after), {maxLength: 3}),
		tls: fc.boolean(),
	});
	fc.assert(
		fc.property(fc.array(connection, {minLength: 1, maxLength: 5}), connections => {
			const lines = connections.flatMap(({before, end, later, tls}, index) => {
				const secured = tls ? ', TLS' : '';
				return [
					...before.map(head => ({index, text: `${head}: ${elements(`id${index}`, '', secured)}`})),
					{index, text: `${end[0]}: ${elements(`id${index}`, `user${index}`, secured)}`},
					...later.map(head => ({index, text: `${head}: ${elements(`id${index}`, `user${index}`, secured)}`})),
				];
			});
			const {sessions, coverage} = sessionsOf(lines.map(({text}, second) => at(second, text)));
			t.is(sessions.length, connections.length);
			t.is(coverage.notUnderstood, 0);
			for (const [index, {end, tls}] of connections.entries()) {
				const name = `user${index}`;
				const entered = sessions.filter(({username}) => username === name);
				t.is(entered.length, end[1] ? 1 : 0);
				if (entered[0]) t.is(entered[0].outcome, tls ? 'encrypted' : 'plaintext');
			}
			t.is(sessions.filter(({loggedIn}) => loggedIn).length, connections.filter(({end}) => end[1]).length);
		}),
		{numRuns: 300},
	);
});

test('a connection of which no line reports the end is a session after five minutes of the log, once', t => {
	const sessions: Session[] = [];
	const reader = createReader(session => sessions.push(session), {zone: 'UTC', now: Date.UTC(2026, 11, 1)});
	reader.open({name: 'test.log', modified: null});
	readLine(reader, at(0, `${passing[0]}: ${elements('a', '')}`));
	readLine(reader, at(200, `imap-login: Login: ${elements('b', 'bob')}`));
	t.deepEqual(
		sessions.map(({username}) => username),
		['bob'],
	);
	readLine(reader, at(320, `imap-login: Login: ${elements('c', 'cyn')}`));
	readLine(reader, at(326, `imap-login: Login: ${elements('d', 'dan')}`));
	t.deepEqual(sessions.map(({username}) => username).sort(), ['bob', 'cyn', 'dan', null]);
	readLine(reader, at(400, `imap-login: Disconnected: ${elements('a', '')}`));
	reader.end();
	t.is(sessions.length, 4);
});

test('the end of a proxied connection is no session although thousands of logins lie between', t => {
	const lines = [at(0, `imap-login: proxy(ana): started proxying to 192.0.2.20:143: ${elements('long', 'ana')}`)];
	for (let index = 0; index < 40_000; index++)
		lines.push(at(1 + index / 10, `imap-login: Login: ${elements(`n${index}`, 'bob')}`));
	lines.push(at(9000, `imap-login: proxy(ana): disconnecting 198.51.100.4: ${elements('long', 'ana')}`));
	const {sessions} = sessionsOf(lines);
	t.is(sessions.filter(({username}) => username === 'ana').length, 1);
	t.is(sessions.length, 40_001);
});

test('without an id only the line that ends a login is a connection', t => {
	const {sessions, coverage} = sessionsOf([
		at(0, `${passing[0]}: user=<>, rip=198.51.100.4, lip=192.0.2.5, TLS`),
		at(1, 'imap-login: Login: user=<ana>, method=PLAIN, rip=198.51.100.4, lip=192.0.2.5, TLS'),
		at(1, 'imap-login: Login: user=<ana>, method=PLAIN, rip=198.51.100.4, lip=192.0.2.5, TLS'),
	]);
	t.deepEqual(
		sessions.map(({username}) => username),
		['ana', 'ana'],
	);
	t.is(coverage.understood, 3);
});

test('a login process whose certificate is broken serves neither TLS nor plaintext', t => {
	const id = elements('broken', '', '');
	const error = `imap-login: Error: Failed to initialize SSL server context: Can't load SSL certificate (ssl_cert setting): There is no valid PEM certificate.: ${id}`;
	const end = `imap-login: Disconnected: TLS initialization failed. (no auth attempts in 0 secs): ${id}`;
	for (const lines of [[error, end], [end], [error], [end.replace(': TLS init', ' (TLS init')]]) {
		const {sessions} = sessionsOf(lines.map((line, second) => at(second, line)));
		t.is(sessions.length, 1);
		t.like(sessions[0], {outcome: 'failed', failure: 'tls-unavailable', port: null, tlsMode: null});
	}
});

test('an encrypted login that ends without close_notify did not fail, one without a demanded certificate did', t => {
	const of = (head: string, secured: string) =>
		sessionsOf([at(0, `imap-login: ${head}: ${elements('one', 'ana', secured)}`)]).sessions[0];
	const eof = 'TLS: SSL_read failed: error:0A000126:SSL routines::unexpected eof while reading';
	t.like(of('Disconnected: Connection closed (auth failed, 1 attempts in 2 secs)', `, ${eof}`), {
		outcome: 'encrypted',
		failure: null,
		alert: null,
	});
	t.like(of("Disconnected (client didn't send a cert)", ', TLS'), {
		outcome: 'encrypted',
		failure: 'client-certificate-required',
	});
});
