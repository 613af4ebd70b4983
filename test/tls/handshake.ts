import type {Handshake} from '../../src/model/session-parts.ts';

/** A good handshake that carried mail: TLS 1.2 with an AEAD suite on 465; tests change what they are about. */
export function handshake(fields: Partial<Handshake> = {}): Handshake {
	return {
		hop: 'submission',
		direction: 'in',
		service: null,
		port: 465,
		tlsMode: 'implicit',
		outcome: 'encrypted',
		protocol: 'TLSv1.2',
		cipher: 'ECDHE-RSA-AES256-GCM-SHA384',
		cipherBits: 256,
		trust: 'Anonymous',
		keyExchange: null,
		serverSignature: null,
		serverDigest: null,
		tlsLevel: null,
		failure: null,
		alert: null,
		carriedMail: true,
		loggedIn: false,
		...fields,
	};
}
