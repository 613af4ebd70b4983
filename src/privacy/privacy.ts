import {createNames, type Marks, type Mode, type Names} from './names.ts';
import {hidden, type Treatment, treatments, words} from './treatments.ts';

/**
 * Results of queries, about to be shown: names of people and machines go in, names that stand for them come out. All is judged,
 * counted and sorted before, so that verdicts and counts are those of the log. It must not know what shows the results. Pure.
 */
export type Privacy = {
	/** Names are replaced. */
	readonly on: boolean;
	/** The same result with the names replaced in every text of it; numbers and the order of rows stay. */
	readonly shown: <Result>(result: Result) => Result;
	/** What a shown name stands for; a text that stands for nothing is given back. */
	readonly said: (shown: string) => string;
};

/** All is shown as the log has it. */
export const noPrivacy: Privacy = {on: false, shown: result => result, said: shown => shown};

const table: ReadonlyMap<string, Treatment> = new Map(Object.entries(treatments));
const hide: Treatment = () => hidden;

/** A policy by itself names peers only in these lists, of which results have what they need. */
const withoutPeers = (policy: object): object => ({...policy, exceptions: [], destinations: []});

/** Walks through a result; `list` is the name of the object's own place, `column` that of the value in it. */
function walk(
	value: unknown,
	list: string,
	column: string,
	row: Readonly<Record<string, unknown>>,
	names: Names,
): unknown {
	if (typeof value === 'string') {
		const treatment = (list === '' ? undefined : table.get(`${list}.${column}`)) ?? table.get(column) ?? hide;
		return treatment(value, row, names);
	}
	if (Array.isArray(value)) return value.map(each => walk(each, list, column, row, names));
	if (typeof value !== 'object' || value === null || value instanceof Date) return value;
	if (column === 'policy') return withoutPeers(value);
	const inner = value as Readonly<Record<string, unknown>>;
	return Object.fromEntries(
		// Some objects have words of the log in place of names: counts by suite.
		Object.entries(inner).map(([name, each]) => [words(name, inner, names), walk(each, column, name, inner, names)]),
	);
}

/** Makes the replacement of names; see `Mode`. */
export function createPrivacy(mode: Mode, marks: Marks): Privacy {
	const names = createNames(mode, marks);
	return {
		on: true,
		shown: <Result>(result: Result): Result => walk(result, '', '', {}, names) as Result,
		said: names.said,
	};
}
