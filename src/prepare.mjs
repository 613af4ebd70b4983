/**
 * npm runs this in a checkout, behind an installation and before it packs: it builds. `npm ci --omit=dev` leaves the compiler out;
 * then what was built before is used, and where nothing was, that is said.
 */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const there = name => existsSync(join(root, name));

if (there('node_modules/esbuild')) {
	const {status} = spawnSync('npm', ['run', 'build'], {cwd: root, stdio: 'inherit'});
	process.exitCode = status ?? 1;
} else if (!there('dist/main.cjs')) {
	process.stderr.write(
		'tlsaudit is not built, as the packages to build it with were left out; run: npm ci --include=dev && npm prune --omit=dev\n',
	);
}
