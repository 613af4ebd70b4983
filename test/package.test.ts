import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import test from 'ava';
import {helpTexts} from '../src/cli/help-texts.ts';
import {plainEnvironment, programIn} from './program.ts';

/** What npm packs, unpacked, with the libraries of this checkout. */
const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-package-'));
const installed = join(folder, 'package');
test.before(() => {
	const npm = spawnSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
		encoding: 'utf8',
	});
	if (npm.status !== 0) throw new Error(`npm pack: ${npm.stderr}`);
	const [{filename}] = JSON.parse(npm.stdout);
	// npm gives files a time of 1985, from which a log would have its year.
	const tar = spawnSync('tar', ['-xmzf', join(folder, filename), '-C', folder], {encoding: 'utf8'});
	if (tar.status !== 0) throw new Error(`tar: ${tar.stderr}`);
	symlinkSync(resolve('node_modules'), join(installed, 'node_modules'));
});
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

const documents = ['README.md', ...readdirSync('src/help').map(file => `src/help/${file}`)];
const texts = [
	...documents.map(file => readFileSync(file, 'utf8')),
	...Object.values(helpTexts).flatMap(({examples}) => examples.map(({line}) => line)),
];

test('the package holds each sample that the README, the pages and the help name, and no other', t => {
	const named = texts.flatMap(text => [...text.matchAll(/\bsamples\/([\w.-]*\w)/g)].map(([, name = '']) => name));
	t.deepEqual(readdirSync(join(installed, 'samples')).sort(), [...new Set(named)].sort());
});

test('the package is small, and holds what its package.json names', t => {
	const {bin, man, imports} = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
	for (const file of [bin.tlsaudit, ...man, imports['#duckdb']]) t.true(existsSync(join(installed, file)), file);
	const [packed = ''] = readdirSync(folder).filter(name => name.endsWith('.tgz'));
	t.true(readFileSync(join(folder, packed)).length < 1_000_000);
});

test.serial('the program of the package runs', t => {
	// Its own directory decides which program runs.
	const run = (...words: readonly string[]) =>
		spawnSync(process.execPath, [join(installed, 'bin/tlsaudit.js'), ...words], {
			cwd: installed,
			env: plainEnvironment,
			encoding: 'utf8',
		});
	const here = programIn(process.cwd());
	for (const words of [
		['report', 'samples/founding-case.log', '--timezone', 'UTC', '--no-color'],
		['help', 'monitoring'],
		['policy', 'validate', 'samples/own-policy.yaml'],
	]) {
		const {status, stdout, stderr} = run(...words);
		t.deepEqual({status, out: stdout, err: stderr}, {...here(words)}, words.join(' '));
	}
});

test('without the packages that build, npm ci and the program say how to build, and npm ci takes what was built', t => {
	const bare = join(folder, 'bare');
	mkdirSync(join(bare, 'src'), {recursive: true});
	cpSync('src/prepare.mjs', join(bare, 'src/prepare.mjs'));
	const prepare = () => spawnSync(process.execPath, [join(bare, 'src/prepare.mjs')], {encoding: 'utf8'});
	t.like(prepare(), {
		status: 0,
		stdout: '',
		stderr:
			'tlsaudit is not built, as the packages to build it with were left out; run: npm ci --include=dev && npm prune --omit=dev\n',
	});
	cpSync('bin', join(bare, 'bin'), {recursive: true});
	cpSync('package.json', join(bare, 'package.json'));
	t.like(spawnSync(process.execPath, [join(bare, 'bin/tlsaudit.js'), 'mail.log'], {encoding: 'utf8'}), {
		status: 2,
		stdout: '',
		// Where NODE_ENV is production, npm ci leaves them out unasked.
		stderr:
			'tlsaudit: dist/main.cjs is missing; npm ci builds it, unless --omit=dev leaves out what it is built with; run: npm ci --include=dev\n',
	});
	mkdirSync(join(bare, 'dist'));
	cpSync('dist/main.cjs', join(bare, 'dist/main.cjs'));
	t.like(prepare(), {status: 0, stdout: '', stderr: ''});
});

test('the first frame of the screen is drawn before Ink is loaded, which is one file', t => {
	const dist = join(installed, 'dist');
	const textOf = (name: string): string => readFileSync(join(dist, name), 'utf8');
	const atOnce = new Set(['screen.js']);
	for (const name of atOnce)
		for (const [, next = ''] of textOf(name).matchAll(/from ?"\.\/([\w-]+\.js)"/g)) atOnce.add(next);
	const isInk = (name: string): boolean => textOf(name).includes('useSyncExternalStore');
	t.deepEqual([...atOnce].filter(isInk), []);
	const later = readdirSync(dist).filter(name => name.startsWith('screen-') && isInk(name));
	t.is(later.length, 1);
	for (const name of later) t.notRegex(textOf(name), /\bfrom ?"(?:ink|react|react-reconciler|yoga-layout)"/);
});
