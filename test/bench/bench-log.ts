/** The logs that the benchmarks read: made once for each size, seed and generator, and kept in the temporary folder. */
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Measurement, measure} from './measure.ts';
import type {ShapeName} from './shape.ts';
import type {Truth} from './site.ts';

export type BenchLog = {
	readonly file: string;
	readonly truth: Truth;
	/** What making it cost; null when it was there already. */
	readonly made: Measurement | null;
};

export const benchFolder = join(tmpdir(), 'tlsaudit-bench');

/** A busy site's log of that size (such as `300M`) and shape with its truth. Logs of an older generator are deleted. */
export async function benchLog(size: string, seed: number, shape: ShapeName = 'dense'): Promise<BenchLog> {
	mkdirSync(benchFolder, {recursive: true});
	const version = generatorVersion();
	for (const name of readdirSync(benchFolder)) {
		if (name.startsWith('busy-') && !name.includes(version)) rmSync(join(benchFolder, name), {force: true});
	}
	const file = join(benchFolder, `busy-${size}-${shape}-${seed}-${version}.log`);
	const truthFile = `${file}.truth.json`;
	let made: Measurement | null = null;
	if (!existsSync(file) || !existsSync(truthFile)) {
		const generator = join(import.meta.dirname, 'busy-site.ts');
		const words = [
			'--size',
			size,
			'--seed',
			String(seed),
			'--shape',
			shape,
			'--out',
			`${file}.part`,
			'--truth',
			truthFile,
		];
		made = await measure([process.execPath, '--import', 'tsx', generator, ...words]);
		if (made.status !== 0) throw new Error(`The generator failed: ${made.stderr.trim()}`);
		renameSync(`${file}.part`, file);
	}
	return {file, truth: JSON.parse(readFileSync(truthFile, 'utf8')) as Truth, made};
}

/** The log compressed by the host's own program, kept beside it; `null` when the program fails. */
export async function compressed(file: string, suffix: 'gz' | 'zst'): Promise<string | null> {
	const target = `${file}.${suffix}`;
	if (existsSync(target)) return target;
	const program = suffix === 'gz' ? 'gzip -c' : 'zstd -q -c';
	const run = await measure([`${program} '${file}' > '${target}.part'`], {shell: true});
	if (run.status !== 0) return null;
	renameSync(`${target}.part`, target);
	return target;
}

function generatorVersion(): string {
	const sources = readdirSync(import.meta.dirname).filter(name => /^(random|site.*|shape|busy-site)\.ts$/.test(name));
	const hash = createHash('sha256');
	for (const name of sources.sort()) hash.update(readFileSync(join(import.meta.dirname, name)));
	return hash.digest('hex').slice(0, 10);
}
