import type {Setting, SyntaxFault} from './configuration.ts';
import {folded, type LogicalLine, lineAt, logicalLines, unendedLine} from './logical-lines.ts';
import {commentAt, gluedAt, swallowedAt} from './value-faults.ts';

/** What main.cf says, in order, with every duplicate; and what is wrong with it as text. */
export type MainCf = {readonly main: readonly Setting[]; readonly faults: readonly SyntaxFault[]};

const assignment = /^([^ \t\v\f\r=]+)[ \t\v\f\r]*=/;

/** From an offset to the end of the line of the file that it is on. */
function restOfLine(line: LogicalLine, offset: number): string {
	const next = line.pieces.find(piece => piece.offset > offset);
	return folded(line.text.slice(offset, next?.offset));
}

/** Continuation lines that were meant as parameters, and comments behind the value. */
function faultsIn(line: LogicalLine, file: string, name: string, from: number): SyntaxFault[] {
	const faults: SyntaxFault[] = [];
	for (const {text, offset, line: number} of line.pieces.slice(1)) {
		const at = swallowedAt(name, line.text.slice(0, offset), text);
		if (at < 0) continue;
		faults.push({kind: 'swallowed-line', place: {file, line: number}, subject: name, text: folded(text.slice(at))});
	}
	const glued = gluedAt(name, folded(line.text.slice(from)));
	if (glued >= 0 && faults.length === 0)
		faults.push({
			kind: 'glued-line',
			place: {file, line: line.pieces.at(-1)?.line ?? 1},
			subject: name,
			text: folded(line.text.slice(from)).slice(glued),
		});
	const at = commentAt(name, line.text.slice(from));
	if (at >= 0)
		faults.push({
			kind: 'trailing-comment',
			place: {file, line: lineAt(line, from + at)},
			subject: name,
			text: restOfLine(line, from + at),
		});
	return faults;
}

/**
 * Reads main.cf. Values are folded as postconf(1) prints them and not expanded; `file` is the name for messages. Never
 * throws: what Postfix would refuse or not see is a fault (postconf(5), Postfix: util/dict.c, util/split_nameval.c).
 */
export function readMainCf(text: string, file: string): MainCf {
	const main: Setting[] = [];
	const faults: SyntaxFault[] = [];
	for (const line of logicalLines(text)) {
		const place = {file, line: line.pieces[0]?.line ?? 1};
		const whole = folded(line.text);
		if (line.orphan) {
			faults.push({kind: 'orphan-continuation', place, subject: assignment.exec(whole)?.[1] ?? '', text: whole});
			continue;
		}
		const found = assignment.exec(line.text);
		const name = found?.[1];
		if (found === null || name === undefined) {
			faults.push({kind: 'missing-equals', place, subject: whole.split(' ', 1)[0] ?? '', text: whole});
			continue;
		}
		main.push({name, value: folded(line.text.slice(found[0].length)), place});
		faults.push(...faultsIn(line, file, name, found[0].length));
	}
	return {main, faults: [...faults, ...unendedLine(text, file)]};
}
