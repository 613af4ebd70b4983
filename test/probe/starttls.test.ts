import type {SecureContextOptions} from 'node:tls';
import test from 'ava';
import type {ProbeSettings} from '../../src/commands/probe.ts';
import {createMaker} from './fixture/certificates.ts';
import {reportOf} from './fixture/run.ts';
import {listen, type Peer, type Script, scripted, scripts, secure} from './fixture/servers.ts';

const maker = createMaker();
const good = maker.issue('mail.example.org', {names: 'DNS:mail.example.org,IP:127.0.0.1'});
test.after.always(() => maker.remove());

const modern: SecureContextOptions = {...good, minVersion: 'TLSv1.2'};

async function against(peer: Peer, starttls: ProbeSettings['starttls'], settings: Partial<ProbeSettings> = {}) {
	try {
		return {...(await reportOf({target: `127.0.0.1:${peer.port}`, starttls, ...settings})), peer};
	} finally {
		await peer.close();
	}
}

/** A server that ends in a fault: status 2, nothing accepted, the sentence. */
async function faultOf(script: Script, starttls: keyof typeof scripts) {
	const {status, report, complaints, peer} = await against(await scripted(script, modern), starttls);
	const allowed = /^(?:EHLO tlsaudit|LHLO tlsaudit|STARTTLS|QUIT|a CAPABILITY|b STARTTLS|z LOGOUT|CAPA|STLS)$/;
	return {
		status,
		none: report.results.every(each => each.accepted === null),
		connections: peer.connections(),
		sentence: complaints.join('\n'),
		polite: peer.heard.every(line => allowed.test(line)),
		heard: peer.heard,
	};
}

for (const protocol of ['smtp', 'lmtp', 'imap', 'pop3'] as const) {
	test.serial(
		`STARTTLS of ${protocol}: the dialogue, the handshakes, a goodbye inside TLS, and nothing else`,
		async t => {
			const script = scripts[protocol];
			// Long enough for the server to see that a connection is closed before the next one comes.
			const settings = {pause: 150};
			const {status, report, version, peer} = await against(await scripted(script, modern), protocol, settings);
			t.is(status, 0);
			t.is(report.starttls, protocol);
			t.is(version('TLSv1.3')?.accepted, true);
			t.is(version('TLSv1')?.accepted, false);
			t.is(report.certificate?.subject, 'CN=mail.example.org');
			const words = Object.keys(script.replies).filter(line => line !== 'QUIT' && line !== 'z LOGOUT');
			const goodbye = protocol === 'imap' ? 'tls z LOGOUT' : 'tls QUIT';
			t.deepEqual(new Set(peer.heard), new Set([...words, goodbye]));
			t.is(peer.connections(), report.connections.used);
			t.is(peer.together(), 1);
		},
	);
}

