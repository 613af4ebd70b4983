import {failures} from '../tls/session.ts';
import {type BytePattern, words} from './byte-pattern.ts';
import {isDelivery, takeDelivery} from './delivery.ts';
import {deliveryTexts, readDeliveryText} from './delivery-text.ts';
import {failureOf, failureOfDetail} from './library-problem.ts';
import {peerEnd} from './peer.ts';
import {queueIdLength} from './queue-id.ts';
import {none, type Out, put, record} from './records.ts';
import {takeSummary} from './summary.ts';
import {standsIn, stringOf, type Text, wholeText} from './text.ts';
import {isTlsDetail} from './tls-detail.ts';
import type {Words} from './words.ts';

const warning = words('warning: ');
const connectError = words('SSL_connect error to ');
const requireTls = words('Sender requested REQUIRETLS');
const notes = [
	'Host offered STARTTLS: ',
	'SMTPS wrappermode ',
	'CLIENT wrappermode ',
	'Server certificate could not be verified ',
].map(words);

/** What a folded line counts as at most. */
const mostTimes = 1000;

/**
 * Reads the text of an smtp or lmtp line (after the tag) and writes what it tells; false when it says nothing of TLS or of a
 * delivery. Of a folded line only failures count again.
 */
export function readSmtp(out: Out, text: Text, memory: Words): boolean {
	const {at, end} = text;
	// Before queue ids: it has the look of one.
	if (standsIn(text, warning, at)) return readWarning(out, wholeText(text));
	const length = queueIdLength(text);
	if (length > 0) {
		if (isDelivery(text, length)) return takeDelivery(out, text, length, memory);
		const reason = readDeliveryText(text, at + length + 2);
		if (reason === 'other') return standsIn(text, requireTls, at + length + 2);
		put(out, record.clientSkipped, memory.word(text, at, at + length), deliveryTexts.indexOf(reason));
		return true;
	}
	switch (text.bytes[at]) {
		case 65:
		case 84:
		case 85:
		case 86:
			if (takeSummary(out, record.clientSummary, text, memory, false)) return true;
			break;
		case 83:
			if (standsIn(text, connectError, at)) {
				const begin = at + connectError.length;
				const after = peerEnd(text, begin);
				const detail = after + 2 < end ? stringOf(text, after + 2, end) : '';
				const failure = failures.indexOf(failureOfDetail(detail) as never);
				const times = Math.min(out.times, mostTimes);
				put(out, record.clientHandshakeFailed, memory.relay(text, begin, after), failure, times);
				return true;
			}
			break;
		case 99:
			// `connect to H: …`: a TCP connection that did not come about.
			return false;
	}
	return notes.some((pattern: BytePattern) => standsIn(text, pattern, at)) || isTlsDetail(wholeText(text));
}

function readWarning(out: Out, text: string): boolean {
	if (text.startsWith('warning: TLS library problem: ')) {
		put(out, record.clientLibraryProblem, none, failures.indexOf(failureOf(text.slice(30))));
		return true;
	}
	return (
		text.startsWith('warning: TLS policy lookup ') ||
		/^warning: (?:DANE|DNSSEC|MX name |TLSA|.*TLSA|.*dane configured)/.test(text) ||
		isTlsDetail(text.slice(9))
	);
}
