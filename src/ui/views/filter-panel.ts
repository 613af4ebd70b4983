import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {folded, shortened, width as widthOf} from '../../text/width.ts';
import type {State} from '../state.ts';
import type {Look} from '../table-view.ts';
import {completionsOf} from '../typing/filter-completion.ts';
import {readFilter} from '../typing/filter-language.ts';
import {typedRow} from './typed-line.ts';

/** Rows that candidates take at most. */
const mostRows = 3;

/** Candidates side by side; those that do not fit are counted. */
function candidateRows(candidates: readonly string[], chosen: number, {theme}: Look, width: number): string[] {
	const rows: string[] = [''];
	let used = 0;
	// The chosen one is among those that are shown.
	const from = chosen > 0 ? Math.max(0, chosen - 6) : 0;
	for (const [index, candidate] of candidates.entries()) {
		if (index < from) continue;
		const word = shortened(plain(candidate), width - 4);
		const left = candidates.length - index;
		const more = `  … ${count(left)} more`;
		const isLast = rows.length === mostRows;
		if (used > 0 && used + widthOf(word) + 2 > width - (isLast && left > 1 ? widthOf(more) + 2 : 2)) {
			if (isLast) {
				rows[rows.length - 1] += theme.paint('dim', more);
				break;
			}
			rows.push('');
			used = 0;
		}
		rows[rows.length - 1] += `  ${index === chosen ? theme.paint('chosen', word) : theme.paint('dim', word)}`;
		used += widthOf(word) + 2;
	}
	return rows;
}

/**
 * The filter line with what belongs to it, for the last rows of the window: what is wrong with it, in full, else what Tab
 * may put in.
 */
export function filterPanel(state: State, look: Look, width: number): string[] {
	const {typing, words} = state;
	if (typing === null) return [];
	const {theme} = look;
	const {line, cycle} = typing;
	const {problem} = readFilter(line.text);
	const {candidates} = cycle ?? completionsOf(line, words);
	const wrong = problem === null ? [] : folded(plain(problem), width - 3).map(row => ` ${theme.paint('warn', row)}`);
	const offered = candidates.length === 0 ? [] : candidateRows(candidates, cycle?.at ?? -1, look, width);
	const {arrowUp, arrowDown} = theme.glyphs;
	const keys = ` Tab completes  ${arrowUp}${arrowDown} earlier filters  Enter keeps it  Esc takes it back`;
	return [typedRow('/', line, look, width), ...wrong, ...offered, theme.paint('dim', shortened(keys, width))];
}
