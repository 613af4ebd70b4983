import {words} from './byte-pattern.ts';
import {createTextRoom, numberIn, standsIn, stringOf, type Text} from './text.ts';

/** A piece of a text; `at` is -1 when there is none. */
type Span = {at: number; end: number};

/** The elements that matter, as pieces of the text. One object is used over and over. */
export type Elements = {
	/** Behind the words before the elements. */
	headEnd: number;
	readonly user: Span;
	readonly rip: Span;
	readonly lip: Span;
	readonly localName: Span;
	readonly session: Span;
	rport: number | null;
	lport: number | null;
	/** What bears no key, kept together; `securedIn` is the text it stands in. */
	readonly secured: Span;
	securedIn: Text;
};

const nothing = (): Span => ({at: -1, end: -1});
const textOf = createTextRoom();
const elements: Elements = {
	headEnd: 0,
	user: nothing(),
	rip: nothing(),
	lip: nothing(),
	localName: nothing(),
	session: nothing(),
	rport: null,
	lport: null,
	secured: nothing(),
	securedIn: textOf('', 0),
};

const userKey = words('user=<');
const ripKey = words('rip=');
const methodKey = words('method=');
const sslVersion = words('SSLv');
const tlsVersion = words('TLSv');
const localNameKey = words('local_name');
const sessionKey = words('session');
const rportKey = words('rport');
const lportKey = words('lport');
const userWord = words('user');

/** Reads the elements behind the first `: ` that is followed by one of the keys that open them; undefined without such. */
export function readElements(text: Text, from: number): Elements | undefined {
	const {bytes, end} = text;
	let at = from;
	for (; ; at++) {
		if (at >= end - 1) return undefined;
		if (bytes[at] !== 58 || bytes[at + 1] !== 32) continue;
		if (standsIn(text, userKey, at + 2) || standsIn(text, ripKey, at + 2) || standsIn(text, methodKey, at + 2)) break;
	}
	forget(text);
	elements.headEnd = at;
	at += 2;
	while (at < end) at = readElement(text, at);
	return elements;
}

function forget(text: Text): void {
	const {user, rip, lip, localName, session, secured} = elements;
	user.at = -1;
	rip.at = -1;
	lip.at = -1;
	localName.at = -1;
	session.at = -1;
	secured.at = 0;
	secured.end = 0;
	elements.rport = null;
	elements.lport = null;
	elements.securedIn = text;
}

/** Reads one element and gives the position of the next. */
function readElement(text: Text, at: number): number {
	const {bytes, end} = text;
	const value = keyEnd(text, at);
	if (value > 0 && bytes[value] === 60) {
		const close = valueEnd(text, value);
		take(text, at, value - 1, value + 1, close < 0 ? end : close);
		return close < 0 ? end : close + 3;
	}
	let comma = at;
	while (comma < end && !(bytes[comma] === 44 && bytes[comma + 1] === 32)) comma++;
	const version = value > 0 && (standsIn(text, tlsVersion, value) || standsIn(text, sslVersion, value));
	if (value > 0 && !version) take(text, at, value - 1, value, comma);
	else addSecured(text, at, comma);
	return comma + 2;
}

/** `user=<a, b>`: a user name may hold a comma, and `>` in it must be followed by one to end it; the last `>` ends the last. */
function valueEnd({bytes, end}: Text, from: number): number {
	for (let at = from; at < end - 2; at++)
		if (bytes[at] === 62 && bytes[at + 1] === 44 && bytes[at + 2] === 32) return at;
	for (let at = end - 1; at > from; at--) if (bytes[at] === 62) return at;
	return -1;
}

/** Position after `key=`, or 0 when the element has no key. */
function keyEnd({bytes}: Text, from: number): number {
	for (let at = from; at < from + 24; at++) {
		const code = bytes[at] ?? 0;
		if (code === 61) return at > from ? at + 1 : 0;
		const letter =
			(code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
		if (!letter) return 0;
	}
	return 0;
}

function take(text: Text, key: number, keyStop: number, at: number, end: number): void {
	const {bytes} = text;
	const span = (into: Span): void => {
		into.at = at;
		into.end = end;
	};
	switch (keyStop - key) {
		case 3:
			if (bytes[key + 1] !== 105 || bytes[key + 2] !== 112) return;
			if (bytes[key] === 114) span(elements.rip);
			else if (bytes[key] === 108) span(elements.lip);
			return;
		case 4:
			if (standsIn(text, userWord, key)) span(elements.user);
			return;
		case 5:
			if (standsIn(text, rportKey, key)) elements.rport = portIn(text, at, end);
			else if (standsIn(text, lportKey, key)) elements.lport = portIn(text, at, end);
			return;
		case 7:
			if (standsIn(text, sessionKey, key)) span(elements.session);
			return;
		case 10:
			if (standsIn(text, localNameKey, key)) span(elements.localName);
	}
}

function portIn(text: Text, from: number, to: number): number | null {
	if (to - from < 1 || to - from > 5) return null;
	for (let at = from; at < to; at++) {
		const code = text.bytes[at] ?? 0;
		if (code < 48 || code > 57) return null;
	}
	return numberIn(text, from, to);
}

/** Adds a piece without a key. Mostly these stand side by side; else they are written together elsewhere. */
function addSecured(text: Text, at: number, end: number): void {
	const {secured, securedIn} = elements;
	if (secured.end === 0) {
		secured.at = at;
		secured.end = end;
	} else if (securedIn === text && secured.end + 2 === at) secured.end = end;
	else {
		const together = `${stringOf(securedIn, secured.at, secured.end)}, ${stringOf(text, at, end)}`;
		const joined = textOf(together, 0);
		elements.securedIn = joined;
		secured.at = joined.at;
		secured.end = joined.end;
	}
}
