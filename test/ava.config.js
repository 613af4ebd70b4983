import {availableParallelism} from 'node:os';

/** Tests that wait, for terminals and live logs, and long ones begin first: the others fill the processor meanwhile. */
const waiting =
	/(?:ui\/(?:terminal|questions|crash|app|poller)|cli-signals|cli|plan-property|import-truth|memory|torn-commit|starttls)\.test\.tsx?$/;

export default {
	files: ['test/**/*.test.ts', 'test/**/*.test.tsx', '!test/bench/**'],
	extensions: {ts: 'module', tsx: 'module'},
	nodeArguments: ['--import=./test/typescript.mjs'],
	workerThreads: false,
	timeout: '3m',
	concurrency: availableParallelism() + 4,
	sortTestFiles: (a, b) => Number(waiting.test(b)) - Number(waiting.test(a)) || (a < b ? -1 : 1),
};
