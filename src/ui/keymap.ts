import type {Glyphs} from './theme.ts';

/**
 * What is on the screen decides which keys hold: a list, a page of text, the filter line, the help, the export prompt, the
 * choice of a span of time, the choice of a policy.
 */
export type Mode = 'list' | 'text' | 'filter' | 'help' | 'export' | 'span' | 'policy';

export const commands = [
	'up',
	'down',
	'page-up',
	'page-down',
	'top',
	'bottom',
	'left',
	'right',
	'next-view',
	'previous-view',
	'open',
	'back',
	'filter',
	'next-hit',
	'previous-hit',
	'next-violation',
	'sort',
	'sort-turn',
	'span',
	'policy',
	'change',
	'domains',
	'key-exchange',
	'pause',
	'wrap',
	'others',
	'mark',
	'copy',
	'export',
	'export-csv',
	'export-json',
	'export-text',
	'help',
	'redraw',
	'suspend',
	'interrupt',
	'quit',
	'accept',
	'cancel',
	'earlier',
	'later',
	'complete',
	'complete-back',
	'cursor-left',
	'cursor-right',
	'cursor-start',
	'cursor-end',
	'erase',
	'erase-next',
	'erase-word',
	'erase-start',
	'erase-end',
	'view-1',
	'view-2',
	'view-3',
	'view-4',
	'view-5',
	'view-6',
	'view-7',
	'view-8',
	'wheel-up',
	'wheel-down',
	'click',
	'mouse',
] as const;
export type Command = (typeof commands)[number];

export type Binding = {
	readonly command: Command;
	/** Names of keys, see `keyNames`. */
	readonly keys: readonly string[];
	readonly modes: readonly Mode[];
	/** What it does, for the help; absent: a synonym the help need not name. */
	readonly help?: string;
	/** A word for the line of keys in the footer. */
	readonly brief?: string;
	/** Views whose footer names it; absent: all. */
	readonly views?: readonly string[];
};

const pages: readonly Mode[] = ['list', 'text'];
const scrolled: readonly Mode[] = ['list', 'text', 'help'];
const typing: readonly Mode[] = ['filter', 'span'];
const all: readonly Mode[] = ['list', 'text', 'filter', 'help', 'export', 'span', 'policy'];

