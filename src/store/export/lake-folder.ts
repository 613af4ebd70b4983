import {existsSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {lakeFormat, partitionValue, partPath, partsFolder, segmentPath} from '../lake/lake-paths.ts';
import {originNames, ownNames, segmentNames} from '../lake/segment-rows.ts';
import {quoted} from '../quoted.ts';
import type {Store} from '../store.ts';
import type {Destination} from './destination.ts';
import {makeFolder, removeUnfinishedFiles, writeFile} from './write-file.ts';

/** Where a session stood in a log. */
const places = ['source', 'first_line', 'last_line'];

/** The folder of a lake as a destination; `id` is that of the lake. */
export const lakeIn = (store: Store, folder: string, id: string): Destination => ({
	target: id,
	former: folder,
	columns: segmentNames,
	alike: [
		'handshake_id',
		...originNames.filter(name => !places.includes(name)).map(name => `${name}::text`),
		...ownNames.filter(name => !places.includes(name)),
	],
	async part(fingerprint) {
		const path = join(folder, partPath(fingerprint));
		if (!existsSync(path)) return null;
		try {
			const [row] = await store.all<{body: string | null}>(
				`select to_json(list({part: part, "row": "row"}))::text as body from read_parquet(${quoted(path)})
				where part not in ('open_sessions', 'held_lines')`,
			);
			return row?.body ?? null;
		} catch {
			// It is torn, and is written anew.
			return null;
		}
	},
	async held(listed) {
		const isThere = (path: string): boolean => existsSync(join(folder, path));
		const there = listed.filter(segment => isThere(segmentPath(segment)));
		const removed = listed.filter(({day}) => !isThere(`day=${partitionValue(day)}`));
		const lost = listed.find(segment => !there.includes(segment) && !removed.includes(segment));
		if (lost !== undefined)
			throw new Error(`${join(folder, segmentPath(lost))}: is gone; copy it again, or export to another folder`);
		return {
			removed,
			async *rows() {
				const files = there.map(segment => quoted(join(folder, segmentPath(segment))));
				if (files.length > 0) yield `read_parquet([${files}], hive_partitioning = false)`;
			},
		};
	},
	refusal: fingerprint =>
		`${folder}: another database has sent sessions under ${fingerprint} that this one does not have; export to another folder, or, when that database is gone for good, remove its files, which are named s${lakeFormat}-${fingerprint}`,
	taken: async planned => new Set(planned.map(segmentPath).filter(path => existsSync(join(folder, path)))),
	mayHaveMore: async () => false,
	async makeRoom(begun, planned) {
		for (const {fingerprint, ...segment} of begun)
			await removeUnfinishedFiles(
				dirname(join(folder, segmentPath({fingerprint, ...segment}))),
				`s${lakeFormat}-${fingerprint}-`,
			);
		// Sessions of an export that was killed may have been deleted since: what they were sent in is not listed, and goes.
		const stays = new Set(planned.map(segmentPath));
		for (const path of begun.map(segmentPath)) if (!stays.has(path)) await rm(join(folder, path), {force: true});
	},
	// They are in the part.
	sendTuples: async () => undefined,
	async sendSegment(rows, segment, replaces) {
		const path = join(folder, segmentPath(segment));
		await makeFolder(dirname(path));
		await writeFile(store, rows, path, replaces, store.run);
	},
	async sendPart(rows, fingerprint) {
		await makeFolder(join(folder, partsFolder));
		await removeUnfinishedFiles(join(folder, partsFolder), basename(partPath(fingerprint)));
		await writeFile(store, rows, join(folder, partPath(fingerprint)), true);
	},
});
