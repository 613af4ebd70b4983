import type {Glyphs} from './theme.ts';

const words: Readonly<Record<string, string>> = {
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	enter: 'Enter',
	escape: 'Esc',
	backspace: 'Backspace',
	tab: 'Tab',
	'shift-tab': 'Shift-Tab',
	' ': 'Space',
};

/** A key as people call it. */
export function keyWord(key: string, glyphs: Glyphs): string {
	const arrows: Readonly<Record<string, string>> = {
		up: glyphs.arrowUp,
		down: glyphs.arrowDown,
		left: glyphs.left,
		right: glyphs.right,
	};
	return arrows[key] ?? words[key] ?? key.replace(/^ctrl-(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`);
}
