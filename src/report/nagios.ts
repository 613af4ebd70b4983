import {plain} from '../text/plain.ts';
import {broken, type Verdict} from './verdict.ts';

/** What Nagios makes of an exit status (Monitoring Plugins Development Guidelines). */
export const nagiosStatus = {OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3} as const;
type State = keyof typeof nagiosStatus;

/** One line: a bar would begin the performance data, a line break the long output. */
const line = (text: string): string => plain(text.replaceAll(/\s+/g, ' ')).replaceAll('|', '/').trim();

/** A check that could not be made. */
export function nagiosUnknown(sentence: string): string {
	return `TLSAUDIT UNKNOWN - ${line(sentence)}\n`;
}

/** CRITICAL: the check fails. WARNING: it passes, yet something is weak, or tolerated by `--max-violations`. */
export function nagiosState({pass, violations}: Verdict): State {
	if (!pass) return 'CRITICAL';
	return violations.some(({severity}) => severity !== 'info') ? 'WARNING' : 'OK';
}

/** One line with performance data: sessions by severity, and all sessions looked at. */
export function nagiosLine(verdict: Verdict): string {
	const {policy, violations, sessions, max, failOn, known} = verdict;
	const grave = broken(violations, 'violation');
	const weak = broken(violations, 'weakness') - grave;
	const worst = violations.find(({severity}) => severity !== 'info');
	const first =
		worst === undefined
			? 'nothing to complain of'
			: `${grave} violations, ${weak} weaknesses; ${worst.rule} on ${worst.hop}${worst.port === null ? '' : ` ${worst.port}`}: ${Object.keys(worst.observed)[0] ?? ''}`;
	const text = line(`policy ${policy.name}: ${first}${known > 0 ? `; ${known} known` : ''}`);
	const limits = (critical: boolean): string => (critical ? `;${max};0` : ';;0');
	const data = `violations=${grave};${limits(true)} weaknesses=${weak};${failOn === 'weakness' ? limits(true) : limits(false)} sessions=${sessions};;;0`;
	return `TLSAUDIT ${nagiosState(verdict)} - ${text} | ${data}\n`;
}
