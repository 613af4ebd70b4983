import {constants} from 'node:crypto';
import {connect, type Socket} from 'node:net';
import {Duplex} from 'node:stream';
import {type ConnectionOptions, connect as connectTls, type SecureVersion, type TLSSocket} from 'node:tls';
import type {PeerView} from './certificate.ts';
import {type ClientHello, cipherList} from './client-hello.ts';
import {type Dialogue, dialogue, goodbyes} from './dialogue.ts';
import {connectFailure, type Failure, handshakeFailure} from './failure.ts';
import type {Target} from './target.ts';

/** What a server may say before TLS: no honest one comes near. */
const mostBytes = 65_536;
const mostLines = 500;
const mostOfLine = 8192;

/** Lines of a server cut from its bytes, up to a bound. */
type Lines = {
	/**
	 * Takes bytes in; gives the whole lines in them, without their ends. `flood` when the server has said more than any
	 * honest one does, `tls` when what it says first is a TLS record. /
	 */
	take(bytes: Buffer): string[] | 'flood' | 'tls';
	/** Bytes that are behind the last whole line. */
	rest(): number;
};

export function createLines(): Lines {
	let held = Buffer.alloc(0);
	let bytes = 0;
	let lines = 0;
	return {
		take(more) {
			const first = bytes === 0;
			bytes += more.length;
			// Alert or handshake, major version 3 (RFC 8446 section 5.1).
			if (first && (more[0] === 0x15 || more[0] === 0x16) && (more[1] ?? 3) === 3) return 'tls';
			if (bytes > mostBytes) return 'flood';
			held = Buffer.concat([held, more]);
			const found: string[] = [];
			for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
				if (end > mostOfLine) return 'flood';
				found.push(held.toString('utf8', 0, end > 0 && held[end - 1] === 13 ? end - 1 : end));
				held = held.subarray(end + 1);
			}
			lines += found.length;
			return lines > mostLines || held.length > mostOfLine ? 'flood' : found;
		},
		rest: () => held.length,
	};
}

/** Why it did not come to TLS, and what to say in leaving. */
type Unsecured = {readonly failure: Failure; readonly goodbye: string | null};

/** Leads a dialogue over an open connection up to where TLS begins; gives a failure when it does not come to that. */
function negotiate(socket: Socket, first: Dialogue): Promise<Unsecured | null> {
	return new Promise(resolve => {
		const lines = createLines();
		let state = first;
		const end = (result: Unsecured | null): void => {
			socket.pause();
			socket.off('data', listen);
			socket.off('end', ended);
			resolve(result);
		};
		const ended = (): void => end({failure: {kind: 'dialogue-cut'}, goodbye: null});
		const listen = (bytes: Buffer): void => {
			const found = lines.take(bytes);
			if (typeof found === 'string') {
				end({failure: {kind: found === 'tls' ? 'tls-from-start' : 'flood'}, goodbye: null});
				return;
			}
			for (const [index, line] of found.entries()) {
				const step = state(line);
				if (step.do === 'give-up') {
					end(step);
					return;
				}
				if (step.do === 'secure') {
					// RFC 3207 section 4.2: what follows the reply in plaintext is not trusted.
					const more = index < found.length - 1 || lines.rest() > 0;
					end(more ? {failure: {kind: 'injected'}, goodbye: null} : null);
					return;
				}
				state = step.next;
				if (step.do === 'say') socket.write(`${step.line}\r\n`);
			}
		};
		socket.on('end', ended);
		socket.on('data', listen);
	});
}

/**
 * What node:tls needs for one ClientHello. Nothing is rejected: the certificate is read here, OpenSSL does not check it, keys may be
 * short (`minDHSize`), and servers without RFC 5746 are talked to.
 */
function handshakeOptions(hello: ClientHello): ConnectionOptions {
	// TypeScript knows only the versions that node:tls takes; for SSL it throws, and that is a result.
	const version = hello.version as SecureVersion;
	return {
		minVersion: version,
		maxVersion: version,
		ciphers: cipherList(hello),
		rejectUnauthorized: false,
		checkServerIdentity: () => undefined,
		minDHSize: 1,
		secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
	};
}

/**
 * Whether the local OpenSSL can send this ClientHello: a handshake is begun against nothing, and a ClientHello comes out or
 * does not. Covers ciphers it was built without, versions that node:tls refuses, and limits of an openssl.cnf. /
 */
