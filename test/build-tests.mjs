/**
 * Makes `built-tests` for a run of all tests: each test file, and in shared chunks what several of them import. A process of a
 * test then loads some thirty files instead of several hundred, which took half of its processor time.
 */
import {readFile, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const requires = "import {createRequire as requireOf} from 'node:module'; const require = requireOf(import.meta.url);";
const noMap = Buffer.from('{"version":3,"sources":[""],"mappings":"A"}').toString('base64');

/** A file knows the place of its source, where its samples and fixtures are. */
const places = {
	name: 'places',
	setup(builder) {
		builder.onLoad({filter: /\.tsx?$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const contents = text
				.replaceAll('import.meta.url', `(${JSON.stringify(pathToFileURL(path).href)})`)
				.replaceAll('import.meta.dirname', `(${JSON.stringify(dirname(path))})`);
			return {contents, loader: path.endsWith('x') ? 'tsx' : 'ts'};
		});
		// Node reads the map of each file that it loads; of libraries nobody asks for one.
		builder.onLoad({filter: /\/node_modules\/.*\.m?js$/}, async ({path}) => ({
			contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${noMap}`,
			loader: 'js',
		}));
	},
};

/** Builds the test files; gives the folder where they lie as in `test`. */
export async function buildTests(entryPoints) {
	const folder = 'built-tests';
	await rm(join(root, folder), {recursive: true, force: true});
	await build({
		absWorkingDir: root,
		entryPoints,
		outdir: folder,
		outbase: 'test',
		chunkNames: 'chunks/[hash]',
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node20.19',
		jsx: 'automatic',
		sourcemap: 'linked',
		sourcesContent: false,
		logLevel: 'warning',
		// AVA's own process loads it too; the others are native, or start a process of their own.
		external: ['ava', '@duckdb/*', 'assemblyscript', 'esbuild', 'oxc-parser', 'typescript', 'react-devtools-core'],
		banner: {js: requires},
		plugins: [places],
	});
	return folder;
}
