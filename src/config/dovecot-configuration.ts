import type {Protocol} from '../tls/version.ts';

/** One `inet_listener` of a login service. */
export type DovecotListener = {
	/** `imap-login`, `pop3-login`, `managesieve-login`, `lmtp`, `submission-login`. */
	readonly service: string;
	/** `imap`, `imaps`, … */
	readonly name: string;
	/** 0: switched off. */
	readonly port: number;
	/** TLS at once. */
	readonly implicit: boolean;
	readonly addresses: readonly string[];
};

/** What `doveconf -n` (or `doveconf`) says about TLS, with Dovecot's defaults filled in by version. */
export type DovecotConfiguration = {
	readonly version: string | null;
	readonly ssl: 'no' | 'yes' | 'required';
	/** Every setting that was read, by its full path (`protocol imap { … }` included), for the lint; secrets left out. */
	readonly settings: ReadonlyMap<string, string>;
	readonly minProtocol: Protocol | null;
	readonly allowed: readonly Protocol[];
	readonly cipherList: string | null;
	readonly cleartextAuth: boolean;
	readonly listeners: readonly DovecotListener[];
	/** Whether the login line tells protocol and cipher (`%k`, `%{ssl_security}`). */
	readonly logsTls: boolean;
};
