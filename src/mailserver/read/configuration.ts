import type {Place} from '../../model/lint-finding.ts';
import type {PostfixVersion} from '../releases/postfix-version.ts';

/**
 * The configuration of Postfix as it is written. Text of main.cf, master.cf, tables or postconf(1) comes in; settings,
 * services and faults of the text go out, each with its place. It must not know what TLS follows from them, nor read a
 * file. Pure. /
 */

/** One parameter as it is written: the value is not expanded. */
export type Setting = {readonly name: string; readonly value: string; readonly place: Place};

/** `-o name=value`, `-o { name = value }` (Postfix 3.0), or `-oname=value`, which postconf mangles. */
export type OptionForm = 'plain' | 'braces' | 'glued';
export type ServiceOption = Setting & {readonly form: OptionForm};

/** One logical line of master.cf (master(5)). */
export type ServiceEntry = {
	/** As written: `smtps`, `465`, `127.0.0.1:10025`. */
	readonly name: string;
	/** `inet`, `unix`, `pass`, `fifo`, `unix-dgram`. */
	readonly type: string;
	/** Columns private, unpriv, chroot, wakeup and maxproc, as written. */
	readonly columns: readonly string[];
	/** The program: `smtpd`, `postscreen`, `tlsproxy`, `smtp`, `lmtp`, … */
	readonly command: string;
	/** All of them in order; the last of a name counts. */
	readonly options: readonly ServiceOption[];
	/** Arguments that no daemon takes: what is left of a `-o` broken by blanks, or of a comment behind a value. */
	readonly stray: readonly string[];
	readonly place: Place;
};

/** A fault of the text itself, found while reading. */
export type SyntaxFault = {
	readonly kind:
		| 'swallowed-line'
		| 'trailing-comment'
		| 'lost-indentation'
		| 'broken-option'
		| 'missing-equals'
		| 'bad-service'
		| 'orphan-continuation'
		/** The file does not end with a line end: what is written behind it next is glued on. */
		| 'no-final-newline'
		/** Two lines in one, as such a file makes them. */
		| 'glued-line'
		/** A service whose line begins with a blank: it continues the one before. */
		| 'indented-service'
		/** `flags=DORX` of smtp(8) and lmtp(8), which older releases do not know. */
		| 'client-flags';
	readonly place: Place;
	/** The parameter or service it happened to. */
	readonly subject: string;
	/** The words at fault, as written. */
	readonly text: string;
};

/** What postconf said on standard error, where its output was read: `unused parameter: x=y`. */
export type PostconfWarning = {
	readonly kind: 'overriding' | 'unused' | 'undefined' | 'deprecated' | 'other';
	readonly text: string;
};

/** Postfix's configuration as text, before anything is made of it. Pure data; secrets stay in it and are never printed. */
export type PostfixConfiguration = {
	/** `files`: main.cf and master.cf themselves; `postconf`: its output, in which duplicates and lines are gone. */
	readonly form: 'files' | 'postconf';
	/** The configuration directory by its own name, for messages and for `-c`; null from standard input. */
	readonly directory: string | null;
	/**
	 * What a second instance is called (postmulti(1)); left out for the default one. Commands for it name its
	 * directory.
	 */
	readonly instance?: string;
	readonly version: PostfixVersion | null;
	/** Every assignment of main.cf in order; the last of a name counts. Null: not given. */
	readonly main: readonly Setting[] | null;
	/** Every service of master.cf in order; of a name and type the last counts. Null: not given. */
	readonly services: readonly ServiceEntry[] | null;
	/** Defaults of the very program, from `postconf -d`; null: those of the table by version. */
	readonly defaults: ReadonlyMap<string, string> | null;
	/** Tables whose text was found, by `type:path` as main.cf names them (`hash:/etc/postfix/tls_policy`). */
	readonly tables: ReadonlyMap<string, TableText>;
	/** Tables that are named and could not be read (`mysql:…`, `socketmap:…`, no such file). */
	readonly unread: readonly string[];
	readonly faults: readonly SyntaxFault[];
	readonly warnings: readonly PostconfWarning[];
	/** When main.cf and master.cf were last changed, ms since 1970 UTC, where that is known. */
	readonly edited?: ReadonlyArray<{readonly file: string; readonly time: number}>;
};

/** Where Dovecot's configuration alone was given. */
export const noPostfix: PostfixConfiguration = {
	form: 'files',
	directory: null,
	version: null,
	main: null,
	services: null,
	defaults: null,
	tables: new Map(),
	unread: [],
	faults: [],
	warnings: [],
};

/** A lookup table's source text; `newerThanIndex`: edited after its .db or .lmdb was built, null where that is unknown. */
export type TableText = {readonly text: string; readonly file: string; readonly newerThanIndex: boolean | null};
