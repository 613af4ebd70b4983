/**
 * Makes `dist`: the program in few files, as to find and load a hundred took a third of a short run. CommonJS, which Node loads
 * at once, without asking for each file; libraries that a short run does not need stay packages, loaded when they are.
 */
import {cpSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {lateLibraries} from './late-libraries.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * The screen is files of its own: Ink is an ES module, and the largest of all libraries. It is in one with all that it needs, behind the
 * first frame: as hundred packages it took a second of the processor before there was one, measured on a slow machine, in one file a sixth.
 */
const screen = {
	name: 'screen',
	setup(builder) {
		builder.onResolve({filter: /\/ui\/show\.ts$/}, ({kind}) =>
			kind === 'dynamic-import' ? {path: './screen.js', external: true} : undefined,
		);
	},
};

/** Ink's tools for those who develop it ask for a library that is not there. */
const withoutDevtools = {
	name: 'without-devtools',
	setup(builder) {
		builder.onLoad({filter: /\/ink\/build\/devtools\.js$/}, () => ({contents: ''}));
	},
};

const common = {
	absWorkingDir: root,
	bundle: true,
	minifySyntax: true,
	// The package is to be small. Names stay, so that a trace of an error tells where it was.
	minifyWhitespace: true,
	platform: 'node',
	target: 'node20.19',
	logLevel: 'warning',
};
const commonJs = {
	...common,
	format: 'cjs',
	define: {'import.meta.url': 'thisFile'},
	banner: {js: "const thisFile = require('node:url').pathToFileURL(__filename).href;"},
	external: lateLibraries,
	plugins: [screen],
};

rmSync(join(root, 'dist'), {recursive: true, force: true});
await import('./scan/compile.mjs');
cpSync(join(root, 'src/help'), join(root, 'dist/help'), {recursive: true});
await Promise.all([
	build({...commonJs, entryPoints: ['src/main.ts'], outfile: 'dist/main.cjs'}),
	...['line-thread', 'ahead-thread', 'join-thread'].map(name =>
		build({...commonJs, entryPoints: [`src/pipeline/${name}.ts`], outfile: `dist/${name}.cjs`}),
	),
	build({
		...common,
		minify: true,
		format: 'esm',
		entryPoints: {screen: 'src/ui/show.ts'},
		outdir: 'dist',
		splitting: true,
		chunkNames: 'screen-[hash]',
		// Of React's two builds the one that runs.
		define: {'process.env.NODE_ENV': '"production"'},
		// React is CommonJS, and asks for modules of Node.
		banner: {js: "import {createRequire as requireOf} from 'node:module'; const require = requireOf(import.meta.url);"},
		plugins: [withoutDevtools],
	}),
	build({
		...commonJs,
		minify: true,
		entryPoints: ['@duckdb/node-api'],
		outfile: 'dist/duckdb.cjs',
		external: ['@duckdb/node-bindings'],
	}),
]);
