import {constants} from 'node:crypto';
import {Duplex} from 'node:stream';
import {type ConnectionOptions, connect, type SecureVersion} from 'node:tls';
import {handshakeFault} from './fault.ts';
import {cipherList, type Offer} from './offer.ts';

/**
 * What node:tls needs for one offer. Nothing is rejected: the certificate is looked at, not judged by OpenSSL, keys may be
 * short (`minDHSize`), and servers without RFC 5746 are talked to.
 */
export function handshakeOptions(offer: Offer): ConnectionOptions {
	// TypeScript knows only the versions that node:tls takes; for SSL it throws, and that is an answer.
	const version = offer.version as SecureVersion;
	return {
		minVersion: version,
		maxVersion: version,
		ciphers: cipherList(offer),
		rejectUnauthorized: false,
		checkServerIdentity: () => undefined,
		minDHSize: 1,
		secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
	};
}

/**
 * Whether the local OpenSSL can offer this at all: a handshake is begun against nothing, and a ClientHello comes out or does
 * not. Covers ciphers it was built without, versions that node:tls refuses, and limits of an openssl.cnf.
 */
export function canOffer(offer: Offer): Promise<boolean> {
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
			const socket = connect({...handshakeOptions(offer), socket: nothing});
			socket.on('error', error => settle(handshakeFault(error).kind !== 'local'));
			socket.on('close', () => settle(false));
		} catch {
			settle(false);
		}
	});
}
