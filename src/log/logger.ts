/** rsyslog announces the loss before it, and its end after it; journald only after it, ms. */
const lossAhead = 60_000;
const lossAfter = 1000;

/** What rsyslogd or journald says about the log itself: for how long lines are lost from now on, ms; null when it says nothing of that. */
export function lossOf(text: string): number | null {
	if (!/^Suppressed \d+ messages|rate-limiting|messages lost due to/.test(text)) return null;
	return text.includes('begin to drop') ? lossAhead : lossAfter;
}

/** What Postfix's master says: a start ends all sessions, a reload may change what is logged. */
export function changeOf(text: string): 'start' | 'reload' | null {
	if (text.startsWith('daemon started')) return 'start';
	return text.startsWith('reload') ? 'reload' : null;
}
