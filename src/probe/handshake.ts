import {constants, type X509Certificate} from 'node:crypto';
import {connect, type Socket} from 'node:net';
import {Duplex} from 'node:stream';
import {type ConnectionOptions, connect as connectTls, type SecureVersion, type TLSSocket} from 'node:tls';
import type {PeerView} from './certificate.ts';
import {type ClientHello, cipherList, keyOffer} from './client-hello.ts';
import {type Dialogue, dialogue, goodbyes} from './dialogue.ts';
import {connectFailure, demandsCertificate, type Failure, handshakeFailure, turnsAwayWithout} from './failure.ts';
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
			// Alert or handshake, major version 3 (RFC 9846 section 5.1).
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
		...keyOffer(hello),
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
				// A handshake record; where OpenSSL gives up, it writes an alert (RFC 9846 section 5.1).
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

/** Milliseconds in which a server of an unknown protocol may begin to speak. */
const listening = 200;

/** As much of what a server says in parting as is looked at, characters. */
const mostOfParting = 4096;

/** Says goodbye and waits for the reply, or for a second; then the connection is closed. Gives what the server said. */
function sayGoodbye(socket: Socket, goodbye: string | null, greeted: boolean): Promise<string> {
	return new Promise(resolve => {
		let heard = '';
		const done = (): void => {
			clearTimeout(timer);
			clearTimeout(silence);
			socket.destroy();
			resolve(heard);
		};
		const timer = setTimeout(done, parting);
		// Where nobody knows what is spoken here, the server may speak first.
		const silence = goodbye === null ? setTimeout(() => socket.end(), listening) : undefined;
		socket.on('close', done);
		socket.on('error', done);
		let said = false;
		const bid = (): void => {
			said = true;
			socket.write(`${goodbye}\r\n`);
		};
		socket.on('data', (bytes: Buffer) => {
			heard = (heard + bytes.toString('latin1')).slice(0, mostOfParting);
			if (!bytes.includes(10)) return;
			if (said || goodbye === null) socket.end();
			else bid();
		});
		// Over implicit TLS the server speaks first; a word before its greeting would look like a spammer's.
		if (goodbye !== null && greeted) bid();
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
	/** Certificates to trust, PEM; `null` for those that came with Node; empty for none. */
	readonly roots: string | null;
};

/** What came of one connection. */
export type HandshakeResult =
	| {
			readonly kind: 'accepted';
			readonly version: string;
			readonly cipher: string;
			readonly peer: PeerView;
			/** The server chose version and suite, and goes on only with a certificate of the client. */
			readonly demandsCertificate: boolean;
	  }
	| {readonly kind: 'failure'; readonly failure: Failure; readonly connected: boolean};

/** What a finished handshake shows of the server; an unfinished one (`finished` false) says nothing of the chain's trust. */
function viewOf(socket: TLSSocket, certificate: X509Certificate | null, finished: boolean): PeerView {
	const {authorized, authorizationError} = socket;
	return {
		certificate,
		trusted: finished ? authorized : null,
		// node gives OpenSSL's code, whatever its types say.
		problem: authorized || !finished ? null : String(authorizationError),
	};
}

type Chosen = Omit<Extract<HandshakeResult, {readonly kind: 'accepted'}>, 'demandsCertificate'>;

/** Who closes the connection after choosing a version has not refused that version: why it did is not known. */
function unfinished(failure: Failure, chosen: boolean): Failure {
	return chosen && failure.kind === 'handshake-closed' ? {kind: 'handshake-cut'} : failure;
}

/** Ends a connection's work; with a `farewell` when that is over, by what it came to. */
type Settle = (result: HandshakeResult, farewell?: Promise<HandshakeResult>) => void;

/** TLS over an open connection, from the ClientHello to the goodbye. */
function shake(
	socket: Socket,
	{target, servername, roots}: Connection,
	hello: ClientHello,
	settle: Settle,
	fail: (failure: Failure) => void,
): void {
	let tls: TLSSocket;
	try {
		tls = connectTls({
			...handshakeOptions(hello),
			socket,
			...(servername === null ? {} : {servername}),
			...(roots === null ? {} : {ca: roots === '' ? [] : roots}),
		});
	} catch {
		fail({kind: 'local'});
		return;
	}
	let certificate: X509Certificate | null = null;
	const chosen = (finished: boolean): Chosen => {
		// Node takes the certificate out of the socket: a second time there is none.
		certificate ??= tls.getPeerX509Certificate() ?? null;
		return {
			kind: 'accepted',
			version: tls.getProtocol() ?? hello.version,
			cipher: tls.getCipher().name,
			peer: viewOf(tls, certificate, finished),
		};
	};
	let flight: Chosen | null = null;
	let demands = false;
	// Up to TLS 1.2 this secret stands when the server's flight is whole and our key exchange is made.
	tls.on('keylog', line => {
		if (line.toString('latin1', 0, 14) === 'CLIENT_RANDOM ') flight ??= chosen(false);
	});
	tls.on('error', error => {
		demands ||= demandsCertificate(error);
		if (flight !== null && demands) settle({...flight, demandsCertificate: true});
		else fail(unfinished(handshakeFailure(error), flight !== null));
	});
	tls.on('close', () => fail(unfinished({kind: 'handshake-closed'}, flight !== null)));
	tls.on('secureConnect', () => {
		const result = chosen(true);
		const goodbye = target.speaks === null ? null : goodbyes[target.speaks];
		const parted = sayGoodbye(tls, goodbye, target.starttls !== null);
		settle(
			{...result, demandsCertificate: false},
			parted.then(said => ({...result, demandsCertificate: demands || turnsAwayWithout(said)})),
		);
	});
}

/**
 * One connection: dials, negotiates STARTTLS, makes one handshake, says goodbye. Never throws; every end has its
 * `Failure`. The time limit is for the whole of it. /
 */
export function handshake(connection: Connection, hello: ClientHello): Promise<HandshakeResult> {
	const {target, signal, timeout} = connection;
	return new Promise(resolve => {
		let stage: 'connect' | 'dialogue' | 'handshake' | 'over' = 'connect';
		const socket = connect({host: connection.address, port: target.port});
		socket.setNoDelay(true);
		const settle: Settle = (result, farewell) => {
			if (stage === 'over') return;
			stage = 'over';
			clearTimeout(timer);
			signal.removeEventListener('abort', stopped);
			if (farewell === undefined) {
				socket.destroy();
				resolve(result);
			} else farewell.then(resolve, () => resolve(result));
		};
		const fail = (failure: Failure, farewell?: Promise<unknown>): void => {
			const result: HandshakeResult = {kind: 'failure', failure, connected: stage !== 'connect'};
			settle(
				result,
				farewell?.then(() => result),
			);
		};
		const late = {connect: 'connect-timeout', dialogue: 'silent', handshake: 'handshake-timeout'} as const;
		const timer = setTimeout(() => stage !== 'over' && fail({kind: late[stage]}), timeout);
		const stopped = (): void => fail({kind: 'stopped'});
		signal.addEventListener('abort', stopped);

		const secure = (): void => {
			stage = 'handshake';
			shake(socket, connection, hello, settle, fail);
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
