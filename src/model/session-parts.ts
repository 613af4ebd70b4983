import type {Session} from './session.ts';

/** What judging looks at, besides whether mail was carried and somebody logged in. */
export const handshakeFields = [
	'hop',
	'direction',
	'service',
	'port',
	'tlsMode',
	'outcome',
	'protocol',
	'cipher',
	'cipherBits',
	'trust',
	'keyExchange',
	'serverSignature',
	'serverDigest',
	'tlsLevel',
	'failure',
	'alert',
] as const satisfies ReadonlyArray<keyof Session>;
/** Where a session was logged, and what else says the same thing over and over. */
export const originFields = [
	'logHost',
	'tag',
	'portSource',
	'clientSignature',
	'clientDigest',
	'source',
] as const satisfies ReadonlyArray<keyof Session>;

/** What judging looks at: of millions of sessions only some hundreds differ in it. */
export type Handshake = Pick<Session, (typeof handshakeFields)[number]> & {
	/** At least one message was carried. */
	readonly carriedMail: boolean;
	/** Somebody logged in, whether or not the log has a name. */
	readonly loggedIn: boolean;
};
