import {asciiMarks, type Marks, unicodeMarks} from '../report/text/layout.ts';

/** Marks that the locale can show: the first of LC_ALL, LC_CTYPE and LANG that is set decides, as in setlocale(3). */
export function localeMarks(env: NodeJS.ProcessEnv): Marks {
	const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => value !== undefined && value !== '') ?? '';
	return /utf-?8/i.test(locale) ? unicodeMarks : asciiMarks;
}
