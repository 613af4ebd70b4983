import {heldNumber, type Session} from './session.ts';
import {handshakeFields, originFields} from './session-parts.ts';
import {createTupleNumbers, type TupleItem} from './tuple-numbers.ts';

/** Numbers what sessions have in common. */
export type SessionTuples = {
	/** The number of a session's tuple; the first has 0. */
	of(session: Session): number;
	/** All tuples that were numbered since the last call, by their number, and begins anew. */
	take(): TupleItem[][];
};

/** The fields of a session that make a tuple, as they were. */
type Seen = {readonly fields: Readonly<Session>; readonly carried: boolean; readonly number: number};

/** A power of two. */
const slots = 1024;

/** A number that tells words apart that stand for the same thing, at the cost of their last letter. */
function signOf(word: string | null): number {
	return word === null ? 0 : word.length * 128 + word.charCodeAt(word.length - 1);
}

const mixed = (hash: number, value: number): number => Math.imul(hash ^ value, 0x9e3779b1);

/** A slot from what differs most between handshakes. */
function handshakeSlot(session: Session): number {
	let hash = mixed(session.port ?? -1, signOf(session.cipher));
	hash = mixed(hash, signOf(session.protocol) + signOf(session.trust) * 3 + signOf(session.failure) * 7);
	hash = mixed(hash, signOf(session.keyExchange) + signOf(session.serverDigest) * 3 + signOf(session.hop) * 7);
	hash = mixed(hash, signOf(session.outcome) * 8 + (session.messages > 0 ? 4 : 0) + (session.loggedIn ? 2 : 0));
	return (hash >>> 16) & (slots - 1);
}

function sameHandshake(one: Readonly<Session>, other: Session): boolean {
	return (
		one.port === other.port &&
		one.cipher === other.cipher &&
		one.protocol === other.protocol &&
		one.hop === other.hop &&
		one.outcome === other.outcome &&
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
		one.failure === other.failure
	);
}

/**
 * Numbers `handshakeFields`, then whether mail was carried, whether somebody logged in, and whether the beginning was seen. Most
 * sessions have the handshake of one shortly before: those are looked at first, which takes a fifth of numbering each field.
 */
export function createHandshakeTuples(): SessionTuples {
	const numbers = createTupleNumbers(handshakeFields.length + 3);
	let seen: Array<Seen | undefined> = new Array(slots).fill(undefined);

	function numberOf(session: Session): number {
		return numbers.of([
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
			session.messages > 0,
			session.loggedIn,
			session.startSeen,
		]);
	}

	return {
		of(session) {
			const slot = handshakeSlot(session);
			const last = seen[slot];
			const carried = session.messages > 0;
			if (last !== undefined && last.carried === carried && sameHandshake(last.fields, session)) return last.number;
			const number = numberOf(session);
			// A copy: who handed the session out may go on to write in it.
			seen[slot] = {fields: {...session}, carried, number};
			return number;
		},
		take() {
			seen = new Array(slots).fill(undefined);
			return numbers.take();
		},
	};
}

/** Numbers `originFields`. */
export function createOriginTuples(): SessionTuples {
	const numbers = createTupleNumbers(originFields.length);
	let seen: Array<Seen | undefined> = new Array(slots).fill(undefined);

	const slotOf = ({tag, logHost, clientSignature, clientDigest, portSource}: Session): number => {
		const hash = mixed(signOf(tag), signOf(logHost) * 3 + signOf(clientSignature) * 7 + signOf(clientDigest) * 11);
		return (mixed(hash, signOf(portSource)) >>> 16) & (slots - 1);
	};

	function isSame(one: Readonly<Session>, other: Session): boolean {
		return (
			one.tag === other.tag &&
			one.logHost === other.logHost &&
			one.portSource === other.portSource &&
			one.clientSignature === other.clientSignature &&
			one.clientDigest === other.clientDigest &&
			one.source === other.source
		);
	}

	return {
		of(session) {
			const slot = slotOf(session);
			const last = seen[slot];
			if (last !== undefined && isSame(last.fields, session)) return last.number;
			const {logHost, tag, portSource, clientSignature, clientDigest, source} = session;
			const number = numbers.of([logHost, tag, portSource, clientSignature, clientDigest, source]);
			seen[slot] = {fields: {...session}, carried: false, number};
			return number;
		},
		take() {
			seen = new Array(slots).fill(undefined);
			return numbers.take();
		},
	};
}
