import {count, many} from '../text/number.ts';
import {fitted, folded, shortened} from '../text/width.ts';
import {footerLines} from './footer.ts';
import {headerLines} from './header.ts';
import {fitColumns, type Layout, leastColumns, leastRows} from './layout.ts';
import {filterOf} from './query.ts';
import type {Frame} from './screen.ts';
import {current} from './state.ts';
import type {Look, TableView} from './table-view.ts';
import {changeNote} from './views/change.ts';
import {policyLines, spanLines} from './views/choosers.ts';
import {coverageLines} from './views/coverage.ts';
import {failureNote, problemLines, violationNote} from './views/detail-pane.ts';
import {domainNote} from './views/domains.ts';
import {emptyLines} from './views/empty.ts';
import {failureKey} from './views/failures.ts';
import {filterPanel} from './views/filter-panel.ts';
import {helpLines} from './views/help.ts';
import {keyExchangeNote} from './views/key-exchange.ts';
import {overviewLines} from './views/overview.ts';

/** Exactly so many rows: cut, or filled up with empty ones. */
function filled(lines: readonly string[], height: number): string[] {
	return Array.from({length: Math.max(0, height)}, (_, index) => lines[index] ?? '');
}

/** The same, and where rows are cut off the last one says how many. */
function cut(lines: readonly string[], height: number, {theme}: Look, width: number): string[] {
	if (lines.length <= height || height <= 0) return filled(lines, height);
	const gone = lines.length - height + 1;
	const words = shortened(`  … ${many(gone, 'more line')} in a taller window`, width);
	return [...lines.slice(0, height - 1), theme.paint('dim', words)];
}

function bodyLines(frame: Frame, {width, body}: Layout, look: Look): string[] {
	const {state, snapshot, table, text, top, height, selected} = frame;
	if (state.mode === 'help') return helpLines({look, width, height: body, top: state.helpTop});
	if (state.mode === 'span') return spanLines(state, look, width, body);
	if (state.mode === 'policy') return policyLines(state, look, width, body);
	const {result} = snapshot;
	if (result === null) return ['', '  …'];
	if (text !== null) return text.slice(top, top + body);
	if (table === null) return [];
	const empty = cut(emptyLines(table.empty, state, snapshot, look, width), height - 1, look, width);
	const list = filled(listLines({table, selected, top, height, width, look, empty}), height + 1);
	const rest = body - height - 1;
	switch (result.view) {
		case 'overview':
			return [...list, ...overviewLines(snapshot, result.overview, look, width, rest)];
		case 'violations': {
			const key = table.keyAt(selected);
			const row = result.rows.find(each => `${each.rule} ${each.severity} ${each.hop} ${each.port}` === key);
			return [...list, ...cut(violationNote(row, look, width), rest, look, width)];
		}
		case 'failures': {
			const row = result.rows.find(each => failureKey(each) === table.keyAt(selected));
			return [...list, ...cut(failureNote(row, result.rows, look, width), rest, look, width)];
		}
		case 'coverage': {
			const above = [...coverageLines(result.coverage, look, width), ...problemLines(snapshot.progress, look, width)];
			return [...cut(above, rest, look, width), ...list];
		}
		case 'domains': {
			const row = result.rows[selected - result.offset];
			return [...list, ...cut(domainNote(row, result, filterOf(state), look, width), rest, look, width)];
		}
		case 'change':
			return [...list, ...cut(changeNote(result.change, look, width), rest, look, width)];
		case 'key-exchange':
			return [...list, ...cut(keyExchangeNote(result.keyExchange, look, width), rest, look, width)];
		default:
			return list;
	}
}

/** `12 of 340` where there is more than fits. */
function placeOf({table, text, selected, top, height}: Frame): string {
	const total = text?.length ?? table?.total ?? 0;
	if (total <= height) return '';
	return `${count(text === null ? selected + 1 : Math.min(total, top + height))} of ${count(total)}`;
}

/** The newest moment on the page: times of the same day are written without a date. */
function newestOf({snapshot, state}: Frame): number | null {
	const {result} = snapshot;
	const moments: Array<number | null> = [];
	if (result?.view === 'overview') moments.push(result.overview.histogram.to);
	else if (result?.view === 'sessions')
		moments.push(...result.rows.map(({started_at}) => (typeof started_at === 'number' ? started_at : null)));
	else if (result?.view === 'key-exchange')
		moments.push(...result.keyExchange.notHybrid.peers.map(({last_seen}) => last_seen));
	else if (result !== null && 'rows' in result)
		moments.push(
			...result.rows.map(row => ('last_seen' in row && typeof row.last_seen === 'number' ? row.last_seen : null)),
		);
	const known = moments.filter(moment => moment !== null);
	return current(state).view === 'raw' || known.length === 0 ? null : Math.max(...known);
}

/**
 * The whole screen as rows of text, the last row of the window left free. They are painted, no wider than the window, and
 * hold nothing but what is safe on a terminal.
 */
export function drawn(frame: Frame, look: Look): string[] {
	const {state, snapshot, layout, size} = frame;
	if (layout === null) {
		const sentence = `This window is ${size.columns}×${size.rows}; tlsaudit needs ${leastColumns}×${leastRows}. q quits.`;
		return folded(sentence, Math.max(1, size.columns)).slice(0, Math.max(1, size.rows - 1));
	}
	const {width, body} = layout;
	const dated = {...look, near: newestOf(frame)};
	const header = headerLines({state, snapshot, look, place: placeOf(frame), width});
	const rows = filled(bodyLines(frame, layout, dated), body);
	const foot =
		state.mode === 'filter'
			? filterPanel(state, look, width)
			: footerLines({state, problem: snapshot.problem, look, width});
	// What is typed and said takes the rows it needs from those above it; the first of them stay.
	const last = foot.slice(0, body);
	return [...header, ...rows.slice(0, body + 1 - last.length), ...last];
}

type ListParts = {
	readonly table: TableView;
	readonly selected: number;
	readonly top: number;
	readonly height: number;
	readonly width: number;
	readonly look: Look;
	/** What is said where there are no rows. */
	readonly empty: readonly string[];
};

/** A list as rows of text: its header, then the rows that fit. */
function listLines({table, selected, top, height, width, look, empty}: ListParts): string[] {
	const {theme} = look;
	// A pointer and a blank come before the first column.
	const fitting = fitColumns(table.columns, width - 3);
	const places = fitting.map(({column, width: room}) => ({column, room, index: table.columns.indexOf(column)}));
	const header = places.map(({column, room}) => {
		if (table.order !== column.id) return theme.paint('dim', fitted(column.title, room, column.right));
		const arrow = table.descending ? theme.glyphs.down : theme.glyphs.up;
		const title = shortened(column.title, room - 1);
		return theme.paint('strong', fitted(column.right === true ? arrow + title : title + arrow, room, column.right));
	});
	const lines = [`  ${header.join(' ')}`];
	if (table.total === 0) return [...lines, '', ...empty];
	for (let index = top; index < Math.min(top + height, table.total); index += 1) {
		const chosen = index === selected;
		// A bar keeps its own colours: turned round they would say something else.
		const turned = (text: string): string => (chosen ? theme.paint('chosen', text) : text);
		const cells = places.map(({index: at, room, column}) => {
			const cell = table.draw(index, at, room, look);
			return column.painted === true ? cell : turned(cell);
		});
		lines.push(turned(`${chosen ? theme.glyphs.pointer : ' '} `) + cells.join(turned(' ')));
	}
	return lines;
}
