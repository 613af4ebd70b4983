import {clientDefaults, proxyClientDefaults} from './client.ts';
import {libraryDefaults} from './library.ts';
import {type DefaultHistory, heldAt, newestRelease, type PostfixVersion, versionText} from './postfix-version.ts';
import {proxyDefaults, serverDefaults} from './server.ts';

const histories = new Map<string, DefaultHistory>(
	[serverDefaults, proxyDefaults, clientDefaults, proxyClientDefaults, libraryDefaults].flatMap(Object.entries),
);

/**
 * The default of a parameter that bears on TLS, as the program of that version has it: not expanded, so that defaults that
 * follow others (`$smtpd_tls_protocols`) or compatibility_level do so where they are used. Null for names that the version
 * does not have and for parameters that are not of TLS. Version null: the newest known here.
 */
export function defaultOf(name: string, version: PostfixVersion | null): string | null {
	const history = histories.get(name);
	return (history && heldAt(history, version ?? newestRelease)) ?? null;
}

const known = new Map<string, readonly string[]>();

/** The parameters of TLS that a version has, to find misspelt ones. One and the same list for one version. */
export function tlsParameters(version: PostfixVersion | null): readonly string[] {
	const key = versionText(version ?? newestRelease);
	const names = known.get(key) ?? [...histories.keys()].filter(name => defaultOf(name, version) !== null);
	known.set(key, names);
	return names;
}

/** The oldest releases that have a parameter (`3.4`, or `3.0.14 3.1.10`), null for one that is not of TLS. */
export function parameterSince(name: string): string | null {
	return histories.get(name)?.[0]?.[0] ?? null;
}
