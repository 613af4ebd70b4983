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

/** The names that a list may have in 2.3, in this case alone. */
const listed23: readonly Protocol[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'];

/**
 * The floor that 2.3 makes of a list of 2.2: the oldest version that it leaves. Null: it is not read, for a word that 2.3
 * does not know (SSLv2, TLSv1.3) or because it leaves none (old-set-parser.c; tried with 2.3.19).
 */
export function floorOfList(list: string): Protocol | null {
	const words = list.split(/[\s,]+/).filter(Boolean);
	const all: readonly string[] = listed23;
	if (words.some(word => !all.includes(word.replace(/^!/, '')))) return null;
	const names = words.filter(word => !word.startsWith('!'));
	return listed23.find(name => (names.length === 0 || names.includes(name)) && !words.includes(`!${name}`)) ?? null;
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
	const list = settings.get('ssl_protocols');
	const ofList = list === undefined || (release !== null && atLeast(release, 2, 4)) ? null : floorOfList(list);
	// Of both the later line holds.
	const order = [...settings.keys()];
	const later = order.indexOf('ssl_protocols') > order.indexOf('ssl_min_protocol');
	if (ofList !== null && later) return ofList;
	const word = writtenFloor(settings) ?? '';
	if (word.toUpperCase() === 'ANY') return null;
	if (word.toUpperCase() === 'LATEST') return 'TLSv1.3';
	const named = nameOf(word);
	if (named !== null) return named;
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
	// 2.2 and 2.3 make different things of such a list.
	const list = settings.get('ssl_protocols');
	if (release === null && least === undefined && list !== undefined && floorOfList(list) === null) return [null, null];
	const oldest = floor(settings, release);
	return [oldest, protocols.slice(protocols.indexOf(oldest ?? 'SSLv3'))];
}
