import {type Protocol, protocols} from '../tls/version.ts';
import type {DovecotConfiguration} from './dovecot-configuration.ts';
import {dovecotListeners} from './dovecot-listeners.ts';
import {dovecotSettings} from './dovecot-settings.ts';
import {atLeast, type PostfixVersion, parseVersion} from './postfix-version.ts';

type Settings = ReadonlyMap<string, string>;

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
 * out are filled in by version, those of the newest where the version is not told. Never throws.
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
