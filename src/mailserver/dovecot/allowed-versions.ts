import {type Protocol, protocols} from '../../tls/version.ts';
import {atLeast, type PostfixVersion} from '../releases/postfix-version.ts';

type Settings = ReadonlyMap<string, string>;

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

/** Where ssl_min_protocol of the servers is written: 2.4 lets the block ssl_server have its own. */
export function writtenFloor(settings: Settings): string | undefined {
	return settings.get('ssl_server/ssl_min_protocol') ?? settings.get('ssl_min_protocol');
}

/** Whether ssl_min_protocol may be this (iostream-openssl-common.c of 2.3; in any case). */
export function isFloor(word: string): boolean {
	return /^(?:ANY|LATEST)$/i.test(word) || nameOf(word) !== null;
}

/** The oldest version allowed: by ssl_min_protocol of 2.3 and later, whose default rose in 2.3.15. Null: no floor. */
function floor(settings: Settings, release: PostfixVersion | null): Protocol | null {
	const word = writtenFloor(settings) ?? '';
	if (word.toUpperCase() === 'ANY') return null;
	if (word.toUpperCase() === 'LATEST') return 'TLSv1.3';
	const named = nameOf(word);
	if (named !== null) return named;
	// 2.3 makes a floor of a list that is still there.
	const list = settings.get('ssl_protocols');
	if (list !== undefined) return fromList(list)[0] ?? null;
	return release === null || atLeast(release, 2, 3, 15) ? 'TLSv1.2' : 'TLSv1';
}

/** The floor and the versions allowed; `whole`: what is not set has its default. Null versions: not known, or none. */
export function allowedVersions(
	settings: Settings,
	release: PostfixVersion | null,
	whole: boolean,
): readonly [Protocol | null, readonly Protocol[] | null] {
	const least = writtenFloor(settings);
	if (least !== undefined && !isFloor(least)) return [null, null];
	if (!whole && least === undefined && !settings.has('ssl_protocols')) return [null, null];
	if (release !== null && !atLeast(release, 2, 3)) {
		const allowed = fromList(settings.get('ssl_protocols') ?? '!SSLv2 !SSLv3');
		return [allowed[0] ?? null, allowed];
	}
	const oldest = floor(settings, release);
	return [oldest, protocols.slice(protocols.indexOf(oldest ?? 'SSLv3'))];
}
