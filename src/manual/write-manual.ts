import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {commandTree} from '../cli/flags.ts';
import {type HelpPageName, helpPages} from '../cli/help-pages.ts';
import {programVersion} from '../cli/version.ts';
import {blocksOf} from './blocks.ts';
import {commandManual, helpManual} from './command-manual.ts';
import {pageMarkdown} from './pages.ts';

/**
 * A step of the build: writes the pages of the manual to `dist/man`. The day in them is that of the build, or SOURCE_DATE_EPOCH
 * (seconds since 1970), which makes two builds alike: https://reproducible-builds.org/docs/source-date-epoch/
 */
const seconds = process.env.SOURCE_DATE_EPOCH;
const day = new Date(seconds === undefined ? Date.now() : Number(seconds) * 1000).toISOString().slice(0, 10);
const version = programVersion();
const folder = 'dist/man';
mkdirSync(folder, {recursive: true});
const write = (name: string, lines: readonly string[]): void =>
	writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
write('tlsaudit.1', commandManual(commandTree(), blocksOf(pageMarkdown('reading')), day, version));
for (const name of Object.keys(helpPages) as HelpPageName[])
	write(`tlsaudit-${name}.7`, helpManual(name, blocksOf(pageMarkdown(name)), day, version));
