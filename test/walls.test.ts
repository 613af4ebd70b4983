import {readdirSync, readFileSync} from 'node:fs';
import {dirname, extname, join, normalize} from 'node:path';
import test from 'ava';
import {parseSync, Visitor} from 'oxc-parser';

/**
 * `src/walls.json` says for each folder of `src` what its files may import: other folders, and modules of Node and of
 * npm. What is not listed is an error, and so is what is listed and not used. Imports of types and lazy imports count.
 * That no file imports itself in a circle is checked by Biome (`noImportCycles`).
 */
type Wall = {readonly why: string; readonly folders: readonly string[]; readonly modules: readonly string[]};

const walls: Readonly<Record<string, Wall>> = JSON.parse(readFileSync('src/walls.json', 'utf8'));

/** Every module that a source text names: imports, exports from, lazy imports, types, `createRequire`. */
function specifiers(name: string, text: string): string[] {
	const {module, program, errors} = parseSync(name, text);
	if (errors[0] !== undefined) throw new Error(`${name}: ${errors[0].message}`);
	const found = module.staticImports.map(({moduleRequest}) => moduleRequest.value);
	for (const {entries} of module.staticExports)
		for (const {moduleRequest} of entries) if (moduleRequest) found.push(moduleRequest.value);
	const literal = (node: {type: string} | undefined): string => {
		if (node?.type !== 'Literal' || !('value' in node)) throw new Error(`${name}: the import of a computed name`);
		return String(node.value);
	};
	if (/\bimport\(|\bcreateRequire\(/.test(text))
		new Visitor({
			ImportExpression: ({source}) => found.push(literal(source)),
			TSImportType: ({source}) => found.push(literal(source)),
			CallExpression({callee, arguments: [first]}) {
				const maker = callee.type === 'CallExpression' ? callee.callee : undefined;
				if (maker?.type === 'Identifier' && maker.name === 'createRequire') found.push(literal(first));
			},
		}).visit(program);
	return found;
}

/** Per folder: the folders and modules that its files import, each with one file that does. */
function importsOf(root: string): Map<string, Map<string, string>> {
	const imports = new Map<string, Map<string, string>>();
	for (const file of readdirSync(root, {recursive: true, encoding: 'utf8'})) {
		if (!['.ts', '.tsx', '.mjs'].includes(extname(file))) continue;
		const folder = dirname(file);
		const targets = imports.get(folder) ?? new Map<string, string>();
		imports.set(folder, targets);
		for (const name of specifiers(file, readFileSync(join(root, file), 'utf8'))) {
			const target = name.startsWith('.') ? `src/${normalize(dirname(join(folder, name)))}` : name;
			if (target !== `src/${folder}`) targets.set(target, file);
		}
	}
	return imports;
}

const imports = importsOf('src');

test('every import of src is allowed by src/walls.json', t => {
	const forbidden: string[] = [];
	for (const [folder, targets] of imports) {
		const wall = walls[folder];
		const allowed = [...(wall?.folders.map(name => `src/${name}`) ?? []), ...(wall?.modules ?? [])];
		for (const [target, file] of targets)
			if (!allowed.includes(target))
				forbidden.push(`src/${file} imports ${target}; src/${folder}: ${wall?.why ?? 'not in the table'}`);
	}
	t.deepEqual(forbidden, []);
});

test('no folder of src has more than 25 files', t => {
	const files = new Map<string, number>();
	for (const entry of readdirSync('src', {recursive: true, withFileTypes: true}))
		if (entry.isFile()) files.set(entry.parentPath, (files.get(entry.parentPath) ?? 0) + 1);
	t.deepEqual(
		[...files].filter(([, count]) => count > 25),
		[],
	);
});

test('src/walls.json allows nothing that nobody imports', t => {
	const unused: string[] = [];
	for (const [folder, wall] of Object.entries(walls)) {
		const targets = imports.get(folder);
		if (targets === undefined) unused.push(`${folder}: no such folder`);
		for (const target of [...wall.folders.map(name => `src/${name}`), ...wall.modules])
			if (!targets?.has(target)) unused.push(`${folder}: ${target}`);
	}
	t.deepEqual(unused, []);
});

test('rooms import each other in no circle', t => {
	const roomOf = (folder: string): string => folder.split('/')[0] ?? folder;
	const arrows = new Map<string, Set<string>>();
	for (const [folder, {folders}] of Object.entries(walls))
		for (const target of folders) {
			const [from, to] = [roomOf(folder), roomOf(target)];
			if (from === to) continue;
			arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
		}
	const circles: string[] = [];
	const follow = (path: readonly string[]): void => {
		for (const next of arrows.get(path.at(-1) ?? '') ?? []) {
			if (next === path[0]) circles.push([...path, next].join(' -> '));
			else if (!path.includes(next)) follow([...path, next]);
		}
	};
	for (const room of arrows.keys()) follow([room]);
	t.deepEqual(circles, []);
});

test('imports of all kinds are found', t => {
	const text = `
		import a from './a.ts';
		import {
			type B,
		} from 'b';
		import type {C} from 'c';
		import 'd';
		export {e} from 'e';
		export * from 'f';
		// import 'comment';
		const s = "import('string')";
		const g = await import('g');
		const h = createRequire(import.meta.url)('h') as typeof import('i');
	`;
	t.deepEqual(specifiers('x.ts', text).toSorted(), ['./a.ts', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']);
	t.throws(() => specifiers('x.ts', 'await import(file)'), {message: /computed/});
});
