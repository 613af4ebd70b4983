import type {PeerFinding} from '../../model/findings.ts';
import {counts} from '../../model/severity.ts';
import {isUndecided} from '../../model/verdict.ts';
import {destinationRule} from '../../policy/peer.ts';
import {citation, type Policy} from '../../policy/policy.ts';
import {many} from '../../text/number.ts';
import {peerFindingText, placeOf, verdictSentence} from '../text/sentences.ts';
import type {Checked, PeerFindings} from '../verdict.ts';
import {markup} from './markup.ts';

/** More peers of one rule say little in a list of tests; `check --format json` has more. */
const most = 100;

type Case = {readonly rule: string; readonly hop: string; readonly reference: string};

/** One test per rule and hop of the policy, so that what passed is seen too. */
function cases({rules, destinations}: Policy): Case[] {
	const all = rules.flatMap(({id, hops, source}) => hops.map(hop => ({rule: id, hop, reference: citation(source)})));
	if (destinations.length > 0) all.push({rule: destinationRule, hop: 'relay-out', reference: 'policy, destinations'});
	return all;
}

function lines(found: readonly PeerFinding[], all: number): string {
	const shown = found.slice(0, most).map(finding => {
		const place = placeOf(finding);
		return place === '' ? peerFindingText(finding) : `${peerFindingText(finding)} (${place})`;
	});
	const rest = all - shown.length;
	return [...shown, ...(rest > 0 ? [`and ${many(rest, 'more peer')}`] : [])].map(markup).join('\n');
}

type Result = {readonly text: string; readonly kind: 'passed' | 'failure' | 'error' | 'skipped'};

/** How many sessions of the hop do not decide the rule, and whether they are too many for the rule to have passed. */
function openOf({rule, hop}: Case, {inconclusive, failOn, places, maxUndecided}: Checked) {
	const open = inconclusive.filter(each => each.rule === rule && each.hop === hop);
	const silent = places.filter(place => place.hop === hop && isUndecided(place, maxUndecided));
	return {
		sessions: open.reduce((sum, each) => sum + each.sessions, 0),
		tooMany: open.some(({port, severity}) => counts(severity, failOn) && silent.some(place => place.port === port)),
	};
}

function testcase(one: Case, checked: Checked, {findings, totals}: PeerFindings): Result {
	const {rule, hop, reference} = one;
	const {policy, verdict, failOn} = checked;
	const unknown = openOf(one, checked);
	const notDecided = `not decided for ${many(unknown.sessions, 'session')}: the log does not show it`;
	const found = findings.filter(each => each.rule === rule && each.hop === hop);
	const open = `\t\t<testcase classname="${markup(`${policy.name}.${hop}`)}" name="${markup(rule)}"`;
	if (found.length > 0) {
		const severity = found[0]?.severity ?? 'violation';
		const sums = totals.filter(each => each.rule === rule && each.hop === hop);
		const sessions = sums.reduce((sum, each) => sum + each.sessions, 0);
		const peers = sums.reduce((sum, each) => sum + each.incidents, 0);
		const said = `${severity}: ${many(sessions, 'session')}, ${many(peers, 'peer')} [${reference}]`;
		// Within --max-violations nothing has failed, and the status says so too.
		if (verdict === 'fail' && counts(severity, failOn))
			return {
				kind: 'failure',
				text: `${open}>\n\t\t\t<failure type="${severity}" message="${markup(said)}">${lines(found, peers)}</failure>\n\t\t</testcase>`,
			};
		if (unknown.tooMany)
			return {
				kind: 'error',
				text: `${open}>\n\t\t\t<error type="undecided" message="${notDecided}"/>\n\t\t</testcase>`,
			};
		const out = `${markup(said)}\n${lines(found, peers)}`;
		return {kind: 'passed', text: `${open}>\n\t\t\t<system-out>${out}</system-out>\n\t\t</testcase>`};
	}
	const operation = checked.expectations.find(each => each.hop === hop);
	const seen = operation?.choices.some(({cells}) => Object.values(cells).some(({sessions}) => sessions > 0));
	if (operation !== undefined && !seen)
		return {kind: 'skipped', text: `${open}>\n\t\t\t<skipped message="no session of this hop"/>\n\t\t</testcase>`};
	if (unknown.tooMany)
		return {kind: 'error', text: `${open}>\n\t\t\t<error type="undecided" message="${notDecided}"/>\n\t\t</testcase>`};
	if (unknown.sessions > 0)
		return {kind: 'skipped', text: `${open}>\n\t\t\t<skipped message="${notDecided}"/>\n\t\t</testcase>`};
	return {kind: 'passed', text: `${open}/>`};
}

/** A log of which nothing was read, or in which no session decides anything, is an error of its own. */
function reading(checked: Checked): Result[] {
	const {verdict, policy, places, maxUndecided} = checked;
	const isExplained = verdict === 'undecided' && places.some(place => isUndecided(place, maxUndecided));
	if (verdict === 'pass' || verdict === 'fail' || isExplained) return [];
	const said = markup(verdictSentence({...checked, policy: policy.name}));
	const open = `\t\t<testcase classname="${markup(policy.name)}" name="log">`;
	return [{kind: 'error', text: `${open}\n\t\t\t<error type="${verdict}" message="${said}"/>\n\t\t</testcase>`}];
}

/**
 * The outcome of `check` as JUnit XML: a rule that fails a check and that the log leaves open in too many sessions is an
 * error; one left open in few, or of a hop without sessions, is skipped, not passed.
 */
export function junitXml(checked: Checked, found: PeerFindings): string {
	const results = [...reading(checked), ...cases(checked.policy).map(each => testcase(each, checked, found))];
	const number = (kind: Result['kind']): number => results.filter(result => result.kind === kind).length;
	const sums = `tests="${results.length}" failures="${number('failure')}" errors="${number('error')}" skipped="${number('skipped')}"`;
	return [
		'<?xml version="1.0" encoding="UTF-8"?>',
		`<testsuites name="tlsaudit" ${sums}>`,
		`\t<testsuite name="${markup(`policy ${checked.policy.name}`)}" ${sums}>`,
		...results.map(({text}) => text),
		'\t</testsuite>',
		'</testsuites>',
		'',
	].join('\n');
}
