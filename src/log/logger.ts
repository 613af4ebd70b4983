import type {Entry} from './entry.ts';

/** What programs say about the log itself: lines that were lost, and Postfix starting anew. */
export type Logger = {
	/** A line of rsyslogd or journald. */
	line(entry: Entry, text: string): void;
	/** A line of Postfix's master: a start ends all sessions, a reload may change what is logged. */
	restart(text: string): 'start' | 'reload' | undefined;
};

/** rsyslog announces the loss before it, and its end after it; journald only after it, ms. */
const lossAhead = 60_000;
const lossAfter = 1000;

export function createLogger(notice: (sentence: string) => void): Logger {
	return {
		line({daemon: {host}, time}, text) {
			if (time === null || !/^Suppressed \d+ messages|rate-limiting|messages lost due to/.test(text)) return;
			notice(
				'Lines were lost to rate limits of the logger; deliveries near them are not judged by the absence of a TLS line.',
			);
			host.lossyUntil = Math.max(host.lossyUntil, time + (text.includes('begin to drop') ? lossAhead : lossAfter));
		},
		restart(text) {
			if (text.startsWith('daemon started')) return 'start';
			return text.startsWith('reload') ? 'reload' : undefined;
		},
	};
}
