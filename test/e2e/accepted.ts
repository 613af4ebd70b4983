import type {Socket} from 'node:net';
import type {ConnectionOptions} from 'node:tls';
import {reach, reply, secure, speak} from './dialogue.ts';
import {only, type Version, versions} from './inbound-cases.ts';

/** What a running server does. */
export type Accepted = {
	/** `dead`: it takes the connection and says nothing. */
	readonly speaks: 'smtp' | 'tls' | 'dead';
	/** STARTTLS is announced in plaintext. */
	readonly announces: boolean;
	/** Mail is taken in plaintext. */
	readonly plaintext: boolean;
	readonly versions: readonly Version[];
	readonly suites: readonly string[];
};

/** Whether the handshake with these options comes about; STARTTLS is asked for unless `implicit`. */
async function shakes(open: () => Promise<Socket>, implicit: boolean, options: ConnectionOptions): Promise<boolean> {
	const socket = await open();
	try {
		if (!implicit) {
			const dialogue = speak(socket);
			await reply(dialogue);
			dialogue.say('EHLO client.example.com');
			await reply(dialogue);
			dialogue.say('STARTTLS');
			if ((await reply(dialogue)).code !== 220) return false;
			dialogue.release();
		}
		const tls = await secure(socket, options);
		// With TLS 1.3 the server may still refuse after the client is done (RFC 9846 section 2).
		const dialogue = speak(tls);
		dialogue.say('EHLO client.example.com');
		await reply(dialogue);
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

/** What the server says in plaintext: `null` when it stays silent for `patience` ms. */
async function askPlain(open: () => Promise<Socket>, patience: number) {
	const socket = await open();
	socket.setTimeout(patience, () => socket.destroy());
	try {
		const dialogue = speak(socket);
		await reply(dialogue);
		dialogue.say('EHLO client.example.com');
		const {text} = await reply(dialogue);
		dialogue.say('MAIL FROM:<>');
		const {code} = await reply(dialogue);
		return {announces: /^250[- ]STARTTLS$/m.test(text), plaintext: code === 250};
	} catch {
		return null;
	} finally {
		socket.destroy();
	}
}

/** Asks a server for all versions one by one, and with TLS 1.2 for each of `suites`. */
export async function askServer(
	open: () => Promise<Socket>,
	implicit: boolean,
	patience: number,
	suites: readonly string[],
): Promise<Accepted> {
	const plain = implicit ? null : await askPlain(open, patience);
	if (!implicit && plain === null)
		return {speaks: 'dead', announces: false, plaintext: false, versions: [], suites: []};
	const {announces, plaintext} = plain ?? {announces: false, plaintext: false};
	const taken = {versions: [] as Version[], suites: [] as string[]};
	if (implicit || announces) {
		for (const version of versions) if (await shakes(open, implicit, only(version))) taken.versions.push(version);
		for (const suite of suites) if (await shakes(open, implicit, only('TLSv1.2', suite))) taken.suites.push(suite);
	}
	return {speaks: implicit ? 'tls' : 'smtp', announces, plaintext, ...taken};
}

/** Opens connections to one server. */
export function opener(address: string, port: number, from: string): () => Promise<Socket> {
	return () => reach(address, port, from);
}
