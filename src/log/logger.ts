import type {Out} from './records.ts';
import {put, record} from './records.ts';

/** rsyslog announces the loss before it, and its end after it; journald only after it, ms. */
const lossAhead = 60_000;
const lossAfter = 1000;

const lost =
	'Lines were lost to rate limits of the logger; deliveries near them are not judged by the absence of a TLS line.';

/** What rsyslogd or journald says about the log itself: lines that were lost. */
export function readLogger(out: Out, text: string, notice: (sentence: string) => void): void {
	if (Number.isNaN(out.time) || !/^Suppressed \d+ messages|rate-limiting|messages lost due to/.test(text)) return;
	notice(lost);
	put(out, record.lossy, text.includes('begin to drop') ? lossAhead : lossAfter);
}

/** What Postfix's master says: a start ends all sessions, a reload may change what is logged. */
export function readMaster(out: Out, text: string): void {
	if (text.startsWith('daemon started')) put(out, record.restart, 1);
	else if (text.startsWith('reload')) put(out, record.restart, 0);
}
