import {isUndecided, usualShare} from '../model/verdict.ts';
import {compact, percent} from './format.ts';
import type {Column} from './table-view.ts';
import type {Tone} from './theme.ts';
import {type BarCounts, versionBar, versionName, worstOf, worstTone} from './version-bar.ts';

/** A count, short when room is short; a zero is a faint dot, so that other counts catch the eye. What is not counted is blank. */
export function counted<Row>(
	id: string,
	title: string,
	value: (row: Row) => number | null,
	more: Partial<Column<Row>> & {readonly bad?: Tone} = {},
): Column<Row> {
	const {bad, ...rest} = more;
	return {
		id,
		title,
		width: Math.max(title.length + 1, 6),
		priority: 1,
		right: true,
		value,
		text(row, width, look) {
			const counted = value(row);
			if (counted === null) return '';
			return counted === 0 ? look.theme.glyphs.between : compact(counted, width);
		},
		tone: row => (value(row) === 0 ? 'dim' : (bad ?? 'plain')),
		...rest,
	};
}

/** A moment: the time of day when it is of the newest day, else with its date. */
export function timed<Row>(
	id: string,
	title: string,
	value: (row: Row) => number | null,
	more: Partial<Column<Row>> = {},
): Column<Row> {
	return {
		id,
		title,
		width: 11,
		priority: 4,
		value: row => {
			const ms = value(row);
			return ms === null ? null : new Date(ms).toISOString();
		},
		text: (row, _width, look) => look.moments.brief(value(row), look.near),
		...more,
	};
}

/** The share of plaintext and of each version as a bar. */
export function versionShares<Row extends BarCounts>(title: string, more: Partial<Column<Row>>): Column<Row> {
	return {
		id: 'versions',
		title,
		width: 10,
		priority: 2,
		sorts: false,
		painted: true,
		value: row => JSON.stringify(row.versions),
		text: (row, width, look) => versionBar(row, width, look.theme),
		...more,
	};
}

/** The worst that was seen: plaintext, else the oldest version. Plaintext is an alarm in a row that `isJudged`, see `worstTone`. */
export function worst<Row extends {readonly plaintext: number}>(
	version: (row: Row) => string | null,
	isJudged: (row: Row) => boolean,
	more: Partial<Column<Row>> = {},
): Column<Row> {
	const value = (row: Row): string | null => worstOf(version(row), row.plaintext);
	return {
		id: 'worst',
		title: 'WORST',
		width: 7,
		priority: 0,
		value,
		text: row => versionName(value(row)),
		tone: row => worstTone(version(row), row.plaintext, isJudged(row)),
		...more,
	};
}

/** A share of a whole in percent. */
export function shared<Row>(
	id: string,
	title: string,
	value: (row: Row) => number,
	whole: (row: Row) => number,
	more: Partial<Column<Row>> = {},
): Column<Row> {
	return {
		id,
		title,
		width: 5,
		priority: 3,
		right: true,
		sorts: false,
		value: row => (whole(row) === 0 ? null : Math.round((1000 * value(row)) / whole(row)) / 10),
		text: row => percent(value(row), whole(row)),
		...more,
	};
}

/** A port, or a dash where none was logged. */
export function ported<Row>(value: (row: Row) => number | null, more: Partial<Column<Row>> = {}): Column<Row> {
	return {
		id: 'port',
		title: 'PORT',
		width: 5,
		priority: 0,
		right: true,
		value,
		text: row => String(value(row) ?? '-'),
		...more,
	};
}

export type Verdict = 'violation' | 'weakness' | 'undecided' | 'pass' | 'unjudged';

/** How bad a row is, as a mark that needs no colour. */
export function verdict<Row>(of: (row: Row) => Verdict, more: Partial<Column<Row>> = {}): Column<Row> {
	return {
		id: 'verdict',
		title: '',
		width: 1,
		priority: 0,
		sorts: false,
		value: of,
		text: (row, _width, {theme: {glyphs}}) =>
			({
				violation: glyphs.fail,
				weakness: glyphs.weak,
				undecided: glyphs.undecided,
				pass: glyphs.pass,
				unjudged: glyphs.between,
			})[of(row)],
		tone: row =>
			(({violation: 'bad', weakness: 'warn', undecided: 'warn', pass: 'good', unjudged: 'dim'}) as const)[of(row)],
		...more,
	};
}

/** The verdict on sessions that were counted; of an input that was read in part none passes. */
export function verdictOf(
	{
		violations,
		weaknesses,
		judged,
		undecided,
	}: {
		readonly violations: number;
		readonly weaknesses: number;
		readonly judged: number;
		readonly undecided: number;
	},
	partial: boolean,
): Verdict {
	if (violations > 0) return 'violation';
	if (weaknesses > 0) return 'weakness';
	if (isUndecided({decided: judged, undecided}, usualShare)) return 'undecided';
	if (judged === 0) return 'unjudged';
	return partial ? 'undecided' : 'pass';
}
