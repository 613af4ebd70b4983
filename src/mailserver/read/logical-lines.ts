import type {SyntaxFault} from './configuration.ts';

/** One line of a file, as it contributes to a logical line. */
type Piece = {
	/** Without the line's end. A continuation keeps its indentation. */
	readonly text: string;
	/** Counted from 1. */
	readonly line: number;
	/** Where it begins in the logical line's text. */
	readonly offset: number;
	/** The comment lines between the piece before and this one, as written. */
	readonly commentsBefore: readonly string[];
};

/** A line of main.cf or master.cf with its continuations: what Postfix takes as one (postconf(5), master(5)). */
export type LogicalLine = {
	readonly text: string;
	readonly pieces: readonly Piece[];
	/** It begins with a blank, and nothing is before it that it could continue: Postfix warns and skips it. */
	readonly orphan: boolean;
};

/** The white space of C's isspace(3), which is Postfix's: a no-break space is a letter. */
const blank = /^[ \t\v\f\r]/;
const nothingOrComment = /^[ \t\v\f\r]*(?:#|$)/;

/**
 * Splits text into logical lines. A line that begins with a blank continues the one before; empty lines, lines of blanks
 * and comments are skipped, between the pieces too (Postfix: util/readlline.c). Line ends may be those of Windows.
 */
export function logicalLines(text: string): LogicalLine[] {
	const lines: LogicalLine[] = [];
	let pieces: Piece[] = [];
	let comments: string[] = [];
	let offset = 0;
	const close = (): void => {
		const [first] = pieces;
		if (first === undefined) return;
		lines.push({text: pieces.map(piece => piece.text).join(''), pieces, orphan: blank.test(first.text)});
		pieces = [];
		offset = 0;
	};
	for (const [index, line] of text.split('\n').entries()) {
		if (nothingOrComment.test(line)) {
			if (line.trim() !== '') comments.push(line);
			continue;
		}
		if (!blank.test(line)) close();
		pieces.push({text: line, line: index + 1, offset, commentsBefore: comments});
		offset += line.length;
		comments = [];
	}
	close();
	return lines;
}

/** The line of the file on which a character of the logical line is. */
export function lineAt({pieces}: LogicalLine, offset: number): number {
	return (pieces.findLast(piece => piece.offset <= offset) ?? pieces[0])?.line ?? 1;
}

/** Runs of white space as one blank, none at the ends: how postconf(1) prints a value. */
export function folded(text: string): string {
	return text.replace(/[ \t\v\f\r\n]+/g, ' ').replace(/^ | $/g, '');
}

/**
 * The fault of a text whose last line has no end, if it is one: postconf(1) and `>>` write on in that very line, and what is
 * then set is part of a value or of a comment (tried with postconf 3.7).
 */
export function unendedLine(text: string, file: string): readonly SyntaxFault[] {
	if (text === '' || text.endsWith('\n')) return [];
	const lines = text.split('\n');
	const place = {file, line: lines.length};
	return [{kind: 'no-final-newline', place, subject: '', text: folded(lines.at(-1) ?? '')}];
}
