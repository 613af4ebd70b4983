import {readSecured, type Secured} from './dovecot-secured.ts';
import {define, type Out, record} from './records.ts';
import {stringOf, type Text} from './text.ts';
import {createWordMemory, type WordMemory} from './word-memory.ts';

/** Numbers of what lines have in common. What stands for what the joiner learns from the records. */
export type Words = {
	/** Peers of smtpd. */
	readonly client: WordMemory;
	/** Peers of smtp and lmtp, of which the text as written counts, too. */
	readonly relay: WordMemory;
	/** Anything else that is kept: addresses, queue ids, users. */
	readonly word: WordMemory;
	/** `[addr]:port` of a connection, which few lines share and soon none. */
	readonly end: WordMemory;
	/** What a summary says behind its peer. */
	readonly handshake: WordMemory;
	/** What the summaries of one connection have in common. */
	readonly twin: WordMemory;
	/** Names of programs. */
	readonly label: WordMemory;
	/** What a login says about TLS. */
	readonly secured: WordMemory;
	/** The same read, by its number. */
	readonly securedBy: (number: number) => Secured;
};

type Kind = Exclude<keyof Words, 'securedBy'>;

/** Sets of each memory: what a busy site has in an hour. */
const sets: Record<Kind, number> = {
	client: 4096,
	relay: 1024,
	word: 8192,
	end: 2048,
	handshake: 256,
	twin: 512,
	label: 64,
	secured: 256,
};
/** Longest word of each that is remembered. */
const most: Record<Kind, number> = {
	client: 96,
	relay: 96,
	word: 48,
	end: 64,
	handshake: 256,
	twin: 256,
	label: 32,
	secured: 256,
};

const nothingSaid = readSecured('');

/** Makes the memories; new words are defined in `out`. */
export function createWords(out: Out): Words {
	const securedTexts: Secured[] = [];
	const memory = (kind: Kind, learn?: (number: number, text: Text, from: number, to: number) => void): WordMemory =>
		createWordMemory(sets[kind], most[kind], (number, text, from, to) => {
			learn?.(number, text, from, to);
			define(out, record[kind], number, text, from, to);
		});
	return {
		client: memory('client'),
		relay: memory('relay'),
		word: memory('word'),
		end: memory('end'),
		handshake: memory('handshake'),
		twin: memory('twin'),
		label: memory('label'),
		secured: memory('secured', (number, text, from, to) => {
			securedTexts[number] = readSecured(stringOf(text, from, to));
		}),
		securedBy: number => securedTexts[number] ?? nothingSaid,
	};
}
