import {type Governing, type Parameters, yesOrNo} from '../read/parameters.ts';
import {carries, type PostfixVersion} from '../releases/postfix-version.ts';
import type {ClientLevel} from './effective.ts';

/** The levels of a client, weakest first, and the releases that know them (tls_level.c, RELEASE_NOTES 2.3, 2.5, 2.11). */
const levels: Readonly<Record<ClientLevel, string>> = {
	none: '2.3',
	may: '2.3',
	encrypt: '2.3',
	fingerprint: '2.5',
	dane: '2.11',
	'dane-only': '2.11',
	verify: '2.3',
	secure: '2.3',
};

/** The level a word names, any case; null where it names none in this version. */
export function clientLevelOf(word: string, version: PostfixVersion): ClientLevel | null {
	const level = word.toLowerCase();
	return Object.hasOwn(levels, level) && carries(version, levels[level as ClientLevel]) ? (level as ClientLevel) : null;
}

/** TLS is demanded, and the mandatory lists rule. */
export function isMandatory(level: ClientLevel): boolean {
	return level !== 'none' && level !== 'may';
}

/**
 * The level for destinations that no table names: the level parameter, else the old switches (smtp_tls_policy.c,
 * global_tls_level). Null: the level is no level, and the client dies at its start.
 */
export function globalLevel(
	parameters: Parameters,
	family: 'smtp' | 'lmtp',
	version: PostfixVersion,
): {readonly level: ClientLevel | null; readonly setting: Governing} {
	const setting = parameters(`${family}_tls_security_level`);
	if (setting.value !== '') return {level: clientLevelOf(setting.value, version), setting};
	const enforce = parameters(`${family}_enforce_tls`);
	if (yesOrNo(enforce) === true) {
		const named = yesOrNo(parameters(`${family}_tls_enforce_peername`)) !== false;
		return {level: named ? 'verify' : 'encrypt', setting: enforce};
	}
	const use = parameters(`${family}_use_tls`);
	return yesOrNo(use) === true ? {level: 'may', setting: use} : {level: 'none', setting};
}