/** Every key there is. The help and the footer are made from this table. */
export const bindings: readonly Binding[] = [
	{command: 'up', keys: ['up', 'k'], modes: scrolled, help: 'up'},
	{command: 'down', keys: ['down', 'j'], modes: scrolled, help: 'down'},
	{command: 'page-up', keys: ['pageup', 'ctrl-b'], modes: scrolled, help: 'a page up'},
	{command: 'page-down', keys: ['pagedown', 'ctrl-f', ' '], modes: ['text', 'help'], help: 'a page down'},
	{command: 'page-down', keys: ['pagedown', 'ctrl-f'], modes: ['list']},
	{command: 'top', keys: ['home', 'g'], modes: scrolled, help: 'to the top'},
	{command: 'bottom', keys: ['end', 'G'], modes: scrolled, help: 'to the end'},
	{
		command: 'left',
		keys: ['left', 'h'],
		modes: pages,
		help: 'peers: the grouping before; raw lines not wrapped: to the left',
	},
	{
		command: 'right',
		keys: ['right', 'l'],
		modes: pages,
		help: 'peers: the next grouping; raw lines not wrapped: to the right',
		brief: 'group',
		views: ['peers'],
	},
	{
		command: 'wheel-up',
		keys: ['wheel-up'],
		modes: scrolled,
		help: 'scroll up; Shift and the mouse select text, as without a program',
	},
	{command: 'wheel-down', keys: ['wheel-down'], modes: scrolled, help: 'scroll down'},
	{command: 'click', keys: ['click'], modes: pages, help: 'choose a row or a tab; on the chosen row: open it'},
	{command: 'mouse', keys: ['m'], modes: pages, help: 'the mouse is left to the terminal, or taken again'},
	{command: 'open', keys: ['enter'], modes: pages, help: 'open what is chosen', brief: 'open'},
	{
		command: 'back',
		keys: ['escape', 'backspace', 'delete'],
		modes: pages,
		help: 'back; at the top: drop the filter',
		brief: 'back',
	},
	{command: 'next-view', keys: ['tab'], modes: pages, help: 'the next view'},
	{command: 'previous-view', keys: ['shift-tab'], modes: pages, help: 'the view before'},
	{command: 'view-1', keys: ['1'], modes: pages},
	{command: 'view-2', keys: ['2'], modes: pages},
	{command: 'view-3', keys: ['3'], modes: pages},
	{command: 'view-4', keys: ['4'], modes: pages},
	{command: 'view-5', keys: ['5'], modes: pages},
	{command: 'view-6', keys: ['6'], modes: pages},
	{command: 'view-7', keys: ['7'], modes: pages},
	{command: 'view-8', keys: ['8'], modes: pages},
	{command: 'filter', keys: ['/'], modes: pages, help: 'filter all views', brief: 'filter'},
	{command: 'sort', keys: ['s'], modes: ['list'], help: 'sort by the next column', brief: 'sort'},
	{command: 'sort-turn', keys: ['S', 'r'], modes: ['list'], help: 'turn the order round'},
	{command: 'span', keys: ['t'], modes: pages, help: 'choose the time, or type dates', brief: 'time'},
	{command: 'policy', keys: ['P'], modes: pages, help: 'choose the policy that judges', brief: 'policy'},
	{
		command: 'change',
		keys: ['c'],
		modes: pages,
		help: 'what changed: this time against the one before, all against yesterday',
		brief: 'change',
	},
	{
		command: 'domains',
		keys: ['d'],
		modes: pages,
		help: 'to which domains mail goes: in plaintext, held back by TLS, how far trusted; the policy judges their sessions',
		brief: 'domains',
	},
	{
		command: 'key-exchange',
		keys: ['K'],
		modes: pages,
		help: 'key exchange: hybrid, could be, cannot be; the largest peers that are not',
		brief: 'key exchange',
	},
	{command: 'pause', keys: ['p'], modes: pages, help: 'the screen does not move, reading goes on', brief: 'pause'},
	{
		command: 'next-violation',
		keys: ['e'],
		modes: pages,
		help: 'to the next row that breaks the policy',
		brief: 'next ✘',
	},
	{command: 'next-hit', keys: ['n'], modes: pages, help: 'the next row; in a session: the next session'},
	{command: 'previous-hit', keys: ['N'], modes: pages, help: 'the row before; in a session: the session before'},
	{
		command: 'mark',
		keys: [' '],
		modes: ['list'],
		help: 'what if: try several rules together',
		brief: 'try together',
		views: ['what-if'],
	},
	{
		command: 'wrap',
		keys: ['w'],
		modes: ['text'],
		help: 'raw lines: wrapped, or one row each',
		brief: 'wrap',
		views: ['session', 'raw'],
	},
	{
		command: 'others',
		keys: ['o'],
		modes: ['text'],
		help: 'raw lines: with those of other sessions between and around',
		brief: 'others',
		views: ['session', 'raw'],
	},
	{
		command: 'copy',
		keys: ['y'],
		modes: pages,
		help: 'copy the row, or the raw lines as logged (by OSC 52)',
		brief: 'copy',
		views: ['session', 'raw'],
	},
	{
		command: 'export',
		keys: ['x'],
		modes: pages,
		help: 'write the view to a CSV or JSON file, raw lines also as they are',
		brief: 'export',
	},
	{command: 'help', keys: ['?'], modes: pages, help: 'this help', brief: 'help'},
	{command: 'redraw', keys: ['ctrl-l'], modes: all, help: 'draw the screen anew'},
	{command: 'suspend', keys: ['ctrl-z'], modes: all, help: 'suspend; fg comes back'},
	{command: 'quit', keys: ['q'], modes: pages, help: 'quit', brief: 'quit'},
	{command: 'interrupt', keys: ['ctrl-c'], modes: all, help: 'quit with status 130'},
	{command: 'cancel', keys: ['escape', 'q', '?', 'enter'], modes: ['help']},
	{command: 'export-csv', keys: ['c'], modes: ['export']},
	{command: 'export-json', keys: ['j'], modes: ['export']},
	{command: 'export-text', keys: ['t'], modes: ['export']},
	{command: 'cancel', keys: ['escape', 'q', 'x'], modes: ['export']},
	{command: 'accept', keys: ['enter'], modes: [...typing, 'policy']},
	{command: 'cancel', keys: ['escape'], modes: typing},
	{command: 'cancel', keys: ['escape', 'q', 'P'], modes: ['policy']},
	{command: 'up', keys: ['up', 'ctrl-p', 'wheel-up'], modes: ['span']},
	{command: 'down', keys: ['down', 'ctrl-n', 'wheel-down'], modes: ['span']},
	{command: 'up', keys: ['up', 'k', 'ctrl-p', 'wheel-up'], modes: ['policy']},
	{command: 'down', keys: ['down', 'j', 'ctrl-n', 'wheel-down'], modes: ['policy']},
	{command: 'top', keys: ['home', 'g'], modes: ['policy']},
	{command: 'bottom', keys: ['end', 'G'], modes: ['policy']},
	{command: 'complete', keys: ['tab'], modes: ['filter'], help: 'filter line: complete the word'},
	{command: 'complete-back', keys: ['shift-tab'], modes: ['filter']},
	{command: 'earlier', keys: ['up', 'ctrl-p'], modes: ['filter'], help: 'filter line: the filter before'},
	{command: 'later', keys: ['down', 'ctrl-n'], modes: ['filter'], help: 'filter line: the filter after it'},
	{command: 'cursor-left', keys: ['left', 'ctrl-b'], modes: typing},
	{command: 'cursor-right', keys: ['right', 'ctrl-f'], modes: typing},
	{command: 'cursor-start', keys: ['home', 'ctrl-a'], modes: typing, help: 'a line that is typed: to its start'},
	{command: 'cursor-end', keys: ['end', 'ctrl-e'], modes: typing, help: 'a line that is typed: to its end'},
	{command: 'erase', keys: ['backspace'], modes: typing},
	{command: 'erase-next', keys: ['delete', 'ctrl-d'], modes: typing},
	{command: 'erase-word', keys: ['ctrl-w'], modes: typing, help: 'a line that is typed: erase the word before'},
	{command: 'erase-start', keys: ['ctrl-u'], modes: typing, help: 'a line that is typed: erase to its start'},
	{command: 'erase-end', keys: ['ctrl-k'], modes: typing, help: 'a line that is typed: erase to its end'},
];

