/**
 * What each release of Postfix has: names and defaults of parameters. A version comes in, and what holds for it goes
 * out. It must not know any configuration. Pure. /
 */

/** A Postfix release: 3.7.11 is `{major: 3, minor: 7, patch: 11}`. A snapshot counts as patch 0 of its branch. */
export type PostfixVersion = {readonly major: number; readonly minor: number; readonly patch: number};

/** The version in `3.7.11`, `mail_version = 3.7.11`, `3.10-20240101` or `version 3.1.0, configuration …`; null: none. */
export function parseVersion(text: string): PostfixVersion | null {
	const found = /(?:^|[^\d.])(\d{1,2})\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.]*\.\d)/.exec(` ${text}`);
	if (found === null) return null;
	return {major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0)};
}

/** `3.7.11`. */
export function versionText({major, minor, patch}: PostfixVersion): string {
	return `${major}.${minor}.${patch}`;
}

/** Whether `version` is `major.minor.patch` or later. */
export function atLeast(version: PostfixVersion, major: number, minor: number, patch = 0): boolean {
	if (version.major !== major) return version.major > major;
	if (version.minor !== minor) return version.minor > minor;
	return version.patch >= patch;
}

const readLists = new Map<string, readonly PostfixVersion[]>();

/** A list of releases as versions; the few lists that there are are asked for thousands of times. */
function releasesOf(since: string): readonly PostfixVersion[] {
	const before = readLists.get(since);
	if (before !== undefined) return before;
	const releases = since.split(' ').map(word => {
		const [major = 0, minor = 0, patch = 0] = word.split('.').map(Number);
		return {major, minor, patch};
	});
	readLists.set(since, releases);
	return releases;
}

/**
 * Whether a release carries a change. `since` lists the releases it came with, oldest first, one for each branch that was
 * still maintained: `2.9.14 2.10.8 3.0.2`. A branch that is not named took the change only if it is newer than the last.
 */
export function carries(version: PostfixVersion, since: string): boolean {
	const releases = releasesOf(since);
	const branch = releases.find(({major, minor}) => version.major === major && version.minor === minor);
	if (branch !== undefined) return version.patch >= branch.patch;
	const newest = releases.at(-1);
	return newest !== undefined && atLeast(version, newest.major, newest.minor, newest.patch);
}

/** What something was from which releases on, oldest first; the last row that the version carries holds. */
type History<Value> = readonly (readonly [since: string, value: Value])[];

/** A parameter's default through the releases; null from where it is gone. */
export type DefaultHistory = History<string | null>;

/** The value in force at a version, undefined where it is older than the first row. */
export function heldAt<Value>(history: History<Value>, version: PostfixVersion): Value | undefined {
	return history.findLast(([since]) => carries(version, since))?.[1];
}

/** The newest release whose defaults are known here. */
export const newestRelease: PostfixVersion = {major: 3, minor: 11, patch: 6};
/** The oldest with TLS of its own (2.2) and with security levels (2.3), from which on this is worth asking. */
export const oldestRelease: PostfixVersion = {major: 2, minor: 3, patch: 0};
