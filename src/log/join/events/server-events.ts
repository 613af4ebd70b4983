import type {Trust} from '../../../model/session.ts';
import * as numbers from '../../../scan/numbers.ts';
import {noHandshake} from '../../handshake-text.ts';
import {type LibraryProblem, problemOfNumber} from '../../library-problem.ts';
import type {Peer} from '../../peer.ts';
import {argumentAt, namesByNumber, none, record} from '../../records.ts';
import type {Counters, ServerEvent, Summary} from './events.ts';
import type {LookupTable} from './lookup-table.ts';

const trusts = namesByNumber<Trust>({
	Anonymous: numbers.trustAnonymous,
	Untrusted: numbers.trustUntrusted,
	Trusted: numbers.trustTrusted,
	Verified: numbers.trustVerified,
});

/** The trust level with a number in a record; null where the line says nothing. */
export function trustOf(number: number): Trust | null {
	return trusts[number] ?? null;
}

/** What a summary's record says but for its peer. */
export function summaryOf<Other extends Peer>(
	ints: Int32Array,
	at: number,
	known: LookupTable,
	peer: Other,
): Summary<Other> {
	const bits = ints[at + argumentAt + 1] ?? 0;
	const name = ints[at + argumentAt + 3] ?? none;
	const handshakeKey = ints[at + argumentAt + 4] ?? none;
	return {
		trust: trustOf(bits & numbers.trustBits),
		reused: (bits & numbers.reusedBit) > 0,
		from: (bits & numbers.fromBit) > 0,
		peer,
		serverName: name === none ? null : (known.strings[name] ?? null),
		handshake: known.handshakes[ints[at + argumentAt + 2] ?? 0] ?? noHandshake,
		handshakeKey: handshakeKey === none ? '' : (known.handshakeKeys[handshakeKey] ?? ''),
	};
}

export const noPeer: Peer = {host: null, ip: null, port: null, socket: false};

/** Reads a record of smtpd. */
export function serverEvent(ints: Int32Array, at: number, known: LookupTable): ServerEvent {
	const first = ints[at + argumentAt] ?? none;
	const second = ints[at + argumentAt + 1] ?? none;
	const third = ints[at + argumentAt + 2] ?? none;
	const peer = first === none ? null : (known.clients[first] ?? null);
	switch (ints[at]) {
		case record.serverConnect:
			return eventOf('connect', peer ?? noPeer);
		case record.serverSummary:
			return eventOf('summary', null, '', null, null, null, null, summaryOf(ints, at, known, peer ?? noPeer));
		case record.serverDisconnect:
			return eventOf(
				'disconnect',
				peer,
				'',
				null,
				null,
				null,
				second === 0 ? null : countersOf(ints, at + argumentAt + 2),
			);
		case record.serverMessage:
			return eventOf(
				'message',
				peer,
				known.strings[second] ?? '',
				null,
				null,
				third === none ? null : (known.strings[third] ?? null),
			);
		case record.serverHandshakeFailed:
			return eventOf('handshake-failed', peer, '', null, problemOfNumber(second));
		case record.serverLibraryProblem:
			return eventOf('library-problem', peer, '', null, known.problems[second] ?? null);
		case record.serverHandshake:
			return eventOf('handshake', peer);
		case record.serverBroken:
			return eventOf('broken', peer, brokenAfter(ints, at, known), openTransaction(ints, at, known));
		case record.serverRejected:
			return eventOf('rejected', peer, '', second === none ? '' : null);
		case record.serverRejectedPlaintext:
			return eventOf('rejected-plaintext', peer, '', second === none ? '' : null);
		case record.serverRefused:
			return eventOf('refused', peer);
		default:
			return eventOf('certificate-required', peer);
	}
}

/** The last command; `DATA content` where the message itself broke off, of which so many bytes had come. */
function brokenAfter(ints: Int32Array, at: number, known: LookupTable): string {
	const command = known.strings[ints[at + argumentAt + 1] ?? none] ?? '';
	return ((ints[at + argumentAt + 3] ?? 0) & 2) === 0 ? command : `${command} content`;
}

/** The queue id of the transaction that a connection broke in, '' for none; null up to Postfix 3.9, which does not say. */
function openTransaction(ints: Int32Array, at: number, known: LookupTable): string | null {
	if (((ints[at + argumentAt + 3] ?? 0) & 1) === 1) return null;
	const queueId = ints[at + argumentAt + 2] ?? none;
	return queueId === none ? '' : (known.strings[queueId] ?? '');
}

function eventOf(
	kind: ServerEvent['kind'],
	peer: Peer | null,
	detail = '',
	transaction: string | null = null,
	problem: LibraryProblem | null = null,
	username: string | null = null,
	counters: Counters | null = null,
	summary: Summary | null = null,
): ServerEvent {
	return {kind, peer, detail, transaction, problem, username, counters, summary};
}

/** The order is that of `src/scan/counters.ts`. */
function countersOf(ints: Int32Array, at: number): Counters {
	const bits = ints[at + 4] ?? 0;
	return {
		starttls: ints[at] ?? 0,
		starttlsTried: ints[at + 1] ?? 0,
		auth: ints[at + 2] ?? 0,
		mail: ints[at + 3] ?? 0,
		dialogue: (bits & 1) === 1,
		commands: ints[at + 5] ?? 0,
		data: ints[at + 6] ?? 0,
		bdat: ints[at + 7] ?? 0,
		refused: bits >> 1,
	};
}