const tables = new Map<Mode, ReadonlyMap<string, Command>>(
	all.map(mode => [
		mode,
		new Map(
			bindings.flatMap(({command, keys, modes}) =>
				modes.includes(mode) ? keys.map(key => [key, command] as const) : [],
			),
		),
	]),
);

/** What a key does; undefined when it does nothing. */
export function commandFor(mode: Mode, key: string): Command | undefined {
	return tables.get(mode)?.get(key);
}

/** Keys that terminals send as escape sequences, by what follows `ESC [` or `ESC O` without modifiers (ctlseqs of xterm; rxvt; VT220). */
const sequences: Readonly<Record<string, string>> = {
	A: 'up',
	B: 'down',
	C: 'right',
	D: 'left',
	H: 'home',
	F: 'end',
	Z: 'shift-tab',
	'1~': 'home',
	'7~': 'home',
	'4~': 'end',
	'8~': 'end',
	'5~': 'pageup',
	'6~': 'pagedown',
	'3~': 'delete',
};

/**
 * Name of a report of the mouse (xterm's ctlseqs, SGR 1006: `ESC [ < button ; column ; row M`, from 1): a press of the first
 * button with its place from 0, `click 12 3`, and a turn of the wheel. Buttons let go, others, and those with keys held down
 * have none.
 */
