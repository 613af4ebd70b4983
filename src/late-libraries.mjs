/**
 * Libraries that a short run does not need: they stay packages, which are loaded when they are asked for. In a bundle those in CommonJS would have
 * no names, either.
 */
export const lateLibraries = [
	'@clickhouse/client',
	'cli-progress',
	'date-fns',
	'dns-packet',
	'marked',
	'prom-client',
	'tar-stream',
	'tinyglobby',
	'yaml',
	'zod',
];
