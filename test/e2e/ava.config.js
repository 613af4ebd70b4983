/** The end-to-end tests share one network, so one file runs after the other; they are started by `npm run test:e2e`. */
export default {
	files: ['test/e2e/**/*.e2e.ts'],
	extensions: {ts: 'module'},
	nodeArguments: ['--import=tsx'],
	workerThreads: false,
	concurrency: 1,
	serial: true,
	failFast: false,
	timeout: '3m',
};
