import {isSame, lengthOf, literal, matches, wordsFrom} from './bytes';
import {secured as learnSecured} from './imports';
import * as out from './out';

const notAsked: i32 = -1;
/** What `securityOf` gave for each text of what a login says about TLS, where the head is just `Login`. */
export const loginSecurity = new StaticArray<i32>(1024 + 16);

/** Each string has four places it may stand in, so that no log can make the search long. */
const ways: i32 = 4;
/** Numbers of strings that are not remembered, taken in turn: no line has so many. */
const passing: i32 = 16;
/** Processes of which the latest string is known, a power of two. */
const processes: i32 = 1024;

/**
 * Interns strings: the same number for the same bytes, while they are remembered. Most strings come again and again in a log. A
 * number that is given anew may have been another string's, but none of the last two that were given: a line may have three.
 */
class InternedStrings {
	private readonly known: usize;
	private readonly hashes: usize;
	private readonly lengths: usize;
	private readonly latest: usize;
	private turn: i32 = 0;
	private last: i32 = -1;
	private lastButOne: i32 = -1;

	/** `sets` is a power of two, a quarter of how many strings are remembered; those longer than `most` bytes are not. */
	constructor(
		private readonly kind: i32,
		private readonly sets: i32,
		private readonly most: i32,
	) {
		const places = sets * ways;
		this.known = heap.alloc(places * most);
		this.hashes = heap.alloc(places * 4);
		this.lengths = heap.alloc(places * 4);
		this.latest = heap.alloc(processes * 4);
		this.forget();
	}

	/** All strings are new. */
	forget(): void {
		const places = this.sets * ways;
		memory.fill(this.hashes, 0, places * 4);
		memory.fill(this.lengths, 0, places * 4);
		memory.fill(this.latest, 0, processes * 4);
		this.turn = 0;
		this.last = -1;
		this.lastButOne = -1;
	}

	/** The number of the string between two positions. `process` is who speaks, if the same string is likely what it spoke of last. */
	of(from: usize, to: usize, process: i32 = 0): i32 {
		const length = (to - from) as i32;
		if (length < 4 || length > this.most) {
			const number = this.sets * ways + (this.turn++ & (passing - 1));
			this.define(number, from, to);
			return number;
		}
		const latest = this.latest + ((process & (processes - 1)) << 2);
		const before = load<i32>(latest);
		if (this.isAt(before, from, length)) return this.given(before);
		let hash: u32 = length;
		const last = to - 4;
		for (let at = from; at < last; at += 4) hash = ((hash ^ load<u32>(at)) * 0x9e37_79b1) ^ (hash >> 15);
		hash = (hash ^ load<u32>(last)) * 0x85eb_ca6b;
		hash ^= hash >> 13;
		const set = ((hash as i32) & (this.sets - 1)) * ways;
		for (let place = set; place < set + ways; place++)
			if (load<u32>(this.hashes + (place << 2)) === hash && this.isAt(place, from, length)) {
				store<i32>(latest, place);
				return this.given(place);
			}
		let place = set + (this.turn++ & (ways - 1));
		while (place === this.last || place === this.lastButOne) place = set + (this.turn++ & (ways - 1));
		memory.copy(this.known + place * this.most, from, length);
		store<u32>(this.hashes + (place << 2), hash);
		store<i32>(this.lengths + (place << 2), length);
		store<i32>(latest, place);
		this.define(place, from, to);
		return this.given(place);
	}

	private isAt(place: i32, from: usize, length: i32): bool {
		return load<i32>(this.lengths + (place << 2)) === length && isSame(this.known + place * this.most, from, length);
	}

	private given(place: i32): i32 {
		this.lastButOne = this.last;
		this.last = place;
		return place;
	}

	private define(number: i32, from: usize, to: usize): void {
		if (this.kind === out.secured) {
			learnSecured(number, from, to);
			loginSecurity[number] = notAsked;
		}
		out.define(this.kind, number, from, to);
	}
}

/** Peers of smtpd. */
export const clients = new InternedStrings(out.client, 4096, 96);
/** Peers of smtp and lmtp, of which the text as written counts, too. */
export const relays = new InternedStrings(out.relay, 1024, 96);
/** Anything else that is kept: addresses, queue ids, users. */
export const strings = new InternedStrings(out.string, 8192, 48);
/** Domains of recipients, as logged. */
export const domains = new InternedStrings(out.domain, 2048, 96);
/** `[addr]:port` of a connection, which few lines share and soon none. */
export const endpoints = new InternedStrings(out.endpoint, 2048, 64);
/** What a summary says behind its peer. */
export const handshakes = new InternedStrings(out.handshake, 256, 256);
/** What the summaries of one handshake have in common, whichever program logs them. */
export const handshakeKeys = new InternedStrings(out.handshakeKey, 512, 256);
/** Names of programs. */
export const labels = new InternedStrings(out.label, 64, 32);
/** What a login says about TLS. */
export const secureds = new InternedStrings(out.secured, 256, 256);
/** Errors of the library of TLS. */
const problems = new InternedStrings(out.problem, 64, 256);
const errorWord = literal('error:');

/** The number of the errors in a text, from the first on: until Postfix 2.10 the number of a process precedes it. */
export function problemOf(from: usize, to: usize): i32 {
	const error = wordsFrom(errorWord, from, to);
	return problems.of(error < to ? error : from, to);
}

const reports = new InternedStrings(out.report, 64, 256);
const reportWord = literal('TLSRPT: ');

/** Writes what a line of TLSRPT says (tls/tlsrpt_wrapper.c) as a record of this kind; false when the text is none. */
export function takeReport(kind: i32, at: usize, end: usize): bool {
	if (!matches(reportWord, at, end)) return false;
	out.put(kind, reports.of(at + lengthOf(reportWord), end));
	return true;
}

/** Who takes the records next knows no string. */
export function forgetStrings(): void {
	clients.forget();
	relays.forget();
	strings.forget();
	domains.forget();
	endpoints.forget();
	handshakes.forget();
	handshakeKeys.forget();
	labels.forget();
	secureds.forget();
	problems.forget();
	reports.forget();
}
