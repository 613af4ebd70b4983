import {parameterSince} from '../releases/defaults.ts';
import {atLeast, newestRelease, oldestRelease, type PostfixVersion, parseVersion} from '../releases/postfix-version.ts';
import type {PostfixConfiguration} from './configuration.ts';

/** The releases a configuration may be of, both included. */
export type PlausibleVersions = {readonly oldest: PostfixVersion; readonly newest: PostfixVersion};

/** What a value of any parameter shows of the program it was written for. */
const traits: ReadonlyArray<readonly [pattern: RegExp, since: string]> = [
	[/\$\{\{[^}]*\} *[<>=!]+level\b/, '3.6.0'],
	[/\$\{\w+\?\{|\$\{\{/, '3.0.0'],
];
/**
 * The same of protocol lists. A list that names what its program does not know is a fault, not a sign of another
 * program.
 */
const listTraits: ReadonlyArray<readonly [pattern: RegExp, since: string]> = [
	[/[<>]=/, '3.6.0'],
	[/TLSv1\.3/i, '3.0.14'],
	[/TLSv1\.[12]/i, '2.6.15'],
	[/!/, '2.5.0'],
];
const commands: ReadonlyArray<readonly [command: string, since: string]> = [
	['postlogd', '3.4.0'],
	['postscreen', '2.8.0'],
	['tlsproxy', '2.8.0'],
	['dnsblog', '2.8.0'],
];

/** Evidence for the age of a program: `3.0`, `2.9.14 2.10.8` (the oldest of them counts). */
function* evidence({main, services}: PostfixConfiguration): Generator<string> {
	const options = (services ?? []).flatMap(service => service.options);
	for (const {name, value} of [...(main ?? []), ...options]) {
		const since = parameterSince(name);
		if (since !== null) yield since;
		for (const [pattern, release] of traits) if (pattern.test(value)) yield release;
		if (/_tls_(?:mandatory_)?protocols$/.test(name))
			for (const [pattern, release] of listTraits) if (pattern.test(value)) yield release;
		// A level above the program's own is refused at the start.
		if (name === 'compatibility_level' && /^\d+(?:\.\d+){1,2}$/.test(value)) yield value;
		if (/^(?:smtp|lmtp)_tls_security_level$/.test(name) && /^dane(?:-only)?$/i.test(value)) yield '2.11';
	}
	if (options.some(({form}) => form === 'braces')) yield '3.0';
	for (const {command, type} of services ?? []) {
		for (const [name, since] of commands) if (command === name) yield since;
		if (type === 'unix-dgram') yield '3.4';
	}
}

/**
 * Between which releases a configuration without a version may lie, by the features that its text uses. What differs
 * between the two is for the caller to say: `serverPolicies({...configuration, version: oldest})` beside the newest.
 */
export function plausibleVersions(configuration: PostfixConfiguration): PlausibleVersions {
	if (configuration.version !== null) return {oldest: configuration.version, newest: configuration.version};
	let oldest = oldestRelease;
	for (const word of evidence(configuration)) {
		const version = parseVersion(word.split(' ')[0] ?? '');
		if (version !== null && atLeast(version, oldest.major, oldest.minor, oldest.patch)) oldest = version;
	}
	const {major, minor, patch} = newestRelease;
	return {oldest, newest: atLeast(oldest, major, minor, patch) ? oldest : newestRelease};
}
