import type {FixPlan, HandStep} from '../../model/fix-plan.ts';
import {plain} from '../../text/plain.ts';
import {folded} from './layout.ts';

function handLines({id, severity, service, advice}: HandStep): string[] {
	return folded(`by hand (${severity} ${id}, ${service})${advice === null ? '' : `: ${advice}`}`);
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
