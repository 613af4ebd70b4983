import {spawnSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import module from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {plainEnvironment} from '../program.ts';

type FolderOf = (environment: Record<string, string | undefined>, user?: number) => string | null;
const {compileCacheFolder}: {compileCacheFolder: FolderOf} = await import(
	new URL('../../bin/compile-cache.js', import.meta.url).href
);

const folder = mkdtempSync(join(tmpdir(), 'tlsaudit-compile-cache-'));
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

/** A home that is its user's alone. */
function newHome(name: string): string {
	const home = join(folder, name);
	mkdirSync(home, {mode: 0o700});
	return home;
}

test('the cache lies in the home, or where the user keeps caches, and is its owner’s alone', t => {
	const home = newHome('usual');
	t.is(compileCacheFolder({HOME: home}), join(home, '.cache/tlsaudit'));
	for (const made of ['.cache', '.cache/tlsaudit']) t.is(statSync(join(home, made)).mode & 0o777, 0o700, made);
	t.is(compileCacheFolder({HOME: home}), join(home, '.cache/tlsaudit'), 'the same the next time');
	t.is(compileCacheFolder({HOME: home, XDG_CACHE_HOME: join(home, 'kept')}), join(home, 'kept/tlsaudit'));
	t.is(
		compileCacheFolder({HOME: home, XDG_CACHE_HOME: 'kept'}),
		join(home, '.cache/tlsaudit'),
		'a relative path counts for nothing',
	);
});

test('there is no cache where somebody else could write what runs as the user', t => {
	t.is(compileCacheFolder({}), null);
	t.is(compileCacheFolder({HOME: ''}), null);
	t.is(compileCacheFolder({HOME: join(folder, 'missing')}), null);
	const home = newHome('of-another');
	t.is(compileCacheFolder({HOME: home}, (process.geteuid?.() ?? 0) + 1), null, 'the home of another user');
	t.deepEqual(readdirSync(home), []);
	for (const [name, open] of [
		['open-home', ''],
		['open-caches', '.cache'],
		['open-cache', '.cache/tlsaudit'],
	] as const) {
		const each = newHome(name);
		mkdirSync(join(each, open), {recursive: true, mode: 0o700});
		for (const mode of [0o770, 0o702, 0o1777]) {
			chmodSync(join(each, open), mode);
			t.is(compileCacheFolder({HOME: each}), null, `${name} ${mode.toString(8)}`);
		}
	}
	const linked = newHome('linked');
	mkdirSync(join(linked, '.cache'), {mode: 0o700});
	symlinkSync(folder, join(linked, '.cache/tlsaudit'));
	t.is(compileCacheFolder({HOME: linked}), null, 'a link');
	const filed = newHome('filed');
	writeFileSync(join(filed, '.cache'), '');
	t.is(compileCacheFolder({HOME: filed}), null, 'a file');
});

test('a start keeps what Node compiled where Node can, unless the environment says no', t => {
	const run = (home: string, disabled?: string) =>
		spawnSync(process.execPath, ['bin/tlsaudit.js', 'policy', 'list'], {
			env: {...plainEnvironment, HOME: home, XDG_CACHE_HOME: undefined, NODE_DISABLE_COMPILE_CACHE: disabled},
			encoding: 'utf8',
		});
	const [kept, refused] = [newHome('kept'), newHome('refused')];
	const {status, stdout, stderr} = run(kept);
	t.like({status, stderr}, {status: 0, stderr: ''});
	t.is(existsSync(join(kept, '.cache/tlsaudit')), 'enableCompileCache' in module);
	t.is(run(kept).stdout, stdout, 'a second start says the same');
	t.is(run(refused, '1').status, 0);
	t.deepEqual(readdirSync(refused), []);
});
