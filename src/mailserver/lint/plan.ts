import type {FixPlan, HandStep, PlanStep} from '../../model/fix-plan.ts';
import type {LintFinding} from '../../model/lint-finding.ts';
import {type LintSubject, serviceName} from './checks/rule.ts';
import {type Command, commandOf} from './fixes/command.ts';
import {type Settling, settle} from './fixes/settle.ts';
import {completed, findingsOf} from './lint.ts';

/** A round that mends what the round before has brought to light; more than a few there never are. */
const mostRounds = 12;

function serviceOf(command: Command): string {
	if ('edits' in command) return command.edits[0]?.service ?? 'main.cf';
	if ('entry' in command) return command.entry.service;
	return 'ends' in command ? command.ends : 'main.cf';
}

/** Files first, then the services, which main.cf may rely on, in the order of master.cf, then main.cf. */
function placeIn({configuration}: LintSubject, command: Command): number {
	if ('ends' in command) return -2;
	if ('entry' in command) return -1;
	const service = serviceOf(command);
	if (service === 'main.cf') return Number.POSITIVE_INFINITY;
	return (configuration.services ?? []).findIndex(one => serviceName(one) === service);
}

function stepsOf({subject, settled}: Settling): PlanStep[] {
	return [...settled.values()]
		.flatMap(({changes, findings}) => changes.map(({command, line}) => ({command, line, findings})))
		.map(one => ({...one, at: placeIn(subject, one.command)}))
		.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at))
		.map(({command, line, findings}) => ({service: serviceOf(command), findings, command: line}));
}

/** What of a finding no command does. */
function handSteps({id, severity, service, fix}: LintFinding): HandStep[] {
	return fix.filter(line => commandOf(line) === null).map(advice => ({id, severity, service, advice}));
}

function distinct(steps: readonly HandStep[]): HandStep[] {
	return [...new Map(steps.map(step => [JSON.stringify(step), step])).values()].sort(
		(a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
	);
}

const severities = ['error', 'warn', 'info'];

/**
 * The fixes of an installation as one list. Its commands are applied in memory and what is then there is checked again,
 * until a round finds nothing that a command can mend; so the list holds what a second and a third look would find. No
 * command of it lowers a level, opens a version, takes a way to log in or to deliver: see harmsOf. Runs nothing. Pure.
 */
export function planOf(subject: LintSubject): {readonly plan: FixPlan; readonly after: LintSubject} {
	const look = (one: LintSubject) => findingsOf(one, subject);
	const origin = completed(subject);
	let settling: Settling = {subject: origin, origin, settled: new Map(), round: 0, look};
	let left: readonly LintFinding[] = [];
	const partly: HandStep[] = [];
	for (let round = 0; round < mostRounds; round += 1) {
		const before = settling.settled;
		const one = settle(look(settling.subject), {...settling, round});
		left = one.findings;
		settling = one.settling;
		if (settling.settled === before) break;
		// The rest of a fix is not forgotten, though its finding may be gone with the first half.
		partly.push(...left.filter(({fix}) => fix.some(line => commandOf(line) !== null)).flatMap(handSteps));
	}
	const {instance, directory} = subject.configuration;
	const plan: FixPlan = {
		instance: instance ?? null,
		directory,
		steps: stepsOf(settling),
		byHand: distinct([
			...left.flatMap(finding =>
				finding.severity === 'error' && finding.fix.length === 0
					? [{id: finding.id, severity: finding.severity, service: finding.service, advice: null}]
					: handSteps(finding),
			),
			...partly,
		]),
	};
	return {plan, after: settling.subject};
}
