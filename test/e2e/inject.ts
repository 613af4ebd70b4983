import {reach, reply, speak} from './dialogue.ts';

/** Mail for a domain, or for several: each message has a recipient in each. */
export type Outgoing = {readonly domain: string | readonly string[]; readonly messages: number};

/** Hands all mail to our server on 127.0.0.1:25 in one connection, the domains in turn. */
export async function inject(all: readonly Outgoing[]): Promise<void> {
	const socket = await reach('127.0.0.1', 25, '127.0.0.1');
	const dialogue = speak(socket);
	await reply(dialogue);
	const say = async (text: string): Promise<void> => {
		dialogue.say(text);
		const {code, text: answer} = await reply(dialogue);
		if (code >= 400) throw new Error(`${text}: ${answer}`);
	};
	await say('EHLO localhost');
	for (let turn = 0; all.some(({messages}) => messages > turn); turn++) {
		for (const {domain} of all.filter(({messages}) => messages > turn)) {
			const recipients = [domain].flat().map(name => `RCPT TO:<info@${name}>`);
			for (const word of ['MAIL FROM:<ana@example.org>', ...recipients, 'DATA']) await say(word);
			await say('Subject: end to end\r\n\r\nHello.\r\n.');
		}
	}
	await say('QUIT');
	socket.destroy();
}
