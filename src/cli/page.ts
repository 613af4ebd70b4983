import {type Page, paper} from '../report/text/layout.ts';

/** Narrower and wider ones are taken for these. */
const least = 40;
const most = 300;

/**
 * The page that standard output is: a terminal of so many columns, COLUMNS before what the terminal itself says (as in ls(1));
 * else paper, whatever COLUMNS says.
 */
export function pageOf(
	{isTTY, columns}: {readonly isTTY?: boolean | undefined; readonly columns?: number | undefined},
	env: NodeJS.ProcessEnv,
): Page {
	if (isTTY !== true) return paper;
	const said = /^\d{1,6}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : 0;
	// A serial console says 0.
	const width = said || columns || paper.width;
	return {width: Math.min(most, Math.max(least, width)), whole: false};
}
