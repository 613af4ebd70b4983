import {destinationRule} from '../tls/peer.ts';
import {citation, type Policy} from '../tls/policy.ts';
import {incidentText, placeOf} from './incident-text.ts';
import {markup} from './markup.ts';
import {counts, type Incident, type Verdict} from './verdict.ts';

/** More peers of one rule say little in a list of tests; JSON and SARIF have all. */
const most = 100;

type Case = {readonly rule: string; readonly hop: string; readonly reference: string};

/** One test per rule and hop of the policy, so that what passed is seen too. */
function cases({rules, destinations}: Policy): Case[] {
	const all = rules.flatMap(({id, hops, source}) => hops.map(hop => ({rule: id, hop, reference: citation(source)})));
	if (destinations.length > 0) all.push({rule: destinationRule, hop: 'relay-out', reference: 'policy, destinations'});
	return all;
}

function lines(found: readonly Incident[]): string {
	const shown = found.slice(0, most).map(incident => {
		const place = placeOf(incident);
		return place === '' ? incidentText(incident) : `${incidentText(incident)} (${place})`;
	});
	const rest = found.length - shown.length;
	return [...shown, ...(rest > 0 ? [`and ${rest} more peers`] : [])].map(markup).join('\n');
}

type Result = {readonly text: string; readonly kind: 'passed' | 'failure' | 'skipped'};

function testcase({rule, hop, reference}: Case, verdict: Verdict, incidents: readonly Incident[]): Result {
	const {policy, pass, failOn, undecided} = verdict;
	const found = incidents.filter(each => each.rule === rule && each.hop === hop);
	const open = `\t\t<testcase classname="${markup(`${policy.name}.${hop}`)}" name="${markup(rule)}"`;
	if (found.length > 0) {
		const severity = found[0]?.severity ?? 'violation';
		const sessions = found.reduce((sum, each) => sum + each.sessions, 0);
		const said = `${severity}: ${sessions} sessions, ${found.length} peers [${reference}]`;
		// Within --max-violations nothing has failed, and the status says so too.
		if (!pass && counts(severity, failOn))
			return {
				kind: 'failure',
				text: `${open}>\n\t\t\t<failure type="${severity}" message="${markup(said)}">${lines(found)}</failure>\n\t\t</testcase>`,
			};
		const out = `${markup(said)}\n${lines(found)}`;
		return {kind: 'passed', text: `${open}>\n\t\t\t<system-out>${out}</system-out>\n\t\t</testcase>`};
	}
	const operation = verdict.wishes.find(each => each.hop === hop);
	const seen = operation?.choices.some(({cells}) => Object.values(cells).some(({sessions}) => sessions > 0));
	if (operation !== undefined && !seen)
		return {kind: 'skipped', text: `${open}>\n\t\t\t<skipped message="no session of this hop"/>\n\t\t</testcase>`};
	const unknown = undecided.reduce(
		(sum, each) => sum + (each.rule === rule && each.hop === hop ? each.sessions : 0),
		0,
	);
	if (unknown > 0) {
		const said = `not decided for ${unknown} sessions: the log does not show it`;
		return {kind: 'skipped', text: `${open}>\n\t\t\t<skipped message="${said}"/>\n\t\t</testcase>`};
	}
	return {kind: 'passed', text: `${open}/>`};
}

/** The outcome of `check` as JUnit XML: a rule that the log cannot decide, or of a hop without sessions, is
 * skipped, not passed. */
export function junitXml(verdict: Verdict, incidents: readonly Incident[]): string {
	const results = cases(verdict.policy).map(each => testcase(each, verdict, incidents));
	const number = (kind: Result['kind']): number => results.filter(result => result.kind === kind).length;
	const sums = `tests="${results.length}" failures="${number('failure')}" errors="0" skipped="${number('skipped')}"`;
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites name="tlsaudit" ${sums}>`,
		`\t<testsuite name="${markup(`policy ${verdict.policy.name}`)}" ${sums}>`,
		...results.map(({text}) => text),
		'\t</testsuite>',
		'</testsuites>',
		'',
	].join('\n');
}
