import type {PostfixConfiguration} from '../config/configuration.ts';
import {plausibleVersions} from '../config/plausible-versions.ts';
import {type PostfixVersion, parseVersion, versionText} from '../config/postfix-version.ts';

/** The release a configuration is judged by, and who told it; `version` null: nobody did. */
export type ToldRelease = {readonly version: PostfixVersion | null; readonly source: string};

/**
 * The release by whoever is nearest to the truth: the user, the program's own defaults, the log. Defaults differ between
 * releases, so where nobody tells it the words say what was assumed.
 */
export function releaseTold(
	configuration: PostfixConfiguration,
	flag: string | undefined,
	logged: PostfixVersion | null,
): ToldRelease {
	const typed = flag === undefined ? null : parseVersion(flag);
	if (typed !== null) return {version: typed, source: 'as given'};
	if (configuration.version !== null) return {version: configuration.version, source: 'from postconf'};
	if (logged !== null) return {version: logged, source: 'from the log'};
	const {oldest, newest} = plausibleVersions(configuration);
	return {
		version: null,
		source: `release not known, at least ${versionText(oldest)}; judged as ${versionText(newest)}: give --postfix-version`,
	};
}
