import {type DeliveryStatus, type DomainDeliveries, deliveriesText, oneDeliveryText} from '../../model/deliveries.ts';
import type {Delivery} from '../delivery.ts';

/** The distinct queue ids of one session. Most sessions carry one message or none, so the set comes late. */
export type QueueIds = {count: number; first: string; more: Set<string> | null};

/** Beyond this a session's ids are counted as if all were new: memory counts more than a repeated id. */
const mostQueueIds = 50_000;

export function noQueueIds(): QueueIds {
	return {count: 0, first: '', more: null};
}

/** Whether an id is one of them; of a session with too many of them it may be and is not known. */
export function hasQueueId(ids: QueueIds, id: string): boolean {
	return ids.count > 0 && (ids.first === id || ids.more?.has(id) === true);
}

/** Adds an id; beyond `most` different ones each counts as a new one. */
export function addQueueId(ids: QueueIds, id: string, most: number = mostQueueIds): void {
	if (ids.count === 0) {
		ids.first = id;
		ids.count = 1;
		return;
	}
	if (ids.first === id) return;
	ids.more ??= new Set();
	if (ids.more.size >= most) ids.count++;
	else {
		ids.more.add(id);
		ids.count = ids.more.size + 1;
	}
}

/** The messages to one domain, by what became of them. */
type Messages = Partial<Record<DeliveryStatus, QueueIds>>;

/**
 * The messages of one session by the domain of their recipients, and by what became of them. Most sessions carry one message to one
 * domain: the first delivery stands alone until another one differs from it.
 */
export type Recipients = {
	readonly domain: string | null;
	readonly status: DeliveryStatus;
	readonly queueId: string;
	all: Map<string, Messages> | null;
};

/** A relay takes mail for any number of domains: those beyond this are counted as one without a name. */
const mostDomains = 1000;
/** Ids of messages to one domain that are remembered: memory counts more than a repeated id. */
const mostIds = 1000;

function count(all: Map<string, Messages>, domain: string | null, status: DeliveryStatus, queueId: string): void {
	const named = domain ?? '';
	const key = all.size < mostDomains || all.has(named) ? named : '';
	let messages = all.get(key);
	if (messages === undefined) {
		messages = {};
		all.set(key, messages);
	}
	const ids = messages[status] ?? noQueueIds();
	messages[status] = ids;
	addQueueId(ids, queueId, mostIds);
}

/** Counts a delivery line; returns the recipients, which are made by the first of them. */
export function addRecipient(
	recipients: Recipients | null,
	{domain, status, queueId}: Pick<Delivery, 'domain' | 'status' | 'queueId'>,
): Recipients | null {
	if (status === null) return recipients;
	if (recipients === null) return {domain, status, queueId, all: null};
	if (recipients.all === null) {
		if (recipients.domain === domain && recipients.status === status && recipients.queueId === queueId)
			return recipients;
		recipients.all = new Map();
		count(recipients.all, recipients.domain, recipients.status, recipients.queueId);
	}
	count(recipients.all, domain, status, queueId);
	return recipients;
}

/** The deliveries of a session as they are kept. */
export function recipientsText(recipients: Recipients | null): string | null {
	if (recipients === null) return null;
	const {all, domain: only, status} = recipients;
	if (all === null) return oneDeliveryText(only, status);
	const rows: DomainDeliveries[] = [];
	for (const [domain, {sent, deferred, bounced}] of all)
		rows.push({
			domain: domain === '' ? null : domain,
			sent: sent?.count ?? 0,
			deferred: deferred?.count ?? 0,
			bounced: bounced?.count ?? 0,
		});
	return deliveriesText(rows);
}
