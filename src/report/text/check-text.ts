import {many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import type {Checked} from '../verdict.ts';
import {expectationLines, expectationTitle} from './expectations-text.ts';
import {findingGroupLines} from './finding-groups-text.ts';
import {folded, type Marks, type Style} from './layout.ts';
import {judgedBy, missingText, verdictSentence} from './sentences.ts';

/** Why the check came out as it did, where that is not plain from the findings. */
function circumstances({verdict, failOn, max, counted, known, places}: Checked): string {
	const words: string[] = [];
	if (failOn === 'weakness') words.push('weaknesses count');
	if (max > 0) words.push(`${counted} of at most ${max}`);
	if (known > 0) words.push(`${many(known, 'session')} known from the baseline`);
	const undecided = places.reduce((sum, place) => sum + place.undecided, 0);
	if (verdict === 'pass' && undecided > 0) words.push(`${many(undecided, 'session')} undecided`);
	const word = verdict.replace('-', ' ');
	return words.length === 0 ? word : `${word} (${words.join('; ')})`;
}

/**
 * The outcome of `check` for people: what the policy wants and what was seen, what is broken, and the verdict on the
 * last line.
 */
export function checkText(checked: Checked, style: Style, marks: Marks): string {
	const {policy, expectations, verdict, missing} = checked;
	const words = {...checked, policy: policy.name};
	const end = style(endLooks[verdict], circumstances(checked));
	if (verdict === 'nothing-read') return `${[...folded(verdictSentence(words)), end].join('\n')}\n`;
	const table = [
		style('heading', expectationTitle(plain(judgedBy(policy.name, checked.at)))),
		...expectationLines(expectations, marks, style),
		'',
	];
	const gaps = missing.flatMap(each => folded(missingText(each)));
	const sentence = verdict === 'undecided' ? folded(verdictSentence(words)) : [];
	return `${[...table, ...findingGroupLines(words, style), ...gaps, ...sentence, end].join('\n')}\n`;
}

const endLooks = {pass: 'pass', fail: 'violation', undecided: 'weakness', 'nothing-read': 'weakness'} as const;
