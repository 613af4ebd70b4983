import {heldNumber, type Session} from '../session.ts';
import {handshakeFields, originFields} from '../session-parts.ts';
import {createTupleNumbers, type TupleItem} from './tuple-numbers.ts';

/** Numbers what sessions have in common. */
export type SessionTuples = {
	/** The number of a session's tuple; the first has 0. */
	of(session: Session): number;
	/** All tuples that were numbered since the last call, by their number, and starts over. */
	take(): TupleItem[][];
};

/** The fields of a session that make a tuple, as they were, and its number. */
type Seen = {readonly fields: Readonly<Session>; readonly number: number};

/** What sessions have in common, of one kind. */
type Kind = {
	/** How many values a tuple has. */
	readonly width: number;
	/** A hash of what differs most; equal for equal tuples. */
	readonly hashOf: (session: Session) => number;
	/** Whether two sessions have the same tuple. */
	readonly isSame: (one: Readonly<Session>, other: Session) => boolean;
	readonly valuesOf: (session: Session) => readonly TupleItem[];
};

/** A power of two, far above the number of tuples: two in one slot drive each other out with every session. */
const slots = 8192;

/** A hash of a word by its length and last two letters: enough to distinguish most versions and ciphers. */
function signOf(word: string | null): number {
	if (word === null || word.length < 2) return 0;
	const last = word.length - 1;
	return (word.length * 128 + word.charCodeAt(last)) * 128 + word.charCodeAt(last - 1);
}

const mixed = (hash: number, value: number): number => Math.imul(hash ^ value, 0x9e3779b1);

/** A hash of all letters of a name: hosts and tags may differ in any one of them. */
function hashOfName(name: string | null): number {
	if (name === null) return 0;
	let hash = name.length;
	for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
	return hash;
}

/** `handshakeFields`, then whether mail was carried, whether somebody logged in, and whether the beginning was seen. */
const handshakes: Kind = {
	width: handshakeFields.length + 3,
	hashOf(session) {
		let hash = mixed(session.port ?? -1, signOf(session.cipher));
		hash = mixed(hash, signOf(session.protocol) + signOf(session.trust) * 3 + signOf(session.failure) * 7);
		hash = mixed(hash, signOf(session.keyExchange) + signOf(session.serverDigest) * 3 + signOf(session.hop) * 7);
		hash = mixed(hash, signOf(session.alert) + signOf(session.serverSignature) * 3 + signOf(session.service) * 7);
		hash = mixed(hash, signOf(session.tlsMode));
		return mixed(hash, signOf(session.outcome) * 8 + (session.messages > 0 ? 4 : 0) + (session.loggedIn ? 2 : 0));
	},
	isSame: (one, other) =>
		one.port === other.port &&
		one.cipher === other.cipher &&
		one.protocol === other.protocol &&
		one.hop === other.hop &&
		one.outcome === other.outcome &&
		one.messages > 0 === other.messages > 0 &&
		one.loggedIn === other.loggedIn &&
		one.startSeen === other.startSeen &&
		one.direction === other.direction &&
		one.service === other.service &&
		one.tlsMode === other.tlsMode &&
		one.cipherBits === other.cipherBits &&
		one.trust === other.trust &&
		one.keyExchange === other.keyExchange &&
		one.serverSignature === other.serverSignature &&
		one.serverDigest === other.serverDigest &&
		one.tlsLevel === other.tlsLevel &&
		one.failure === other.failure &&
		one.alert === other.alert,
	valuesOf: session => [
		session.hop,
		session.direction,
		session.service,
		heldNumber(session.port),
		session.tlsMode,
		session.outcome,
		session.protocol,
		session.cipher,
		heldNumber(session.cipherBits),
		session.trust,
		session.keyExchange,
		session.serverSignature,
		session.serverDigest,
		session.tlsLevel,
		session.failure,
		session.alert,
		session.messages > 0,
		session.loggedIn,
		session.startSeen,
	],
};

/** `originFields`. */
const origins: Kind = {
	width: originFields.length,
	hashOf({tag, logHost, clientSignature, clientDigest, portSource}) {
		const hash = mixed(hashOfName(tag), hashOfName(logHost));
		return mixed(hash, signOf(portSource) + signOf(clientSignature) * 7 + signOf(clientDigest) * 11);
	},
	isSame: (one, other) =>
		one.tag === other.tag &&
		one.logHost === other.logHost &&
		one.portSource === other.portSource &&
		one.clientSignature === other.clientSignature &&
		one.clientDigest === other.clientDigest &&
		one.source === other.source,
	valuesOf: ({logHost, tag, portSource, clientSignature, clientDigest, source}) => [
		logHost,
		tag,
		portSource,
		clientSignature,
		clientDigest,
		source,
	],
};

/** Numbers tuples of a kind. Most sessions have that of one shortly before: it is looked at first. */
function createSessionTuples({width, hashOf, isSame, valuesOf}: Kind): SessionTuples {
	const numbers = createTupleNumbers(width);
	let seen: Array<Seen | undefined> = new Array(slots).fill(undefined);

	return {
		of(session) {
			const slot = (hashOf(session) >>> 16) & (slots - 1);
			const last = seen[slot];
			if (last !== undefined && isSame(last.fields, session)) return last.number;
			const number = numbers.of(valuesOf(session));
			// A copy: who handed the session out may go on to write in it.
			seen[slot] = {fields: {...session}, number};
			return number;
		},
		take() {
			seen = new Array(slots).fill(undefined);
			return numbers.take();
		},
	};
}

/** Numbers what judging looks at. */
export const createHandshakeTuples = (): SessionTuples => createSessionTuples(handshakes);

/** Numbers where sessions were logged. */
export const createOriginTuples = (): SessionTuples => createSessionTuples(origins);
