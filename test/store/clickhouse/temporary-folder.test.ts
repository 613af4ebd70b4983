import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {folderProblem, makeTemporaryFolder} from '../../../src/store/clickhouse/temporary-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-temporary-'));
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

const source = fileURLToPath(new URL('../../../src/store/clickhouse/temporary-folder.ts', import.meta.url));
const loader = fileURLToPath(new URL('../../typescript.mjs', import.meta.url));

/** A process that makes its folder in a folder, puts rows there, and waits. */
async function begin(within: string) {
	const code = `
		const {makeTemporaryFolder} = await import(${JSON.stringify(source)});
		const {writeFileSync} = await import('node:fs');
		const {path} = await makeTemporaryFolder();
		writeFileSync(path + '/rows.csv', 'a row');
		console.log(path);
		setInterval(() => undefined, 1000);`;
	const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '--eval', code], {
		env: {...process.env, TMPDIR: within},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [path] = await once(child.stdout, 'data');
	return {child, path: String(path).trim()};
}

test('it is for its owner only, and goes', async t => {
	const {path, remove} = await makeTemporaryFolder();
	t.true(existsSync(path));
	t.is(spawnSync('stat', ['-c', '%a', path], {encoding: 'utf8'}).stdout.trim(), '700');
	await remove();
	t.false(existsSync(path));
});

for (const signal of ['SIGINT', 'SIGTERM'] as const)
	test(`it goes with ${signal}, which ends the process as before`, async t => {
		const within = join(folder, signal);
		mkdirSync(within);
		const {child, path} = await begin(within);
		t.true(existsSync(join(path, 'rows.csv')));
		child.kill(signal);
		const [, ended] = await once(child, 'exit');
		t.is(ended, signal);
		t.deepEqual(readdirSync(within), []);
	});

test('what a killed process left goes with the next one, and what others have stays', async t => {
	const within = join(folder, 'killed');
	mkdirSync(within);
	const [one, other] = [await begin(within), await begin(within)];
	one.child.kill('SIGKILL');
	await once(one.child, 'exit');
	writeFileSync(join(within, 'tlsaudit-rows-of-somebody'), '');
	const next = await begin(within);
	t.false(existsSync(one.path));
	t.true(existsSync(other.path));
	t.true(existsSync(join(within, 'tlsaudit-rows-of-somebody')));
	for (const {child} of [other, next]) {
		child.kill('SIGTERM');
		await once(child, 'exit');
	}
});

test('an error about a file there is one sentence, any other stays', t => {
	const full = Object.assign(new Error('no space'), {code: 'ENOSPC', syscall: 'write'});
	t.regex(
		String((folderProblem(full) as Error).message),
		/: rows on their way cannot be kept there \(ENOSPC\); make room, /,
	);
	const refused = Object.assign(new Error('refused'), {code: 'ECONNREFUSED', syscall: 'connect'});
	t.is(folderProblem(refused), refused);
});
