import {availableParallelism} from 'node:os';

/** Tests that mostly wait, for terminals and live logs: they begin first, and the others fill the processor meanwhile. */
const waiting = /(?:ui\/(?:terminal|crash)|cli-signals|cli|import-truth)\.test\.ts$/;

export default {
	files: ['test/**/*.test.ts', 'test/**/*.test.tsx', '!test/bench/**'],
	extensions: {ts: 'module', tsx: 'module'},
	nodeArguments: ['--import=./test/typescript.mjs'],
	workerThreads: false,
	timeout: '3m',
	concurrency: availableParallelism() + 1,
	sortTestFiles: (a, b) => Number(waiting.test(b)) - Number(waiting.test(a)) || (a < b ? -1 : 1),
};
