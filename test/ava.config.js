import {availableParallelism} from 'node:os';
import {globSync} from 'tinyglobby';
import {buildTests} from './build-tests.mjs';

/** Tests that wait, for terminals and live logs, and long ones begin first: the others fill the processor meanwhile. */
const waiting =
	/(?:ui\/(?:terminal|questions|crash|app|poller)|cli-signals|cli|plan-property|import-truth|memory|torn-commit|starttls)\.test\.[jt]sx?$/;

const all = ['test/**/*.test.ts', 'test/**/*.test.tsx', '!test/bench/**'];
const settings = {
	workerThreads: false,
	timeout: '3m',
	concurrency: availableParallelism() + 4,
	sortTestFiles: (a, b) => Number(waiting.test(b)) - Number(waiting.test(a)) || (a < b ? -1 : 1),
};

/** Files that the command line names run from their source, as do those whose coverage is asked for. */
const isNamed = process.argv.slice(2).some(word => /\.tsx?$|^test\//.test(word));

export default async () =>
	isNamed || process.env.NODE_V8_COVERAGE !== undefined
		? {
				...settings,
				files: all,
				extensions: {ts: 'module', tsx: 'module'},
				nodeArguments: ['--import=./test/typescript.mjs'],
			}
		: {...settings, files: [`${await buildTests(globSync(all))}/**/*.test.js`]};
