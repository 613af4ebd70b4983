import {createHash} from 'node:crypto';
import {type Stats, statSync} from 'node:fs';

/**
 * How a lake is laid out: `day=2026-11-30/log_host=mx1/s1-FINGERPRINT-000001.parquet` are the sessions that began on a day (UTC)
 * on a host, as Hive, Spark, Trino and DuckDB name partitions; `_tlsaudit/s1-FINGERPRINT.parquet` is what a database says besides,
 * and `_tlsaudit/id` names the lake.
 * Hive and Spark take a name that begins with `_` for none of their data. Pure, but for `isLake`.
 */

/** Raised when segments or parts change so that an older program would misread them. */
export const lakeFormat = 1;

/** Most sessions of a segment: less than 2^18, so that a file and a place in it are one number. */
export const segmentSessions = 200_000;

/** The folder of the parts. */
export const partsFolder = '_tlsaudit';

/** The name that Hive gives to the partition of null, and DuckDB and Spark read as such. */
const nullPartition = '__HIVE_DEFAULT_PARTITION__';

/** File systems take names of 255 bytes. */
const longestValue = 200;

/** A value in the name of a folder: all but letters, digits, dot, hyphen and underscore percent-encoded; of a long one the beginning and a hash. */
export function partitionValue(value: string | null): string {
	if (value === null) return nullPartition;
	if (value === nullPartition) return partitionValue(null).replace('_', '%5F');
	const encoded = Array.from(new TextEncoder().encode(value), byte => {
		const letter = String.fromCharCode(byte);
		return /[\w.-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	}).join('');
	if (encoded.length <= longestValue) return encoded;
	const hash = createHash('sha256').update(value).digest('hex').slice(0, 16);
	return `${encoded.slice(0, longestValue - hash.length - 1).replace(/%.?$/, '')}-${hash}`;
}

/** A segment of a lake: sessions of a day and a host, sent by the database with a fingerprint. */
export type SegmentName = {
	/** `2026-11-30`, in UTC; null: sessions whose lines have no date. */
	readonly day: string | null;
	readonly logHost: string | null;
	readonly fingerprint: string;
	/** Counted from 1 within day, host and fingerprint. */
	readonly number: number;
};

/** The path of a segment below the folder of the lake. */
export const segmentPath = ({day, logHost, fingerprint, number}: SegmentName): string =>
	`day=${partitionValue(day)}/log_host=${partitionValue(logHost)}/s${lakeFormat}-${fingerprint}-${String(number).padStart(6, '0')}.parquet`;

/** The path of what the database with a fingerprint says besides its closed sessions. */
export const partPath = (fingerprint: string): string => `${partsFolder}/s${lakeFormat}-${fingerprint}.parquet`;

/** What the path of a file says of it. */
export type LakeFile = {
	readonly kind: 'segment' | 'part';
	readonly path: string;
	/** The folder of the lake, with a slash at its end. */
	readonly root: string;
	/** The path below that folder. */
	readonly name: string;
	readonly format: number;
	readonly fingerprint: string;
};

const segmentPattern = /^day=[^/]+\/log_host=[^/]*\/s(\d{1,6})-([\da-f]{16})-\d+\.parquet$/;
const partPattern = /^_tlsaudit\/s(\d{1,6})-([\da-f]{16})\.parquet$/;

/** What a path says of a file; null when a lake has no such file. */
export function lakeFile(path: string): LakeFile | null {
	const steps = path.split('/');
	for (const [kind, depth, pattern] of [
		['segment', 3, segmentPattern],
		['part', 2, partPattern],
	] as const) {
		const name = steps.slice(-depth).join('/');
		const [, format, fingerprint] = pattern.exec(name) ?? [];
		if (format === undefined || fingerprint === undefined) continue;
		return {kind, path, root: path.slice(0, path.length - name.length), name, format: Number(format), fingerprint};
	}
	return null;
}

/** The name of a file while it is written; no pattern of `.parquet` matches it. */
export const unfinishedName = (name: string): string => `.${name}.${process.pid}.part`;

/** The process that began a file; null when the name is not one of an unfinished file. */
export function writerOf(name: string): number | null {
	const [, pid] = /^\..+\.(\d{1,10})\.part$/.exec(name) ?? [];
	return pid === undefined ? null : Number(pid);
}

/** What is at a path; undefined where nothing is. Throws one sentence where a folder above it may not be searched. */
function found(path: string): Stats | undefined {
	try {
		return statSync(path, {throwIfNoEntry: false});
	} catch (error) {
		const {code = 'error'} = error as NodeJS.ErrnoException;
		const reason = code === 'EACCES' ? 'permission denied' : `cannot be looked at (${code})`;
		throw new Error(`${path}: ${reason}; run it as a user who may read what is there`, {cause: error});
	}
}

/** Whether `--db` names a lake: a folder, a pattern of its files, or one of them. Throws one sentence where that cannot be seen. */
export function isLake(path: string): boolean {
	const there = found(path);
	if (there !== undefined) return there.isDirectory() || path.endsWith('.parquet');
	return path.endsWith('.parquet') || /[*?[]/.test(path);
}
