import type {PostfixVersion} from '../releases/postfix-version.ts';
import {allowedVersions} from './allowed-versions.ts';
import type {LoginPolicy} from './configuration.ts';
import {truthOf} from './statements.ts';

type Settings = ReadonlyMap<string, string>;

/** All that the settings of a protocol are asked for. */
const asked: readonly string[] = [
	'ssl',
	'ssl_min_protocol',
	'ssl_server/ssl_min_protocol',
	'ssl_protocols',
	'disable_plaintext_auth',
	'auth_allow_cleartext',
];

/** What the settings ask of logins; `whole`: what is not set has its default. */
export function loginPolicy(settings: Settings, release: PostfixVersion | null, whole: boolean): LoginPolicy {
	const word = settings.get('ssl')?.toLowerCase();
	const ssl = word === 'no' || word === 'required' ? word : word !== undefined || whole ? 'yes' : null;
	const [minProtocol, allowed] = allowedVersions(settings, release, whole);
	const disabled = truthOf(settings.get('disable_plaintext_auth'));
	const taken = truthOf(settings.get('auth_allow_cleartext')) ?? (disabled === null ? null : !disabled);
	// With `required` no login is taken before TLS, whatever the other setting says.
	const cleartextAuth = ssl === 'required' ? false : (taken ?? (whole ? false : null));
	return {ssl, minProtocol, allowed, cleartextAuth};
}

/**
 * The protocols whose blocks have settings of their own (`protocol imap { ssl_min_protocol = … }` holds for the logins of
 * imap, tried with 2.3.19), with the settings that hold there. Where all TLS is off it is off there too (config-parser.c).
 */
export function protocolSettings(settings: Settings): ReadonlyMap<string, Settings> {
	const own = new Map<string, Map<string, string>>();
	const common = [...settings].filter(([path]) => asked.includes(path));
	for (const [path, value] of settings) {
		const [, protocol, name] = /^protocol ([\w-]+)\/([^/]+)$/.exec(path) ?? [];
		if (protocol === undefined || name === undefined || !asked.includes(name)) continue;
		const overlay = own.get(protocol) ?? new Map(common);
		own.set(protocol, overlay);
		if (name === 'ssl' && settings.get('ssl') === 'no') continue;
		overlay.delete(name);
		overlay.set(name, value);
	}
	return own;
}
