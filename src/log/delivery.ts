import {words} from './byte-pattern.ts';
import {type DeliveryText, deliveryTexts, readDeliveryText} from './delivery-text.ts';
import type {Relay} from './peer.ts';
import {none, type Out, put, record} from './records.ts';
import {byteIn, numberIn, standsIn, type Text, wordsIn} from './text.ts';
import type {Words} from './words.ts';

/** One `QID: to=…` line (global/log_adhoc.c). */
export type Delivery = {
	readonly kind: 'delivery';
	readonly queueId: string;
	/** null for `none`, `local` and other words that are no host. */
	readonly relay: Relay | null;
	/** How often the connection was used, 1 when not logged. */
	readonly connectionUse: number;
	/** From the start of its connection to its end, `c + d` of `delays=a/b/c/d`: setting it up, and sending. 0 when not logged. */
	readonly milliseconds: number;
	/** Postfix 3.11 `tls=`, null when absent. */
	readonly tls: string | null;
	readonly sent: boolean;
	readonly text: DeliveryText;
};

const toAddress = words('to=<');
const originally = words(', orig_to=<');
const relay = words(', relay=');
const use = words(', conn_use=');
const delaysField = words(', delays=');
const tlsField = words(', tls=');
const dsnField = words(', dsn=');
const statusField = words(', status=');
/** No connection is longer, ms. */
const mostDelay = 1_000_000_000;
const sentWord = words('sent');

/** Whether the text is about a recipient, behind a queue id of that length. */
export function isDelivery(text: Text, length: number): boolean {
	return standsIn(text, toAddress, text.at + length + 2);
}

/**
 * Writes `QID: to=<A>[, orig_to=<B>], relay=R[, conn_use=N], delay=d, delays=a/b/c/d[, tls=T], dsn=x.y.z, status=S (text)` as
 * queue id, relay, use, milliseconds, tls, whether it was sent, and what the text says; false when a part is missing.
 * Read from the left and only up to the first `status=`: what is in the brackets is the peer's, and addresses may imitate fields.
 */
export function takeDelivery(out: Out, text: Text, length: number, memory: Words): boolean {
	const {bytes, end} = text;
	const relayAt = afterAddresses(text, text.at + length + 2);
	if (relayAt < 0) return false;
	let relayEnd = relayAt;
	while (relayEnd < end && !(bytes[relayEnd] === 44 && bytes[relayEnd + 1] === 32)) relayEnd++;
	const dsn = wordsIn(text, dsnField, relayEnd);
	if (dsn < 0) return false;
	const status = wordsIn(text, statusField, dsn);
	if (status < 0) return false;
	const statusAt = status + statusField.length;
	let statusEnd = statusAt;
	while (statusEnd < end && !(bytes[statusEnd] === 32 && bytes[statusEnd + 1] === 40)) statusEnd++;
	const usedAt = fieldAt(text, use, relayEnd, dsn);
	const tls = fieldAt(text, tlsField, relayEnd, dsn);
	const sent = statusEnd - statusAt === sentWord.length && standsIn(text, sentWord, statusAt);
	put(
		out,
		record.clientDelivery,
		memory.word(text, text.at, text.at + length),
		isHost(text, relayAt, relayEnd) ? memory.relay(text, relayAt, relayEnd) : none,
		usedAt < 0 ? 1 : (numberIn(text, usedAt, dsn) ?? 1),
		millisecondsAt(text, relayEnd, dsn),
		tls < 0 ? none : memory.word(text, tls, byteIn(text, 44, tls)),
		sent ? 1 : 0,
		deliveryTexts.indexOf(readDeliveryText(text, statusEnd + 2)),
	);
	return true;
}

/** Position after the words of a field that begins between two positions; -1 when there is none. */
function fieldAt(text: Text, field: ReturnType<typeof words>, from: number, to: number): number {
	const {bytes} = text;
	for (let at = from; at < to; at++) if (bytes[at] === 44 && standsIn(text, field, at)) return at + field.length;
	return -1;
}

/** A host with an address ends in a bracket, perhaps with a port; `none`, `local` and other words are no host. */
function isHost({bytes}: Text, from: number, to: number): boolean {
	let end = to;
	while (end > from && isDigit(bytes[end - 1])) end--;
	if (end === to || bytes[end - 1] !== 58) return bytes[to - 1] === 93;
	return bytes[end - 2] === 93;
}

function millisecondsAt(text: Text, from: number, to: number): number {
	const at = fieldAt(text, delaysField, from, to);
	if (at < 0) return 0;
	const first = byteIn(text, 47, at);
	const second = first < 0 ? -1 : byteIn(text, 47, first + 1);
	if (second < 0) return 0;
	const third = byteIn(text, 47, second + 1);
	if (third < 0 || third >= to) return 0;
	const seconds = decimal(text, second + 1, third) + decimal(text, third + 1, byteIn(text, 44, third));
	return Math.min(Math.round(seconds * 1000) || 0, mostDelay);
}

/** `0.05` between two positions; NaN for anything else. */
function decimal({bytes}: Text, from: number, to: number): number {
	let digits = 0;
	let scale = 0;
	for (let at = from; at < to; at++) {
		const code = bytes[at];
		if (isDigit(code)) {
			digits = digits * 10 + (code ?? 0) - 48;
			scale *= 10;
		} else if (code === 46 && scale === 0) scale = 1;
		else return Number.NaN;
	}
	return from < to ? digits / (scale || 1) : Number.NaN;
}

function isDigit(code: number | undefined): boolean {
	return code !== undefined && code >= 48 && code <= 57;
}

/** Position after `, relay=`, past `to=<…>` and `orig_to=<…>` whose quoted local parts may hold `, relay=` and `>`. */
function afterAddresses(text: Text, from: number): number {
	let at = addressEnd(text, from + toAddress.length);
	if (at >= 0 && standsIn(text, originally, at)) at = addressEnd(text, at + originally.length);
	return at >= 0 && standsIn(text, relay, at) ? at + relay.length : -1;
}

function addressEnd({bytes, end}: Text, from: number): number {
	let quoted = false;
	for (let at = from; at < end; at++) {
		const code = bytes[at];
		if (code === 92) at++;
		else if (code === 34) quoted = !quoted;
		else if (code === 62 && !quoted) return at + 1;
	}
	return -1;
}