export function canOffer(hello: ClientHello): Promise<boolean> {
	return new Promise(resolve => {
		const nothing = new Duplex({
			read: () => undefined,
			write: (bytes: Buffer, _encoding, done) => {
				done();
				// A handshake record; where OpenSSL gives up, it writes an alert (RFC 8446 section 5.1).
				settle(bytes[0] === 0x16);
			},
		});
		let settled = false;
		const settle = (can: boolean): void => {
			if (settled) return;
			settled = true;
			resolve(can);
			setImmediate(() => nothing.destroy());
		};
		nothing.on('error', () => undefined);
		try {
			const socket = connectTls({...handshakeOptions(hello), socket: nothing});
			socket.on('error', error => settle(handshakeFailure(error).kind !== 'local'));
			socket.on('close', () => settle(false));
		} catch {
			settle(false);
		}
	});
}

/** Milliseconds for a goodbye; it is a courtesy and holds nobody up. */
const parting = 1000;

/** Says goodbye and waits for the reply, or for a second; then the connection is closed. */
function sayGoodbye(socket: Socket, goodbye: string | null, greeted: boolean): Promise<void> {
	return new Promise(resolve => {
		const done = (): void => {
			clearTimeout(timer);
			socket.destroy();
			resolve();
		};
		const timer = setTimeout(done, parting);
		socket.on('close', done);
		socket.on('error', done);
		if (goodbye === null) {
			socket.resume();
			socket.end();
			return;
		}
		let said = false;
		const bid = (): void => {
			said = true;
			socket.write(`${goodbye}\r\n`);
		};
		// Over implicit TLS the server speaks first; a word before its greeting would look like a spammer's.
		if (greeted) bid();
		socket.on('data', (bytes: Buffer) => {
			if (!bytes.includes(10)) return;
			if (said) socket.end();
			else bid();
		});
		// A dialogue leaves its socket paused.
		socket.resume();
	});
}

/** Where each connection of a probe goes, and how long it may take. */
export type Connection = {
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
export type HandshakeResult =
	| {readonly kind: 'accepted'; readonly version: string; readonly cipher: string; readonly peer: PeerView}
	| {readonly kind: 'failure'; readonly failure: Failure; readonly connected: boolean};

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
 * One connection: dials, negotiates STARTTLS, makes one handshake, says goodbye. Never throws; every end has its
 * `Failure`. The time limit is for the whole of it. /
 */
export function handshake(connection: Connection, hello: ClientHello): Promise<HandshakeResult> {
	const {target, signal, timeout, servername, roots} = connection;
	return new Promise(resolve => {
		let stage: 'connect' | 'dialogue' | 'handshake' | 'over' = 'connect';
		const socket = connect({host: connection.address, port: target.port});
		socket.setNoDelay(true);
		const settle = (result: HandshakeResult, farewell?: Promise<void>): void => {
			if (stage === 'over') return;
			stage = 'over';
			clearTimeout(timer);
			signal.removeEventListener('abort', stopped);
			if (farewell === undefined) {
				socket.destroy();
				resolve(result);
			} else
				farewell.then(
					() => resolve(result),
					() => resolve(result),
				);
		};
		const fail = (failure: Failure, farewell?: Promise<void>): void =>
			settle({kind: 'failure', failure, connected: stage !== 'connect'}, farewell);
		const late = {connect: 'connect-timeout', dialogue: 'silent', handshake: 'handshake-timeout'} as const;
		const timer = setTimeout(() => stage !== 'over' && fail({kind: late[stage]}), timeout);
		const stopped = (): void => fail({kind: 'stopped'});
		signal.addEventListener('abort', stopped);

		const secure = (): void => {
			stage = 'handshake';
			let tls: TLSSocket;
			try {
				tls = connectTls({
					...handshakeOptions(hello),
					socket,
					...(servername === null ? {} : {servername}),
					...(roots === null ? {} : {ca: roots}),
				});
			} catch {
				fail({kind: 'local'});
				return;
			}
			tls.on('error', error => fail(handshakeFailure(error)));
			tls.on('close', () => fail({kind: 'handshake-closed'}));
			tls.on('secureConnect', () => {
				const result: HandshakeResult = {
					kind: 'accepted',
					version: tls.getProtocol() ?? hello.version,
					cipher: tls.getCipher().name,
					peer: viewOf(tls),
				};
				const goodbye = target.speaks === null ? null : goodbyes[target.speaks];
				settle(result, sayGoodbye(tls, goodbye, target.starttls !== null));
			});
		};
		socket.on('error', error => {
			if (stage === 'connect') fail(connectFailure(error));
			else fail(stage === 'dialogue' ? {kind: 'dialogue-cut'} : handshakeFailure(error));
		});
		socket.on('connect', () => {
			if (stage !== 'connect') return;
			if (target.starttls === null) return secure();
			stage = 'dialogue';
			negotiate(socket, dialogue(target.starttls)).then(
				end => {
					if (stage === 'over') return;
					if (end === null) secure();
					else fail(end.failure, end.goodbye === null ? undefined : sayGoodbye(socket, end.goodbye, true));
				},
				() => fail({kind: 'dialogue-cut'}),
			);
		});
	});
}
