import type {Place} from '../../model/lint-finding.ts';
import type {Protocol} from '../../tls/version.ts';

/**
 * The configuration of Dovecot. Text of dovecot.conf or doveconf(1) comes in; its TLS settings and listeners go out. It
 * must not know Postfix beyond the form of a version, nor read a file. Pure. /
 */

/** What became of an `!include`. */
export type Inclusion =
	/** Its files follow. */
	| {readonly kind: 'followed'}
	/** An `!include_try` that has no files, in a directory where other includes have theirs. */
	| {readonly kind: 'nothing'}
	/** Its files were not read; `why` is the end of a sentence. */
	| {readonly kind: 'unread'; readonly why: string}
	/** The file is being read or waits to be: Dovecot does not start (config-parser.c, "Recursive include file"). */
	| {readonly kind: 'loop'};

/** One line of a file, and where it stands. */
export type DovecotLine = {
	readonly text: string;
	readonly place: Place;
	/** Of a line that includes others; absent where nobody tried. */
	readonly inclusion?: Inclusion;
};

/** What one line says. */
export type DovecotStatement = {
	readonly kind: 'setting' | 'block' | 'include';
	/** The blocks around it, the outermost first: `service imap-login`, `inet_listener imaps`. */
	readonly blocks: readonly string[];
	/** The setting, the first word of a block, or `!include`. */
	readonly name: string;
	/**
	 * The value, the name of a block (`imap-login`), or what is included. Null: it may be a secret and is not kept. A file that
	 * a value is read from keeps its mark: `</etc/ssl/mail.pem`.
	 */
	readonly value: string | null;
	readonly place: Place;
	/** Absent but for an `!include` that somebody tried. */
	readonly inclusion?: Inclusion;
	/** A block that goes on behind its opening brace: Dovecot does not start ("Garbage after '{'"). */
	readonly glued?: true;
};

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

/** What is missing, and so not known. */
export type DovecotGap = {
	/** `conf.d/*.conf (dovecot.conf:12): no such file is there`. */
	readonly words: string;
	/** Packages list their protocols there, and nothing else is set. */
	readonly protocolsOnly: boolean;
};

/** What is asked of logins. */
export type LoginPolicy = {
	/** Null: not known. */
	readonly ssl: 'no' | 'yes' | 'required' | null;
	/** Null: no floor, or not known. */
	readonly minProtocol: Protocol | null;
	/** Null: not known. */
	readonly allowed: readonly Protocol[] | null;
	/** Null: not known. */
	readonly cleartextAuth: boolean | null;
};

/** What the text says about TLS, with Dovecot's defaults filled in by release where all of it was read. */
export type DovecotConfiguration = LoginPolicy & {
	readonly version: string | null;
	/** Output of doveconf(1), which is whole and has Dovecot's own form. */
	readonly printed: boolean;
	/** The file is the one that Dovecot begins with. */
	readonly main: boolean;
	readonly statements: readonly DovecotStatement[];
	/** Every setting that was read, by its full path (`protocol imap/ssl`), for the lint; secrets left out. */
	readonly settings: ReadonlyMap<string, string>;
	/** Empty where all was read. What is not set is known only then. */
	readonly gaps: readonly DovecotGap[];
	/** Protocols with settings of their own, by name: `imap`, `sieve`. */
	readonly protocols: ReadonlyMap<string, LoginPolicy>;
	readonly cipherList: string | null;
	/** Those that are known. */
	readonly listeners: readonly DovecotListener[];
	/** Whether the login line shows protocol and cipher (`%k`, `%{ssl_security}`). Null: not known. */
	readonly logsTls: boolean | null;
};

/** Whether what is not set is known to have its default. */
export function isWhole({gaps}: Pick<DovecotConfiguration, 'gaps'>): boolean {
	return gaps.every(({protocolsOnly}) => protocolsOnly);
}
