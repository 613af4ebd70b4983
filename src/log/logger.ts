import {record} from './records.ts';
import type {Scanner} from './scanner.ts';

/** rsyslog announces the loss before it, and its end after it; journald only after it, ms. */
const lossAhead = 60_000;
const lossAfter = 1000;

const lost =
	'Lines were lost to rate limits of the logger; deliveries near them are not judged by the absence of a TLS line.';

/** Tells what rsyslogd or journald says about the log itself: that lines are lost for a while from `time` on, NaN where it has none. */
export function readLogger(scanner: Scanner, text: string, time: number, notice: (sentence: string) => void): void {
	if (Number.isNaN(time) || !/^Suppressed \d+ messages|rate-limiting|messages lost due to/.test(text)) return;
	notice(lost);
	scanner.putRecord(record.lossy, text.includes('begin to drop') ? lossAhead : lossAfter);
}

/** Tells what Postfix's master says: a start ends all sessions, a reload may change what is logged. */
export function readMaster(scanner: Scanner, text: string): void {
	if (text.startsWith('daemon started')) scanner.putRecord(record.restart, 1);
	else if (text.startsWith('reload')) scanner.putRecord(record.restart, 0);
}
