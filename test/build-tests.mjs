/**
 * Makes `built-tests` for a run of all tests: what several test files import stands in shared chunks, and the small files of a
 * room are put together into one. The start of a process for each file, and its loading of several hundred files, took more
 * processor time than most tests.
 */
import {readFileSync} from 'node:fs';
import {readFile, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import {lateLibraries} from '../src/late-libraries.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const requires = "import {createRequire as requireOf} from 'node:module'; const require = requireOf(import.meta.url);";
const noMap = Buffer.from('{"version":3,"sources":[""],"mappings":"A"}').toString('base64');

/**
 * Files that keep a process for themselves: they start programs, servers, threads or a terminal, change the process, or look at
 * the clock, as an import does, too.
 */
const needsOwnProcess =
	/program\.ts|tmux\.ts|stopOnSignal|in-terminal|test-screen|child_process|worker_threads|probe\/fixture|node:(?:net|tls)|createServer|importing\(|setTimeout|setInterval|performance\.now|process\.(?:env|chdir|std|on\(|cpuUsage|memoryUsage|argv|emit|exit|kill)|test\.(?:before|after)Each/;
/** Files that work for long: beside others they would keep one processor busy when the other has nothing left to do. */
const long =
	/(?:screen-data|lake-equals|outputs|ahead|tally(?:\.property)?|import\.property|migrations|memory|torn-commit|session-lines|plan-property|export|wrapping|same-sessions|framing|sizes)\.test\.ts$/;
const isAlone = path => long.test(path) || needsOwnProcess.test(readFileSync(join(root, path), 'utf8'));

const together = 'together:';

/** Entry points: a file, or the small files of a room, which is the first folder. */
function entriesOf(files) {
	const entries = new Map();
	for (const path of files) {
		const inside = path.replace(/^test\//, '').replace(/\.tsx?$/, '');
		const room = inside.includes('/') ? inside.split('/')[0] : 'program';
		const out = isAlone(path) ? inside : `${room}/small.test`;
		entries.set(out, [...(entries.get(out) ?? []), path]);
	}
	return [...entries].map(([out, paths]) => ({
		out,
		in: paths.length === 1 ? paths[0] : `${together}${paths.join()}`,
	}));
}

/** Among the files of a room each has its name before its titles, as AVA gives it to files. */
const titled = (text, name) =>
	text.replace(
		/import test\b([^']*) from 'ava';/,
		`import plainTest$1 from 'ava'; import {named} from '${root}test/named-tests.mjs'; const test = named(plainTest, ${JSON.stringify(name)});`,
	);

/** A file knows the place of its source, where its samples and fixtures are. */
const places = names => ({
	name: 'places',
	setup(builder) {
		builder.onResolve({filter: new RegExp(`^${together}`)}, ({path}) => ({path, namespace: 'together'}));
		builder.onLoad({filter: /.*/, namespace: 'together'}, ({path}) => ({
			contents: path
				.slice(together.length)
				.split(',')
				.map(each => `import './${each}';`)
				.join('\n'),
			resolveDir: root,
		}));
		builder.onLoad({filter: /\.tsx?$/}, async ({path}) => {
			const text = await readFile(path, 'utf8');
			const name = names.get(path);
			const contents = (name === undefined ? text : titled(text, name))
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
});

/** Builds the test files; gives the folder where they lie, most as in `test`. */
export async function buildTests(files) {
	const folder = 'built-tests';
	const entryPoints = entriesOf(files);
	const names = new Map(
		entryPoints
			.filter(entry => entry.in.startsWith(together))
			.flatMap(entry => entry.in.slice(together.length).split(','))
			.map(path => [
				join(root, path),
				path
					.replace(/^test\/(?:.*?\/)?/, '')
					.replace(/\.test\.tsx?$/, '')
					.replaceAll('/', ' › '),
			]),
	);
	await rm(join(root, folder), {recursive: true, force: true});
	await build({
		absWorkingDir: root,
		entryPoints,
		outdir: folder,
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
		// AVA's own process loads it too; the others are native, loaded late by their names, or start a process of their own.
		external: [
			'ava',
			'@duckdb/*',
			...lateLibraries,
			'assemblyscript',
			'esbuild',
			'oxc-parser',
			'typescript',
			'react-devtools-core',
		],
		banner: {js: requires},
		plugins: [places(names)],
	});
	return folder;
}
