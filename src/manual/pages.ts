import {existsSync, readdirSync, readFileSync} from 'node:fs';
import type {HelpPageName} from '../cli/help-pages.ts';

/** The folder of the pages: beside the built program, or one above this file. */
function folder(): URL {
	const built = new URL('./help/', import.meta.url);
	return existsSync(built) ? built : new URL('../help/', import.meta.url);
}

/** The Markdown of a page of help: `reading.md`, then every `reading-*.md` in the order of the alphabet. */
export function pageMarkdown(name: HelpPageName): string {
	const place = folder();
	const parts = readdirSync(place).filter(file => file.startsWith(`${name}-`) && file.endsWith('.md'));
	return [`${name}.md`, ...parts.sort()].map(file => readFileSync(new URL(file, place), 'utf8').trim()).join('\n\n');
}
