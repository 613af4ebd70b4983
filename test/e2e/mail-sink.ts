import {createHash, X509Certificate} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type Socket} from 'node:net';
import {createSecureContext, type SecureContextOptions, TLSSocket} from 'node:tls';
import {type Dialogue, speak} from './dialogue.ts';
import {type SeenTls, seenTls} from './truth.ts';

/** A receiving mail server, with the faults that it is given. */
export type SinkOptions = {
	readonly host: string;
	readonly address: string;
	readonly port?: number;
	/** `refused`: announced, then answered with 454; `broken`: granted, then hung up; `chatter`: granted, then no TLS. */
	readonly tls: 'starttls' | 'implicit' | 'none' | 'refused' | 'broken' | 'chatter';
	readonly context?: SecureContextOptions;
	readonly askCertificate?: boolean;
	/** Takes no mail: answers RCPT with 450. */
	readonly closed?: boolean;
};

/** One connection as the server saw it. */
export type SinkSeen = {
	tls: SeenTls | null;
	/** STARTTLS was asked, or the connection began, but no session came about. */
	failed: boolean;
	servername: string | null;
	/** The client's certificate: its common name. */
	certificate: string | null;
	messages: number;
	commands: number;
};

export type Sink = {readonly seen: readonly SinkSeen[]; close(): Promise<void>};

/** TLSA data of a certificate: DANE-EE(3), its public key(1), SHA-256(1) (RFC 7672 section 3.1.1). */
export function tlsaOf(certPem: string) {
	const key = new X509Certificate(certPem).publicKey.export({type: 'spki', format: 'der'});
	return {usage: 3, selector: 1, matchingType: 1, certificate: createHash('sha256').update(key).digest()};
}

function handshake(socket: Socket, options: SinkOptions): Promise<TLSSocket> {
	return new Promise((resolve, reject) => {
		const tls = new TLSSocket(socket, {
			isServer: true,
			secureContext: createSecureContext({...options.context}),
			requestCert: options.askCertificate ?? false,
			rejectUnauthorized: false,
		});
		tls.once('secure', () => resolve(tls));
		tls.on('error', reject);
		tls.once('close', () => reject(new Error('the client hung up')));
	});
}

async function takeData(dialogue: Dialogue): Promise<void> {
	while ((await dialogue.line()) !== '.');
}

/** Serves commands until the connection ends or STARTTLS is granted; true for the latter. */
async function converse(dialogue: Dialogue, options: SinkOptions, seen: SinkSeen): Promise<boolean> {
	for (;;) {
		const line = await dialogue.line();
		seen.commands++;
		const word = line.slice(0, 4).toUpperCase();
		if (word === 'EHLO' || word === 'LHLO') {
			const offers = seen.tls === null && ['starttls', 'refused', 'broken', 'chatter'].includes(options.tls);
			dialogue.say(`250-${options.host}\r\n${offers ? '250-STARTTLS\r\n' : ''}250 8BITMIME`);
		} else if (word === 'STAR') {
			if (options.tls === 'refused') dialogue.say('454 4.7.0 TLS not available');
			else {
				dialogue.say('220 2.0.0 Ready');
				return true;
			}
		} else if (word === 'RCPT') {
			dialogue.say(options.closed ? '450 4.2.0 later' : '250 2.1.5 Ok');
		} else if (word === 'DATA') {
			dialogue.say('354 go on');
			await takeData(dialogue);
			seen.messages++;
			// LMTP answers for each recipient (RFC 2033 section 4.2); there is one.
			dialogue.say('250 2.0.0 Ok');
		} else if (word === 'QUIT') {
			dialogue.say('221 2.0.0 Bye');
			return false;
		} else dialogue.say('250 2.0.0 Ok');
	}
}

async function receive(socket: Socket, options: SinkOptions, seen: SinkSeen): Promise<void> {
	let current = socket;
	async function secure(): Promise<void> {
		try {
			const tls = await handshake(socket, options);
			seen.tls = seenTls(tls);
			const {servername} = tls as TLSSocket & {servername?: string | false};
			seen.servername = servername || null;
			seen.certificate = `${tls.getPeerCertificate().subject?.CN ?? ''}` || null;
			current = tls;
		} catch (error) {
			seen.failed = true;
			throw error;
		}
	}
	if (options.tls === 'implicit') await secure();
	let dialogue = speak(current);
	dialogue.say(`220 ${options.host} ESMTP`);
	if (!(await converse(dialogue, options, seen))) return;
	dialogue.release();
	if (options.tls === 'broken' || options.tls === 'chatter') {
		seen.failed = true;
		if (options.tls === 'broken') return;
		socket.resume();
		socket.write('250 this is no handshake\r\n');
		// Hung up too early, the client would see that in place of our words.
		await once(socket, 'close');
		return;
	}
	await secure();
	dialogue = speak(current);
	await converse(dialogue, options, seen);
}

/** Starts a receiving server; it remembers every connection. */
export async function startSink(options: SinkOptions): Promise<Sink> {
	const seen: SinkSeen[] = [];
	const server = createServer(socket => {
		const one: SinkSeen = {tls: null, failed: false, servername: null, certificate: null, messages: 0, commands: 0};
		seen.push(one);
		socket.on('error', () => {});
		receive(socket, options, one)
			.catch(() => {})
			.finally(() => socket.end());
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 25, options.address, resolve);
	});
	return {seen, close: () => new Promise(resolve => server.close(() => resolve()))};
}
