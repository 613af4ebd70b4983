import {lengthOf, stands, words} from './bytes';
import {isDelivery, takeDelivery} from './delivery';
import {isRequireTls, other, readDeliveryText} from './delivery-text';
import {failureOf, failureOfDetail, isClientNote, isTlsDetail} from './imports';
import * as out from './out';
import {peerEnd} from './peer';
import {queueIdLength} from './queue-id';
import {takeSummary} from './summary';
import {others, relays} from './words';

const warning = words('warning: ');
const libraryProblem = words('TLS library problem: ');
const connectError = words('SSL_connect error to ');
const hostOffered = words('Host offered STARTTLS: ');
const smtpsMode = words('SMTPS wrappermode ');
const clientMode = words('CLIENT wrappermode ');
const notVerified = words('Server certificate could not be verified ');

/** What a folded line counts as at most. */
const mostTimes: i32 = 1000;

/**
 * Reads the text of an smtp or lmtp line (after the tag) and writes what it tells; false when it says nothing of TLS or of a
 * delivery. Of a folded line only failures count again.
 */
export function readSmtp(at: usize, end: usize): bool {
	// Before queue ids: it has the look of one.
	if (stands(warning, at, end)) return readWarning(at + lengthOf(warning), end);
	const length = queueIdLength(at);
	if (length > 0) {
		const rest = at + length + 2;
		if (isDelivery(rest, end)) return takeDelivery(at, length, end);
		const reason = readDeliveryText(rest, end);
		if (reason === other) return isRequireTls(rest, end);
		out.put(out.clientSkipped, others.of(at, at + length), reason);
		return true;
	}
	switch (load<u8>(at)) {
		case 65:
		case 84:
		case 85:
		case 86:
			if (takeSummary(out.clientSummary, at, end, false)) return true;
			break;
		case 83:
			if (stands(connectError, at, end)) {
				const begin = at + lengthOf(connectError);
				const stop = peerEnd(begin, end);
				const failure = failureOfDetail(min(stop + 2, end), end);
				out.put(out.clientHandshakeFailed, relays.of(begin, stop), failure, min(out.timesOf(), mostTimes));
				return true;
			}
			break;
		case 99:
			// `connect to H: …`: a TCP connection that did not come about.
			return false;
		default:
			break;
	}
	return (
		stands(hostOffered, at, end) ||
		stands(smtpsMode, at, end) ||
		stands(clientMode, at, end) ||
		stands(notVerified, at, end) ||
		isTlsDetail(at, end)
	);
}

function readWarning(at: usize, end: usize): bool {
	if (stands(libraryProblem, at, end)) {
		out.put(out.clientLibraryProblem, out.none, failureOf(at + lengthOf(libraryProblem), end));
		return true;
	}
	return isClientNote(at, end) || isTlsDetail(at, end);
}
