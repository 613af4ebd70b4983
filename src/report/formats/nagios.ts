import {endsWithin, type ProbeResult} from '../../model/probe-result.ts';
import {many} from '../../text/number.ts';
import {placeWords} from '../../text/place.ts';
import {plain} from '../../text/plain.ts';
import {judgedBy, missingText, verdictSentence} from '../text/sentences.ts';
import {broken, type Checked} from '../verdict.ts';

/** What Nagios makes of an exit status (Monitoring Plugins Development Guidelines). */
export const nagiosStatus = {OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3} as const;
type State = keyof typeof nagiosStatus;

/** One line: a bar would begin the performance data, a line break the long output. */
const line = (text: string): string => plain(text.replaceAll(/\s+/g, ' ')).replaceAll('|', '/').trim();

/** A check that could not be made. */
export function nagiosUnknown(sentence: string): string {
	return `TLSAUDIT UNKNOWN - ${line(sentence)}\n`;
}

/**
 * CRITICAL: the check fails. UNKNOWN: it is undecided, or nothing or not all was read. WARNING: it passes, yet something is weak, or
 * tolerated by `--max-violations`.
 */
export function nagiosState({verdict, violations}: Pick<Checked, 'verdict' | 'violations'>): State {
	if (verdict === 'fail') return 'CRITICAL';
	if (verdict !== 'pass') return 'UNKNOWN';
	return violations.some(({severity}) => severity !== 'info') ? 'WARNING' : 'OK';
}

/** One line with performance data: sessions by severity, and all sessions looked at. */
export function nagiosLine(checked: Checked): string {
	const {policy, violations, sessions, max, failOn, known, missing, partial} = checked;
	const grave = broken(violations, 'violation');
	const weak = broken(violations, 'weakness') - grave;
	const worst = violations.find(({severity}) => severity !== 'info');
	const first =
		worst === undefined
			? 'nothing to complain of'
			: `${many(grave, 'violation')}, ${many(weak, 'weakness', 'weaknesses')}; ${worst.rule} on ${placeWords(worst)}: ${Object.keys(worst.observed)[0] ?? ''}`;
	const state = nagiosState(checked);
	const said =
		state === 'UNKNOWN'
			? verdictSentence({...checked, policy: policy.name})
			: `policy ${judgedBy(policy.name, checked.at)}: ${first}`;
	const [gap] = missing;
	const remedy = gap === undefined ? '' : `; log lacks ${missingText(gap)}`;
	const part = partial && state !== 'UNKNOWN' ? '; not all logs could be read to the end' : '';
	const text = line(`${said}${part}${known > 0 ? `; ${known} known` : ''}${remedy}`);
	const limits = (critical: boolean): string => (critical ? `;${max};0` : ';;0');
	const data = `violations=${grave};${limits(true)} weaknesses=${weak};${failOn === 'weakness' ? limits(true) : limits(false)} sessions=${sessions};;;0`;
	return `TLSAUDIT ${state} - ${text} | ${data}\n`;
}

/** CRITICAL: something is wrong. UNKNOWN: not everything has a result. WARNING: a certificate ends within `warnDays`. */
export function probeNagiosState({verdict, certificates}: ProbeResult, warnDays: number): State {
	if (verdict === 'violations') return 'CRITICAL';
	if (verdict !== 'clean') return 'UNKNOWN';
	return certificates.some(each => endsWithin(each, warnDays)) ? 'WARNING' : 'OK';
}

/** One line with performance data: days until the first certificate ends, and connections made. */
export function probeNagiosLine(rows: ProbeResult, warnDays: number): string {
	const {target, violations, unanswered, certificates, connections} = rows;
	const state = probeNagiosState(rows, warnDays);
	const days = certificates.flatMap(({days_left}) => days_left ?? []);
	const least = days.length === 0 ? null : Math.min(...days);
	const end = certificates.find(({days_left}) => days_left === least)?.valid_to?.slice(0, 10);
	const left = least === null ? 'no certificate seen' : `the certificate ends on ${end}, in ${many(least, 'day')}`;
	const reasons = violations.length > 0 ? violations : unanswered.map(each => `without a result: ${each}`);
	const text = line(`${target}: ${[...reasons, left].join('; ')}`);
	const data = `${least === null ? '' : `days_left=${least};${warnDays}:;0: `}connections=${connections.used};;;0;${connections.limit}`;
	return `TLSAUDIT ${state} - ${text} | ${data}\n`;
}
