import type {Failure} from '../session.ts';
import type {CauseName} from './causes.ts';

/** An alert of TLS, which one side sends to say why it gives the connection up. */
export type TlsAlert = {
	readonly number: number;
	/** Its name in the document, blanks for underscores. */
	readonly name: string;
	readonly source: string;
	readonly failure: Failure;
	/** What a peer that sends it complains of. */
	readonly cause: CauseName;
};

type Row = readonly [number: number, name: string, cause: CauseName, failure?: Failure];

/** Alerts by the document that describes them: RFC 9846 section 6; older ones, and those of extensions, where they are. */
const documents: Readonly<Record<string, readonly Row[]>> = {
	'RFC 9846, section 6.1': [
		[0, 'close notify', 'gave-up'],
		[90, 'user canceled', 'gave-up'],
	],
	'RFC 9846, section 6.2': [
		[10, 'unexpected message', 'garbled-for-peer'],
		[20, 'bad record mac', 'garbled-for-peer'],
		[22, 'record overflow', 'garbled-for-peer'],
		[40, 'handshake failure', 'handshake-refused'],
		[42, 'bad certificate', 'certificate-refused', 'peer-rejected-certificate'],
		[43, 'unsupported certificate', 'certificate-refused', 'peer-rejected-certificate'],
		[44, 'certificate revoked', 'certificate-revoked', 'peer-rejected-certificate'],
		[45, 'certificate expired', 'certificate-expired', 'peer-rejected-certificate'],
		[46, 'certificate unknown', 'certificate-refused', 'peer-rejected-certificate'],
		[47, 'illegal parameter', 'garbled-for-peer'],
		[48, 'unknown ca', 'certificate-refused', 'peer-rejected-certificate'],
		[49, 'access denied', 'access-denied'],
		[50, 'decode error', 'garbled-for-peer'],
		[51, 'decrypt error', 'garbled-for-peer'],
		[70, 'protocol version', 'version-refused', 'unsupported-protocol'],
		[71, 'insufficient security', 'security-refused'],
		[80, 'internal error', 'fault-of-peer'],
		[86, 'inappropriate fallback', 'fallback', 'unsupported-protocol'],
		[109, 'missing extension', 'garbled-for-peer'],
		[110, 'unsupported extension', 'garbled-for-peer'],
		[112, 'unrecognized name', 'name-unknown'],
		[113, 'bad certificate status response', 'certificate-refused', 'peer-rejected-certificate'],
		[115, 'unknown psk identity', 'garbled-for-peer'],
		[116, 'certificate required', 'certificate-demanded', 'client-certificate-required'],
		[120, 'no application protocol', 'garbled-for-peer'],
	],
	'RFC 5246, section 7.2': [
		[21, 'decryption failed', 'garbled-for-peer'],
		[30, 'decompression failure', 'garbled-for-peer'],
		[41, 'no certificate', 'certificate-missing'],
		[60, 'export restriction', 'handshake-refused'],
		[100, 'no renegotiation', 'garbled-for-peer'],
	],
	'RFC 6066, section 9': [
		[111, 'certificate unobtainable', 'certificate-refused'],
		[114, 'bad certificate hash value', 'certificate-refused', 'peer-rejected-certificate'],
	],
	'RFC 9146, section 11': [[52, 'too many cids requested', 'garbled-for-peer']],
	'RFC 9849, section 11': [[121, 'ech required', 'handshake-refused']],
};

export const tlsAlerts: readonly TlsAlert[] = Object.entries(documents).flatMap(([source, rows]) =>
	rows.map(([number, name, cause, failure = 'peer-alert']) => ({number, name, source, failure, cause})),
);

const byNumber = new Map(tlsAlerts.map(alert => [alert.number, alert]));

/** The reason code of an alert that the peer sent. */
export function failureOfAlert(number: number): Failure {
	return byNumber.get(number)?.failure ?? 'peer-alert';
}

/** An alert as it is shown, `handshake failure (40)`; the number alone where no document names it. */
export function alertText(number: number): string {
	return `${byNumber.get(number)?.name ?? 'unknown alert'} (${number})`;
}
