/**
 * Kills `export` at random moments: tsx test/faults/kill-export.ts [--kills 20] [--sessions 60000] [--seed 1]. In the end nothing may be
 * lost, nothing may be there twice, and no unfinished file may be left. Needs `npm run build`.
 */
import {parseArgs} from 'node:util';
import {killExports} from './killed-exports.ts';

const {values} = parseArgs({
	options: {
		kills: {type: 'string', default: '20'},
		sessions: {type: 'string', default: '60000'},
		seed: {type: 'string', default: '1'},
	},
});
const {kills, early, problems} = await killExports(Number(values.kills), Number(values.sessions), Number(values.seed));
console.log(`${kills} kills, ${early} of them before the export ended, ${problems.length} problems`);
for (const problem of problems) console.log(`  ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
