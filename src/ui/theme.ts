/** What a word is; how that looks is decided here and nowhere else. */
export type Tone = 'plain' | 'dim' | 'strong' | 'good' | 'warn' | 'bad' | 'exposed' | 'accent' | 'chosen' | 'banner';

export type Glyphs = {
	readonly pass: string;
	readonly fail: string;
	readonly weak: string;
	/** The log says too little. */
	readonly undecided: string;
	readonly pointer: string;
	readonly up: string;
	readonly down: string;
	readonly arrowUp: string;
	readonly arrowDown: string;
	readonly left: string;
	readonly right: string;
	readonly crumb: string;
	readonly marked: string;
	/** Heights of a bar, lowest first; eight of them. */
	readonly heights: readonly string[];
	/** Fillings of a bar for plaintext, older than 1.1, 1.1, 1.2, 1.3, not logged: the worst is the boldest, without colour too. */
	readonly fillings: readonly string[];
	readonly rule: string;
	readonly between: string;
};

export type Theme = {
	readonly paint: (tone: Tone, text: string) => string;
	readonly glyphs: Glyphs;
};

const unicode: Glyphs = {
	pass: '✔',
	fail: '✘',
	weak: '!',
	undecided: '?',
	pointer: '▶',
	up: '▲',
	down: '▼',
	arrowUp: '↑',
	arrowDown: '↓',
	left: '←',
	right: '→',
	crumb: '›',
	marked: '•',
	heights: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	fillings: ['P', '█', '▓', '▒', '░', '·'],
	rule: '─',
	between: '·',
};

const ascii: Glyphs = {
	pass: '+',
	fail: 'x',
	weak: '!',
	undecided: '?',
	pointer: '>',
	up: '^',
	down: 'v',
	arrowUp: 'Up',
	arrowDown: 'Down',
	left: '<',
	right: '>',
	crumb: '>',
	marked: '*',
	heights: ['.', '.', ':', ':', '+', '+', '#', '#'],
	fillings: ['P', '#', '=', '-', '.', '?'],
	rule: '-',
	between: '|',
};

/**
 * Only the sixteen colours that each terminal's owner has chosen, and none of the bright, white or black ones: they stay
 * readable on light and dark backgrounds. The second number undoes the first.
 */
const codes: Readonly<Record<Exclude<Tone, 'plain'>, ReadonlyArray<readonly [number, number]>>> = {
	dim: [[2, 22]],
	strong: [[1, 22]],
	good: [[32, 39]],
	warn: [[33, 39]],
	bad: [
		[1, 22],
		[31, 39],
	],
	exposed: [
		[7, 27],
		[35, 39],
	],
	accent: [[36, 39]],
	chosen: [[7, 27]],
	banner: [
		[7, 27],
		[1, 22],
	],
};
const isColour = (code: number): boolean => code >= 30 && code <= 37;

/** Without colour, bold, dim and reverse stay: they carry no meaning alone either. */
export function createTheme(options: {readonly colour: boolean; readonly unicode: boolean}): Theme {
	return {
		glyphs: options.unicode ? unicode : ascii,
		paint(tone, text) {
			if (tone === 'plain' || text === '') return text;
			const used = codes[tone].filter(([on]) => options.colour || !isColour(on));
			const before = used.map(([on]) => `\u001B[${on}m`).join('');
			const after = used.map(([, off]) => `\u001B[${off}m`).reverse();
			return before + text + after.join('');
		},
	};
}

/** Whether the terminal shows more than ASCII, by the words of the locale. */
export function speaksUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
	const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(word => word !== undefined && word !== '') ?? '';
	return /utf-?8/i.test(locale) || env.WT_SESSION !== undefined;
}
