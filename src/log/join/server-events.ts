import {failures, type Trust} from '../../tls/session.ts';
import type {Peer} from '../peer.ts';
import {argumentAt, none, record} from '../records.ts';
import type {Dictionary} from './dictionary.ts';
import type {ServerEvent, Summary} from './events.ts';

/** Trust levels by their number in a record, from 1, and the bits beside it; `src/scan/summary.ts` writes them. */
const trusts = ['Anonymous', 'Untrusted', 'Trusted', 'Verified'] as const satisfies readonly Trust[];
/** The trust level with a number in a record; null for 0, where the line says nothing. */
export function trustOf(number: number): Trust | null {
	return trusts[number - 1] ?? null;
}

const reusedBit = 8;
const fromBit = 16;

const noHandshake = {
	protocol: '',
	cipher: '',
	bits: null,
	keyExchange: null,
	serverSignature: null,
	serverDigest: null,
	clientSignature: null,
	clientDigest: null,
};

/** What a summary's record tells but for its peer. */
export function summaryOf<Other extends Peer>(
	ints: Int32Array,
	at: number,
	known: Dictionary,
	peer: Other,
): Summary<Other> {
	const bits = ints[at + argumentAt + 1] ?? 0;
	const name = ints[at + argumentAt + 3] ?? none;
	const twin = ints[at + argumentAt + 4] ?? none;
	return {
		trust: trustOf(bits & 7),
		reused: (bits & reusedBit) > 0,
		from: (bits & fromBit) > 0,
		peer,
		serverName: name === none ? null : (known.words[name] ?? null),
		handshake: known.handshakes[ints[at + argumentAt + 2] ?? 0] ?? noHandshake,
		twin: twin === none ? '' : (known.twins[twin] ?? ''),
	};
}

export const noPeer: Peer = {host: null, ip: null, port: null, socket: false};

/** Reads a record of smtpd. */
export function serverEvent(ints: Int32Array, at: number, known: Dictionary): ServerEvent {
	const first = ints[at + argumentAt] ?? none;
	const second = ints[at + argumentAt + 1] ?? none;
	const peer = first === none ? null : (known.clients[first] ?? null);
	switch (ints[at]) {
		case record.serverConnect:
			return told('connect', peer ?? noPeer);
		case record.serverSummary: {
			const summary = summaryOf(ints, at, known, peer ?? noPeer);
			return {kind: 'summary', peer: null, detail: '', failure: null, username: null, counters: null, summary};
		}
		case record.serverDisconnect: {
			const counters = second === 0 ? null : countersOf(ints, at + argumentAt + 2);
			return {kind: 'disconnect', peer, detail: '', failure: null, username: null, counters, summary: null};
		}
		case record.serverMessage: {
			const user = ints[at + argumentAt + 2] ?? none;
			const username = user === none ? null : (known.words[user] ?? null);
			const detail = known.words[second] ?? '';
			return {kind: 'message', peer, detail, failure: null, username, counters: null, summary: null};
		}
		case record.serverHandshakeFailed:
			return failed('handshake-failed', peer, second);
		case record.serverLibraryProblem:
			return failed('library-problem', peer, second);
		case record.serverBroken:
			return told('broken', peer, known.words[second] ?? '');
		case record.serverRejected:
			return told('rejected', peer);
		case record.serverRejectedPlaintext:
			return told('rejected-plaintext', peer);
		case record.serverRefused:
			return told('refused', peer);
		case record.serverCertificateRequired:
			return told('certificate-required', peer);
		default:
			return told('no-certificate', peer);
	}
}

function told(kind: ServerEvent['kind'], peer: Peer | null, detail = ''): ServerEvent {
	return {kind, peer, detail, failure: null, username: null, counters: null, summary: null};
}

function failed(kind: ServerEvent['kind'], peer: Peer | null, failure: number): ServerEvent {
	return {kind, peer, detail: '', failure: failures[failure] ?? null, username: null, counters: null, summary: null};
}

function countersOf(ints: Int32Array, at: number): ServerEvent['counters'] {
	return {
		starttls: ints[at] ?? 0,
		starttlsTried: ints[at + 1] ?? 0,
		auth: ints[at + 2] ?? 0,
		mail: ints[at + 3] ?? 0,
		dialogue: ints[at + 4] === 1,
		commands: ints[at + 5] ?? 0,
	};
}
