import * as numbers from '../../../scan/numbers.ts';
import {deliveryStatuses, deliveryTexts, heldReasons} from '../../delivery.ts';
import {problemOfNumber} from '../../library-problem.ts';
import type {Relay} from '../../peer.ts';
import {argumentAt, none, record} from '../../records.ts';
import type {ClientEvent, ProxyEvent, ScreenEvent} from './events.ts';
import type {LookupTable} from './lookup-table.ts';
import {noPeer, summaryOf, trustOf} from './server-events.ts';

const noRelay: Relay = {...noPeer, text: '', endpoint: '[]:'};

/** Reads a record of smtp or lmtp. */
export function clientEvent(ints: Int32Array, at: number, known: LookupTable): ClientEvent {
	const first = ints[at + argumentAt] ?? none;
	const second = ints[at + argumentAt + 1] ?? none;
	switch (ints[at]) {
		case record.clientSummary:
			return {kind: 'summary', summary: summaryOf(ints, at, known, known.relays[first] ?? noRelay)};
		case record.clientDelivery: {
			const tls = ints[at + argumentAt + 4] ?? none;
			return {
				kind: 'delivery',
				queueId: known.strings[first] ?? '',
				relay: second === none ? null : (known.relays[second] ?? null),
				connectionUse: ints[at + argumentAt + 2] ?? 1,
				milliseconds: ints[at + argumentAt + 3] ?? 0,
				tls: tls === none ? null : (known.strings[tls] ?? null),
				status: deliveryStatuses[ints[at + argumentAt + 5] ?? 0] ?? null,
				text: deliveryTexts[ints[at + argumentAt + 6] ?? none] ?? 'other',
				domain: known.domains[ints[at + argumentAt + 7] ?? none] ?? null,
				held: heldReasons[ints[at + argumentAt + 8] ?? 0] ?? null,
			};
		}
		case record.clientSkipped:
			return {
				kind: 'skipped',
				queueId: known.strings[first] ?? '',
				text: deliveryTexts[second] ?? 'other',
				ip: known.strings[ints[at + argumentAt + 2] ?? none] ?? null,
			};
		case record.clientHandshakeSeen:
			return {
				kind: 'handshake-seen',
				peer: known.relays[first] ?? noRelay,
				trust: trustOf(second),
				unverified: known.problems[ints[at + argumentAt + 2] ?? none] ?? null,
			};
		case record.clientNoStarttls:
			return {kind: 'no-starttls', host: known.strings[first] ?? null};
		case record.clientStsMismatch:
			return {kind: 'sts-mismatch', domain: known.domains[first] ?? null};
		case record.clientReport:
			return {kind: 'report', report: known.reports[first] ?? null};
		case record.clientHandshakeFailed:
			return {kind: 'handshake-failed', peer: known.relays[first] ?? noRelay, problem: problemOfNumber(second)};
		default:
			return {kind: 'library-problem', problem: known.problems[second] ?? null};
	}
}

/** Reads a record of tlsproxy. */
export function proxyEvent(ints: Int32Array, at: number, known: LookupTable): ProxyEvent {
	const first = ints[at + argumentAt] ?? none;
	const second = ints[at + argumentAt + 1] ?? none;
	const endpoint = known.endpoints[first] ?? '';
	switch (ints[at]) {
		case record.proxyConnect:
			return {kind: 'connect', client: second === 1, endpoint};
		case record.proxyDisconnect:
			return {kind: 'disconnect', endpoint};
		case record.proxySummary: {
			const relay = known.relays[first] ?? noRelay;
			const summary = summaryOf(ints, at, known, relay);
			return {kind: 'summary', summary, endpoint: relay.endpoint};
		}
		case record.proxyHandshakeFailed:
			return {kind: 'handshake-failed', client: second === 1, endpoint};
		case record.proxyReport:
			return {kind: 'report', report: known.reports[first] ?? null};
		case record.proxyTimeout:
			return {kind: 'timeout', endpoint};
		default:
			return {kind: 'library-problem', problem: known.problems[second] ?? null};
	}
}

/** Reads a record of postscreen. */
export function screenEvent(ints: Int32Array, at: number, known: LookupTable): ScreenEvent {
	const second = ints[at + argumentAt + 1] ?? none;
	const endpoint = known.endpoints[ints[at + argumentAt] ?? none] ?? '';
	switch (ints[at]) {
		case record.screenConnect:
			return screenRecord('connect', endpoint, null, second === none ? null : second, false, false);
		case record.screenPass:
			return screenRecord(
				'pass',
				endpoint,
				second === none ? null : (known.strings[second] ?? null),
				null,
				false,
				false,
			);
		case record.screenDisconnect:
			return screenRecord('disconnect', endpoint, null, null, false, false);
		default:
			return screenRecord(
				'dialogue',
				endpoint,
				null,
				null,
				second === numbers.saidAndRefused,
				second === numbers.saidStarttls,
			);
	}
}

/** All of one shape, and made without a spread: there is one for nearly every line of postscreen. */
function screenRecord(
	kind: ScreenEvent['kind'],
	endpoint: string,
	ip: string | null,
	localPort: number | null,
	rejected: boolean,
	starttls: boolean,
): ScreenEvent {
	return {kind, endpoint, ip, localPort, rejected, starttls};
}