test.serial('old versions behind STARTTLS are found', async t => {
	const loose = {...good, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0'} as const;
	const {status, report} = await against(await scripted(scripts.smtp, loose), 'smtp');
	t.is(status, 1);
	t.regex(report.violations[0] ?? '', /accepts TLSv1 and TLSv1\.1/);
});

test.serial('a server without STARTTLS is asked once, politely left, and distinguished from a refusal', async t => {
	const quiet = {
		...scripts.smtp,
		replies: {'EHLO tlsaudit': '250-mail.example.org\r\n250 SIZE\r\n', QUIT: '221 bye\r\n'},
	};
	const smtp = await faultOf(quiet, 'smtp');
	t.like(smtp, {status: 2, none: true, connections: 1, heard: ['EHLO tlsaudit', 'QUIT']});
	t.regex(smtp.sentence, /does not offer STARTTLS; turn it on \(Postfix: smtpd_tls_security_level = may\)/);
	const imap = await faultOf(
		{...scripts.imap, replies: {'a CAPABILITY': '* CAPABILITY IMAP4rev1\r\na OK\r\n', 'z LOGOUT': '* BYE\r\n'}},
		'imap',
	);
	t.regex(imap.sentence, /does not offer STARTTLS; turn it on \(Dovecot: ssl = yes\).*993/);
	const pop3 = await faultOf({...scripts.pop3, replies: {CAPA: '+OK\r\nUIDL\r\n.\r\n', QUIT: '+OK\r\n'}}, 'pop3');
	t.regex(pop3.sentence, /does not offer STARTTLS/);
	t.deepEqual(pop3.heard, ['CAPA', 'QUIT']);
});

test.serial('STARTTLS that is answered by 454, 502, NO or -ERR: the reply is quoted', async t => {
	const replies = (reply: string) => ({...scripts.smtp.replies, STARTTLS: reply});
	const later = await faultOf(
		{...scripts.smtp, replies: replies('454 4.7.0 TLS not available\r\n'), starts: 'x'},
		'smtp',
	);
	t.like(later, {status: 2, none: true, connections: 1, polite: true});
	t.regex(later.sentence, /cannot begin TLS now, it says "454 4\.7\.0 TLS not available"; see its log/);
	const never = await faultOf({...scripts.smtp, replies: replies('502 5.5.1 no\r\n'), starts: 'x'}, 'smtp');
	t.regex(never.sentence, /does not know STARTTLS, it says "502 5\.5\.1 no"/);
	const imap = {...scripts.imap, replies: {...scripts.imap.replies, 'b STARTTLS': 'b NO not now\r\n'}, starts: 'x'};
	t.regex((await faultOf(imap, 'imap')).sentence, /cannot begin TLS now, it says "b NO not now"/);
	const pop3 = {...scripts.pop3, replies: {...scripts.pop3.replies, STLS: '-ERR no\r\n'}, starts: 'x'};
	t.regex((await faultOf(pop3, 'pop3')).sentence, /will not begin TLS, it says "-ERR no"/);
});

test.serial('a server that turns everybody away is quoted and not asked again', async t => {
	const busy = await faultOf({greeting: '421 4.3.2 All ports are busy\r\n', replies: {QUIT: '221\r\n'}}, 'smtp');
	t.like(busy, {status: 2, none: true, connections: 1, polite: true});
	t.regex(busy.sentence, /turned us away, it says "421 4\.3\.2 All ports are busy"/);
	t.regex((await faultOf({greeting: '* BYE busy\r\n', replies: {}}, 'imap')).sentence, /turned us away/);
	t.regex((await faultOf({greeting: '* PREAUTH hello\r\n', replies: {}}, 'imap')).sentence, /\(PREAUTH\)/);
	t.regex(
		(await faultOf({greeting: '+OK ready\r\n', replies: {}}, 'smtp')).sentence,
		/does not speak SMTP, it says "\+OK/,
	);
});

test.serial('what a server says is quoted without its control characters, and cut', async t => {
	const hostile = `554 \u001B]0;owned\u0007 \u202Eevil ${'x'.repeat(5000)}\r\n`;
	const {sentence} = await faultOf({greeting: hostile, replies: {}}, 'smtp');
	t.true(sentence.includes('owned'));
	t.notRegex(sentence, /[\u0000-\u0009\u000B-\u001F\u202E]/);
	t.true(sentence.length < 400);
});

test.serial(
	'a port that speaks TLS from the first byte is reported, whether it is silent or sends an alert',
	async t => {
		const alert = await listen(socket => socket.write(Buffer.from([0x15, 3, 1, 0, 2, 2, 40])));
		const loud = await against(alert, 'smtp');
		t.is(loud.status, 2);
		t.regex(loud.complaints[0] ?? '', /speaks TLS from the first byte; say --starttls none/);
		const silent = await against(await listen(() => undefined), 'imap', {timeout: 100});
		t.is(silent.status, 2);
		t.is(silent.peer.connections(), 1);
		t.regex(silent.complaints[0] ?? '', /did not answer in IMAP within 0\.1 s.*--starttls none/);
	},
);

test.serial('a greeting without end is cut off, by lines and in one line', async t => {
	for (const text of ['220-spam\r\n', 'x']) {
		let sent = 0;
		const flood = await listen(socket => {
			const more = (): void => {
				while (!socket.destroyed) {
					sent += 4000;
					if (!socket.write(text.repeat(Math.ceil(4000 / text.length)))) return;
				}
			};
			socket.on('drain', more);
			more();
		});
		const {status, complaints, peer} = await against(flood, 'smtp');
		t.is(status, 2);
		t.regex(complaints[0] ?? '', /sends without end before TLS/);
		t.is(peer.connections(), 1);
		t.true(sent < 50_000_000);
	}
});

test.serial('a dripping greeting does not outlast the limit of one connection', async t => {
	const drip = await listen(socket => {
		const timer = setInterval(() => socket.write('220-wait\r\n'), 20);
		socket.on('close', () => clearInterval(timer));
	});
	const begun = Date.now();
	const {status, complaints} = await against(drip, 'smtp', {timeout: 300});
	t.is(status, 2);
	t.regex(complaints[0] ?? '', /did not answer in SMTP within 0\.3 s/);
	t.true(Date.now() - begun < 2500);
});

test.serial('plaintext behind the reply to STARTTLS is not taken for TLS', async t => {
	const replies = {...scripts.smtp.replies, STARTTLS: '220 Ready\r\n250 injected\r\n'};
	const {sentence, none} = await faultOf({...scripts.smtp, replies, starts: 'x'}, 'smtp');
	t.true(none);
	t.regex(sentence, /sent more plaintext behind its answer to STARTTLS/);
});

test.serial('plaintext in place of the handshake and a closed connection have their own sentences', async t => {
	const liar = await listen(socket => {
		socket.write('220 mail.example.org\r\n');
		socket.on('data', bytes => {
			const text = bytes.toString('latin1');
			if (text.startsWith('EHLO')) socket.write('250 STARTTLS\r\n');
			else socket.write(text.startsWith('STARTTLS') ? '220 Ready\r\n' : '500 what is this binary stuff\r\n');
		});
	});
	t.regex((await against(liar, 'smtp')).complaints[0] ?? '', /ready for TLS and went on in plaintext/);
	const closing = await listen(socket => socket.end('220 mail.example.org\r\n'));
	t.regex((await against(closing, 'smtp')).complaints[0] ?? '', /closed the connection before TLS began/);
	const resetting = await listen(socket => setTimeout(() => socket.resetAndDestroy(), 30));
	t.regex((await against(resetting, 'smtp')).complaints[0] ?? '', /closed the connection before TLS began/);
});

test.serial('a limit by the server in the middle ends the probe: what is known stays, the rest is open', async t => {
	let count = 0;
	const peer = await listen((socket, {heard}) => {
		count++;
		if (count > 2) {
			socket.end('421 too many connections\r\n');
			return;
		}
		socket.write('220 mail.example.org\r\n');
		const listenFor = (bytes: Buffer): void => {
			const word = bytes.toString();
			socket.write(word.startsWith('EHLO') ? '250 STARTTLS\r\n' : '220 Ready\r\n');
			if (!word.startsWith('STARTTLS')) return;
			socket.off('data', listenFor);
			secure(socket, modern, heard);
		};
		socket.on('data', listenFor);
	});
	const {status, report, version, suite} = await against(peer, 'smtp');
	t.is(status, 2);
	t.is(peer.connections(), 3);
	t.is(report.verdict, 'incomplete');
	t.is(version('TLSv1.3')?.accepted, true);
	t.is(version('TLSv1')?.accepted, null);
	t.regex(suite('anonymous', 'TLSv1.2')?.error ?? '', /421 too many connections/);
});
