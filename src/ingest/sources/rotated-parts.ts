import {readdirSync, realpathSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {identityOf} from './relocated.ts';
import {byAge, compression, type Rotation, rotationsOf} from './rotation.ts';
import type {Source} from './source.ts';

/** A rotated part of a log, such as `mail.log.1` of `mail.log`. */
type RotatedPart = {
	readonly source: Source;
	/** It has a date in its name, not a number: who has changed from numbers to dates leaves the last numbers there for good. */
	readonly isDated: boolean;
};

/** What lies beside logs. Each folder is listed once, and again after it has changed. */
export type RotatedParts = {
	/** The rotated parts of a log beside it, or beside the file that it is a link to, oldest first. Of one that is there packed and unpacked only the latter: it is being packed. */
	of(path: string): RotatedPart[];
	/** A file is a rotated part of another log by its name, and is not written to any more. */
	isPart(path: string): boolean;
};

/** The full path of a file. */
export const fullPath = (path: string): string => resolve(path);

/** A year of days, and some more. */
const most = 400;

type Folder = {
	readonly changed: number;
	readonly rotations: ReadonlyMap<string, Rotation>;
	/** Paths of the parts of a log, oldest first. */
	readonly parts: ReadonlyMap<string, readonly string[]>;
};

const isRotation = ({number, date}: Rotation): boolean => number !== null || date !== null;

function listed(folder: string, changed: number): Folder {
	const rotations = rotationsOf(readdirSync(folder).map(name => join(folder, name)));
	const parts = new Map<string, string[]>();
	for (const [path, rotation] of rotations) {
		if (!isRotation(rotation)) continue;
		const others = parts.get(rotation.base);
		if (others === undefined) parts.set(rotation.base, [path]);
		else others.push(path);
	}
	const rotationAt = (path: string): Rotation => rotations.get(path) ?? {base: path, number: null, date: null};
	for (const paths of parts.values())
		paths.sort(
			(a, b) => byAge(rotationAt(a), rotationAt(b)) || Number(compression.test(b)) - Number(compression.test(a)),
		);
	return {changed, rotations, parts};
}

/** A regular file as a source; null for all else. */
function sourceAt(path: string): Source | null {
	try {
		const found = statSync(path);
		if (!found.isFile()) return null;
		return {name: path, path, modified: found.mtimeMs, size: found.size, identity: identityOf(found)};
	} catch {
		return null;
	}
}

/** Looks at the folders of logs. What cannot be listed has nothing beside it; nothing throws. */
export function createRotatedParts(): RotatedParts {
	const folders = new Map<string, Folder>();

	function folderAt(path: string): Folder | null {
		const folder = dirname(path);
		try {
			const changed = statSync(folder).mtimeMs;
			const known = folders.get(folder);
			if (known?.changed === changed) return known;
			const now = listed(folder, changed);
			folders.set(folder, now);
			return now;
		} catch {
			return null;
		}
	}

	function linked(path: string): string {
		try {
			return realpathSync(path);
		} catch {
			return path;
		}
	}

	const rotationAt = (path: string): Rotation | undefined => folderAt(path)?.rotations.get(path);

	return {
		of(given) {
			const path = fullPath(given);
			const real = linked(path);
			const beside = folderAt(path)?.parts.get(path) ?? [];
			const base = rotationAt(real)?.base ?? real;
			const besideReal = real === path ? [] : (folderAt(real)?.parts.get(base) ?? []).filter(each => each !== real);
			const found: RotatedPart[] = [];
			const taken = new Set<string | undefined>();
			for (const each of [...new Set([...besideReal, ...beside])].slice(-most).toReversed()) {
				const source = sourceAt(each);
				const bare = each.replace(compression, '');
				if (source === null || taken.has(source.identity) || taken.has(bare)) continue;
				for (const mark of [source.identity, bare]) taken.add(mark);
				found.unshift({source, isDated: rotationAt(each)?.date != null});
			}
			return found;
		},
		isPart(path) {
			const rotation = rotationAt(fullPath(path));
			return rotation !== undefined && isRotation(rotation);
		},
	};
}
