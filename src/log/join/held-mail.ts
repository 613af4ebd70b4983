import type {HeldLine} from '../../model/outbound.ts';
import {heldTime} from '../../model/session.ts';
import type {Delivery} from '../delivery.ts';
import type {Host, LineContext} from '../line-context.ts';
import {refusalOf} from './tls-level.ts';

/** Messages that TLS held back and that did not go out yet, of each host as `QID domain`, as plain data. */
export type HeldMailState = {waiting: Map<Host, Set<string>>; size: number};

export function noHeldMail(): HeldMailState {
	return {waiting: new Map(), size: 0};
}

/** So many are remembered, to know them when they go out: about 5 MB. The oldest of a host are forgotten first. */
const most = 50_000;

/** Says which messages TLS held back, and which of them went out later. */
export type HeldMail = {
	/** A delivery line; `stsMismatch` is the domain of which the process said that its mail host is not in the MTA-STS policy. */
	delivery(context: LineContext, delivery: Delivery, stsMismatch: string | null): void;
	/** No line of this host follows. */
	end(host: Host): void;
};

/** `emit` gets a line for each time a message is held back, and one when it goes out to that domain. */
export function createHeldMail(emit: (line: HeldLine) => void, state: HeldMailState): HeldMail {
	function remember(host: Host, key: string): void {
		let keys = state.waiting.get(host);
		if (!keys) {
			keys = new Set();
			state.waiting.set(host, keys);
		}
		if (keys.has(key)) return;
		keys.add(key);
		state.size++;
		if (state.size <= most) return;
		for (const oldest of keys) {
			forget(host, oldest);
			break;
		}
	}

	function forget(host: Host, key: string): boolean {
		const keys = state.waiting.get(host);
		if (!keys?.delete(key)) return false;
		state.size--;
		if (keys.size === 0) state.waiting.delete(host);
		return true;
	}

	function reasonOf({held, relay, text, tls, domain}: Delivery, stsMismatch: string | null): HeldLine['reason'] {
		const sts = stsMismatch !== null && stsMismatch === domain && relay === null;
		if (sts && (held === 'certificate-not-verified' || held === null)) return 'mta-sts';
		if (held !== null || text === 'said') return held;
		const refusal = refusalOf(tls);
		if (refusal === null) return null;
		if (tls?.includes('/!requiretls')) return 'requiretls';
		return refusal === 'tls-required-not-offered' ? refusal : 'certificate-not-verified';
	}

	return {
		delivery(context, delivery, stsMismatch) {
			const {status, queueId, domain, relay} = delivery;
			if (status === null || (status === 'sent' && state.size === 0)) return;
			const {host, tag} = context.daemon;
			const key = `${queueId} ${domain ?? ''}`;
			let reason: HeldLine['reason'] = null;
			if (status === 'sent') {
				if (!forget(host, key)) return;
			} else {
				reason = reasonOf(delivery, stsMismatch);
				if (reason === null) return;
				remember(host, key);
			}
			emit({
				time: heldTime(context.time),
				logHost: host.name,
				tag: tag.name,
				queueId,
				domain,
				reason,
				connected: relay !== null,
			});
		},
		end(host) {
			state.size -= state.waiting.get(host)?.size ?? 0;
			state.waiting.delete(host);
		},
	};
}
