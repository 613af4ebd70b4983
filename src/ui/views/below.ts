import {count, folded, harmless} from '../format.ts';
import type {Progress, ViolationRow} from '../port.ts';
import type {Look} from '../sheet.ts';
import {meaningOf} from './ciphers.ts';

/** What there is to say about the chosen row of the violations. */
export function violationNote(row: ViolationRow | undefined, look: Look, width: number): string[] {
	if (row === undefined) return [];
	const {theme, moments} = look;
	const times = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? '' : 's'}`;
	const sentence = `Seen ${row.observed}; required ${row.required}. ${times(row.sessions, 'session')}, ${times(row.messages, 'message')}, ${times(row.peers, 'peer')}.`;
	const body = [
		...folded(harmless(sentence), width - 4),
		...folded(harmless(row.reference), width - 4),
		`${moments.full(row.first_seen)} to ${moments.full(row.last_seen)} ${moments.zone}`,
	];
	const rule = theme.paint(
		'dim',
		` ${theme.glyphs.rule.repeat(2)} ${row.rule} ${theme.glyphs.rule.repeat(Math.max(0, width - 6 - row.rule.length))}`,
	);
	return [rule, ...body.map(line => `  ${line}`)];
}

/** What the reason of the chosen failures means, in full: the column is short in a small window. */
export function failureNote(reason: string, look: Look, width: number): string[] {
	const {theme} = look;
	const meaning = meaningOf(reason);
	if (meaning === '') return [];
	const rule = `${theme.glyphs.rule.repeat(2)} ${reason} ${theme.glyphs.rule.repeat(Math.max(0, width - 6 - reason.length))}`;
	return [theme.paint('dim', ` ${rule}`), ...folded(meaning, width - 4).map(line => `  ${line}`)];
}

/** Sentences about input that could not be read. */
export function problemLines({problems}: Progress, look: Look, width: number): string[] {
	return problems.flatMap(problem =>
		folded(harmless(problem), width - 4).map(line => `  ${look.theme.paint('bad', line)}`),
	);
}
