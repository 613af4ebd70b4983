/** What became of a message's recipients in a domain. */
export const deliveryStatuses = ['sent', 'deferred', 'bounced'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Messages of one session to one domain: a message whose recipients fared differently counts in each. */
export type DomainDeliveries = {
	/** null where the recipients' addresses have none. */
	readonly domain: string | null;
} & Readonly<Record<DeliveryStatus, number>>;

/*
 * Sessions hold their deliveries as one text, `bank.example 1 0 0,shop.example 0 2 0`: most have one domain and one message, so that
 * texts repeat, and a session and its deliveries are kept, replaced and deleted as one. The view `deliveries` has a row for each.
 */

/** The deliveries of a session as a text; null where there are none. */
export function deliveriesText(deliveries: readonly DomainDeliveries[]): string | null {
	if (deliveries.length === 0) return null;
	return deliveries.map(({domain, sent, deferred, bounced}) => `${domain ?? ''} ${sent} ${deferred} ${bounced}`).join();
}

const ofOne: Readonly<Record<DeliveryStatus, string>> = {sent: ' 1 0 0', deferred: ' 0 1 0', bounced: ' 0 0 1'};

/** The same of one message to one domain, as most sessions have it: without what it takes to count them. */
export function oneDeliveryText(domain: string | null, status: DeliveryStatus): string {
	return (domain ?? '') + ofOne[status];
}

/** What a domain is made of: letters of any script, digits, and the brackets and colons of an address in its place (RFC 5321, 4.1.3). */
const named = /^(?:[\p{L}\p{M}\p{N}._-]{1,255}|\[[0-9A-Za-z.:_-]{1,64}\])$/u;

/** The domain of a recipient as it is kept, in lower case and without the dot of the root; null for what is none. */
export function recipientDomain(logged: string): string | null {
	const domain = logged.replace(/\.$/, '').toLowerCase();
	return named.test(domain) ? domain : null;
}

/** Reads such a text. */
export function readDeliveries(text: string | null): DomainDeliveries[] {
	if (text === null) return [];
	return text.split(',').map(each => {
		const [domain = '', ...counts] = each.split(' ');
		const [sent = 0, deferred = 0, bounced = 0] = counts.map(Number);
		return {domain: domain === '' ? null : domain, sent, deferred, bounced};
	});
}

/** The domains to which mail was sent by such a text, null where addresses have none. */
export const domainsSent = (deliveries: string | null): Array<string | null> =>
	readDeliveries(deliveries)
		.filter(({sent}) => sent > 0)
		.map(({domain}) => domain);
