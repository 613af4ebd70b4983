import {characters, width} from '../../src/text/width.ts';
import {colours, escaped, type Ground, type Stretch, stretches} from './painted-page.ts';

/** A cell of the terminal, in pixels. */
const cell = {width: 8.4, height: 18};
const margin = 10;

const number = (value: number): string => String(Math.round(value * 100) / 100);

type Box = {readonly top: number; readonly height: number; readonly opacity: number};
/**
 * Blocks are drawn, as fonts leave gaps between them: eighths from below, and shades, lighter than in print (Unicode, "Block
 * Elements").
 */
function boxOf(character: string): Box | null {
	const code = character.codePointAt(0) ?? 0;
	const eighths = code - 0x2580;
	if (eighths >= 1 && eighths <= 8) return {top: 1 - eighths / 8, height: eighths / 8, opacity: 1};
	if (eighths >= 17 && eighths <= 19) return {top: 0, height: 1, opacity: (eighths - 15) / 5};
	return null;
}

const rectangle = (x: number, y: number, columns: number, {top, height, opacity}: Box, fill: string): string =>
	`<rect x="${number(x)}" y="${number(y + top * cell.height)}" width="${number(columns * cell.width)}" height="${number(height * cell.height)}" fill="${fill}"${opacity === 1 ? '' : ` opacity="${opacity}"`}/>`;

const whole: Box = {top: 0, height: 1, opacity: 1};

/** The pieces of a stretch that is on one line: runs of one kind of block, blanks (SVG would take several for one), words. */
function piecesOf(text: string): string[] {
	const pieces: string[] = [];
	for (const character of characters(text)) {
		const last = pieces.at(-1);
		const isBlank = character === ' ';
		const joins =
			last !== undefined &&
			(boxOf(character) ? last.endsWith(character) : !boxOf(last) && isBlank === (last.trim() === ''));
		if (joins) pieces[pieces.length - 1] = last + character;
		else pieces.push(character);
	}
	return pieces;
}

function pieceMarks(piece: string, x: number, y: number, {front, bold, underline}: Stretch): string[] {
	const box = boxOf(piece);
	if (box !== null) return [rectangle(x, y, width(piece), box, front)];
	if (piece.trim() === '') return [];
	const looks = `${bold ? ' font-weight="bold"' : ''}${underline ? ' text-decoration="underline"' : ''}`;
	const length = `textLength="${number(width(piece) * cell.width)}" lengthAdjust="spacingAndGlyphs"`;
	return [`<text x="${number(x)}" y="${number(y + 13.5)}" fill="${front}"${looks} ${length}>${escaped(piece)}</text>`];
}

/**
 * A capture with SGR sequences as a picture (SVG) of so many columns and rows: what a terminal of that ground shows, whatever fonts
 * there are. `title` is what somebody hears who does not see it.
 */
export function paintedPicture(
	capture: string,
	name: Ground,
	{columns, rows}: {readonly columns: number; readonly rows: number},
	title: string,
): string {
	const {ground} = colours(name);
	const marks: string[] = [];
	let [column, row] = [0, 0];
	for (const stretch of stretches(capture, name))
		for (const [index, text] of stretch.text.split('\n').entries()) {
			if (index > 0) [column, row] = [0, row + 1];
			if (row >= rows || text === '') continue;
			const y = margin + row * cell.height;
			if (stretch.back !== ground)
				marks.push(rectangle(margin + column * cell.width, y, width(text), whole, stretch.back));
			for (const piece of piecesOf(text)) {
				marks.push(...pieceMarks(piece, margin + column * cell.width, y, stretch));
				column += width(piece);
			}
		}
	const size = [columns * cell.width + 2 * margin, rows * cell.height + 2 * margin].map(number);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" width="${size[0]}" height="${size[1]}" role="img">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${ground}"/>
<g shape-rendering="crispEdges" font-family="'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14">
${marks.join('\n')}
</g>
</svg>
`;
}
