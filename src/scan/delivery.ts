import {byteFrom, isDigit, lengthOf, literal, matches, numberFrom, pairFrom, wordsFrom} from './bytes';
import {readDeliveryText, reasonOfHeld} from './delivery-text';
import {domains, relays, strings} from './interned';
import {replyOther, replySaid, statusBounced, statusDeferred, statusSent} from './numbers';
import {clientDelivery, none, processOf, put} from './out';

const toAddress = literal('to=<');
const originally = literal(', orig_to=<');
const relay = literal(', relay=');
const use = literal(', conn_use=');
const delaysField = literal(', delays=');
const tlsField = literal(', tls=');
const dsnField = literal(', dsn=');
const statusField = literal(', status=');
const sentWord = literal('sent');
const deferredWord = literal('deferred');
/** smtp writes so where `soft_bounce` makes a bounce of it no end (global/bounce.c). */
const softWord = literal('SOFTBOUNCE');
const bouncedWord = literal('bounced');
const suspended = literal('delivery temporarily suspended: ');

/** No connection is longer, ms. */
const mostDelay: f64 = 1_000_000_000;

/** Whether the text is about a recipient; `at` is behind its queue id. */
export function isDelivery(at: usize, end: usize): bool {
	return matches(toAddress, at, end);
}

/**
 * Writes `QID: to=<A>[, orig_to=<B>], relay=R[, conn_use=N], delay=d, delays=a/b/c/d[, tls=T], dsn=x.y.z, status=S (text)`
 * (global/log_adhoc.c) as queue id, relay, use, milliseconds, tls, status, what the text says, the recipient's domain, and why TLS
 * held it back; false when a part is missing. Read from the left and only up to the first `status=`: what is in the brackets is the
 * peer's, and addresses may imitate fields. With `heldOnly` false, too, and nothing is written, where TLS held nothing back.
 */
export function takeDelivery(text: usize, length: i32, end: usize, heldOnly: bool = false): bool {
	const relayAt = afterAddresses(text + length + 2, end);
	if (relayAt === 0) return false;
	const domainAt = recipientAt;
	const domainEnd = recipientEnd;
	const relayEnd = pairFrom(44, 32, relayAt, end);
	const dsn = wordsFrom(dsnField, relayEnd, end);
	if (dsn === end) return false;
	const status = wordsFrom(statusField, dsn, end);
	if (status === end) return false;
	const statusAt = status + lengthOf(statusField);
	const statusEnd = pairFrom(32, 40, statusAt, end);
	const usedAt = fieldAt(use, relayEnd, dsn);
	const tls = fieldAt(tlsField, relayEnd, dsn);
	const uses = usedAt === 0 ? 1 : numberFrom(usedAt, dsn);
	const became = statusOf(statusAt, statusEnd);
	// qmgr puts off what follows to a destination that failed, and error(8) says why again.
	const again = matches(suspended, statusEnd + 2, end) ? lengthOf(suspended) : 0;
	const said = readDeliveryText(statusEnd + 2 + again, end);
	const held = became === statusSent || said === replySaid ? 0 : reasonOfHeld(said, statusEnd + 2 + again, end);
	if (heldOnly && held === 0) return false;
	put(
		clientDelivery,
		strings.of(text, text + length),
		isHost(relayAt, relayEnd) ? relays.of(relayAt, relayEnd, processOf()) : none,
		uses < 0 ? 1 : uses,
		millisecondsAt(relayEnd, dsn, end),
		tls === 0 ? none : strings.of(tls, byteFrom(44, tls, end)),
		became,
		again === 0 ? said : replyOther,
		domainAt === 0 || isSocket(relayAt, relayEnd) ? none : domains.of(domainAt, domainEnd, processOf()),
		held,
	);
	return true;
}

function statusOf(at: usize, end: usize): i32 {
	const length = (end - at) as i32;
	if (length === 4 && matches(sentWord, at, end)) return statusSent;
	if (length === 7 && matches(bouncedWord, at, end)) return statusBounced;
	return matches(deferredWord, at, end) || matches(softWord, at, end) ? statusDeferred : 0;
}

/** Position after the words of a field that begins between two positions; 0 when there is none. */
function fieldAt(field: usize, from: usize, to: usize): usize {
	// The field after it begins where this one ends, at the least.
	const at = wordsFrom(field, from, to);
	return at === to ? 0 : at + lengthOf(field);
}

/** A host with an address ends in a bracket, perhaps with a port; `none`, `local` and other words are no host. */
function isHost(from: usize, to: usize): bool {
	let end = to;
	while (end > from && isDigit(end - 1)) end--;
	if (end === to || load<u8>(end - 1) !== 58) return to > from && load<u8>(to - 1) === 93;
	return end - 2 >= from && load<u8>(end - 2) === 93;
}

/** Whether a relay is a socket of this host, `host[private/dovecot-lmtp]`: no session, and no mail that TLS could hold back. */
function isSocket(from: usize, to: usize): bool {
	return load<u8>(to - 1) === 93 && byteFrom(47, byteFrom(91, from, to), to) < to;
}

/** `c + d` of `delays=a/b/c/d`: setting the connection up, and sending. 0 when it is not logged. */
function millisecondsAt(from: usize, to: usize, end: usize): i32 {
	const at = fieldAt(delaysField, from, to);
	if (at === 0) return 0;
	const second = byteFrom(47, byteFrom(47, at, end) + 1, end);
	const third = byteFrom(47, second + 1, end);
	if (second >= end || third >= to) return 0;
	const ms = nearest((decimal(second + 1, third) + decimal(third + 1, byteFrom(44, third, end))) * 1000);
	return isNaN(ms) ? 0 : (min(ms, mostDelay) as i32);
}

/** `0.05` between two positions; NaN for anything else. */
function decimal(from: usize, to: usize): f64 {
	let digits: f64 = 0;
	let scale: f64 = 0;
	for (let at = from; at < to; at++) {
		if (isDigit(at)) {
			digits = digits * 10 + ((load<u8>(at) - 48) as f64);
			scale *= 10;
		} else if (load<u8>(at) === 46 && scale === 0) scale = 1;
		else return NaN;
	}
	return from < to ? digits / (scale === 0 ? 1 : scale) : NaN;
}

/** Position after `, relay=`, past `to=<…>` and `orig_to=<…>` whose quoted local parts may hold `, relay=` and `>`; 0 when it is not there. */
function afterAddresses(from: usize, end: usize): usize {
	let at = addressEnd(from + lengthOf(toAddress), end);
	recipientAt = atSign === 0 ? 0 : atSign + 1;
	recipientEnd = at - 1;
	if (at !== 0 && matches(originally, at, end)) at = addressEnd(at + lengthOf(originally), end);
	return at !== 0 && matches(relay, at, end) ? at + lengthOf(relay) : 0;
}

/** Where the domain of the recipient read last is, 0 where it has none, and its end. */
let recipientAt: usize = 0;
let recipientEnd: usize = 0;
/** The last `@` outside quotes of the address read last; 0 where there is none. */
let atSign: usize = 0;

function addressEnd(from: usize, end: usize): usize {
	let quoted = false;
	atSign = 0;
	for (let at = from; at < end; at++) {
		const code = load<u8>(at);
		if (code === 92) at++;
		else if (code === 34) quoted = !quoted;
		else if (code === 64 && !quoted) atSign = at;
		else if (code === 62 && !quoted) return at + 1;
	}
	return 0;
}
