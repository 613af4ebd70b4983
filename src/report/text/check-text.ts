import {many} from '../../text/number.ts';
import {plain} from '../../text/plain.ts';
import type {Checked} from '../verdict.ts';
import {expectationLines, expectationTitle} from './expectations-text.ts';
import {findingGroupLines} from './finding-groups-text.ts';
import {folded, type Marks, type Page, paper, type Style} from './layout.ts';
import {judgedBy, missingText, verdictLooks, verdictSentence} from './sentences.ts';

/** Why the check came out as it did, where that is not plain from the findings. */
export function circumstances({verdict, failOn, max, counted, known, places}: Checked): string[] {
	const words: string[] = [];
	if (failOn === 'weakness') words.push('weaknesses count');
	if (max > 0) words.push(`${counted} of at most ${max}`);
	if (known > 0) words.push(`${many(known, 'session')} known from the baseline`);
	const undecided = places.reduce((sum, place) => sum + place.undecided, 0);
	if (verdict === 'pass' && undecided > 0) words.push(`${many(undecided, 'session')} undecided`);
	return words;
}

/**
 * The outcome of `check` for people: the verdict, what is broken, what the policy wants and what was seen, and the verdict
 * again on the last line, where a terminal shows it. Without a page it is for a file, where nothing is left out.
 */
export function checkText(checked: Checked, style: Style, marks: Marks, page: Page = paper): string {
	const {policy, expectations, verdict, missing} = checked;
	const {width} = page;
	const words = {...checked, policy: policy.name};
	const look = verdictLooks[verdict];
	const sentence = folded(verdictSentence(words), '', width).map(line => style(look, line));
	const why = circumstances(checked);
	const last = verdict.replace('-', ' ') + (why.length === 0 ? '' : ` (${why.join('; ')})`);
	const end = folded(last, '', width).map(line => style(look, line));
	if (verdict === 'nothing-read') return `${[...sentence, ...end].join('\n')}\n`;
	const lines = [
		...sentence,
		'',
		...findingGroupLines(words, style, page),
		...missing.flatMap(each => folded(missingText(each), '', width)),
		'',
		...folded(expectationTitle(plain(judgedBy(policy.name, checked.at))), '', width).map(line =>
			style('heading', line),
		),
		...expectationLines(expectations, marks, style, page),
		'',
		...end,
	];
	return `${lines.join('\n')}\n`;
}
