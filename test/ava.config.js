import {mkdtempSync, rmSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {globSync} from 'tinyglobby';
import {buildTests} from './build-tests.mjs';

/** Tests that wait, for terminals and live logs, and long ones begin first: the others fill the processor meanwhile. */
const waiting =
	/(?:ui\/(?:terminal|questions|crash|app|poller)|cli-signals|cli|screen-data|tally|ahead|import-truth|memory|torn-commit|starttls)\.test\.[jt]sx?$/;

/** What tests put into the folder for temporary files is there no longer when the run ends, whatever became of them. */
function temporaryFolder() {
	const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-tests-'));
	process.on('exit', () => rmSync(folder, {recursive: true, force: true, maxRetries: 5}));
	return folder;
}

/**
 * DuckDB works with one thread, as on a host with one processor (it takes their number from here): on tables as small as those of
 * tests more threads only wait for each other, which took a third of the time of a query.
 */
const oneProcessor = {SLURM_CPUS_ON_NODE: '1'};

/**
 * One thread waits for DuckDB and the file system. Four take turns, each with memory of its own that is cold when its turn comes: a
 * report of a small log took a tenth more of the processor, measured eight at a time in one process. The programs under test, which
 * inherit it, are quicker for the same reason; end to end they run with the four that users have.
 */
const oneWaiting = {UV_THREADPOOL_SIZE: '1'};

const all = ['test/**/*.test.ts', 'test/**/*.test.tsx', '!test/bench/**'];
const settings = () => ({
	workerThreads: false,
	timeout: '3m',
	concurrency: availableParallelism() + 4,
	sortTestFiles: (a, b) => Number(waiting.test(b)) - Number(waiting.test(a)) || (a < b ? -1 : 1),
	environmentVariables: {TMPDIR: temporaryFolder(), ...oneProcessor, ...oneWaiting},
});

/** Files that the command line names run from their source, as do those whose coverage is asked for. */
const isNamed = process.argv.slice(2).some(word => /^test\/(?!ava\.config\.js$)|\.tsx?$/.test(word));

export default async () =>
	isNamed || process.env.NODE_V8_COVERAGE !== undefined
		? {
				...settings(),
				files: all,
				extensions: {ts: 'module', tsx: 'module'},
				nodeArguments: ['--import=./test/typescript.mjs'],
			}
		: {
				...settings(),
				files: [`${await buildTests(globSync(all))}/**/*.test.js`],
			};
