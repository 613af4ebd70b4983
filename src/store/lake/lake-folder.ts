import {rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {Store} from '../store.ts';
import type {Destination} from './destination.ts';
import {lakeFormat, partPath, partsFolder, segmentPath} from './lake-paths.ts';
import {segmentNames} from './segment-rows.ts';
import {makeFolder, removeUnfinishedFiles, writeFile} from './write-file.ts';

/** The folder of a lake as a destination. */
export const lakeIn = (store: Store, folder: string): Destination => ({
	target: folder,
	columns: segmentNames,
	knows: async () => true,
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
