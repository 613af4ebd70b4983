import type {Outcome} from '../../cli/exit.ts';
import {isHelpPage} from '../../cli/help-pages.ts';
import type {Io} from '../../cli/io.ts';
import {blocksOf} from '../../manual/blocks.ts';
import {pageText} from '../../manual/page-text.ts';
import {pageMarkdown} from '../../manual/pages.ts';
import {coloured} from '../../report/text/layout.ts';

/** `tlsaudit help PAGE`: a page of help, for a terminal or a file. */
export async function help(page: string, io: Io): Promise<Outcome> {
	if (!isHelpPage(page)) throw new Error(`${page}: no page of help; tlsaudit help lists them`);
	await io.write(pageText(blocksOf(pageMarkdown(page)), io.page, io.colour ? coloured : null));
	return {};
}
