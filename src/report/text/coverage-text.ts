import type {Coverage} from '../../model/coverage.ts';
import {count, many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import {shortened} from '../../text/width.ts';
import {folded, type Page, paper, share, table} from './layout.ts';

/** Kinds of lines that a terminal shows of those that were not understood. */
const mostExamples = 10;
/** Letters that it shows of each. */
const mostText = 200;

/** The coverage as a table: its parts sum to all lines read. */
export function coverageLines(coverage: Coverage, page: Page = paper): string[] {
	const {lines, understood, irrelevant, foreign, malformed, notUnderstood} = coverage;
	const {width, whole} = page;
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
		rows.map(([kind, number]) => [kind, number, share(number, lines)]),
		page,
	);
	if (coverage.noDialogue > 0)
		text.push(
			...folded(`Connections that ended before a word was said, no sessions: ${count(coverage.noDialogue)}`, '', width),
		);
	if (coverage.evicted > 0)
		text.push(
			...folded(`Sessions closed before their end was seen, to bound memory: ${count(coverage.evicted)}`, '', width),
		);
	if (notUnderstood > 0) {
		const said = `Lines that speak of TLS and were not understood: ${count(notUnderstood)}; one of each kind:`;
		text.push(...folded(said, '', width));
		const shown = whole ? coverage.examples : coverage.examples.slice(0, mostExamples);
		for (const {count: times, example} of shown) {
			const words = whole ? plain(example) : shortened(plain(example), mostText);
			text.push(...folded(`${count(times)} × ${words}`, '  ', width));
		}
		const rest = coverage.examples.length - shown.length;
		if (rest > 0) text.push(...folded(`and ${many(rest, 'more kind')}; --format json has them`, '  ', width));
	}
	for (const notice of coverage.notices) text.push(...folded(`Note: ${plain(notice)}`, '', width));
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
	return `${count(unread)} of ${count(lines)} lines ${unread === 1 ? 'was' : 'were'} not understood${such(example)}; ${advice}`;
}
