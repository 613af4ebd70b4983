import type {Socket} from 'node:net';
import type {ConnectionOptions} from 'node:tls';
import {ownAddress, ownDomain, password} from './cast.ts';
import {type Dialogue, reach, reply, secure, speak} from './dialogue.ts';
import {type SeenTls, seenTls} from './truth.ts';

/** How a client of SMTP behaves. */
export type MailClient = {
	/** Its own address: one client is one connection. */
	readonly from: string;
	readonly to?: string;
	readonly port: number;
	readonly tls: 'implicit' | 'starttls' | 'none';
	readonly options?: ConnectionOptions;
	readonly user?: string;
	readonly wrongPassword?: boolean;
	/** Messages before and after STARTTLS. */
	readonly messages?: number;
	readonly messagesBefore?: number;
	/** Sends a recipient that is refused before each message. */
	readonly refused?: number;
	/** Ends the connection without QUIT. */
	readonly drop?: boolean;
};

/** What the client saw of its connection. */
export type MailSeen = {
	readonly tls: SeenTls | null;
	/** The ephemeral key exchange, where the client shows it. */
	readonly group: string | null;
	readonly failed: boolean;
	readonly error: string | null;
	readonly authenticated: boolean;
	/** Messages taken before STARTTLS, and after. */
	readonly sentBefore: number;
	readonly sent: number;
	readonly resumed: boolean;
};

async function command(dialogue: Dialogue, text: string): Promise<number> {
	dialogue.say(text);
	return (await reply(dialogue)).code;
}

async function sendMessage(dialogue: Dialogue, refused: number): Promise<boolean> {
	if ((await command(dialogue, 'MAIL FROM:<sender@example.com>')) !== 250) return false;
	for (let turn = 0; turn < refused; turn++) await command(dialogue, 'RCPT TO:<nobody@elsewhere.example>');
	const accepted = (await command(dialogue, `RCPT TO:<ana@${ownDomain}>`)) === 250;
	if (!accepted || (await command(dialogue, 'DATA')) !== 354) {
		await command(dialogue, 'RSET');
		return false;
	}
	return (await command(dialogue, 'Subject: end to end\r\n\r\nHello.\r\n.')) === 250;
}

async function sendMessages(dialogue: Dialogue, count: number, refused: number): Promise<number> {
	let sent = 0;
	for (let turn = 0; turn < count; turn++) if (await sendMessage(dialogue, refused)) sent++;
	return sent;
}

function groupOf(info: object | null): string | null {
	return info && 'name' in info && typeof info.name === 'string' ? info.name : null;
}

/** Runs one client from connect to end; whatever goes wrong is in what it saw. */
export async function runMailClient(client: MailClient): Promise<MailSeen> {
	const {from, to = ownAddress, port, tls, options = {}} = client;
	const seen = {
		tls: null as SeenTls | null,
		group: null as string | null,
		failed: false,
		error: null as string | null,
		authenticated: false,
		sentBefore: 0,
		sent: 0,
		resumed: false,
	};
	let socket: Socket = await reach(to, port, from);
	async function handshake(): Promise<void> {
		try {
			const secured = await secure(socket, options);
			socket = secured;
			seen.tls = seenTls(secured);
			seen.group = groupOf(secured.getEphemeralKeyInfo());
			seen.resumed = secured.isSessionReused();
		} catch (error) {
			seen.failed = true;
			throw error;
		}
	}
	try {
		if (tls === 'implicit') await handshake();
		let dialogue = speak(socket);
		await reply(dialogue);
		await command(dialogue, 'EHLO client.example.com');
		if (tls === 'starttls') {
			seen.sentBefore = await sendMessages(dialogue, client.messagesBefore ?? 0, 0);
			if ((await command(dialogue, 'STARTTLS')) !== 220) {
				seen.failed = true;
				throw new Error('STARTTLS was refused');
			}
			dialogue.release();
			await handshake();
			dialogue = speak(socket);
			await command(dialogue, 'EHLO client.example.com');
		}
		if (client.user !== undefined) {
			const secret = client.wrongPassword ? 'wrong' : password;
			const word = Buffer.from(`\0${client.user}\0${secret}`).toString('base64');
			seen.authenticated = (await command(dialogue, `AUTH PLAIN ${word}`)) === 235;
		}
		seen.sent = await sendMessages(dialogue, client.messages ?? 0, client.refused ?? 0);
		if (!client.drop) await command(dialogue, 'QUIT');
	} catch (error) {
		seen.error = error instanceof Error ? error.message : String(error);
	} finally {
		socket.destroy();
	}
	return seen;
}
