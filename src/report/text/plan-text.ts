import type {FixPlan, HandStep} from '../../model/fix-plan.ts';
import {plain} from '../../text/plain.ts';
import {folded} from './layout.ts';

function handLines({id, severity, service, advice}: HandStep): string[] {
	const [first = '', ...more] = (advice ?? '').split('\n');
	const head = `by hand (${severity} ${id}, ${service})`;
	if (more.length === 0) return folded(advice === null ? head : `${head}: ${first}`);
	// Lines of a file are pasted as they are.
	return [...folded(`${head}:`), ...[first, ...more].map(line => `  ${plain(line)}`)];
}

/** The plan of one instance: commands in their order, each under the findings that it mends, then what is left to do by hand. */
export function planLines({instance, steps, byHand}: FixPlan): string[] {
	const title = instance === null ? [] : folded(`instance ${instance}`);
	const commands = steps.flatMap(({service, findings, command}) => [
		...folded(`# ${service}: ${findings.join(', ')}`),
		plain(command),
	]);
	const lines = [...commands, ...byHand.flatMap(handLines)];
	return lines.length === 0 ? [] : [...title, ...lines];
}
