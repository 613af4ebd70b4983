import type {CsvHeader, JsonParts} from './event-forms.ts';
import type {MonthLanguages} from './month-names.ts';

/** What the reader remembers between two lines, as plain data. */
export type HeadState = {
	/** CRI cuts lines at 16 KiB into pieces marked P; only one container writes at a time in one file. */
	parts: string;
	/** `journalctl -o export` and `-o verbose` spread a record over lines. */
	record: Record<string, string> | null;
	/** Pretty-printed JSON does so, too. */
	json: JsonParts;
	/** The columns of a CSV file. */
	csv: CsvHeader | null;
	months: MonthLanguages;
};

export function emptyHeadState(): HeadState {
	return {parts: '', record: null, json: {text: '', depth: 0}, csv: null, months: {languages: null}};
}

/** A new source begins: its columns and its language are its own. */
export function restartHead(state: HeadState): void {
	state.csv = null;
	state.parts = '';
	state.months.languages = null;
}
