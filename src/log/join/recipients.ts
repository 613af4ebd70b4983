import {type DeliveryStatus, type DomainDeliveries, deliveriesText} from '../../model/deliveries.ts';
import type {Delivery} from '../delivery.ts';
import {addQueueId, noQueueIds, type QueueIds} from './queue-ids.ts';

/** The messages of one session by the domain of their recipients, and by what became of them. */
export type Recipients = Map<string, Partial<Record<DeliveryStatus, QueueIds>>>;

/** A relay takes mail for any number of domains: those beyond this are counted as one without a name. */
const mostDomains = 1000;
/** Ids of messages to one domain that are remembered: memory counts more than a repeated id. */
const mostIds = 1000;

/** Counts a delivery line; returns the recipients, which are made by the first of them. */
export function addRecipient(recipients: Recipients | null, {domain, status, queueId}: Delivery): Recipients | null {
	if (status === null) return recipients;
	const all: Recipients = recipients ?? new Map();
	const named = domain ?? '';
	const key = all.size < mostDomains || all.has(named) ? named : '';
	let counts = all.get(key);
	if (counts === undefined) {
		counts = {};
		all.set(key, counts);
	}
	const ids = counts[status] ?? noQueueIds();
	counts[status] = ids;
	addQueueId(ids, queueId, mostIds);
	return all;
}

/** The deliveries of a session as they are kept. */
export function recipientsText(recipients: Recipients | null): string | null {
	if (recipients === null) return null;
	const rows: DomainDeliveries[] = [];
	for (const [domain, {sent, deferred, bounced}] of recipients)
		rows.push({
			domain: domain === '' ? null : domain,
			sent: sent?.count ?? 0,
			deferred: deferred?.count ?? 0,
			bounced: bounced?.count ?? 0,
		});
	return deliveriesText(rows);
}
