#!/usr/bin/env node
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {enableCompileCache} from './compile-cache.js';

// Node opens a debugger at this signal, to whoever can reach the port.
process.on('SIGUSR1', () => undefined);

const here = path => fileURLToPath(new URL(path, import.meta.url));

/** Answered before anything is loaded. A lone `--version` only: behind another word it may be that word's value. */
if (['-V', '--version'].includes(process.argv[2])) {
	process.stdout.write(`${JSON.parse(readFileSync(here('../package.json'), 'utf8')).version}\n`);
} else if (!existsSync(here('../dist/main.cjs'))) {
	process.stderr.write(
		'tlsaudit: dist/main.cjs is missing; npm ci builds it, unless --omit=dev leaves out what it is built with; run: npm ci --include=dev\n',
	);
	process.exitCode = 2;
} else {
	// Read when React and the colour library are loaded, so set before anything is.
	process.env.NODE_ENV ??= 'production';
	if (process.env.NO_COLOR && process.env.FORCE_COLOR === undefined) process.env.FORCE_COLOR = '0';
	enableCompileCache(process.env);
	const {main} = createRequire(import.meta.url)('../dist/main.cjs');
	process.exitCode = await main(process.argv.slice(2));
}
