import {literal, matches, pairFrom, portFrom} from './bytes';
import {none} from './out';

/** The elements of a login that matter, as places in memory; 0 where there is none. */
export let headEnd: usize = 0;
export let userAt: usize = 0;
export let userEnd: usize = 0;
export let ripAt: usize = 0;
export let ripEnd: usize = 0;
export let lipAt: usize = 0;
export let lipEnd: usize = 0;
export let nameAt: usize = 0;
export let nameEnd: usize = 0;
export let sessionAt: usize = 0;
export let sessionEnd: usize = 0;
export let rport: i32 = none;
export let lport: i32 = none;
/** What bears no key, kept together. */
export let securedAt: usize = 0;
export let securedEnd: usize = 0;

/** Where pieces without a key are written together that do not stand side by side. */
const together: usize = heap.alloc(16_384 + 64);
const mostTogether: usize = 16_384;

const userKey = literal('user=<');
const ripKey = literal('rip=');
const methodKey = literal('method=');
const sslVersion = literal('SSLv');
const tlsVersion = literal('TLSv');
const localNameKey = literal('local_name');
const sessionKey = literal('session');
const rportKey = literal('rport');
const lportKey = literal('lport');
const userWord = literal('user');

/** Reads the elements behind the first `: ` that is followed by one of the keys that open them; false without such. */
export function readElements(from: usize, end: usize): bool {
	let at = from;
	for (; ; at++) {
		at = pairFrom(58, 32, at, end);
		if (at === end) return false;
		if (matches(userKey, at + 2, end) || matches(ripKey, at + 2, end) || matches(methodKey, at + 2, end)) break;
	}
	headEnd = at;
	userAt = 0;
	ripAt = 0;
	lipAt = 0;
	nameAt = 0;
	sessionAt = 0;
	rport = none;
	lport = none;
	securedAt = end;
	securedEnd = end;
	at += 2;
	while (at < end) at = readElement(at, end);
	return true;
}

/** Reads one element and gives the position of the next. */
function readElement(at: usize, end: usize): usize {
	const value = keyEnd(at);
	if (value !== 0 && load<u8>(value) === 60) {
		const close = valueEnd(value, end);
		take(at, value - 1, value + 1, close === 0 ? end : close);
		return close === 0 ? end : close + 3;
	}
	const comma = pairFrom(44, 32, at, end);
	const version = value !== 0 && (matches(tlsVersion, value, end) || matches(sslVersion, value, end));
	if (value !== 0 && !version) take(at, value - 1, value, max(value, comma));
	else addSecured(at, comma, end);
	return comma + 2;
}

/** `user=<a, b>`: a user name may hold a comma, and `>` in it must be followed by one to end it; the last `>` ends the last. */
function valueEnd(from: usize, end: usize): usize {
	for (let at = pairFrom(62, 44, from, end); at < end; at = pairFrom(62, 44, at + 1, end))
		if (at + 2 < end && load<u8>(at + 2) === 32) return at;
	for (let at = end - 1; at > from; at--) if (load<u8>(at) === 62) return at;
	return 0;
}

/** Position after `key=`, or 0 when the element has no key. */
function keyEnd(from: usize): usize {
	for (let at = from; at < from + 24; at++) {
		const code = load<u8>(at);
		if (code === 61) return at > from ? at + 1 : 0;
		const letter =
			(code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
		if (!letter) return 0;
	}
	return 0;
}

function take(key: usize, keyStop: usize, at: usize, end: usize): void {
	const length = keyStop - key;
	if (length === 3) {
		if (load<u8>(key, 1) !== 105 || load<u8>(key, 2) !== 112) return;
		if (load<u8>(key) === 114) {
			ripAt = at;
			ripEnd = end;
		} else if (load<u8>(key) === 108) {
			lipAt = at;
			lipEnd = end;
		}
	} else if (length === 4 && matches(userWord, key, keyStop)) {
		userAt = at;
		userEnd = end;
	} else if (length === 5) {
		if (matches(rportKey, key, keyStop)) rport = portIn(at, end);
		else if (matches(lportKey, key, keyStop)) lport = portIn(at, end);
	} else if (length === 7 && matches(sessionKey, key, keyStop)) {
		sessionAt = at;
		sessionEnd = end;
	} else if (length === 10 && matches(localNameKey, key, keyStop)) {
		nameAt = at;
		nameEnd = end;
	}
}

function portIn(from: usize, to: usize): i32 {
	if (to - from < 1 || to - from > 5) return none;
	for (let at = from; at < to; at++) if (((load<u8>(at) - 48) as u8) > 9) return none;
	return portFrom(from, to);
}

/** Adds a piece without a key. Mostly these stand side by side; else they are written together elsewhere. */
function addSecured(at: usize, stop: usize, end: usize): void {
	if (securedAt === end) {
		securedAt = at;
		securedEnd = stop;
		return;
	}
	if (securedEnd + 2 === at) {
		securedEnd = stop;
		return;
	}
	const before = securedEnd - securedAt;
	if (before + 2 + stop - at > mostTogether) return;
	memory.copy(together, securedAt, before);
	store<u16>(together + before, 0x202c);
	memory.copy(together + before + 2, at, stop - at);
	securedAt = together;
	securedEnd = together + before + 2 + (stop - at);
}
