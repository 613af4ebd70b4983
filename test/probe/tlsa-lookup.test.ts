import {createSocket} from 'node:dgram';
import {setServers} from 'node:dns';
import {type AddressInfo, createServer} from 'node:net';
import test from 'ava';
import {type Answer, AUTHENTIC_DATA, decode, encode, TRUNCATED_RESPONSE} from 'dns-packet';
import {lookupTlsa} from '../../src/probe/tlsa-lookup.ts';

const name = '_25._tcp.mail.example.org';
const data = Buffer.alloc(32, 0xab);
const tlsa: Answer = {name, type: 'TLSA', ttl: 60, data: {usage: 3, selector: 1, matchingType: 1, certificate: data}};
const record = {usage: 3, selector: 1, matching_type: 1, data: data.toString('hex')};

type Reply = {
	readonly flags?: number;
	readonly answers?: readonly Answer[];
	readonly silent?: boolean;
	readonly id?: number;
};

/** A resolver on loopback, UDP and TCP on one port; it tells what flags it was asked with. */
async function resolver(udpReply: Reply, tcpReply: Reply = udpReply) {
	const asked: Array<{question: string; checks: boolean}> = [];
	const answer = (packet: Buffer, {flags = 0, answers = [], id}: Reply): Buffer => {
		const question = decode(packet);
		const [first] = question.questions ?? [];
		asked.push({question: `${first?.name} ${first?.type}`, checks: question.flag_ad});
		return encode({
			type: 'response',
			id: id ?? question.id ?? 0,
			flags,
			questions: question.questions ?? [],
			answers: [...answers],
		});
	};
	const tcp = createServer(socket => {
		socket.on('error', () => undefined);
		socket.once('data', bytes => {
			const reply = answer(bytes.subarray(2), tcpReply);
			const length = Buffer.alloc(2);
			length.writeUInt16BE(reply.length);
			// In two pieces, as TCP may.
			socket.write(length);
			setTimeout(() => socket.end(reply), 10);
		});
	});
	await new Promise<void>(resolve => tcp.listen(0, '127.0.0.1', resolve));
	const {port} = tcp.address() as AddressInfo;
	const udp = createSocket('udp4');
	udp.on('message', (packet, from) => {
		if (udpReply.silent !== true) udp.send(answer(packet, udpReply), from.port, from.address);
	});
	await new Promise<void>(resolve => udp.bind(port, '127.0.0.1', resolve));
	return {
		place: `127.0.0.1:${port}`,
		asked,
		close: () => {
			udp.close();
			tcp.close();
		},
	};
}

const never = new AbortController().signal;

/** A signal that comes after so many ms. */
function soon(ms: number): AbortSignal {
	const controller = new AbortController();
	setTimeout(() => controller.abort(), ms);
	return controller.signal;
}

async function ask(reply: Reply, tcpReply?: Reply) {
	const server = await resolver(reply, tcpReply);
	setServers([server.place]);
	const answer = await lookupTlsa(name, soon(400));
	server.close();
	return {answer, server};
}

test.serial('records of the resolver, and whether it says that it has validated them', async t => {
	const {answer, server} = await ask({flags: AUTHENTIC_DATA, answers: [tlsa]});
	t.deepEqual(answer, {resolver: server.place, authenticated: true, records: [record], problem: null});
	t.deepEqual(server.asked, [{question: `${name} TLSA`, checks: true}]);
	t.false((await ask({answers: [tlsa]})).answer.authenticated);
});

test.serial('an alias before the records is followed by the resolver', async t => {
	const alias: Answer = {name, type: 'CNAME', ttl: 60, data: '_tlsa.example.org'};
	t.deepEqual((await ask({answers: [alias, {...tlsa, name: '_tlsa.example.org'}]})).answer.records, [record]);
});

test.serial('an answer that UDP cuts off is asked for again over TCP', async t => {
	const {answer, server} = await ask({flags: TRUNCATED_RESPONSE}, {flags: AUTHENTIC_DATA, answers: [tlsa]});
	t.like(answer, {authenticated: true, records: [record], problem: null});
	t.is(server.asked.length, 2);
});

test.serial('no such name and no such record are answers: there is none', async t => {
	t.like((await ask({flags: 3})).answer, {records: [], problem: null});
	t.like((await ask({})).answer, {records: [], problem: null});
});

test.serial('a failure of the resolver is no answer', async t => {
	t.like((await ask({flags: 2})).answer, {records: [], authenticated: false});
	t.regex((await ask({flags: 2})).answer.problem ?? '', /^SERVFAIL: .*DNSSEC is broken/);
	t.is((await ask({flags: 5})).answer.problem, 'REFUSED');
	t.is((await ask({silent: true})).answer.problem, 'no answer in time');
	t.is((await ask({id: 0, answers: [tlsa]})).answer.problem, 'no answer in time', 'an answer to another question');
});

test.serial('the next resolver is asked where one does not answer', async t => {
	const broken = await resolver({flags: 2});
	const whole = await resolver({answers: [tlsa]});
	setServers([broken.place, whole.place]);
	t.like(await lookupTlsa(name, never), {resolver: whole.place, records: [record], problem: null});
	broken.close();
	whole.close();
});

test.serial('bytes that are no answer are a problem, and nothing is thrown', async t => {
	const udp = createSocket('udp4');
	await new Promise<void>(resolve => udp.bind(0, '127.0.0.1', resolve));
	udp.on('message', (packet, from) =>
		udp.send(Buffer.concat([packet.subarray(0, 12), Buffer.alloc(3, 0xff)]), from.port, from.address),
	);
	setServers([`127.0.0.1:${udp.address().port}`]);
	const {records, problem} = await lookupTlsa(name, soon(400));
	udp.close();
	t.deepEqual(records, []);
	t.is(typeof problem, 'string');
});
