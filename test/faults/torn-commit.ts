/**
 * An import and a migration that die in their commit, over all cuts of the write-ahead log: tsx test/faults/torn-commit.ts
 * [--last 64] [--others 200]. With fewer rows than a row group and with more. `npm test` has the same with fewer cuts.
 */
import {parseArgs} from 'node:util';
import {type Torn, tear, tearMigration} from './torn.ts';

const {values} = parseArgs({
	options: {last: {type: 'string', default: '64'}, others: {type: 'string', default: '200'}},
});
const [last, others] = [Number(values.last), Number(values.others)];
const runs: ReadonlyArray<readonly [string, () => Promise<Torn>]> = [
	['a step of 300 sessions', () => tear(300, last, others)],
	['a step of 130000 sessions', () => tear(130_000, last, others)],
	['a step of 130000 messages held back', () => tear(130_000, last, others, 'held')],
	['a migration of 300 sessions', () => tearMigration(300, last, others)],
	['a migration of 130000 sessions', () => tearMigration(130_000, last, others)],
	['a migration with deliveries and held mail', () => tearMigration(130_000, last, others, 7)],
];
let bad = 0;
for (const [name, run] of runs) {
	const {cuts, repaired, problems} = await run();
	bad += problems.length;
	console.log(`${name}: ${cuts} cuts, rows removed after ${repaired} of them, ${problems.length} problems`);
	for (const problem of problems.slice(0, 10)) console.log(`  ${problem}`);
}
process.exitCode = bad === 0 ? 0 : 1;
