/** Node's hook for modules: TypeScript in, JavaScript out. What was transformed is kept in node_modules/.cache. */
import {mkdir, readFile, rename, stat, writeFile} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/typescript');
const tsconfigRaw = {compilerOptions: {jsx: 'react-jsx', verbatimModuleSyntax: true}};

async function transformed(file, kept, key) {
	// Loaded only where it is needed: it starts a process of its own.
	const {transform} = await import('esbuild');
	const {code} = await transform(await readFile(file, 'utf8'), {
		sourcefile: file,
		loader: file.endsWith('x') ? 'tsx' : 'ts',
		format: 'esm',
		target: 'node20.19',
		sourcemap: 'inline',
		tsconfigRaw,
		footer: key,
	});
	await mkdir(cache, {recursive: true});
	// In one step, as other processes read it meanwhile.
	const unfinished = `${kept}.${process.pid}`;
	await writeFile(unfinished, code);
	await rename(unfinished, kept);
	return code;
}

export async function load(url, context, next) {
	if (!/^file:.*\.tsx?$/.test(url)) return next(url, context);
	const file = fileURLToPath(url);
	const kept = join(cache, `${relative(root, file).replaceAll(/[^\w.-]/g, '_')}.js`);
	const [{mtimeMs, size}, code] = await Promise.all([stat(file), readFile(kept, 'utf8').catch(() => '')]);
	const key = `// ${size} bytes of ${mtimeMs}`;
	const source = code.includes(key) ? code : await transformed(file, kept, key);
	return {format: 'module', shortCircuit: true, source};
}
