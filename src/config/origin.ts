import type {Setting} from './configuration.ts';
import type {Governing} from './effective.ts';
import {type PostfixVersion, versionText} from './postfix-version.ts';

/** The last part of a path: what a line of text has room for. */
function fileName(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

/** `master.cf line 12`, `main.cf` where postconf has folded the lines. */
export function placeWords({place}: Setting): string {
	return place.line === null ? fileName(place.file) : `${fileName(place.file)} line ${place.line}`;
}

/** Where a ruling value is from: `main.cf line 30`, or `default of Postfix 3.7.11`. */
export function originWords({setting}: Governing, version: PostfixVersion | null): string {
	if (setting !== null) return placeWords(setting);
	return version === null ? 'default' : `default of Postfix ${versionText(version)}`;
}
