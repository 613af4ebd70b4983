import {createHash} from 'node:crypto';
import {copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {makeSessions} from '../bench/made-sessions.ts';
import {random} from '../bench/random.ts';
import {type Ended, tlsaudit} from './import-process.ts';

/** What became of exports that were killed. */
export type Killed = {
	readonly kills: number;
	/** Kills that came before the export ended. */
	readonly early: number;
	readonly problems: readonly string[];
};

const exporting = (db: string, lake: string, kill: Parameters<typeof tlsaudit>[1] = null): Promise<Ended> =>
	tlsaudit(['export', '--db', db, '--to', lake], kill);

/** The files of a lake with a hash of their bytes, but for its id; unfinished ones among them. */
function filesIn(lake: string): string[] {
	if (!existsSync(lake)) return [];
	return readdirSync(lake, {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile())
		.map(entry => join(entry.parentPath, entry.name))
		.filter(path => relative(lake, path) !== '_tlsaudit/id')
		.map(path => `${relative(lake, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
		.sort();
}

/** A digest of all sessions of a database or a lake, each as often as it is there; the sentence where they cannot be read. */
async function sessionsIn(source: string): Promise<string> {
	const query = 'select count(*)::text as n, sum(hash(t)::hugeint)::text as digest from sessions t';
	const {status, out, said} = await tlsaudit(['sql', query, '--db', source, '--format', 'json']);
	return status === 0 ? out : said;
}

/**
 * Kills exports at random moments. After a kill the lake must hold nothing or a whole export, and in the end the sessions of the database. The
 * files must then be those of an export that nobody killed, byte for byte, and none may be left over. Every other time a second step of
 * sessions comes before the next export, which may cut the files in another way.
 */
export async function killExports(kills: number, sessions: number, seed = 1): Promise<Killed> {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-kill-export-'));
	const [first, sent, db, clean, lake] = ['first.db', 'sent.db', 'killed.db', 'clean', 'lake'].map(name =>
		join(folder, name),
	) as [string, string, string, string, string];
	const made = {sessions, hosts: 3, days: 8};
	const problems: string[] = [];
	let early = 0;
	try {
		await makeSessions(first, made);
		copyFileSync(first, sent);
		const {seconds, status, said} = await exporting(sent, clean);
		if (status !== 0) return {kills, early, problems: [said]};
		const wanted = JSON.stringify(filesIn(clean));
		const chance = random(seed);
		for (let kill = 0; kill < kills; kill++) {
			const comesMore = kill % 2 === 1;
			const complain = (what: string): void => void problems.push(`kill ${kill}: ${what}`);
			let ended: unknown = null;
			// A kill that came too late is tried again, sooner.
			for (
				let ms = (0.25 + (0.75 * chance.below(1000)) / 1000) * seconds * 1000;
				ended !== 'SIGKILL' && ms > 1;
				ms /= 2
			) {
				for (const path of [lake, db, `${db}.wal`]) rmSync(path, {recursive: true, force: true});
				copyFileSync(first, db);
				({ended} = await exporting(db, lake, {ms, signal: 'SIGKILL'}));
			}
			if (ended === 'SIGKILL') early++;
			// Read as it was left: without the part of the database nothing was sent yet.
			const isWhole =
				existsSync(join(lake, '_tlsaudit')) &&
				readdirSync(join(lake, '_tlsaudit')).some(name => name.endsWith('.parquet'));
			if (isWhole && ended === 'SIGKILL' && (await sessionsIn(lake)) !== (await sessionsIn(first)))
				complain('the lake holds other sessions after the kill');
			if (comesMore) await makeSessions(db, made);
			const again = await exporting(db, lake);
			if (again.status !== 0) complain(again.said);
			const files = filesIn(lake);
			if (files.some(name => name.includes('.part'))) complain('an unfinished file is left');
			if (!comesMore && JSON.stringify(files) !== wanted)
				complain(`the lake has ${files.length} files, some of them others than without a kill`);
			if ((await sessionsIn(lake)) !== (await sessionsIn(db))) complain('the lake holds other sessions in the end');
		}
		return {kills, early, problems};
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
