import {count} from '../text/number.ts';
import {plain} from '../text/plain.ts';
import {shortened} from '../text/width.ts';
import type {Coverage} from '../tls/coverage.ts';

/** A share of lines that is too large to be noise. */
const considerable = 0.05;
/** Letters of the example. */
const mostText = 120;

const such = (example: string | null): string =>
	example === null || example.trim() === '' ? '' : `, such as "${shortened(plain(example).trim(), mostText)}"`;

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
 * among those that tell of sessions. Null for noise.
 */
export function partlyUnderstood(coverage: Coverage, example: string | null): string | null {
	const {lines, understood, malformed, notUnderstood} = coverage;
	const unread = Math.max(malformed, notUnderstood);
	if (malformed <= considerable * lines && notUnderstood <= considerable * (understood + notUnderstood)) return null;
	return `${count(unread)} of ${count(lines)} lines were not understood${such(example)}; ${advice}`;
}
