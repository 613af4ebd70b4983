import {plain} from '../text/plain.ts';
import {fitted, shortened, width} from '../text/width.ts';
import {readFilter} from './filter-language.ts';
import {bindings, keyWord} from './keymap.ts';
import {current, type State} from './state.ts';
import type {Look} from './table-view.ts';

/** What a newcomer needs most comes first. */
const first = ['help', 'quit'];

/** The keys that matter most here, as many as fit. */
function keys({state, look, room}: {state: State; look: Look; room: number}): string {
	const {theme} = look;
	const {view} = current(state);
	const named = bindings.filter(
		({brief, modes, views}) => brief !== undefined && modes.includes(state.mode) && (views?.includes(view) ?? true),
	);
	const inOrder = [
		...named.filter(({command, views}) => first.includes(command) || views !== undefined),
		...named.filter(({command, views}) => !first.includes(command) && views === undefined),
	];
	const parts = inOrder.map(({brief = '', keys: names}) => {
		const key = keyWord(names[0] ?? '', theme.glyphs);
		const word = brief.replace('✘', theme.glyphs.fail);
		return {plain: `${key} ${word}`, painted: `${theme.paint('strong', key)} ${word}`};
	});
	let line = '';
	let used = 1;
	for (const {plain, painted} of parts) {
		if (used + width(plain) + 2 > room) break;
		line += `${line === '' ? ' ' : '  '}${painted}`;
		used += width(plain) + 2;
	}
	return line;
}

/** The last row: what is typed, asked or said, else the keys. */
export function footerLine({
	state,
	problem,
	look,
	width: room,
}: {
	readonly state: State;
	readonly problem: string | null;
	readonly look: Look;
	readonly width: number;
}): string {
	const {theme} = look;
	if (state.mode === 'filter') {
		const wrong = readFilter(state.draft).problem;
		const hint =
			wrong ?? 'Enter applies, Esc leaves it; such as hop:submission version:<TLSv1.2 user:ana; all fields: ?';
		const draft = plain(state.draft);
		const kept = width(draft) > room - 12 ? `…${draft.slice(-(room - 13))}` : draft;
		const typed = `/${kept}${theme.paint('chosen', ' ')}`;
		const left = room - width(kept) - 4;
		return `${typed}  ${theme.paint(wrong === null ? 'dim' : 'warn', shortened(plain(hint), left))}`;
	}
	if (state.mode === 'export')
		return theme.paint('banner', fitted(' Write this view to a file: c CSV, j JSON, Esc no', room));
	if (state.message !== null) return theme.paint('accent', fitted(` ${plain(state.message)}`, room));
	if (problem !== null) return theme.paint('bad', fitted(` ${plain(problem)}`, room));
	if (state.mode === 'help') return ' Esc goes back; arrows, PgUp and PgDn scroll';
	return keys({state, look, room});
}
