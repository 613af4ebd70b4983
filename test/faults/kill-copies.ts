import {copyFileSync, rmSync} from 'node:fs';
import {random} from '../bench/random.ts';
import {tlsaudit} from './import-process.ts';

/** What is killed, how often, and where. */
type Plan = {
	readonly kills: number;
	readonly seed: number;
	/** The database that each run begins with, and its copy, which the words name. */
	readonly whole: string;
	readonly db: string;
	readonly words: readonly string[];
	/** How long a run takes that nothing kills. */
	readonly seconds: number;
	/** ms after the write-ahead log begins to grow within which every other run is killed; the others at any moment. */
	readonly growing: number;
};

/**
 * Runs tlsaudit on copies of a database, kills each run, and says what `problemsOf` finds in the copy. Gives the exit status: 1 when
 * it finds any.
 */
export async function killCopies(plan: Plan, problemsOf: () => Promise<readonly string[]>): Promise<0 | 1> {
	const {kills, whole, db, words, seconds, growing} = plan;
	const chance = random(plan.seed);
	const signal = 'SIGKILL' as const;
	let bad = 0;
	let cut = 0;
	for (let kill = 1; kill <= kills; kill++) {
		rmSync(`${db}.wal`, {force: true});
		copyFileSync(whole, db);
		const moment =
			kill % 2 === 0
				? {growth: `${db}.wal`, ms: chance.below(growing), signal}
				: {ms: (0.2 + (0.8 * chance.below(1000)) / 1000) * seconds * 1000, signal};
		const run = await tlsaudit(words, moment);
		if (run.ended === signal) cut++;
		const problems = await problemsOf().catch((error: Error) => [error.message]);
		bad += problems.length > 0 ? 1 : 0;
		console.log(
			`${kill}: ${run.ended ?? run.status} after ${run.seconds.toFixed(2)} s: ${problems.join('; ') || 'fine'}`,
		);
	}
	console.log(`${kills} kills, ${cut} of them before it ended, ${bad} with a problem`);
	return bad === 0 ? 0 : 1;
}
