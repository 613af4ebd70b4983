import {lookup} from 'node:dns/promises';
import {once} from 'node:events';
import {isIP} from 'node:net';
import {setTimeout as rest} from 'node:timers/promises';
import type {PeerView} from './certificate.ts';
import {type ClientHello, helloText} from './client-hello.ts';
import {createEnd} from './end.ts';
import {endsProbe, type Failure, failureMessage, isRefusal} from './failure.ts';
import {type Connection, canOffer, type HandshakeResult, handshake} from './handshake.ts';
import {place, type Target} from './target.ts';

/** The bounds of a probe. Times in milliseconds. */
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
	/** The server goes on only with a certificate of the client; `null` where it does not say so. */
	readonly client_certificate: 'demanded' | null;
};
export type Outside = {
	readonly signal: AbortSignal;
	/** Trusted certificates, PEM. */
	readonly roots: string | null;
	/** Called before each connection and after it. */
	readonly progress: (message: string) => void;
};

async function addressesOf(host: string): Promise<string[] | Failure> {
	if (isIP(host) !== 0) return [host];
	try {
		return (await lookup(host, {all: true})).map(({address}) => address);
	} catch (error) {
		return {kind: 'unresolved', code: (error as NodeJS.ErrnoException).code ?? 'unknown error'};
	}
}

/** What all connections together show. */
export type Gathered = {
	/** The address that was dialled; `null` when the name has none. */
	readonly address: string | null;
	/** The server's certificates, in the order in which they were seen. */
	readonly peers: readonly PeerView[];
	readonly used: number;
	/** Why the probe ended before all was asked. */
	readonly ended: string | null;
};

export type Prober = {
	ask(hello: ClientHello): Promise<Asked>;
	/** The server's certificates so far. */
	peers(): readonly PeerView[];
	/** Ends the probe; a message about the whole of it names `newest`. */
	close(newest: ClientHello): Gathered;
};

/** Makes one handshake after another, counts connections, and makes none once the probe has ended. */
export function createProber(target: Target, servername: string | null, bounds: Bounds, outside: Outside): Prober {
	const {signal, end} = createEnd(bounds.within, outside.signal);
	const overtime = (): Failure => ({kind: outside.signal.aborted ? 'stopped' : 'time-used'});
	let addresses: string[] | undefined;
	let used = 0;
	const peers: PeerView[] = [];
	let accepted = false;
	let over: Failure | null = null;

	async function dial(hello: ClientHello, roots: Connection['roots']): Promise<HandshakeResult> {
		const unasked = (failure: Failure): HandshakeResult => ({kind: 'failure', failure, connected: false});
		if (addresses === undefined) {
			// A resolver may take longer than the whole probe may.
			const aborted = once(signal, 'abort').then(overtime);
			const found = signal.aborted ? overtime() : await Promise.race([addressesOf(target.host), aborted]);
			if (!Array.isArray(found)) return unasked(found);
			addresses = found;
		}
		let result = unasked({kind: 'connections-used'});
		// The first address that connects is taken for all that follows.
		while (addresses.length > 0 && used < bounds.connections) {
			// The check below ends an aborted probe.
			if (used > 0) await rest(bounds.pause, undefined, {signal}).catch(() => undefined);
			if (signal.aborted) return unasked(overtime());
			const address: string = addresses[0] ?? '';
			used++;
			outside.progress(`${used} of at most ${bounds.connections}: ${place(address, target.port)}, ${helloText(hello)}`);
			const connection: Connection = {target, address, servername, timeout: bounds.timeout, signal, roots};
			result = await handshake(connection, hello);
			const connected = result.kind === 'accepted' || result.connected;
			if (result.kind === 'failure' && result.failure.kind === 'stopped') return unasked(overtime());
			if (connected) addresses = [address];
			if (connected || addresses.length === 1) return result;
			addresses = addresses.slice(1);
		}
		return result;
	}

	function failed(failure: Failure, hello: ClientHello): Asked {
		const {host, port, starttls} = target;
		const about = {...bounds, where: place(host, port), host, starttls, offered: helloText(hello)};
		const no = isRefusal(failure) ? false : null;
		return {
			accepted: no,
			cipher: null,
			error: failureMessage(failure, about),
			reason: failure.kind,
			client_certificate: null,
		};
	}

	/** A certificate is kept once; of two views of it the one that knows whether the chain is trusted. */
	function keep(view: PeerView): void {
		if (view.certificate === null) return;
		const {fingerprint256} = view.certificate;
		const at = peers.findIndex(({certificate}) => certificate?.fingerprint256 === fingerprint256);
		if (at < 0) peers.push(view);
		else if (peers[at]?.trusted === null) peers[at] = view;
	}

	return {
		async ask(hello: ClientHello): Promise<Asked> {
			if (!(await canOffer(hello))) return failed({kind: 'local'}, hello);
			if (over !== null) return failed(over, hello);
			// The roots are a large file, and one look at each certificate is enough.
			const looks = hello.key !== undefined || !peers.some(({trusted}) => trusted !== null);
			const roots = looks ? outside.roots : '';
			let result = await dial(hello, roots);
			// An orderly end without an alert may be a refusal or an accident: what happens twice is a refusal.
			if (result.kind === 'failure' && result.failure.kind === 'handshake-closed') result = await dial(hello, roots);
			if (result.kind === 'accepted') {
				accepted = true;
				if (looks) keep(result.peer);
				const client_certificate = result.demandsCertificate ? 'demanded' : null;
				return {accepted: true, cipher: result.cipher, error: null, reason: null, client_certificate};
			}
			if (endsProbe(result.failure, accepted)) over = result.failure;
			return failed(result.failure, hello);
		},
		peers: () => peers,
		close(newest: ClientHello): Gathered {
			end();
			const ended = over === null ? null : failed(over, newest).error;
			return {address: addresses?.[0] ?? null, peers, used, ended};
		},
	};
}
