import {lookup} from 'node:dns/promises';
import {once} from 'node:events';
import {isIP} from 'node:net';
import {setTimeout as rest} from 'node:timers/promises';
import type {PeerView} from './certificate.ts';
import {type ClientHello, helloText} from './client-hello.ts';
import {endsProbe, type Failure, failureMessage, isRefusal} from './failure.ts';
import {type Answer, type Connection, canOffer, handshake} from './handshake.ts';
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
	/** `null`: it is not known, for the reason in `error`. */
	readonly accepted: boolean | null;
	readonly cipher: string | null;
	/** Why it was not accepted, as a sentence. The server's words in it are unsafe for a terminal. */
	readonly error: string | null;
	readonly reason: Failure['kind'] | null;
};
export type Outside = {
	readonly signal: AbortSignal;
	/** Trusted certificates, PEM. */
	readonly roots: string | null;
	/** Called before each connection and after it. */
	readonly progress: (failureMessage: string) => void;
};

async function addressesOf(host: string): Promise<string[] | Failure> {
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

export type Prober = {
	ask(hello: ClientHello): Promise<Asked>;
	/** Ends the asking; a sentence about the whole of it names `newest`. */
	close(newest: ClientHello): Gathered;
};

/** Asks one offer after another, counts connections, and falls silent for good once the probe has ended. */
export function createProber(target: Target, servername: string | null, bounds: Bounds, outside: Outside): Prober {
	const {signal, end} = createEnd(bounds.within, outside.signal);
	const overtime = (): Failure => ({kind: outside.signal.aborted ? 'stopped' : 'time-used'});
	let addresses: string[] | undefined;
	let used = 0;
	let peer: PeerView | null = null;
	let accepted = false;
	let over: Failure | null = null;

	async function dial(hello: ClientHello): Promise<Answer> {
		const unasked = (failure: Failure): Answer => ({kind: 'failure', failure, connected: false});
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
			outside.progress(`${used} of at most ${bounds.connections}: ${place(address, target.port)}, ${helloText(hello)}`);
			const roots = peer === null ? outside.roots : null;
			const connection: Connection = {target, address, servername, timeout: bounds.timeout, signal, roots};
			answer = await handshake(connection, hello);
			const connected = answer.kind === 'accepted' || answer.connected;
			if (answer.kind === 'failure' && answer.failure.kind === 'stopped') return unasked(overtime());
			if (connected) addresses = [address];
			if (connected || addresses.length === 1) return answer;
			addresses = addresses.slice(1);
		}
		return answer;
	}

	function failed(failure: Failure, hello: ClientHello): Asked {
		const {host, port, starttls} = target;
		const about = {...bounds, where: place(host, port), host, starttls, offered: helloText(hello)};
		const no = isRefusal(failure) ? false : null;
		return {accepted: no, cipher: null, error: failureMessage(failure, about), reason: failure.kind};
	}

	return {
		async ask(hello: ClientHello): Promise<Asked> {
			if (!(await canOffer(hello))) return failed({kind: 'local'}, hello);
			if (over !== null) return failed(over, hello);
			let answer = await dial(hello);
			// An orderly end without an alert may be a refusal or a mishap: what happens twice is no mishap.
			if (answer.kind === 'failure' && answer.failure.kind === 'handshake-closed') answer = await dial(hello);
			if (answer.kind === 'accepted') {
				accepted = true;
				if (peer === null && answer.peer.certificate !== null) peer = answer.peer;
				return {accepted: true, cipher: answer.cipher, error: null, reason: null};
			}
			if (endsProbe(answer.failure, accepted)) over = answer.failure;
			return failed(answer.failure, hello);
		},
		/** What came together. */
		close(newest: ClientHello): Gathered {
			end();
			const ended = over === null ? null : failed(over, newest).error;
			return {address: addresses?.[0] ?? null, peer, used, ended};
		},
	};
}
