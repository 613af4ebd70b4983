import type {Socket} from 'node:net';
import type {TLSSocket} from 'node:tls';
import {clientName, ownAddress, screenedAddress} from './cast.ts';
import {reach, reply, secure, speak} from './dialogue.ts';
import {only, type Version} from './inbound-cases.ts';
import {runMailClient} from './mail-client.ts';
import {run} from './programs.ts';
import type {Row} from './tlsaudit.ts';

/** A client that does what no proper one does, and the rows that the log must come to. */
export type OddCase = {readonly about: string; readonly from: string; run(from: string): Promise<Row[]>};

const nothing = {protocol: null, cipher: null, cipher_bits: null, messages: 0, username: null, trust: null};

function failed(from: string, port: number, mode: string, failure: string): Row {
	return {port, peer_ip: from, peer_host: clientName(from), outcome: 'failed', tls_mode: mode, failure, ...nothing};
}

/** Until the server closes, at most ten seconds. */
function closed(socket: Socket): Promise<void> {
	return new Promise(resolve => {
		socket.once('close', () => resolve());
		socket.setTimeout(10_000, () => socket.destroy());
		socket.resume();
	});
}

async function untilStarttls(from: string, port: number): Promise<Socket> {
	const socket = await reach(ownAddress, port, from);
	const dialogue = speak(socket);
	await reply(dialogue);
	for (const word of ['EHLO client.example.com', 'STARTTLS']) {
		dialogue.say(word);
		await reply(dialogue);
	}
	dialogue.release();
	return socket;
}

/** The beginning of a ClientHello (RFC 9846 section 5.1): a record of 512 bytes, of which a few come. */
const halfHello = Buffer.from('160301020001000001fc0303', 'hex');

/** OpenSSL's own client sends the alert that node's does not: it refuses our certificate in the handshake. */
async function refuseCertificate(from: string, port: number, version: Version): Promise<void> {
	const flag = {TLSv1: '-tls1', 'TLSv1.1': '-tls1_1', 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3'}[version];
	const {status} = await run('openssl', [
		...['s_client', '-connect', `${ownAddress}:${port}`, '-bind', `${from}:0`, flag, '-cipher', 'ALL:@SECLEVEL=0'],
		...['-verify_return_error', '-no-CAfile', '-no-CApath', '-no-CAstore', '-starttls', 'smtp'],
	]);
	if (status === 0) throw new Error('openssl s_client took a certificate that it must not trust');
}

async function resume(from: string): Promise<Row[]> {
	const options = {...only('TLSv1.2'), servername: 'mx.example.org'};
	let session: Buffer | undefined;
	for (let turn = 0; turn < 2; turn++) {
		const tls: TLSSocket = await secure(await reach(ownAddress, 465, from), {
			...options,
			...(session ? {session} : {}),
		});
		if (turn === 1 && !tls.isSessionReused()) throw new Error('the session was not resumed');
		session = tls.getSession();
		const dialogue = speak(tls);
		await reply(dialogue);
		dialogue.say('EHLO client.example.com');
		await reply(dialogue);
		dialogue.say('QUIT');
		await reply(dialogue);
		tls.destroy();
	}
	const row: Row = {
		port: 465,
		peer_ip: from,
		outcome: 'encrypted',
		protocol: 'TLSv1.2',
		tls_mode: 'implicit',
		failure: null,
	};
	return [row, row];
}

/** The first visit passes postscreen's tests, over TLS if it likes, and is put off; the second is let through. */
async function visitPostscreen(from: string): Promise<Row[]> {
	const client = {from, to: screenedAddress, port: 25, tls: 'starttls', options: only('TLSv1.1'), messages: 1} as const;
	const first = await runMailClient(client);
	const second = await runMailClient({...client, options: only('TLSv1.3')});
	const row = {port: 25, hop: 'relay-in', peer_ip: from, outcome: 'encrypted', tls_mode: 'starttls', failure: null};
	return [first, second].map(({tls, sent}) => ({
		...row,
		protocol: tls?.protocol ?? null,
		cipher: tls?.cipher ?? null,
		cipher_bits: tls?.bits ?? null,
		messages: sent,
	}));
}

type Odd = Omit<OddCase, 'from'>;

const odd: readonly Odd[] = [
	{
		about: '465: plaintext where a handshake is expected',
		async run(from) {
			const socket = await reach(ownAddress, 465, from);
			socket.write('EHLO client.example.com\r\n');
			await closed(socket);
			return [failed(from, 465, 'implicit', 'not-tls')];
		},
	},
	{
		about: '465: half a ClientHello',
		async run(from) {
			const socket = await reach(ownAddress, 465, from);
			socket.end(halfHello);
			await closed(socket);
			return [failed(from, 465, 'implicit', 'lost-connection')];
		},
	},
	{
		about: '25: gone after STARTTLS',
		async run(from) {
			const socket = await untilStarttls(from, 25);
			socket.end();
			await closed(socket);
			return [failed(from, 25, 'starttls', 'lost-connection')];
		},
	},
	{
		about: '25: no handshake but plaintext after STARTTLS',
		async run(from) {
			const socket = await untilStarttls(from, 25);
			socket.write('EHLO client.example.com\r\n');
			await closed(socket);
			return [failed(from, 25, 'starttls', 'not-tls')];
		},
	},
	{
		about: '2529: silent after STARTTLS',
		async run(from) {
			await closed(await untilStarttls(from, 2529));
			return [failed(from, 2529, 'starttls', 'timeout')];
		},
	},
	...(['TLSv1', 'TLSv1.2', 'TLSv1.3'] as const).map(
		(version): Odd => ({
			about: `25: our certificate is refused, ${version}`,
			async run(from) {
				await refuseCertificate(from, 25, version);
				return [failed(from, 25, 'starttls', 'peer-rejected-certificate')];
			},
		}),
	),
	{
		about: '25: a connection and nothing else',
		async run(from) {
			const socket = await reach(ownAddress, 25, from);
			await reply(speak(socket));
			socket.destroy();
			return [];
		},
	},
	{
		about: '25: implicit TLS where STARTTLS is spoken',
		async run(from) {
			await secure(await reach(ownAddress, 25, from), only('TLSv1.2')).catch(() => {});
			return [];
		},
	},
	{
		about: '2530: the port of the client is logged',
		async run(from) {
			const socket = await reach(ownAddress, 2530, from);
			const port = socket.localPort ?? null;
			const dialogue = speak(socket);
			await reply(dialogue);
			for (const word of ['EHLO client.example.com', 'MAIL FROM:<>', 'QUIT']) {
				dialogue.say(word);
				await reply(dialogue);
			}
			return [{port: 2530, peer_ip: from, peer_port: port, outcome: 'plaintext', failure: null}];
		},
	},
	{about: '465: a session resumed', run: resume},
	{about: 'postscreen, twice', run: visitPostscreen},
];

/** All of them, with addresses from `address()`, and two that need addresses of their own. */
export function oddCases(address: () => string, nameless: string): OddCase[] {
	const plain = async (from: string, to: string, hop: string): Promise<Row[]> => {
		const {sent} = await runMailClient({from, to, port: 25, tls: 'none', messages: 1});
		return [{port: 25, hop, peer_ip: from, outcome: 'plaintext', messages: sent}];
	};
	return [
		...odd.map(one => ({...one, from: address()})),
		{
			about: '25: a client without a name',
			from: nameless,
			run: async from => (await plain(from, ownAddress, 'relay-in')).map(row => ({...row, peer_host: null})),
		},
		{about: '25: the host itself', from: '127.0.0.1', run: from => plain(from, '127.0.0.1', 'internal')},
	];
}
