import type {Socket} from 'node:net';
import type {ConnectionOptions} from 'node:tls';
import {ownAddress, password} from './cast.ts';
import {type Dialogue, reach, secure, speak} from './dialogue.ts';
import {type SeenTls, seenTls} from './truth.ts';

/** A client of IMAP or POP3. */
export type MailboxClient = {
	readonly from: string;
	readonly port: 143 | 993 | 110 | 995;
	/** `none` on 993 or 995 sends plaintext where a handshake is expected. */
	readonly tls: 'implicit' | 'starttls' | 'none';
	readonly options?: ConnectionOptions;
	readonly user: string;
	readonly wrongPassword?: boolean;
};

export type MailboxSeen = {
	readonly tls: SeenTls | null;
	readonly failed: boolean;
	readonly authenticated: boolean;
	readonly error: string | null;
};

/** The words of a protocol: how a command is sent and whether it was granted. */
type Language = {
	greeting(dialogue: Dialogue): Promise<void>;
	command(dialogue: Dialogue, text: string): Promise<boolean>;
	readonly startTls: string;
	login(user: string, secret: string): readonly string[];
	readonly end: string;
};

let tag = 0;

const imap: Language = {
	async greeting(dialogue) {
		await dialogue.line();
	},
	async command(dialogue, text) {
		tag += 1;
		dialogue.say(`a${tag} ${text}`);
		const mark = `a${tag} `;
		for (;;) {
			const line = await dialogue.line();
			if (line.startsWith(mark)) return line.startsWith('OK', mark.length);
		}
	},
	startTls: 'STARTTLS',
	login: (user, secret) => [`LOGIN ${user} "${secret}"`],
	end: 'LOGOUT',
};

const pop3: Language = {
	async greeting(dialogue) {
		await dialogue.line();
	},
	async command(dialogue, text) {
		dialogue.say(text);
		return (await dialogue.line()).startsWith('+OK');
	},
	startTls: 'STLS',
	login: (user, secret) => [`USER ${user}`, `PASS ${secret}`],
	end: 'QUIT',
};

/** Logs in, logs out; whatever goes wrong is in what it saw. */
export async function runMailboxClient(client: MailboxClient): Promise<MailboxSeen> {
	const {from, port, tls, options = {}, user} = client;
	const language = port === 143 || port === 993 ? imap : pop3;
	const seen = {tls: null as SeenTls | null, failed: false, authenticated: false, error: null as string | null};
	let socket: Socket = await reach(ownAddress, port, from);
	async function handshake(): Promise<void> {
		try {
			const secured = await secure(socket, options);
			socket = secured;
			seen.tls = seenTls(secured);
		} catch (error) {
			seen.failed = true;
			throw error;
		}
	}
	try {
		if (tls === 'implicit') await handshake();
		let dialogue = speak(socket);
		if (tls === 'none' && (port === 993 || port === 995)) {
			seen.failed = true;
			dialogue.say('a0 NOOP');
		}
		await language.greeting(dialogue);
		if (tls === 'starttls') {
			if (!(await language.command(dialogue, language.startTls))) throw new Error('STARTTLS was refused');
			dialogue.release();
			await handshake();
			dialogue = speak(socket);
		}
		const words = language.login(user, client.wrongPassword ? 'wrong' : password);
		let granted = true;
		for (const word of words) granted = granted && (await language.command(dialogue, word));
		seen.authenticated = granted;
		await language.command(dialogue, language.end);
	} catch (error) {
		seen.error = error instanceof Error ? error.message : String(error);
	} finally {
		socket.destroy();
	}
	return seen;
}
