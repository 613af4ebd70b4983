/** The sixteen colours as common terminals draw them (xterm's on black; those of GNOME's light theme on white). */
const palettes = {
	dark: {
		ground: '#000000',
		ink: '#e5e5e5',
		colours: ['#000000', '#cd0000', '#00cd00', '#cdcd00', '#3465e4', '#cd00cd', '#00cdcd', '#e5e5e5'],
	},
	light: {
		ground: '#ffffff',
		ink: '#171421',
		colours: ['#171421', '#c01c28', '#26a269', '#a2734c', '#12488b', '#a347ba', '#2aa1b3', '#d0cfcc'],
	},
} as const;
export type Ground = keyof typeof palettes;

type Pen = {
	bold: boolean;
	dim: boolean;
	reverse: boolean;
	underline: boolean;
	ink: number | null;
	ground: number | null;
};
const fresh: Pen = {bold: false, dim: false, reverse: false, underline: false, ink: null, ground: null};

/** A pen after the parameters of one SGR sequence (ECMA-48, 8.3.117). */
function turned(pen: Pen, parameters: string): Pen {
	const next = {...pen};
	for (const code of parameters.split(';').map(Number)) {
		if (code === 0) Object.assign(next, fresh);
		else if (code === 1) next.bold = true;
		else if (code === 2) next.dim = true;
		else if (code === 4) next.underline = true;
		else if (code === 7) next.reverse = true;
		else if (code === 22) next.bold = next.dim = false;
		else if (code === 24) next.underline = false;
		else if (code === 27) next.reverse = false;
		else if (code >= 30 && code <= 37) next.ink = code - 30;
		else if (code === 39) next.ink = null;
		else if (code >= 40 && code <= 47) next.ground = code - 40;
		else if (code === 49) next.ground = null;
	}
	return next;
}

/** A stretch of a capture and how it looks: colours as CSS takes them. */
export type Stretch = {
	readonly text: string;
	readonly front: string;
	readonly back: string;
	readonly bold: boolean;
	readonly underline: boolean;
};

function stretchOf(text: string, pen: Pen, name: Ground): Stretch {
	const {ground, ink, colours} = palettes[name];
	const [own, behind] = [
		pen.ink === null ? ink : (colours[pen.ink] ?? ink),
		pen.ground === null ? ground : (colours[pen.ground] ?? ground),
	] as const;
	const [front, back] = pen.reverse ? [behind, own] : [own, behind];
	return {text, front: pen.dim ? mixed(front, back) : front, back, bold: pen.bold, underline: pen.underline};
}

/** A dim colour: somewhat more than half of it on its ground. */
function mixed(front: string, back: string): string {
	const parts = [1, 3, 5].map(at => {
		const [a, b] = [front, back].map(colour => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number];
		return Math.round(a * 0.55 + b * 0.45)
			.toString(16)
			.padStart(2, '0');
	});
	return `#${parts.join('')}`;
}

/** A capture with SGR sequences as stretches of one look. */
export function stretches(capture: string, name: Ground): Stretch[] {
	let pen = fresh;
	return capture.split(/(\u001B\[[\d;]*m)/).flatMap(part => {
		const parameters = /^\u001B\[([\d;]*)m$/.exec(part)?.[1];
		if (parameters !== undefined) pen = turned(pen, parameters === '' ? '0' : parameters);
		return parameters !== undefined || part === '' ? [] : [stretchOf(part, pen, name)];
	});
}

export const colours = (name: Ground): {readonly ground: string; readonly ink: string} => palettes[name];

export const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A capture with SGR sequences as a page of HTML: what a terminal of that ground shows. */
export function paintedPage(capture: string, name: Ground): string {
	const body = stretches(capture, name).map(({text, front, back, bold, underline}) => {
		const style = [
			`color:${front}`,
			`background:${back}`,
			...(bold ? ['font-weight:bold'] : []),
			...(underline ? ['text-decoration:underline'] : []),
		].join(';');
		return `<span style="${style}">${escaped(text)}</span>`;
	});
	const {ground, ink} = palettes[name];
	return `<!doctype html><meta charset="utf-8"><style>body{margin:8px;background:${ground};color:${ink}}
pre{margin:0;font:14px/17px 'DejaVu Sans Mono',monospace}</style><pre>${body.join('')}</pre>\n`;
}
