/** Compiles the scanner and writes it, as text, to where `src/log/scanner.ts` imports it from. */
import {writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import asc from 'assemblyscript/asc';

const root = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '../..');
let code;
const flags = ['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
const {error, stderr} = await asc.main(
	['src/scan/index.ts', '--baseDir', root, '--outFile', 'scanner.wasm', ...flags],
	{
		writeFile: (_, contents) => {
			code = contents;
		},
	},
);
if (error || !code) {
	process.stderr.write(`${stderr}${error?.message ?? 'nothing was compiled'}\n`);
	process.exit(1);
}
writeFileSync(
	join(root, 'src/log/scanner-code.ts'),
	`/** Made by src/scan/compile.mjs out of src/scan. */\nexport const scannerCode = '${Buffer.from(code).toString('base64')}';\n`,
);
