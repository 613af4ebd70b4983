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
