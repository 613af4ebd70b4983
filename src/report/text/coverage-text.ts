import type {Coverage} from '../../model/coverage.ts';
import {count} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {shortened} from '../../text/width.ts';
import {folded, share, table} from './layout.ts';

/** Kinds of lines shown that were not understood; JSON has all that are kept. */
const mostExamples = 10;
/** Letters shown of each. */
const mostText = 200;

/** The coverage as a table: its parts sum to all lines read. */
export function coverageLines(coverage: Coverage): string[] {
	const {lines, understood, irrelevant, foreign, malformed, notUnderstood} = coverage;
	const rows: Array<[string, number]> = [
		['understood', understood],
		['irrelevant mail lines', irrelevant],
		['other programs', foreign],
		['malformed', malformed],
		['all', lines],
	];
	const right = true;
	const text = table(
		[{title: 'KIND'}, {title: 'LINES', right}, {title: 'SHARE', right}],
		rows.map(([kind, number]) => [kind, count(number), share(number, lines)]),
	);
	if (coverage.noDialogue > 0)
		text.push(`Connections that ended before a word was said, no sessions: ${count(coverage.noDialogue)}`);
	if (coverage.evicted > 0)
		text.push(`Sessions closed before their end was seen, to bound memory: ${count(coverage.evicted)}`);
	if (notUnderstood > 0) {
		text.push(...folded(`Lines that speak of TLS and were not understood: ${count(notUnderstood)}; one of each kind:`));
		for (const {count: times, example} of coverage.examples.slice(0, mostExamples))
			text.push(...folded(`${count(times)} × ${shortened(plain(example), mostText)}`, '  '));
		if (coverage.examples.length > mostExamples)
			text.push(`  and ${coverage.examples.length - mostExamples} more kinds`);
	}
	for (const notice of coverage.notices) text.push(...folded(`Note: ${plain(notice)}`));
	return text;
}

/** A share of lines that is too large to be noise. */
const considerable = 0.05;
/** Letters of the example. */
const mostSentenceText = 120;

const such = (example: string | null): string =>
	example === null || example.trim() === '' ? '' : `, such as "${shortened(plain(example).trim(), mostSentenceText)}"`;

const advice =
	'tlsaudit reads what Postfix and Dovecot log; if this is such a log, its framing is not known: see --framing';

/** Why nothing was understood, without a full stop; null when something was. */
export function nothingUnderstood({lines, understood}: Coverage, example: string | null): string | null {
	if (understood > 0) return null;
	if (lines === 0) return 'there are no lines in the input; check that it is the right file';
	const all = `${count(lines)} of ${count(lines)} ${lines === 1 ? 'line was' : 'lines were'} not understood`;
	return `${all}${such(example)}; ${advice}`;
}

/**
 * One sentence where a considerable share was not understood: lines without a readable head, or lines that speak of TLS
 * among those that show sessions. Null for noise.
 */
export function partlyUnderstood(coverage: Coverage, example: string | null): string | null {
	const {lines, understood, malformed, notUnderstood} = coverage;
	const unread = Math.max(malformed, notUnderstood);
	if (malformed <= considerable * lines && notUnderstood <= considerable * (understood + notUnderstood)) return null;
	return `${count(unread)} of ${count(lines)} lines were not understood${such(example)}; ${advice}`;
}
