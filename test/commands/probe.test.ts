import {createHash, X509Certificate} from 'node:crypto';
import {createSocket} from 'node:dgram';
import {setServers} from 'node:dns';
import test from 'ava';
import {AUTHENTIC_DATA, decode, encode} from 'dns-packet';
import {createMaker} from '../probe/fixture/certificates.ts';
import {run} from '../probe/fixture/run.ts';
import {implicit, listen} from '../probe/fixture/servers.ts';

test.serial('text of a clean server goes to standard output, and the connections are counted in it', async t => {
	const maker = createMaker();
	const peer = await implicit({...maker.issue('localhost'), minVersion: 'TLSv1.2'});
	t.teardown(async () => {
		await peer.close();
		maker.remove();
	});
	const {status, out, complaints} = await run({target: `localhost:${peer.port}`, format: 'text'});
	t.is(status, 0);
	t.deepEqual(complaints, []);
	t.regex(out, new RegExp(`\nused ${peer.connections()} of at most 40 connections\npass: `));
	t.regex(out, /TLS from the first byte, as no --starttls was given/);
	t.regex(out, /address 127\.0\.0\.1/);
	t.regex(out, / {2}name {4}good for localhost/);
});

test.serial('without a handshake there is one sentence on standard error; JSON is written all the same', async t => {
	const peer = await listen(socket => socket.end());
	t.teardown(() => peer.close());
	const target = `127.0.0.1:${peer.port}`;
	const text = await run({target, format: 'text'});
	t.like(text, {status: 2, out: ''});
	t.is(text.complaints.length, 1);
	const json = await run({target});
	t.is(json.status, 2);
	t.is(json.report?.verdict, 'failed');
});

test.serial('SIGINT ends the probe with the signal’s status and leaves what is known', async t => {
	const peer = await listen(() => void setTimeout(() => process.emit('SIGINT', 'SIGINT'), 20));
	t.teardown(() => peer.close());
	const {status, report} = await run({target: `127.0.0.1:${peer.port}`, timeout: 20_000});
	t.is(status, 130);
	t.true(report?.results.every(each => each.accepted === null));
	t.is(peer.connections(), 1);
});

test.serial('a target that means nothing is refused before anything is dialled', async t => {
	await t.throwsAsync(run({target: 'mail.example.org'}), {message: /names no port/});
});

const inDays = (days: number): string =>
	new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

/** A server whose certificate ends at midnight, so many days from today. */
async function ending(days: number) {
	const maker = createMaker();
	const peer = await implicit({...maker.issue('localhost', {to: inDays(days)}), minVersion: 'TLSv1.2'});
	const close = async (): Promise<void> => {
		await peer.close();
		maker.remove();
	};
	return {target: `localhost:${peer.port}`, close};
}

test.serial('Nagios: OK, WARNING before the end, CRITICAL behind it, UNKNOWN without a handshake', async t => {
	const fresh = await ending(40);
	const ok = await run({target: fresh.target, format: 'nagios', warnDays: 14});
	t.is(ok.status, 0);
	t.regex(
		ok.out,
		/^TLSAUDIT OK - localhost:\d+: the certificate ends on \d{4}-\d\d-\d\d, in 39 days \| days_left=39;14:;0: connections=\d+;;;0;40\n$/,
	);
	const warning = await run({target: fresh.target, format: 'nagios', warnDays: 60});
	t.is(warning.status, 1);
	t.regex(warning.out, /^TLSAUDIT WARNING - .* in 39 days \| days_left=39;60:;0: /);
	t.is((await run({target: fresh.target, format: 'text', warnDays: 60})).status, 0, 'a note elsewhere');
	const strict = await run({target: fresh.target, format: 'nagios', strict: true});
	t.is(strict.status, 2);
	t.regex(strict.out, /^TLSAUDIT CRITICAL - .*not complete/);
	await fresh.close();
	const old = await ending(-3);
	const critical = await run({target: old.target, format: 'nagios'});
	t.is(critical.status, 2);
	t.regex(critical.out, /^TLSAUDIT CRITICAL - .*the certificate expired on .* \| days_left=-4;14:;0: /);
	await old.close();
	const gone = await run({target: old.target, format: 'nagios'});
	t.is(gone.status, 3);
	t.regex(gone.out, /^TLSAUDIT UNKNOWN - nothing listens at localhost:\d+/);
	const nonsense = await run({target: 'nonsense', format: 'nagios'});
	t.is(nonsense.status, 3);
	t.regex(nonsense.out, /^TLSAUDIT UNKNOWN - "nonsense" names no port/);
});

test.serial('given TLSA records are compared with what is served', async t => {
	const maker = createMaker();
	const identity = maker.issue('localhost');
	const peer = await implicit({...identity, minVersion: 'TLSv1.2'});
	t.teardown(async () => {
		await peer.close();
		maker.remove();
	});
	const target = `localhost:${peer.port}`;
	const certificate = new X509Certificate(identity.cert);
	const whole = createHash('sha256').update(certificate.raw).digest('hex');
	const match = await run({target, tlsa: [`3 0 1 ${whole}`]});
	t.is(match.status, 0);
	t.like(match.report?.tlsa, {source: 'given', verdict: 'match', authenticated: null});
	t.is((await run({target, tlsa: [`3 1 1 ${whole}`]})).status, 1, 'the digest of another thing');
	await t.throwsAsync(run({target, tlsa: ['3 1 1 zz']}), {message: /^--tlsa "3 1 1 zz" is no TLSA record/});
});

test.serial('TLSA records are resolved by the port and the name; none is undecided', async t => {
	const maker = createMaker();
	const identity = maker.issue('localhost');
	const peer = await implicit({...identity, minVersion: 'TLSv1.2'});
	const key = new X509Certificate(identity.cert).publicKey.export({type: 'spki', format: 'der'});
	const certificate = createHash('sha256').update(key).digest();
	const dns = createSocket('udp4');
	const asked: string[] = [];
	dns.on('message', (packet, from) => {
		const {id = 0, questions = []} = decode(packet);
		const name = questions[0]?.name ?? '';
		asked.push(name);
		const data = {usage: 3, selector: 1, matchingType: 1, certificate};
		const answers = name.endsWith('localhost') ? [{name, type: 'TLSA', ttl: 60, data} as const] : [];
		dns.send(encode({type: 'response', id, flags: AUTHENTIC_DATA, questions, answers}), from.port, from.address);
	});
	await new Promise<void>(resolve => dns.bind(0, '127.0.0.1', resolve));
	setServers([`127.0.0.1:${dns.address().port}`]);
	t.teardown(async () => {
		dns.close();
		await peer.close();
		maker.remove();
	});
	const {status, report} = await run({target: `localhost:${peer.port}`, tlsa: true});
	t.is(status, 0);
	t.like(report?.tlsa, {source: 'dns', verdict: 'match', authenticated: true, name: `_${peer.port}._tcp.localhost`});
	const none = await run({target: `localhost:${peer.port}`, tlsa: true, servername: 'other.example.org'});
	t.is(none.status, 2);
	t.is(none.report?.verdict, 'incomplete');
	t.deepEqual(asked, [`_${peer.port}._tcp.localhost`, `_${peer.port}._tcp.other.example.org`]);
	await t.throwsAsync(run({target: `127.0.0.1:${peer.port}`, tlsa: true}), {
		message: /belong to names; give --servername/,
	});
});
