import {connect} from 'node:net';
import {connect as connectTls, type TLSSocket} from 'node:tls';
import type {PeerView} from './certificate.ts';
import {dialogue, goodbyes} from './dialogue.ts';
import {connectFault, type Fault, handshakeFault} from './fault.ts';
import {handshakeOptions} from './handshake-options.ts';
import type {Offer} from './offer.ts';
import {part} from './part.ts';
import {talk} from './talk.ts';
import type {Target} from './target.ts';

/** Where each connection of a probe goes, and how long it may take. */
export type Door = {
	readonly target: Target;
	/** The address of the target that is dialled. */
	readonly address: string;
	/** Sent as SNI; `null` sends none. */
	readonly servername: string | null;
	/** Milliseconds from the first packet to the end of the handshake. */
	readonly timeout: number;
	readonly signal: AbortSignal;
	/** Certificates to trust, PEM; `null` for those that came with Node. */
	readonly roots: string | null;
};

/** What came of one connection. */
export type Answer =
	| {readonly kind: 'accepted'; readonly version: string; readonly cipher: string; readonly peer: PeerView}
	| {readonly kind: 'fault'; readonly fault: Fault; readonly connected: boolean};

function viewOf(socket: TLSSocket): PeerView {
	const {authorized, authorizationError} = socket;
	return {
		certificate: socket.getPeerX509Certificate() ?? null,
		trusted: authorized,
		// node gives OpenSSL's code, whatever its types say.
		problem: authorized ? null : String(authorizationError),
	};
}

/**
 * One connection: dials, speaks the words before TLS, makes one offer, says goodbye. Never throws; every end has its `Fault`.
 * The time limit stands over the whole of it.
 */
export function shake(door: Door, offer: Offer): Promise<Answer> {
	const {target, signal, timeout, servername, roots} = door;
	return new Promise(resolve => {
		let stage: 'connect' | 'dialogue' | 'handshake' | 'over' = 'connect';
		const socket = connect({host: door.address, port: target.port});
		socket.setNoDelay(true);
		const settle = (answer: Answer, farewell?: Promise<void>): void => {
			if (stage === 'over') return;
			stage = 'over';
			clearTimeout(timer);
			signal.removeEventListener('abort', stopped);
			if (farewell === undefined) {
				socket.destroy();
				resolve(answer);
			} else
				farewell.then(
					() => resolve(answer),
					() => resolve(answer),
				);
		};
		const fail = (fault: Fault, farewell?: Promise<void>): void =>
			settle({kind: 'fault', fault, connected: stage !== 'connect'}, farewell);
		const late = {connect: 'connect-timeout', dialogue: 'silent', handshake: 'handshake-timeout'} as const;
		const timer = setTimeout(() => stage !== 'over' && fail({kind: late[stage]}), timeout);
		const stopped = (): void => fail({kind: 'stopped'});
		signal.addEventListener('abort', stopped);

		const secure = (): void => {
			stage = 'handshake';
			let tls: TLSSocket;
			try {
				tls = connectTls({
					...handshakeOptions(offer),
					socket,
					...(servername === null ? {} : {servername}),
					...(roots === null ? {} : {ca: roots}),
				});
			} catch {
				fail({kind: 'local'});
				return;
			}
			tls.on('error', error => fail(handshakeFault(error)));
			tls.on('close', () => fail({kind: 'handshake-closed'}));
			tls.on('secureConnect', () => {
				const answer: Answer = {
					kind: 'accepted',
					version: tls.getProtocol() ?? offer.version,
					cipher: tls.getCipher().name,
					peer: viewOf(tls),
				};
				const goodbye = target.speaks === null ? null : goodbyes[target.speaks];
				settle(answer, part(tls, goodbye, target.starttls !== null));
			});
		};
		socket.on('error', error => {
			if (stage === 'connect') fail(connectFault(error));
			else fail(stage === 'dialogue' ? {kind: 'dialogue-cut'} : handshakeFault(error));
		});
		socket.on('connect', () => {
			if (stage !== 'connect') return;
			if (target.starttls === null) return secure();
			stage = 'dialogue';
			talk(socket, dialogue(target.starttls)).then(
				end => {
					if (stage === 'over') return;
					if (end === null) secure();
					else fail(end.fault, end.goodbye === null ? undefined : part(socket, end.goodbye, true));
				},
				() => fail({kind: 'dialogue-cut'}),
			);
		});
	});
}
