/**
 * Names of months in every language that the platform's locale data has (Unicode CLDR, by `Intl`): `%b` of strftime(3)
 * follows the locale of the program that writes the log. In: the word of a stamp. Out: the month, or undefined where the
 * word fits none or fits different months in different languages.
 */
export type MonthNames = {
	/** The month (0 to 11) of a word. Earlier words of the same log leave only the languages that know all of them. */
	monthOf(word: string): number | undefined;
};

/** The languages that know all words so far; null before the first. Plain data. */
export type MonthLanguages = {languages: string[] | null};

type LanguageMonths = {readonly language: string; readonly names: ReadonlyArray<readonly string[]>};

const letters = 'abcdefghijklmnopqrstuvwxyz';
const shortestWord = 2;
const longestWord = 16;
const mostWords = 1000;

/** Lower case, without the dot of an abbreviation. */
const normalized = (word: string): string => word.toLowerCase().normalize('NFC').replace(/\.$/, '');
/** Without accents, as in a log that was forced into ASCII. */
const unaccented = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '');

let everyLanguage: LanguageMonths[] | undefined;

/** Asks the platform for the names of all languages with a two-letter code; made once, and only when a log needs it. */
function languagesOfPlatform(): LanguageMonths[] {
	if (everyLanguage) return everyLanguage;
	const codes = [...letters].flatMap(first => [...letters].map(second => first + second));
	const days = Array.from({length: 12}, (_, month) => Date.UTC(2026, month, 15));
	everyLanguage = Intl.DateTimeFormat.supportedLocalesOf(codes).map(language => {
		// Alone and beside a day: many languages put the name into the genitive there.
		const formats = (['short', 'long'] as const).flatMap(month => [
			new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {month, timeZone: 'UTC'}),
			new Intl.DateTimeFormat(`${language}-u-ca-gregory-nu-latn`, {month, day: 'numeric', timeZone: 'UTC'}),
		]);
		const names = days.map(day => {
			const words = formats.map(format => format.formatToParts(day).find(({type}) => type === 'month')?.value ?? '');
			return [...new Set(words.map(normalized))].filter(word => !/^\d*$/.test(word));
		});
		return {language, names};
	});
	return everyLanguage;
}

/** Whether a name is meant by a word of a log: the name itself, or the beginning that strftime cuts out of it. */
function fits(name: string, word: string, whole: boolean): boolean {
	if (whole ? name.length !== word.length : name.length < word.length) return false;
	// A letter that is no UTF-8 (a log in ISO 8859) may be any letter.
	for (let at = 0; at < word.length; at++) if (word[at] !== '\ufffd' && word[at] !== name[at]) return false;
	return true;
}

/** A month, and how well its name fits: 0 is to the letter. */
type Fit = {readonly month: number; readonly rank: number};

/** The month of a word in one language; undefined when none or several fit. */
function monthIn({names}: LanguageMonths, word: string): Fit | undefined {
	for (const [rank, [whole, fold]] of (
		[
			[true, false],
			[false, false],
			[true, true],
			[false, true],
		] as const
	).entries()) {
		const months = names.flatMap((words, month) =>
			words.some(name => fits(fold ? unaccented(name) : name, word, whole)) ? [month] : [],
		);
		const [month] = months;
		if (months.length === 1 && month !== undefined) return {month, rank};
		if (months.length > 1) return undefined;
	}
	return undefined;
}

/** Makes the names; they go on from `state` and keep it current. */
export function createMonthNames(state: MonthLanguages): MonthNames {
	const known = new Map<string, ReadonlyMap<string, Fit>>();

	function languagesOf(word: string): ReadonlyMap<string, Fit> {
		const before = known.get(word);
		if (before) return before;
		const found = new Map<string, Fit>();
		if (word.length >= shortestWord && word.length <= longestWord)
			for (const language of languagesOfPlatform()) {
				const fit = monthIn(language, word);
				if (fit !== undefined) found.set(language.language, fit);
			}
		if (known.size >= mostWords) known.clear();
		known.set(word, found);
		return found;
	}

	return {
		monthOf(raw) {
			const found = languagesOf(normalized(raw));
			const left = (state.languages ?? [...found.keys()]).filter(language => found.has(language));
			const candidates = left.length > 0 ? left : [...found.keys()];
			const fitting = candidates.flatMap(language => found.get(language) ?? []);
			// A name that is the word itself goes before one that only begins with it («mei»: May in Dutch, June in Irish).
			const best = Math.min(...fitting.map(({rank}) => rank));
			const months = new Set(fitting.filter(({rank}) => rank === best).map(({month}) => month));
			if (months.size === 0) return undefined;
			state.languages = candidates;
			if (months.size === 1) return [...months][0];
			// The same word is another month elsewhere («lis»: November in Polish, October in Croatian).
			return found.get(new Intl.DateTimeFormat().resolvedOptions().locale.slice(0, 2))?.month;
		},
	};
}
