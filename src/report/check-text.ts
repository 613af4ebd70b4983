import {plain} from '../text/plain.ts';
import {breachLines, many} from './breach-text.ts';
import type {Style} from './style.ts';
import type {Verdict} from './verdict.ts';
import {type Marks, wishLines} from './wishes-text.ts';

/** Why the check came out as it did, where that is not plain from the findings. */
function circumstances({pass, failOn, max, counted, known}: Verdict): string {
	const words: string[] = [];
	if (failOn === 'weakness') words.push('weaknesses count');
	if (max > 0) words.push(`${counted} of at most ${max}`);
	if (known > 0) words.push(`${many(known, 'session')} known from the baseline`);
	const verdict = pass ? 'pass' : 'fail';
	return words.length === 0 ? verdict : `${verdict} (${words.join('; ')})`;
}

/** The outcome of `check` for people: the table of wishes, what is broken, and pass or fail on the last line. */
export function checkText(verdict: Verdict, style: Style, marks: Marks): string {
	const {policy, wishes, pass} = verdict;
	const table = [style('heading', `Wishes of policy ${plain(policy.name)}`), ...wishLines(wishes, marks, style), ''];
	const said = breachLines({...verdict, policy: policy.name}, style);
	const end = style(pass ? 'pass' : 'violation', circumstances(verdict));
	return `${[...table, ...said, end].join('\n')}\n`;
}
