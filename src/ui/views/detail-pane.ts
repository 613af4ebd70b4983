import {afterwards, withReason} from '../../model/failure/afterwards.ts';
import {meaningOf} from '../../model/failure/remedy.ts';
import type {FindingGroup} from '../../model/findings.ts';
import type {FailureRow} from '../../model/summary.ts';
import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {folded, shortened, width as widthOf} from '../../text/width.ts';
import type {Progress} from '../screen-data.ts';
import type {Look} from '../table-view.ts';
import {mostObserved} from './violations.ts';

/** A rule across the window with a word in it. */
export function titled(word: string, {theme}: Look, width: number): string {
	const {rule} = theme.glyphs;
	const title = shortened(plain(word), width - 6);
	return theme.paint('dim', ` ${rule.repeat(2)} ${title} ${rule.repeat(Math.max(0, width - 6 - widthOf(title)))}`);
}

/** What there is to say about the chosen row of the violations. */
export function violationNote(row: FindingGroup | undefined, look: Look, width: number): string[] {
	if (row === undefined) return [];
	const {moments} = look;
	const times = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? '' : 's'}`;
	const sentence = `Seen ${mostObserved(row)}; required ${row.required}. ${times(row.sessions, 'session')}, ${times(row.messages, 'message')}, ${times(row.peer_count, 'peer')}.`;
	const body = [
		...folded(plain(sentence), width - 4),
		...folded(plain(row.reference), width - 4),
		`${moments.full(row.first_seen)} to ${moments.full(row.last_seen)} ${moments.zone}`,
	];
	return [titled(row.rule, look, width), ...body.map(line => `  ${line}`)];
}

/** The rows that `failureNote` has room for below the list, its title included. */
export const failureNoteRows = 9;

/** Peers that are named of the chosen failures. */
const mostPeers = 3;

/**
 * What is known of the chosen failures: what the reason means, whose they are, what to do, and of whom most are; what all
 * rows count, where not all of it failed.
 */
export function failureNote(
	row: FailureRow | undefined,
	rows: readonly FailureRow[],
	look: Look,
	width: number,
): string[] {
	if (row === undefined) return [];
	const shown = row.peers.slice(0, mostPeers);
	const peers = shown.map(({peer, sessions}) => `${peer} (${count(sessions)})`).join(', ');
	const rest = row.peer_count - shown.length;
	const {sessions: all, failed} = withReason(rows);
	const said = [
		meaningOf(row.reason) + (row.outcome === 'failed' ? '' : `; ${afterwards(row.outcome)}`),
		`${row.whose}: ${row.remedy}`,
		...(peers === '' ? [] : [`Most of ${peers}${rest > 0 ? ` and ${count(rest)} more` : ''}`]),
		...(failed === all ? [] : [`All rows: ${count(all)} sessions with a reason, of which ${count(failed)} failed`]),
	];
	return [
		titled(row.alert === null ? row.reason : `${row.reason}, ${row.alert}`, look, width),
		...said.flatMap(sentence => folded(plain(sentence), width - 4).map(line => `  ${line}`)),
	];
}

/** Sentences about input that could not be read. */
export function problemLines({problems}: Progress, look: Look, width: number): string[] {
	return problems.flatMap(problem =>
		folded(plain(problem), width - 4).map(line => `  ${look.theme.paint('bad', line)}`),
	);
}
