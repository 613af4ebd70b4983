import type {FixPlan, HandStep} from '../../model/fix-plan.ts';
import {plain} from '../../text/plain.ts';
import {folded, type Page, paper} from './layout.ts';

function handLines({id, severity, service, advice}: HandStep, {width}: Page): string[] {
	const [first = '', ...more] = (advice ?? '').split('\n');
	const head = `by hand (${severity} ${id}, ${service})`;
	if (more.length === 0) return folded(advice === null ? head : `${head}: ${first}`, '', width);
	// Lines of a file are pasted as they are.
	return [...folded(`${head}:`, '', width), ...[first, ...more].map(line => `  ${plain(line)}`)];
}

/** The plan of one instance: commands in their order, each under the findings that it mends, then what is left to do by hand. */
export function planLines({instance, steps, byHand}: FixPlan, page: Page = paper): string[] {
	const title = instance === null ? [] : folded(`instance ${instance}`, '', page.width);
	const commands = steps.flatMap(({service, findings, command}) => [
		...folded(`# ${service}: ${findings.join(', ')}`, '', page.width),
		plain(command),
	]);
	const lines = [...commands, ...byHand.flatMap(each => handLines(each, page))];
	return lines.length === 0 ? [] : [...title, ...lines];
}
