import {plain} from '../text/plain.ts';
import {fitted, folded, shortened, width} from '../text/width.ts';
import {bindings, keyWord} from './keymap.ts';
import {current, type State} from './state.ts';
import type {Look} from './table-view.ts';
import type {Tone} from './theme.ts';

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

/** The last rows: what is asked or said, in full, else the keys. */
export function footerLines({
	state,
	problem,
	look,
	width: room,
}: {
	readonly state: State;
	readonly problem: string | null;
	readonly look: Look;
	readonly width: number;
}): string[] {
	const {theme} = look;
	const said = (text: string, tone: Tone): string[] =>
		folded(plain(text), room - 1).map(line => theme.paint(tone, fitted(` ${line}`, room)));
	const hint = (text: string): string[] => [shortened(` ${text}`, room)];
	const {view} = current(state);
	const raw = view === 'raw' || view === 'session' ? ', t lines as logged' : '';
	if (state.mode === 'export') return said(`Write this view to a file: c CSV, j JSON${raw}, Esc no`, 'banner');
	if (state.message !== null) return said(state.message, 'accent');
	if (problem !== null) return said(problem, 'bad');
	if (state.mode === 'span') return hint('Enter chooses, Esc leaves it as it is; what is typed are dates');
	if (state.mode === 'policy') return hint('Enter judges by it, Esc leaves it as it is');
	if (state.mode === 'help') return hint('Esc goes back; arrows, PgUp and PgDn scroll');
	return [keys({state, look, room})];
}
