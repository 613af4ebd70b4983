import {type Protocol, protocols} from '../../tls/version.ts';
import {harmless, isSecret} from '../read/secrets.ts';
import {atLeast, type PostfixVersion, parseVersion} from '../releases/postfix-version.ts';

/**
 * The configuration of Dovecot. Text of dovecot.conf or doveconf(1) comes in; its TLS settings and listeners go out. It
 * must not know Postfix beyond the form of a version, nor read a file. Pure. /
 */

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
	/** Whether the login line shows protocol and cipher (`%k`, `%{ssl_security}`). */
	readonly logsTls: boolean;
};

type Settings = ReadonlyMap<string, string>;
type Standard = readonly [service: string, listener: string, port: number, implicit: boolean];

/** Listeners that a protocol has without a line of configuration (Dovecot: the login programs' settings). */
const standard: Readonly<Record<string, readonly Standard[]>> = {
	imap: [
		['imap-login', 'imap', 143, false],
		['imap-login', 'imaps', 993, true],
	],
	pop3: [
		['pop3-login', 'pop3', 110, false],
		['pop3-login', 'pop3s', 995, true],
	],
	sieve: [['managesieve-login', 'sieve', 4190, false]],
	submission: [['submission-login', 'submission', 587, false]],
};
const submissions: Standard = ['submission-login', 'submissions', 465, true];

/** The protocols that are switched on: `protocols = imap pop3`, in 2.4 also `protocols { imap = yes }`. */
function protocolsOf(settings: Settings): readonly string[] {
	const listed = settings.get('protocols');
	const single = [...settings].flatMap(([path, value]) => {
		const name = /^protocols\/(\w+)$/.exec(path)?.[1];
		return name !== undefined && value === 'yes' ? [name] : [];
	});
	if (listed === undefined && single.length === 0) return ['imap', 'pop3'];
	return [...(listed ?? '').split(/[\s,]+/), ...single].map(name => (name === 'managesieve' ? 'sieve' : name));
}

const words = (value: string | undefined): readonly string[] => (value ?? '').split(/[\s,]+/).filter(Boolean);

/** What the settings make of a listener; null where it has no port. */
function listener(
	settings: Settings,
	service: string,
	name: string,
	own: Standard | undefined,
): DovecotListener | null {
	const of = (key: string): string | undefined => settings.get(`service ${service}/inet_listener ${name}/${key}`);
	const written = of('port');
	const port = written === undefined ? (own?.[2] ?? null) : /^\d{1,5}$/.test(written) ? Number(written) : null;
	if (port === null) return null;
	const addresses = words(of('address') || of('listen') || settings.get('listen'));
	const implicit = of('ssl') === undefined ? own?.[3] === true : of('ssl') !== 'no';
	return {service, name, port, implicit, addresses: addresses.length === 0 ? ['*', '::'] : addresses};
}

/**
 * Every inet_listener of the services that take clients: the standard ones of the protocols that are on, changed by what is
 * written, and those the administrator added. Port 0 is a listener switched off.
 */
function dovecotListeners(settings: Settings, release: PostfixVersion | null): readonly DovecotListener[] {
	const on = protocolsOf(settings);
	const defaults = on.flatMap(protocol => (Object.hasOwn(standard, protocol) ? (standard[protocol] ?? []) : []));
	if (on.includes('submission') && release !== null && atLeast(release, 2, 4)) defaults.push(submissions);
	const known = new Map(defaults.map(own => [`${own[0]}/${own[1]}`, own]));
	const named = new Set(known.keys());
	for (const path of settings.keys()) {
		const [, service, name] = /^service ([\w-]+)\/inet_listener ([^/]+)\//.exec(path) ?? [];
		if (service === undefined || name === undefined) continue;
		const takesClients = service.endsWith('-login')
			? on.some(protocol => loginOf(protocol) === service)
			: service === 'lmtp';
		if (takesClients) named.add(`${service}/${name}`);
	}
	return [...named].flatMap(key => {
		const [service = '', name = ''] = key.split('/');
		const found = listener(settings, service, name, known.get(key));
		return found === null ? [] : [found];
	});
}

