import {resolve} from 'node:path';
import type {Source} from './source.ts';

/** The parts of a rotated log's name: `mail.log.2.gz` is base `mail.log`, number 2; `maillog-20240131` has a date. */
export type Rotation = {readonly base: string; readonly number: number | null; readonly date: string | null};

/** The ending of a packed file's name. */
export const compression = /\.(?:gz|xz|zst|bz2|Z|lzma)$/;
/** logrotate's dateext and dateformat (with hour or epoch second behind it), `dateyesterday`, and dates with dashes. */
const dated = /[-._](\d{4}-?\d{2}-?\d{2}(?:[-_T.]?\d{2,10})?)$/;
const numbered = /\.(\d{1,5})$/;

/** Reads a file name as logrotate, savelog or newsyslog left it. The folder stays in the base. */
export function rotationOf(path: string): Rotation {
	const bare = path.replace(compression, '');
	// `mail-20240131.log`: logrotate's `extension .log` keeps the ending behind the date.
	const ending = /\.log$/.exec(bare)?.[0] ?? '';
	const date = dated.exec(bare) ?? (ending === '' ? null : dated.exec(bare.slice(0, -ending.length)));
	if (date?.[1] !== undefined) {
		const tail = date.index + date[0].length < bare.length ? ending : '';
		return {base: bare.slice(0, date.index) + tail, number: null, date: date[1].replaceAll(/\D/g, '')};
	}
	const number = numbered.exec(bare);
	if (number?.[1] === undefined) return {base: bare, number: null, date: null};
	return {base: bare.slice(0, number.index), number: Number(number[1]), date: null};
}

/** Dates first, oldest first; then numbers, highest (oldest) first; the file being written comes last. */
export function byAge(a: Rotation, b: Rotation): number {
	if (a.date !== null || b.date !== null) {
		if (a.date === null) return 1;
		if (b.date === null) return -1;
		const shorter = Math.min(a.date.length, b.date.length);
		const day = a.date.slice(0, shorter).localeCompare(b.date.slice(0, shorter));
		return day === 0 ? a.date.length - b.date.length : day;
	}
	return (b.number ?? -1) - (a.number ?? -1);
}

/** logrotate's `extension .log` makes `mail.1.log`; `dovecot-2.4.log` is no rotation: only beside `mail.log` is it one. */
function beside(present: ReadonlySet<string>, path: string): Rotation {
	const rotation = rotationOf(path);
	const [, stem, number, ending] = /^(.*)\.(\d{1,5})(\.log)$/.exec(rotation.base) ?? [];
	if (rotation.date !== null || rotation.number !== null || stem === undefined || ending === undefined) return rotation;
	return present.has(stem + ending) ? {base: stem + ending, number: Number(number), date: null} : rotation;
}

/** What the paths of a folder are by their names, by path. */
export function rotationsOf(paths: readonly string[]): Map<string, Rotation> {
	const present = new Set(paths);
	return new Map(paths.map(path => [path, beside(present, path)]));
}

/**
 * Puts the files of each rotated set (same folder, same stem) in time order, so that a session that spans a rotation is
 * seen whole and years are inferred forwards. Sets, such as several hosts' logs, stand one after the other in the order in
 * which their first file was given, which for folders and patterns is that of their names: a set is what one logger wrote,
 * no session spans two, so weaving them by time would gain nothing, and asking every archive for its first stamp would
 * unpack each twice. The result is the same on every run.
 */
export function inTimeOrder(sources: readonly Source[]): Source[] {
	const pathOf = ({path, name}: Source): string => resolve(path ?? name);
	const present = new Set(sources.map(pathOf));
	const sets = new Map<string, Array<{source: Source; rotation: Rotation}>>();
	for (const source of sources) {
		const rotation = beside(present, pathOf(source));
		const set = sets.get(rotation.base);
		if (set === undefined) sets.set(rotation.base, [{source, rotation}]);
		else set.push({source, rotation});
	}
	return [...sets.values()].flatMap(set => set.sort((a, b) => byAge(a.rotation, b.rotation)).map(({source}) => source));
}
