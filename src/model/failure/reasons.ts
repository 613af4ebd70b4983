import type {Failure} from '../session.ts';
import type {CauseName} from './causes.ts';

/** A reason for which OpenSSL itself gives a handshake up, on our side. */
export type LibraryReason = {
	/** The number of `SSL_R_…` in OpenSSL's include/openssl/sslerr.h, the same in 1.0, 1.1 and 3; null where they differ. */
	readonly number: number | null;
	/** As OpenSSL writes it (ssl/ssl_err.c); these are the key, as LibreSSL has other numbers for some. */
	readonly words: string;
	readonly failure: Failure;
	readonly cause: CauseName;
};

type Row = readonly [number: number | null, words: string, failure: Failure, cause: CauseName];

const rows: readonly Row[] = [
	[193, 'no shared cipher', 'no-shared-cipher', 'no-shared-cipher'],
	[181, 'no ciphers available', 'no-shared-cipher', 'no-cipher-here'],
	[183, 'no ciphers specified', 'no-shared-cipher', 'no-cipher-here'],
	[101, 'no suitable key share', 'no-shared-group', 'no-shared-group'],
	[295, 'no suitable groups', 'no-shared-group', 'no-shared-group'],
	[410, 'no shared groups', 'no-shared-group', 'no-shared-group'],
	[378, 'wrong curve', 'other', 'no-shared-group'],
	[118, 'no suitable signature algorithm', 'no-shared-signature', 'no-shared-signature'],
	[376, 'no shared signature algorithms', 'no-shared-signature', 'no-shared-signature'],
	[258, 'unsupported protocol', 'unsupported-protocol', 'old-version'],
	[396, 'version too low', 'unsupported-protocol', 'old-version'],
	[252, 'unknown protocol', 'unsupported-protocol', 'old-version'],
	[266, 'wrong ssl version', 'unsupported-protocol', 'old-version'],
	[259, 'unsupported ssl version', 'unsupported-protocol', 'old-version'],
	[191, 'no protocols available', 'unsupported-protocol', 'no-version-here'],
	[373, 'inappropriate fallback', 'unsupported-protocol', 'fallback'],
	[156, 'http request', 'not-tls', 'http'],
	[155, 'https proxy request', 'not-tls', 'http'],
	[267, 'wrong version number', 'not-tls', 'not-tls'],
	[198, 'packet length too long', 'not-tls', 'not-tls'],
	[294, 'unexpected eof while reading', 'lost-connection', 'hung-up'],
	[134, 'certificate verify failed', 'certificate-not-verified', 'certificate-not-verified'],
	[397, 'ca key too small', 'other', 'certificate-weak'],
	[398, 'ca md too weak', 'other', 'certificate-weak'],
	[399, 'ee key too small', 'other', 'certificate-weak'],
	[333, 'legacy sigalg disallowed or unsupported', 'other', 'signature-weak'],
	[370, 'wrong signature type', 'other', 'signature-weak'],
	[394, 'dh key too small', 'other', 'dh-weak'],
	[338, 'unsafe legacy renegotiation disabled', 'other', 'renegotiation-unsafe'],
	[199, 'peer did not return a certificate', 'client-certificate-required', 'certificate-missing'],
	[176, 'no certificates returned', 'other', 'certificate-missing'],
	[177, 'no certificate assigned', 'other', 'no-certificate-here'],
	[179, 'no certificate set', 'other', 'no-certificate-here'],
	[190, 'no private key assigned', 'other', 'no-certificate-here'],
	[274, 'library bug', 'other', 'fault-here'],
	[null, 'internal error', 'other', 'fault-here'],
	[null, 'malloc failure', 'other', 'fault-here'],
	[103, 'bad change cipher spec', 'other', 'garbled'],
	[104, 'inconsistent extms', 'other', 'garbled'],
	[108, 'bad key share', 'other', 'garbled'],
	[110, 'bad extension', 'other', 'garbled'],
	[111, 'bad digest length', 'other', 'garbled'],
	[112, 'missing sigalgs extension', 'other', 'garbled'],
	[115, 'bad packet length', 'other', 'garbled'],
	[116, 'bad protocol version number', 'other', 'garbled'],
	[123, 'bad signature', 'other', 'garbled'],
	[129, 'block cipher pad is wrong', 'other', 'garbled'],
	[133, 'ccs received early', 'other', 'garbled'],
	[147, 'decryption failed', 'other', 'garbled'],
	[149, 'digest check failed', 'other', 'garbled'],
	[152, 'excessive message size', 'other', 'garbled'],
	[159, 'length mismatch', 'other', 'garbled'],
	[160, 'length too short', 'other', 'garbled'],
	[209, 'missing supported groups extension', 'other', 'garbled'],
	[244, 'unexpected message', 'other', 'garbled'],
	[245, 'unexpected record', 'other', 'garbled'],
	[261, 'wrong cipher returned', 'other', 'garbled'],
	[271, 'bad length', 'other', 'garbled'],
	[281, 'decryption failed or bad record mac', 'other', 'garbled'],
	[291, 'application data after close notify', 'other', 'garbled'],
	[313, 'record layer failure', 'other', 'garbled'],
	[383, 'wrong certificate type', 'other', 'garbled'],
	[409, 'too many warn alerts', 'other', 'garbled'],
];

export const libraryReasons: readonly LibraryReason[] = rows.map(([number, words, failure, cause]) => ({
	number,
	words,
	failure,
	cause,
}));