const loginOf = (protocol: string): string => (protocol === 'sieve' ? 'managesieve-login' : `${protocol}-login`);

/** Contents of keys in any form: the text itself, `</path`, or doveconf's word that it hid them. */
const holdsKey = /^(?:ssl_key|ssl_alt_key|ssl_client_key|ssl_dh)$|_(?:key|dh)$/;
/** `service imap-login {`: a name, at most an argument, and no equals sign before the brace. */
const opening = /^([\w./@-]+(?:\s+(?:"[^"]*"|[^\s={}"]+(?:\s+[^\s={}"]+)*))?)\s*\{\s*(.*)$/;

/** A quoted value without its quotes, an unquoted one without a comment behind it. */
function valueIn(text: string): string {
	const quoted = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text);
	if (quoted !== null) return (quoted[1] ?? '').replace(/\\(.)/g, '$1');
	return text.replace(/\s+#.*$|^#.*$/, '').trim();
}

/** What `$name` means: the value the setting had before, as in `protocols = $protocols lmtp`. */
function withEarlier(value: string, settings: ReadonlyMap<string, string>): string {
	return value
		.replace(/\$(\w+)/g, (whole, name: string) => settings.get(name) ?? (name === 'protocols' ? '' : whole))
		.trim();
}

/**
 * The settings in output of doveconf(1) or in a file of Dovecot's configuration, each by its path: `ssl_min_protocol`,
 * `protocol imap/ssl`, `service imap-login/inet_listener imaps/port`. The last of several counts. Passwords and keys are
 * left out. Never throws.
 */
function dovecotSettings(text: string): ReadonlyMap<string, string> {
	const settings = new Map<string, string>();
	const blocks: string[] = [];
	const open = (head: string): void => {
		const [, name = '', argument] = /^(\S+)\s*(.*)$/s.exec(head) ?? [];
		blocks.push(argument ? `${name} ${valueIn(argument)}` : name);
	};
	const assign = (line: string): void => {
		const [, name, written = ''] = /^([\w./-]+)\s*=\s*(.*)$/.exec(line) ?? [];
		if (name === undefined || isSecret(name) || holdsKey.test(name)) return;
		settings.set([...blocks, name].join('/'), harmless(name, withEarlier(valueIn(written), settings)));
	};
	/** A block on one line, as people write it in a question: `inet_listener imaps { port = 993; ssl = yes }`. */
	const takeShort = (rest: string): void => {
		let head = '';
		for (const [part] of rest.matchAll(/%\{[^}]*\}|[{};]|[^{};%]+|%/g)) {
			if (part !== '{' && part !== '}' && part !== ';') {
				head += part;
				continue;
			}
			if (part === '{') open(head.trim());
			else assign(head.trim());
			if (part === '}') blocks.pop();
			head = '';
		}
		assign(head.trim());
	};
	const take = (line: string): void => {
		const opened = opening.exec(line);
		if (opened !== null) {
			open(opened[1] ?? '');
			takeShort((opened[2] ?? '').replace(/^#.*$/, ''));
		} else if (line.startsWith('}')) {
			blocks.pop();
			takeShort(line.slice(1));
		} else assign(line);
	};
	for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
		const trimmed = line.trim();
		if (trimmed !== '' && !trimmed.startsWith('#') && !trimmed.startsWith('!')) take(trimmed);
	}
	return settings;
}

/** The first line of doveconf's output: `# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf`. */
const head = /^# (\d+\.\d+(?:\.\d+)*)\S*(?: \([^)]*\))?: \S/m;
const ownBlocks =
	/^[ \t]*(?:service|protocol|passdb|userdb|namespace|local|local_name|remote|ssl_server|protocols)\b[^=\n]*\{/m;
const ownNames =
	/^[ \t]*(?:ssl|ssl_min_protocol|ssl_protocols|ssl_cipher_list|ssl_cert|ssl_server_cert_file|disable_plaintext_auth|auth_allow_cleartext|auth_mechanisms|login_log_format_elements|mail_location|dovecot_config_version) =/m;

/** Where output of doveconf begins in a text into which other outputs were pasted before it; -1: nowhere. */
export function doveconfStart(text: string): number {
	return head.exec(text)?.index ?? -1;
}

/** Whether a text is output of doveconf(1), or a file of Dovecot's configuration. */
export function isDoveconfOutput(text: string): boolean {
	return head.test(text) || ownBlocks.test(text) || ownNames.test(text);
}

/** Default of ssl_cipher_list; of other releases it is not known here. */
function defaultCiphers(release: PostfixVersion | null): string | null {
	if (release === null || !atLeast(release, 2, 3) || atLeast(release, 2, 4)) return null;
	return 'ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH';
}

const nameOf = (word: string): Protocol | null =>
	protocols.find(protocol => protocol.toLowerCase() === word.toLowerCase()) ?? null;

/**
 * The versions that a list of 2.2 leaves (`!SSLv3 !TLSv1`, or only those named). TLS 1.3 came after that list: nothing in
 * it switches TLS 1.3 off where the library has it (Dovecot 2.2: lib-ssl-iostream).
 */
function fromList(list: string): readonly Protocol[] {
	const words = list.split(/[\s,]+/).filter(Boolean);
	const named = words.filter(word => !word.startsWith('!')).map(nameOf);
	const excluded = words.filter(word => word.startsWith('!')).map(word => nameOf(word.slice(1)));
	return protocols.filter(
		protocol =>
			!excluded.includes(protocol) && (named.length === 0 || named.includes(protocol) || protocol === 'TLSv1.3'),
	);
}

/** The oldest version allowed: by ssl_min_protocol of 2.3 and later, whose default rose in 2.3.15. Null: no floor. */
function floor(settings: Settings, release: PostfixVersion | null): Protocol | null {
	const word = settings.get('ssl_min_protocol') ?? '';
	if (word.toUpperCase() === 'ANY') return null;
	if (word.toUpperCase() === 'LATEST') return 'TLSv1.3';
	const named = nameOf(word);
	if (named !== null) return named;
	// 2.3 and later make a floor of a list that is still there.
	const list = settings.get('ssl_protocols');
	if (list !== undefined) return fromList(list)[0] ?? null;
	return release === null || atLeast(release, 2, 3, 15) ? 'TLSv1.2' : 'TLSv1';
}

function allowedBy(
	settings: Settings,
	release: PostfixVersion | null,
): readonly [Protocol | null, readonly Protocol[]] {
	if (release !== null && !atLeast(release, 2, 3)) {
		const allowed = fromList(settings.get('ssl_protocols') ?? '!SSLv2 !SSLv3');
		return [allowed[0] ?? null, allowed];
	}
	const least = floor(settings, release);
	return [least, protocols.slice(least === null ? protocols.indexOf('SSLv3') : protocols.indexOf(least))];
}

/**
 * Reads output of `doveconf -n` or `doveconf` of Dovecot 2.2 to 2.4, or the text of dovecot.conf; defaults that -n leaves
 * out are filled in by version, those of the newest where the version is not given. Never throws.
 */
export function readDoveconf(text: string): DovecotConfiguration {
	const settings = dovecotSettings(text);
	const version = head.exec(text)?.[1] ?? settings.get('dovecot_config_version') ?? null;
	const release = version === null ? null : parseVersion(version.split('.').slice(0, 3).join('.'));
	const ssl = settings.get('ssl')?.toLowerCase();
	const [minProtocol, allowed] = allowedBy(settings, release);
	const written = settings.get('auth_allow_cleartext') === 'yes' || settings.get('disable_plaintext_auth') === 'no';
	return {
		version,
		ssl: ssl === 'no' || ssl === 'required' ? ssl : 'yes',
		settings,
		minProtocol,
		allowed,
		cipherList: settings.get('ssl_cipher_list') || defaultCiphers(release),
		// With `required` no login is taken before TLS, whatever the other setting says.
		cleartextAuth: written && ssl !== 'required',
		listeners: dovecotListeners(settings, release),
		logsTls: /%[A-Z\d.-]*k(?![a-z])|%\{(?:ssl_security|secured_string)\}|%\{k\}/.test(
			settings.get('login_log_format_elements') ?? '',
		),
	};
}
