import {lookup} from 'node:dns/promises';
import {once} from 'node:events';
import {isIP} from 'node:net';
import {setTimeout as rest} from 'node:timers/promises';
import type {PeerView} from './certificate.ts';
import {type Answer, type Door, shake} from './connection.ts';
import {endsProbe, type Fault, isRefusal} from './fault.ts';
import {canOffer} from './handshake-options.ts';
import {type Offer, offerWords} from './offer.ts';
import {sentence} from './sentence.ts';
import {place, type Target} from './target.ts';

/** The bounds within which a probe keeps. Times in milliseconds. */
export type Bounds = {
	readonly timeout: number;
	/** For the whole probe. */
	readonly within: number;
	readonly connections: number;
	/** Between two connections. */
	readonly pause: number;
};

export type Asked = {
	/** `null`: it cannot be told, for the reason in `error`. */
	readonly accepted: boolean | null;
	readonly cipher: string | null;
	/** Why it was not accepted, as a sentence. The server's words in it are unsafe for a terminal. */
	readonly error: string | null;
	readonly reason: Fault['kind'] | null;
};
export type Outside = {
	readonly signal: AbortSignal;
	/** Trusted certificates, PEM. */
	readonly roots: string | null;
	/** Told before each connection and after it. */
	readonly progress: (sentence: string) => void;
};

async function addressesOf(host: string): Promise<string[] | Fault> {
	if (isIP(host) !== 0) return [host];
	try {
		return (await lookup(host, {all: true})).map(({address}) => address);
	} catch (error) {
		return {kind: 'unresolved', code: (error as NodeJS.ErrnoException).code ?? 'unknown error'};
	}
}

/** Aborts when the user stops the probe and when its time is over; `end` puts the clock away. */
function createEnd(within: number, stopped: AbortSignal): {signal: AbortSignal; end: () => void} {
	const controller = new AbortController();
	const abort = (): void => controller.abort();
	const clock = setTimeout(abort, within);
	stopped.addEventListener('abort', abort);
	if (stopped.aborted) abort();
	return {
		signal: controller.signal,
		end: () => {
			clearTimeout(clock);
			stopped.removeEventListener('abort', abort);
		},
	};
}

/** What came together over all connections. */
export type Gathered = {
	/** The address that was dialled; `null` when the name has none. */
	readonly address: string | null;
	readonly peer: PeerView | null;
	readonly used: number;
	/** Why the probe ended before all was asked. */
	readonly ended: string | null;
};

type Asker = {
	ask(offer: Offer): Promise<Asked>;
	/** Ends the asking; a sentence about the whole of it names `newest`. */
	close(newest: Offer): Gathered;
};

/** Asks one offer after another, counts connections, and falls silent for good once the probe has ended. */
export function createAsker(target: Target, servername: string | null, bounds: Bounds, outside: Outside): Asker {
	const {signal, end} = createEnd(bounds.within, outside.signal);
	const overtime = (): Fault => ({kind: outside.signal.aborted ? 'stopped' : 'time-used'});
	let addresses: string[] | undefined;
	let used = 0;
	let peer: PeerView | null = null;
	let accepted = false;
	let over: Fault | null = null;

	async function dial(offer: Offer): Promise<Answer> {
		const unasked = (fault: Fault): Answer => ({kind: 'fault', fault, connected: false});
		if (addresses === undefined) {
			// A resolver may take longer than the whole probe may.
			const aborted = once(signal, 'abort').then(overtime);
			const found = signal.aborted ? overtime() : await Promise.race([addressesOf(target.host), aborted]);
			if (!Array.isArray(found)) return unasked(found);
			addresses = found;
		}
		let answer = unasked({kind: 'connections-used'});
		// The first address that connects is taken for all that follows.
		while (addresses.length > 0 && used < bounds.connections) {
			// Aborted or not is looked at below.
			if (used > 0) await rest(bounds.pause, undefined, {signal}).catch(() => undefined);
			if (signal.aborted) return unasked(overtime());
			const address: string = addresses[0] ?? '';
			used++;
			outside.progress(
				`${used} of at most ${bounds.connections}: ${place(address, target.port)}, ${offerWords(offer)}`,
			);
			const roots = peer === null ? outside.roots : null;
			const door: Door = {target, address, servername, timeout: bounds.timeout, signal, roots};
			answer = await shake(door, offer);
			const connected = answer.kind === 'accepted' || answer.connected;
			if (answer.kind === 'fault' && answer.fault.kind === 'stopped') return unasked(overtime());
			if (connected) addresses = [address];
			if (connected || addresses.length === 1) return answer;
			addresses = addresses.slice(1);
		}
		return answer;
	}

	function told(fault: Fault, offer: Offer): Asked {
		const {host, port, starttls} = target;
		const about = {...bounds, where: place(host, port), host, starttls, offered: offerWords(offer)};
		const no = isRefusal(fault) ? false : null;
		return {accepted: no, cipher: null, error: sentence(fault, about), reason: fault.kind};
	}

	return {
		async ask(offer: Offer): Promise<Asked> {
			if (!(await canOffer(offer))) return told({kind: 'local'}, offer);
			if (over !== null) return told(over, offer);
			let answer = await dial(offer);
			// An orderly end without an alert may be a refusal or a mishap: what happens twice is no mishap.
			if (answer.kind === 'fault' && answer.fault.kind === 'handshake-closed') answer = await dial(offer);
			if (answer.kind === 'accepted') {
				accepted = true;
				if (peer === null && answer.peer.certificate !== null) peer = answer.peer;
				return {accepted: true, cipher: answer.cipher, error: null, reason: null};
			}
			if (endsProbe(answer.fault, accepted)) over = answer.fault;
			return told(answer.fault, offer);
		},
		/** What came together. */
		close(newest: Offer): Gathered {
			end();
			const ended = over === null ? null : told(over, newest).error;
			return {address: addresses?.[0] ?? null, peer, used, ended};
		},
	};
}