function mouseName(parameters: string, final: string): string | undefined {
	const [, button, column, row] = /^<(\d{1,3});(\d{1,5});(\d{1,5})$/.exec(parameters) ?? [];
	if (final !== 'M' || column === undefined || row === undefined) return undefined;
	if (button === '64') return 'wheel-up';
	if (button === '65') return 'wheel-down';
	return button === '0' && column !== '0' && row !== '0' ? `click ${Number(column) - 1} ${Number(row) - 1}` : undefined;
}

/** A control sequence (ECMA-48, 5.4) or one of a function key, whole. */
const sequence = /^\u001B+(?:\[\[?|O|N)([ -?]*)([@-~])/;

/** A report of the mouse whose end never came. */
const cutReport = /^\u001B+\[<[ -?]*/;

/**
 * Names of the keys in one report of the terminal: several typed quickly, or while the loop was busy, come as one text.
 * Escape and a key together look like Alt and that key, which means nothing here. A sequence that is no key we know has no name,
 * so that a pasted one does nothing.
 */
export function keyNames(report: string): string[] {
	const names: string[] = [];
	let rest = report;
	while (rest !== '') {
		const [whole, parameters = '', final = ''] = sequence.exec(rest) ?? [];
		if (whole !== undefined) {
			const [number = ''] = parameters.split(';');
			const name = mouseName(parameters, final) ?? sequences[final === '~' ? `${number}~` : final];
			if (name !== undefined) names.push(name);
			rest = rest.slice(whole.length);
			continue;
		}
		const cut = cutReport.exec(rest)?.[0];
		if (cut !== undefined) {
			rest = rest.slice(cut.length);
			continue;
		}
		const next = rest.indexOf('\u001B', 1);
		const piece = next === -1 ? rest : rest.slice(0, next);
		names.push(...charNames(piece));
		rest = rest.slice(piece.length);
	}
	return names;
}

/** Begins a report of the mouse whose end has not come yet; what follows `ESC [ M` of terminals without SGR has three bytes. */
const begun = /\u001B\[(?:<[\d;]*|M[\s\S]{0,2})?$/;

/**
 * Gives the names of keys report by report, see `keyNames`. Reports of the mouse come in numbers and may be cut anywhere: what
 * is cut waits for its end, so that its digits are no keys.
 */
export function createKeyReader(): (report: string) => string[] {
	let waiting = '';
	let isEscaped = false;
	return report => {
		// The Escape before it came alone, and was taken for the key.
		const text = (isEscaped && report.startsWith('[') ? '\u001B' : waiting) + report;
		isEscaped = report.endsWith('\u001B');
		waiting = begun.exec(text)?.[0] ?? '';
		return keyNames(text.slice(0, text.length - waiting.length).replaceAll(/\u001B\[M[\s\S]{3}/g, ''));
	};
}

function charNames(text: string): string[] {
	return [...text].flatMap(character => {
		if (character === '\r' || character === '\n') return ['enter'];
		if (character === '\t') return ['tab'];
		if (character === '\u007F' || character === '\b') return ['backspace'];
		if (character === '\u001B') return ['escape'];
		return character < ' ' ? [`ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}`] : [character];
	});
}

const words: Readonly<Record<string, string>> = {
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	enter: 'Enter',
	escape: 'Esc',
	backspace: 'Backspace',
	delete: 'Del',
	tab: 'Tab',
	'shift-tab': 'Shift-Tab',
	' ': 'Space',
	'wheel-up': 'wheel up',
	'wheel-down': 'wheel down',
	click: 'click',
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
